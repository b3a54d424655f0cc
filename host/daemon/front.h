/*
 * front.h: the inside of the front process, shared by its files only:
 *   front.c          the loop: sockets, one transaction a round, then work
 *   front_client.c   lines in and out of the command line's connections
 *   front_verbs.c    what the command line can ask
 *   front_intake.c   a draft: check, store, queue
 *   front_close.c    a batch: prepare and freeze each draft, fix the root
 *   front_check.c    was a key's certificate revoked?
 *   front_extend.c   a released file has a longer form
 *   front_content.c  in between, where wanted: timestamps of the payloads
 *   front_header.c   the header of one item
 *   front_prepare.c  what is frozen of each draft
 *   front_tree.c     what is kept of a closed batch until it is done
 *   front_consent.c  a person's consent, as signer tells it
 *   front_seal.c     an approved batch: groups to signer and back
 *   front_release.c  sealed files on their way: write, log, name
 *   front_files.c    sealed files: compose, check
 *   front_name.c     they get their names and proofs
 *   front_stamps.c   what a seal beyond level B needs, from the network
 *   front_spool.c    the drop folder
 *   front_purge.c    retention
 *
 * Memory    bounded: clients, groups in flight, two documents a thread
 * Chunks    work is done in slices, so that clients are answered meanwhile
 * Errors    to the client that asked, or in the item
 * Trust     front has no key and no PIN; signer checks what front asks for
 * Limits    FRONT_CLIENTS clients, FRONT_GROUPS groups
 */
#ifndef HOST_DAEMON_FRONT_H
#define HOST_DAEMON_FRONT_H

#include <cjson/cJSON.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include "common/leaf.h"
#include "common/merkle.h"
#include "host/base/config.h"
#include "host/base/pool.h"
#include "host/daemon/batch_tree.h"
#include "host/daemon/front_stamps.h"
#include "host/daemon/ipc.h"
#include "host/daemon/key_chain.h"
#include "host/daemon/process.h"
#include "host/daemon/reply.h"
#include "host/log/log.h"
#include "host/queue/queue.h"
#include "host/queue/store.h"

#define FRONT_CLIENTS 32
#define FRONT_GROUPS 8
#define FRONT_SIGNING 4 /* of them at signer, which takes no more */
#define FRONT_STAMPING 2 /* of them wait for timestamps */
#define FRONT_STAMPS 8 /* items of one of these: others wait less long */
#define FRONT_CONTENT 2 /* places for content timestamps to come */
#define FRONT_STAMPED 32 /* items of one of these */
#define FRONT_SLICES 3
#define FRONT_RUNS 4
#define FRONT_PARKED 64
#define FRONT_EXTENDS 8
#define FRONT_REOPENED 8
#define FRONT_CONSENTS 8

struct front_client {
	int fd; /* -1: free */
	char in[REPLY_LINE];
	size_t in_len;
	int passed[16]; /* descriptors that came, oldest first */
	size_t passed_count;
	char *out; /* replies; sent only after the round's commit */
	size_t out_len, out_cap;
};

struct front_slice;

/* A batch that is being closed. While one slice of it is made durable, the
 * pool freezes the next. */
struct front_closing {
	bool active;
	struct front_slice *slice[FRONT_SLICES]; /* oldest first; NULL: none */
	bool taken; /* every item was put into a slice */
	struct batch batch;
	struct key_chain *key;
	struct jades_tbs header; /* the header's octets are hashed already;
				    where each item has its own, not used */
	enum item_state from; /* what is looked for: QUEUED, or STAMPED */
	bool stamps; /* what was queued goes on to be stamped */
	int64_t after; /* last item that was looked at */
	struct merkle merkle;
	uint8_t (*leaf)[SHA256_SIZE]; /* hashes of what is frozen */
	size_t leaf_cap;
};

/* Items whose content timestamps are asked for; front_content.c. */
struct front_stamped {
	int64_t item;
	uint8_t payload[SHA256_SIZE];
	enum err err; /* why nobody can be asked for it */
	uint8_t *token; /* NULL: none has come */
	size_t len;
	int64_t time;
};

struct front_content {
	struct front *front;
	enum {
		CONTENT_FREE = 0,
		CONTENT_ASKING,
		CONTENT_KEEPING, /* durable when the round ends */
	} stage;
	int64_t batch;
	enum item_profile profile;
	uint32_t count;
	struct front_stamped one[FRONT_STAMPED];
	struct pool_job job;
};

/* The member "protected" of one item. */
struct front_header {
	char *text;
	size_t len;
};

enum front_phase {
	PHASE_RECOVER = 1, /* sealed before a crash: released first */
	PHASE_SIGN = 2,
	PHASE_LEAVE = 3, /* approval ended: the rest is abandoned */
};

