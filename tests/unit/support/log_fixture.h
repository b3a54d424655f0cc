/*
 * log_fixture.h: a log in a scratch folder, and entries to put into it.
 *
 *	struct log_fixture x;
 *	log_fixture_make(&x);                x.dir, x.key; created, closed
 *	log_fixture_append(l, 5);            five small entries
 *	log_fixture_remove(&x);
 *
 * Memory    fixed buffers
 * Chunks    none
 * Errors    abort
 * Trust     the key's seed is in this file: for tests only
 * Limits    none
 */
#ifndef TESTS_UNIT_SUPPORT_LOG_FIXTURE_H
#define TESTS_UNIT_SUPPORT_LOG_FIXTURE_H

#include "host/log/entry.h"
#include "host/log/log.h"
#include "tests/unit/support/scratch.h"

#define LOG_FIXTURE_ORIGIN "log.example/station"
#define LOG_FIXTURE_TIME 1790000000

struct log_fixture {
	struct scratch scratch;
	char dir[SCRATCH_PATH], key[SCRATCH_PATH], vkey[SCRATCH_PATH];
};

/* The key is the same in every run. */
void log_fixture_make(struct log_fixture *x);
void log_fixture_remove(struct log_fixture *x);
struct log *log_fixture_open(const struct log_fixture *x);

/* Entries that differ, by the index they get; not committed. */
void log_fixture_append(struct log *l, unsigned count);
void log_fixture_put(struct log *l, const struct entry *e);

/* Reads every entry back and recomputes the root: true if all is well. */
bool log_fixture_is_whole(struct log *l);

#endif
