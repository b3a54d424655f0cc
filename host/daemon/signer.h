/*
 * signer.h: the inside of the signer process, shared by its files only:
 *   signer.c           the loop, workers, start and stop
 *   signer_call.c      a thread waits for an answer of logger or front
 *   signer_key.c       keys and their tokens; signer_pin.c: PINs nobody types
 *   signer_group.c     signing under an approval
 *   signer_stamp.c     the content timestamps in what is signed
 *   signer_terminal.c  its own socket; signer_consent.c, signer_appliance.c
 *                      and signer_token.c: what can be asked there
 *                      (signer_verbs.h)
 *
 * Memory    one struct signer; groups are preallocated
 * Chunks    none
 * Errors    per item to front, per request to the terminal
 * Trust     front is believed nothing that the approved root does not prove
 * Limits    SIGNER_GROUPS groups of MSG_GROUP items at a time
 */
#ifndef HOST_DAEMON_SIGNER_H
#define HOST_DAEMON_SIGNER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "host/base/config.h"
#include "host/daemon/appliance.h"
#include "host/daemon/approvals.h"
#include "host/daemon/ipc.h"
#include "host/daemon/key_chain.h"
#include "host/daemon/process.h"
#include "host/log/note.h"
#include "host/tsp/authority.h"
#include "hsm/token.h"

#define SIGNER_GROUPS 4
#define SIGNER_JOBS 32 /* items that a worker takes at once */
#define SIGNER_WORKERS 8
#define SIGNER_CALLS 16
#define SIGNER_CLIENTS 8
#define SIGNER_STOP 5 /* seconds for calls that are under way at the end */

struct signer_key {
	const struct config_key *config;
	struct key_chain chain; /* count 0: no certificate */
	/* Set by the tender, read by all; once set it stays. */
	struct token *_Atomic token; /* NULL: cannot be opened yet */
	enum key_state state; /* last told to front */
	enum err told; /* with this reason */
	bool noted; /* the log has its public value */
	_Atomic enum err reason; /* why there is no token, or no certificate */
	_Atomic enum err trouble; /* of the token's last poll */
};

enum group_stage {
	GROUP_FREE = 0,
	GROUP_INTENDING, /* waits for the intents to be durable */
	GROUP_SIGNING, /* workers are at it */
	GROUP_LOGGING, /* waits for the seals to be durable */
	GROUP_LEAVING, /* waits for abandoned entries */
};

struct signer_group {
	enum group_stage stage;
	struct msg_sign request;
	struct granted granted;
	struct signer_key *key;
	enum item_profile profile;
	struct jades_tbs header; /* the header's octets are hashed already */
	struct msg_signed answer;
	struct leaf leaf[MSG_GROUP];
	uint32_t
	    slot[MSG_GROUP]; /* answer's item of each item sent to logger */
	uint32_t sent;
	uint32_t pending; /* jobs that workers still have */
	atomic_bool complained; /* of a content timestamp */
};

/* A thread that waits for an answer of logger or front. */
struct signer_call {
	int fd; /* who was asked: nobody else can answer */
	bool used, done;
	bool left; /* nobody waits any more; the answer frees the place */
	struct msg_log_entered answer; /* without items */
};

struct signer_job {
	struct signer_group *group;
	uint32_t item;
};

struct signer {
	const struct process *p;
	struct approval_config approvers;
	struct signer_key key[CONFIG_KEYS];
	size_t key_count;
	struct approvals approvals;
	uint8_t station_digest[SHA256_SIZE], origin_digest[SHA256_SIZE];
	char folder[STATION_PATH]; /* signer/ */
	char store[STATION_PATH];
	union msg in;
	union msg out;
	struct signer_group group[SIGNER_GROUPS];
	int wake; /* eventfd: a group's last job is done */
	struct appliance *appliance; /* NULL: none is configured */
	struct note_key log_key; /* to read the log's head by */
	/* whose content timestamps are sealed; read at the start */
	struct tsp_authority authority[CONFIG_TIMESTAMPS];
	size_t authority_count;

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t jobs_there, call_done, look_now;
	bool look; /* the tender is to look now */
	pthread_t tender;
	struct signer_job job[SIGNER_GROUPS * MSG_GROUP];
	size_t job_first, job_count;
	struct signer_call call[SIGNER_CALLS];
	struct msg_leaves leaves; /* the last that was waited for */
	unsigned clients;
	bool stopping;
	pthread_t worker[SIGNER_WORKERS];
	unsigned workers;
};