/* An approved batch on its way. */
struct front_run {
	bool active;
	bool durable; /* its batch is approved on the disk, too */
	struct batch batch;
	enum config_level level; /* of its files */
	struct batch_tree tree;
	char *header; /* base64url protected header, see front_header.c */
	size_t header_len;
	enum front_phase phase;
	bool unfit; /* the header is not the leaves': nothing is signed */
	int64_t after; /* last item that was taken up in this phase */
	unsigned groups; /* in flight */
	int64_t stamped; /* last item that was taken up for its timestamps */
	bool rows; /* this round says of some that they are sealed */
	int64_t hold; /* not before this tick: after a failure */
};

enum front_stage {
	STAGE_FREE = 0,
	STAGE_SIGNING, /* at signer */
	STAGE_LEAVING, /* at signer, to be abandoned */
	STAGE_WRITING, /* rows say sealed; the pool writes the files */
	STAGE_WRITTEN, /* files wait for a sync */
	STAGE_SYNCED, /* files are durable, rows when the round ends */
	STAGE_RELEASING, /* waits for the release entries */
	STAGE_NAMING, /* the pool gives files their names and proofs */
	STAGE_NAMED, /* names wait for a sync, then rows say released */
};

struct front_group {
	struct front *front;
	enum front_stage stage;
	struct front_run *run;
	uint32_t count;
	struct item item[MSG_GROUP];
	uint32_t releasing; /* items of the release request */
	uint32_t slot[MSG_GROUP];
	struct {
		enum err err;
		uint64_t entry;
	} entered[MSG_GROUP]; /* the answer */
	uint32_t named; /* so many of the request have their names */
	bool fresh; /* all of it was signed now, nothing before a crash */
	bool rows; /* the round's transaction has rows of it */
	bool lost; /* and was undone */
	bool stamps; /* its files wait for the network, in a thread for it */
	bool syncing; /* the sync that runs is for it, too */
	struct pool_job job;
	atomic_int err; /* enum err of the job, with its fault */
	struct fault fault;
};

/* One at a time, in the pool, of spool/out. */
struct front_sync {
	bool busy;
	struct pool_job job;
	enum err err;
	struct fault fault;
};

/* A root that a person is consenting to at this moment. */
struct front_consent {
	uint8_t root[SHA256_SIZE];
	int64_t until; /* tick */
};

/* A longer form of a released file, for the log; front_extend.c. */
struct front_extend {
	struct front *front;
	enum {
		EXTEND_FREE = 0,
		EXTEND_CHECKING, /* the pool reads it; one at a time */
		EXTEND_LOGGING, /* logger is asked */
		EXTEND_DONE, /* err, or entry, for who comes with the ticket */
	} stage;
	uint64_t ticket;
	uint64_t seal;
	struct leaf leaf;
	int fd;
	uint8_t file[SHA256_SIZE]; /* as the entry has it */
	enum err err;
	struct fault fault;
	uint64_t entry;
	int64_t until; /* tick: free then */
	struct pool_job job;
};

/* A round of retention. */
struct front_purge {
	bool active, in_batch, settle;
	struct batch batch; /* the last that was looked at */
	uint64_t purged;
	int64_t next; /* not before this time */
};

struct front_key;

/* Whether its certificate was revoked; front_check.c. */
struct front_check {
	struct front *front;
	const struct front_key *key;
	bool asking; /* err and fault are the job's */
	bool known;
	int64_t until; /* tick: so long the answer counts */
	enum err err; /* REVOKED, or why it is not known */
	struct fault fault;
	struct pool_job job;
};

struct front_key {
	struct key_chain chain; /* count 0: not usable, see reason */
	enum err reason;
	enum key_state state;
	enum err state_reason;
	int64_t silent_since; /* UTC, or 0 */
	struct front_check check;
};

/* A batch that was closing and is open again, for who asks why. */
struct front_reopened {
	int64_t batch;
	enum err err;
	char why[FAULT_DETAIL];
};

