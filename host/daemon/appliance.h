/*
 * appliance.h: signer's side of an appliance: one thread that finds it, shows
 * it the log, streams it one batch at a time, and takes what the person in
 * front of it decided.
 *
 *	struct appliance *a;
 *	e = appliance_open(&a, &config, &fault);
 *	e = appliance_ask(a, &batch, &fault);        returns at once
 *	appliance_get(a, &status);                   how far it is
 *	appliance_close(a);
 *
 * Memory    244 octets for each item of the batch that is on its way; one
 *           payload at a time
 * Chunks    none
 * Errors    ask: APPLIANCE_BUSY with another batch, NOT_ENROLLED, ABSENT never:
 *           it waits. What became of a batch stands in its status
 * Trust     the appliance is believed nothing but what its enrolled key has
 *           signed (appliance_pin.h); its leaves are compared, one by one.
 *           Whoever is at the console's other end can at most refuse
 *           PINs pass through; nothing keeps them
 * Limits    APPLIANCE_WAIT seconds for an appliance that is not there; every
 *           answer but a person's within APPLIANCE_ANSWER; BOUND_BATCH items
 */
#ifndef HOST_DAEMON_APPLIANCE_H
#define HOST_DAEMON_APPLIANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/leaf.h"
#include "host/base/fault.h"
#include "host/daemon/appliance_pin.h"
#include "host/daemon/approvals.h"
#include "host/daemon/key_chain.h"

#define APPLIANCE_WAIT 600
#define APPLIANCE_ANSWER 5
#define APPLIANCE_PAGE 128

struct appliance;

/* Leaves of a closed batch, some at a time. */
struct appliance_leaf {
	uint8_t leaf[LEAF_SIZE];
	uint8_t timestamp[SHA256_SIZE]; /* of the content; zeros: none */
};

struct appliance_page {
	int64_t after; /* where the next one begins */
	int64_t signing_time;
	uint32_t count; /* 0: no more */
	struct appliance_leaf leaf[APPLIANCE_PAGE];
};

/* A batch to be shown. chain outlives the appliance. */
struct appliance_batch {
	uint8_t root[SHA256_SIZE];
	uint32_t count;
	const struct key_chain *chain;
	char person[24];
};

/* What it asks of signer, always in its own thread. */
struct appliance_host {
	void *arg;
	enum err (*leaves)(void *arg, const uint8_t root[static SHA256_SIZE],
	    int64_t after, struct appliance_page *out);
	enum err (*payload)(void *arg, const uint8_t digest[static SHA256_SIZE],
	    uint8_t **buf, size_t *len);
	enum err (*log_head)(
	    void *arg, uint64_t *size, uint8_t root[static SHA256_SIZE]);
	/* The approval is checked: log it, let it give its right. */
	enum err (*approved)(void *arg, struct granted *g, struct fault *fault);
	enum err (*refused)(void *arg, const struct appliance_batch *b,
	    enum err reason, struct fault *fault);
	/* Before another key or firmware is believed: logged, durably. */
	enum err (*enrolled)(void *arg, const struct appliance_pin *pin);
};

struct appliance_config {
	const char *path; /* of the console's socket */
	const char *pin; /* path of the pin file */
	const char *station, *origin;
	const char *language; /* of summaries, two letters or "" */
	bool production;
	int64_t window; /* seconds that an approval holds */
	struct appliance_host host;
};

/* What can be done with the keys in it, each consented to on the appliance;
 * see docs/PROTOCOL.md. Buffers are the caller's, until appliance_do is back.
 */
enum appliance_deed {
	APPLIANCE_INIT = 1, /* alg, pin */
	APPLIANCE_ENROL = 2, /* believed from then on, and no other */
	APPLIANCE_CHANGE_PIN = 3, /* old, pin */
	APPLIANCE_UNBLOCK = 4, /* old: the PUK; pin */
	APPLIANCE_RESET = 5,
	APPLIANCE_CSR = 6, /* pin, subject -> out */
	APPLIANCE_CERTIFICATE = 7, /* certificate, to be loaded */
	APPLIANCE_SELFTEST = 8, /* nonce -> out: r, then s */
};

#define APPLIANCE_OUT 1480 /* a whole request */
#define APPLIANCE_SELFTEST_LABEL "zegel-selftest-v1"

