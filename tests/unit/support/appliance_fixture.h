/*
 * appliance_fixture.h: a batch of three, an appliance of the simulator's that
 * lies when it is told to, and signer's side of it, which the tests ask.
 *
 *	appliance_fixture_open(false);
 *	outcome = appliance_fixture_decide(APPLIANCE_FIXTURE_SELECT);
 *
 * Memory    one at a time: appliance_fixture, made for each test anew
 * Chunks    none
 * Errors    a failed test
 * Trust     tests only
 * Limits    APPLIANCE_FIXTURE_ITEMS leaves
 */
#ifndef TESTS_UNIT_SUPPORT_APPLIANCE_FIXTURE_H
#define TESTS_UNIT_SUPPORT_APPLIANCE_FIXTURE_H

#include <stdbool.h>

#include "host/daemon/appliance.h"
#include "tests/unit/support/liar.h"
#include "tests/unit/support/scratch.h"

#define APPLIANCE_FIXTURE_ITEMS 3
#define APPLIANCE_FIXTURE_LANGUAGE "de" /* in which front has summarised */
#define APPLIANCE_FIXTURE_SELECT (1u << 4)
#define APPLIANCE_FIXTURE_LEFT (1u << 2)

struct appliance_fixture {
	struct scratch scratch;
	char socket[SCRATCH_PATH], pin[SCRATCH_PATH];
	struct liar *liar;
	struct appliance *a;
	struct config_key key;
	struct key_chain chain;
	struct leaf leaf[APPLIANCE_FIXTURE_ITEMS];
	struct appliance_batch batch;
	int64_t signing_time;
	unsigned approvals, refusals, enrolments;
	uint64_t log_size;
	const char *language; /* as signer is configured */
	bool late;
	enum err log_says; /* when an approval is to be entered */
	struct granted granted;
};

extern struct appliance_fixture appliance_fixture;

int appliance_fixture_begin(void **state);
int appliance_fixture_end(void **state);
int appliance_fixture_end_all(void **state); /* once, behind all tests */

/* The pin file as after an enrolment with that counter. */
void appliance_fixture_enrol(uint64_t counter);
void appliance_fixture_open(bool production);
void appliance_fixture_pause(long ms);
struct appliance_status appliance_fixture_status(void);

/* Asks for the batch and holds the buttons until there is an outcome. */
enum appliance_outcome appliance_fixture_decide(unsigned buttons);

#endif