struct front {
	const struct process *p;
	const struct config *config;
	struct queue *queue;
	struct store *store;
	struct pool *pool;
	struct front_stamps *stamps; /* NULL: nobody is asked for timestamps */
	int64_t before; /* items up to this one were taken in by another run of
			   this program, perhaps by other rules */
	bool begun; /* a transaction is open */
	enum err doomed; /* why this round must not be made durable */
	enum err broken; /* why the queue cannot be written now */
	int64_t hold; /* no work before this tick: disk full, ... */
	uint8_t station_key[32];
	char out_dir[STATION_PATH], in_dir[STATION_PATH];
	int out_fd; /* spool/out, to sync: opened before anything is written,
		       since later ones do not hear of earlier errors */
	char refused_dir[STATION_PATH], log_dir[STATION_PATH];
	char trees_dir[STATION_PATH + 8]; /* store/trees */
	struct front_key key[CONFIG_KEYS];
	size_t key_count;
	struct front_client client[FRONT_CLIENTS];
	struct front_closing closing;
	struct front_reopened reopened[FRONT_REOPENED]; /* the latest */
	size_t reopenings;
	struct front_content content[FRONT_CONTENT];
	int64_t stamping_last; /* the batch whose turn it was */
	struct front_run run[FRONT_RUNS];
	struct front_group group[FRONT_GROUPS];
	struct front_sync sync;
	pthread_mutex_t naming; /* of files in spool/out */
	int64_t parked[FRONT_PARKED]; /* batches that cannot go on */
	size_t parked_count;
	struct front_extend extend[FRONT_EXTENDS];
	uint64_t extend_ticket; /* the last that was given */
	struct front_consent consent[FRONT_CONSENTS];
	size_t consents;
	bool querying; /* signer is being asked for approvals */
	int64_t query_after;
	int64_t last_spool;
	struct front_purge purge;
	struct front_spool *spool;
	union msg in, out;
};

/* Opens the round's transaction if it is not open. Who finds that a part of
 * the round failed sets doomed: nobody else's part may be undone without his
 * hearing of it. */
MUST_USE enum err front_begin(struct front *f, struct fault *fault);
/* Makes the round durable; on failure everything of it is undone. */
MUST_USE enum err front_commit(struct front *f, struct fault *fault);
struct front_key *front_key(struct front *f, const char *name);
int64_t front_now(void); /* UTC */
int64_t front_tick(void); /* never set back: for everything that waits */
/* Is it the station that failed, and not the draft? Then what was done is
 * undone and tried again. */
bool front_is_passing(enum err e);

/* front_client.c */
void front_client_accept(struct front *f);
void front_client_read(struct front *f, struct front_client *c);
void front_client_write(struct front_client *c);
void front_client_reply(struct front_client *c, cJSON *reply);
void front_client_close(struct front_client *c);
/* Replies of a round that failed say so instead. */
void front_client_revoke(struct front *f, size_t *mark, const struct fault *e);

/* front_verbs.c. fd is closed by the caller. */
cJSON *front_verb(struct front *f, const cJSON *request, int fd);
/* By id or name of the request's member "batch". */
MUST_USE enum err front_find_batch(
    struct front *f, const cJSON *request, struct batch *b);

/* front_intake.c */
struct edc_report;
/* PROFILE_LEVEL: the level is none that the profile has. */
enum err front_profile_level(
    const struct profile *profile, struct fault *fault);
/* profile: its name, "" for the batch's; of a new batch, the station's. */
MUST_USE enum err front_intake(struct front *f, const char *batch,
    const char *profile, const char *name, const uint8_t *draft, size_t len,
    bool again, struct item *item, struct edc_report *report,
    struct fault *fault);

/* front_close.c */
MUST_USE enum err front_close_begin(
    struct front *f, struct batch *b, const char *key, struct fault *fault);
bool front_close_work(struct front *f);
/* Begins again with what is durable: nothing of it is under way then. */
void front_close_drop(struct front *f);
MUST_USE enum err front_reopen(
    struct front *f, struct batch *b, struct fault *fault);
/* A closed batch that nobody has approved: HEADER_DIFFERS, and it reopens, if
 * signer would compose another header by now than its leaves were made with. */
enum err front_close_check(struct front *f, struct batch *b);
/* Why the station opens it again, for who asks. */
void front_close_note(
    struct front *f, const struct batch *b, enum err e, const char *why);
#define FRONT_HEADER_CHANGED                                                   \
	"zegel.conf or the certificate's chain has changed since it was closed"

/* front_check.c */
/* False while it is being asked. */
bool front_check_is_known(struct front *f, struct front_key *k);
/* As far as it was asked within the last minute. */
bool front_check_is_revoked(const struct front_key *k);

/* front_content.c */
bool front_content_work(struct front *f);
/* After the round's commit. */
void front_content_settled(struct front *f, bool durable);
/* Returns when no thread is at a payload. */
void front_content_drain(struct front *f);

/* front_header.c */
bool front_header_is_stamped(const struct item *item);
/* What is kept for a batch whose items have a content timestamp each. */
void front_header_keep_place(struct jades_header *header);
/* The item's own out of what is kept. To be freed, also after an error. */
MUST_USE enum err front_header_load(struct front *f, const char *kept,
    size_t kept_len, const struct item *item, struct front_header *out);
