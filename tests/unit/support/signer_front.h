/*
 * signer_front.h: signer and logger as processes of their own, on a station
 * with a SoftHSM2 token and two timestamp authorities; the test is their front.
 *
 *	signer_front_begin(NULL);
 *	signer_front_unlock();
 *	entry = signer_front_approve(leaves, n);
 *	e = signer_front_ask(entry, leaves, n, at, &claim, identity);
 *	signer_front_end(NULL);
 *
 * Memory    one station at a time, gone at the end
 * Chunks    none
 * Errors    a failed test
 * Trust     tests only
 * Limits    eight leaves a batch
 */
#ifndef TESTS_UNIT_SUPPORT_SIGNER_FRONT_H
#define TESTS_UNIT_SUPPORT_SIGNER_FRONT_H

#include <sys/types.h>

#include "common/leaf.h"
#include "host/base/config.h"
#include "host/daemon/client.h"
#include "host/daemon/ipc.h"
#include "host/daemon/key_chain.h"
#include "host/queue/store.h"
#include "tests/unit/support/scratch.h"
#include "tests/unit/support/soft_key.h"

#define SIGNER_FRONT_WINDOW 4 /* seconds that an approval holds */

/* A timestamp authority's root, the anchor of [timestamp NAME]. */
struct signer_authority {
	struct soft_key *key;
	struct cert root;
};

struct signer_front {
	struct scratch scratch;
	char dir[SCRATCH_PATH];
	struct station station;
	struct config *config;
	struct key_chain chain;
	struct store *store;
	struct signer_authority first; /* of another policy than make_token's */
	struct signer_authority second; /* of any policy */
	struct client *terminal;
	int signer, logger;
	pid_t pids[2];
	int64_t signing_time;
	enum item_profile profile; /* of leaves */
	const uint8_t *token; /* content timestamp of leaves and requests */
	size_t token_len; /* 0: none */
	union msg m;
};

extern struct signer_front signer_front;

void signer_front_answer_waiting(enum err e);
void signer_front_await(int fd, enum msg_type type);
enum err signer_front_terminal(cJSON *request, cJSON **reply);
void signer_front_unlock(void);
void signer_front_make_leaf(
    struct leaf *l, uint32_t index, const char *payload);
void signer_front_root_of(
    const struct leaf *l, uint32_t n, uint8_t root[static SHA256_SIZE]);
cJSON *signer_front_approve_request(const struct leaf *l, uint32_t n);
uint64_t signer_front_approve(const struct leaf *l, uint32_t n);
void signer_front_request_seal(uint64_t approval, const struct leaf *l,
    uint32_t n, uint32_t at, const struct leaf *claim, uint8_t identity);
enum err signer_front_take_seal(void);
enum err signer_front_ask(uint64_t approval, const struct leaf *l, uint32_t n,
    uint32_t at, const struct leaf *claim, uint8_t identity);
int signer_front_begin(void **state);
int signer_front_end(void **state);

#endif