struct appliance_order {
	enum appliance_deed deed;
	enum alg_number alg;
	const uint8_t *pin, *old;
	size_t pin_len, old_len;
	const char *country, *organisation, *organisation_id, *common_name;
	const uint8_t *certificate;
	size_t certificate_len;
	uint8_t nonce[32];
	uint8_t *out; /* APPLIANCE_OUT */
	size_t *out_len;
};

enum appliance_state {
	APPLIANCE_ABSENT = 1,
	APPLIANCE_STRANGER = 2, /* there, but not to be used: see trouble */
	APPLIANCE_IDLE = 3,
	APPLIANCE_STREAMING = 4,
	APPLIANCE_REVIEW = 5, /* waits for a person */
	APPLIANCE_ASKED = 6, /* likewise, about its keys */
};
const char *appliance_state_name(enum appliance_state state);

/* The seal key in it, as it says itself. */
struct appliance_key {
	uint8_t state; /* enum msg_key */
	uint8_t alg; /* 0: there is none */
	uint8_t pin_tries, puk_tries;
	uint8_t waiting; /* enum msg_waiting */
	bool logged_in;
	uint8_t certificate[SHA256_SIZE]; /* zeros: none */
	char station[BOUND_STATION_NAME + 1]; /* as INIT named it */
};

enum appliance_outcome {
	APPLIANCE_NOTHING = 0, /* no batch was asked for yet */
	APPLIANCE_PENDING = 1,
	APPLIANCE_APPROVED = 2,
	APPLIANCE_REFUSED = 3, /* by a person, or by waiting for none */
	APPLIANCE_FAILED = 4,
};
const char *appliance_outcome_name(enum appliance_outcome outcome);

struct appliance_status {
	enum appliance_state state;
	enum err trouble; /* why it is not there, or not used */
	bool enrolled; /* there is a pin */
	struct appliance_pin pin;
	uint8_t point[APPLIANCE_POINT], firmware[SHA256_SIZE]; /* of this one */
	uint8_t board_class; /* 0: not seen yet */
	uint64_t counter; /* as it says */
	struct appliance_key key;
	uint64_t log_size; /* told last; 0: none yet */
	bool sealing; /* its key seals what was approved */
	bool fork; /* it says that the log goes backwards */
	/* The batch that is on its way, or was last. */
	enum appliance_outcome outcome;
	uint8_t root[SHA256_SIZE];
	uint32_t count, sent;
	enum err reason; /* of REFUSED and FAILED */
	char detail[FAULT_DETAIL];
	uint64_t entry; /* of APPROVED */
	int64_t expires;
};

MUST_USE enum err appliance_open(struct appliance **a,
    const struct appliance_config *c, struct fault *fault);
/* Ends its thread; what other threads ask after that is refused. */
void appliance_stop(struct appliance *a); /* takes NULL */
/* No other thread may use it any more. */
void appliance_close(struct appliance *a); /* takes NULL */

void appliance_get(struct appliance *a, struct appliance_status *out);

/* Asked again for the same root: it is still the same asking. */
MUST_USE enum err appliance_ask(
    struct appliance *a, const struct appliance_batch *b, struct fault *fault);
/* Takes a batch away that waits for its person. False: it is decided on the
 * appliance at this moment. */
bool appliance_cancel(
    struct appliance *a, const uint8_t root[static SHA256_SIZE]);

/* Waits for the person in front of it. ABSENT if it is not there, BUSY while a
 * batch or another order is on its screen, NOT_CONSENTED if it was refused;
 * else what the appliance says. */
MUST_USE enum err appliance_do(struct appliance *a,
    const struct appliance_order *order, struct fault *fault);

/* Allows the appliance's key one signature over that leaf, of the batch that
 * was approved there last. Nobody else gets one before appliance_disarm, which
 * is to be called after ERR_OK only. APPROVAL_ABSENT: it has forgotten the
 * batch, as it does whenever it was without power or cable. */
MUST_USE enum err appliance_arm(struct appliance *a,
    const uint8_t root[static SHA256_SIZE], const struct leaf *leaf);
void appliance_disarm(struct appliance *a);
/* Every leaf of that batch has its end: the next one may be shown. */
void appliance_release(
    struct appliance *a, const uint8_t root[static SHA256_SIZE]);

/* May be signed under that approval? It must be one of the enrolled key. */
MUST_USE enum err appliance_allows(
    struct appliance *a, const struct granted *g);
/* Anything at all: LOG_FORK once it said that the log goes backwards. */
MUST_USE enum err appliance_allows_any(struct appliance *a);

#endif