/* signer_key.c */
MUST_USE enum err signer_key_open(
    struct signer *s, struct signer_key *k, struct fault *fault);
void signer_key_close(struct signer_key *k);
struct signer_key *signer_key_find(struct signer *s, const char *name);
/* Looks after vanished tokens; may wait for any token, and so has a thread of
 * its own: signer_key_tender, with the struct signer. */
void signer_key_look(struct signer *s);
void *signer_key_tender(void *arg);
/* Front hears what changed, at once. */
void signer_key_tell(struct signer *s);
enum key_state signer_key_state(struct signer_key *k, enum err *reason);
/* The entry of its public value; logger enters one that it has only once. */
MUST_USE enum err signer_key_public(const struct signer_key *k,
    const struct token_public_key *key, struct msg_log_note *m);
/* A PIN was tried and wrong, with no person there who is told so. */
void signer_key_note_pin(struct signer *s, const struct signer_key *k);

/* signer_group.c */
bool signer_group_is_room(const struct signer *s);
void signer_group_begin(struct signer *s, const struct msg_sign *m);
void signer_group_entered(struct signer *s, const struct msg_log_entered *m);
void signer_group_advance(struct signer *s);
/* A worker's items, all of one group: recompute, sign, verify. */
void signer_group_work(
    struct signer *s, const struct signer_job *jobs, size_t count);

/* signer_stamp.c: reads [timestamp NAME] and the anchors; they stay. */
MUST_USE enum err signer_stamp_open(struct signer *s, struct fault *fault);
/* With a content timestamp each item has a header of its own. That it is the
 * approved one is in the leaf; that it is one of this payload, no younger than
 * the header says of itself, and by an authority of zegel.conf, is looked at
 * here: the errors of tsp_check_token. Without one t is left as it is. */
MUST_USE enum err signer_stamp_header(const struct signer *s,
    struct signer_group *g, const uint8_t timestamp[static SHA256_SIZE],
    const uint8_t *payload, size_t payload_len, struct jades_tbs *t);

/* The entry that logger makes of an approval; the same each time, so that it
 * can be asked for again. */
void signer_approval_message(const struct signer *s, const struct granted *g,
    struct msg_log_approval *m);

/* signer_consent.c: enters an approval in the log; only then it gives its
 * right, and front hears of it. */
MUST_USE enum err signer_grant(
    struct signer *s, struct granted *g, struct fault *fault);
/* Does a closed batch wait for this root? */
MUST_USE enum err signer_check_waiting(struct signer *s,
    const uint8_t root[static SHA256_SIZE], struct fault *fault);
MUST_USE enum err signer_refuse(struct signer *s,
    const uint8_t root[static SHA256_SIZE], uint32_t count, const char *person,
    const char *means, const char *reason);

/* signer_appliance.c */
MUST_USE enum err signer_appliance_open(struct signer *s, struct fault *fault);
/* May anything be signed under that approval? */
MUST_USE enum err signer_check_means(struct signer *s, const struct granted *g);

/* signer_group.c: a frozen payload, to be freed. */
MUST_USE enum err signer_payload(const struct signer *s,
    const uint8_t digest[static SHA256_SIZE], uint8_t **payload, size_t *len);

/* signer_terminal.c */
void signer_terminal_accept(struct signer *s);

/* signer.c: makes the loop look at groups and what tokens do. */
void signer_wake(struct signer *s);
/* And the tender at tokens. */
void signer_look(struct signer *s);

/* signer_call.c: for threads. Tags with this bit belong to calls. */
#define CALL_TAG 0x80000000u
#define CALL_SECONDS 30
MUST_USE enum err signer_call(
    struct signer *s, int fd, void *request, size_t len, uint64_t *entry);

/* An answer came from fd for a call, or for a note that nobody waits for. */
void signer_call_finish(
    struct signer *s, int fd, const struct msg_head *head, uint64_t entry);

/* The same, and takes the answer's leaves. */
void signer_call_leaves(struct signer *s, int fd, const struct msg_leaves *m);
MUST_USE enum err signer_call_logger(
    struct signer *s, void *request, size_t len, uint64_t *entry);

#endif