void front_header_free(struct front_header *h);
/* Is it, with that payload, what the leaf says was to be signed? */
MUST_USE enum err front_header_check(const struct front_header *h,
    const struct leaf *leaf, const uint8_t *payload, size_t len);
/* The one that signer will compose, with the item's timestamp if it has one. */
MUST_USE enum err front_header_compose(struct front *f,
    const struct key_chain *key, const struct batch *b, const struct item *item,
    const uint8_t *payload, size_t payload_len, struct jades_tbs *tbs,
    struct fault *fault);
/* HEADER_DIFFERS if that is not what the batch's frozen items were made with:
 * one tells for all. */
MUST_USE enum err front_header_check_batch(
    struct front *f, const struct key_chain *key, const struct batch *b);

/* front_prepare.c. Canonical bytes in a new buffer, for the batch that is being
 * closed. */
struct stored;
MUST_USE enum err front_prepare(struct front *f, int64_t item,
    const struct stored *draft, uint8_t **payload, size_t *len,
    struct fault *fault);

/* front_tree.c. stamped: each item has a content timestamp. */
MUST_USE enum err front_tree_keep(struct front *f, const struct batch *b,
    const struct key_chain *key, bool stamped,
    const uint8_t (*leaves)[SHA256_SIZE], struct fault *fault);
/* tree is the caller's to free, even after an error; header with free().
 * HEADER_DIFFERS: both are there, but nothing can be sealed with the header. */
MUST_USE enum err front_tree_load(struct front *f, const struct batch *b,
    struct batch_tree *tree, char **header, size_t *header_len);
/* Removes those that no closed or approved batch needs. Not within a round: a
 * batch that is reopened or done there may not be so on the disk. */
void front_tree_sweep(struct front *f);

/* front_consent.c */
void front_consent_asked(struct front *f, const struct msg_approval *m);
void front_consent_leaves(struct front *f, const struct msg_leaves *m);
void front_consent_approved(struct front *f, const struct msg_approval *m);
void front_consent_refused(struct front *f, const struct msg_approval *m);
void front_consent_absent(struct front *f, const struct msg_approval *m);
/* While it is, the batch of that root must not be reopened. */
bool front_consent_is_open(
    const struct front *f, const uint8_t root[static SHA256_SIZE]);
/* Asks signer for approvals that were given while front was away. */
void front_consent_query(struct front *f);
bool front_consent_work(struct front *f);

/* front_seal.c */
/* What the batch's seals hold when they are released. */
enum config_level front_level(const struct front *f, const struct batch *b);
/* After the round's commit. */
void front_seal_settled(struct front *f, bool durable);
bool front_seal_work(struct front *f);
void front_seal_signed(struct front *f, const struct msg_signed *m);
/* The group's place is free; its run begins again with what is durable if the
 * group did not come to its end. */
void front_seal_finish(struct front_group *g, bool good);

/* front_release.c */
/* Files of the group's sealed items, beside their final names. */
void front_release_write(struct front *f, struct front_group *g);
void front_release_entered(struct front *f, const struct msg_log_entered *m);
bool front_release_work(struct front *f);
/* After the round's commit: release requests may be sent. */
void front_release_settled(struct front *f, bool durable);
/* Returns when no thread is at a file. */
void front_release_drain(struct front *f);

/* front_files.c */
MUST_USE enum err front_file_folder(
    struct front *f, const struct front_run *r, struct fault *fault);
/* fresh: it was signed now, so that no earlier run can have made its file. */
MUST_USE enum err front_file_write(struct front *f, const struct front_run *r,
    struct item *item, bool fresh, struct fault *fault);

/* front_name.c */
MUST_USE enum err front_file_name(struct front *f, const struct front_run *r,
    const struct item *item, struct log *log, struct fault *fault);

/* front_extend.c */
struct front_extended {
	bool pending; /* else: entry */
	uint64_t ticket; /* to ask with; 0: the file has to come again */
	uint64_t entry;
};
/* fd: the file; closed by the caller, who may do so at once. */
MUST_USE enum err front_extend(struct front *f, const cJSON *request, int fd,
    struct front_extended *out, struct fault *fault);
/* What became of it. */
MUST_USE enum err front_extended(struct front *f, uint64_t ticket,
    struct front_extended *out, struct fault *fault);
void front_extend_work(struct front *f);
void front_extend_entered(struct front *f, const struct msg_log_entered *m);

/* front_purge.c */
bool front_purge_work(struct front *f);
/* After the round's commit. */
void front_purge_settled(struct front *f, bool durable);

/* front_spool.c */
bool front_spool_work(struct front *f);
/* After the round's commit: what was taken in may go from spool/in. */
void front_spool_settled(struct front *f, bool durable);

#endif
