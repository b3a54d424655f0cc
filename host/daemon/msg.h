/*
 * msg.h: every message between zegeld's processes: one enum, one body each.
 * The processes are one program, so bodies are plain structs; the receiver
 * checks length and counts of each before it looks at it.
 *
 *	front  <-> signer   SIGN, ABANDON, APPROVAL_QUERY / results, news;
 *	                    WAITING_QUERY, LEAVES_QUERY the other way
 *	signer <-> logger   APPROVAL, INTEND, SEAL, LEAVE, NOTE / ENTERED
 *	front  <-> logger   RELEASE, EXTEND / ENTERED; any other kind is refused
 *
 * Memory    bodies fit MSG_MAX
 * Chunks    one message is one packet (SOCK_SEQPACKET)
 * Errors    a malformed message is MESSAGE_SYNTAX: the receiver stops
 * Trust     signer trusts front with nothing but delivery; logger trusts
 *           signer for what was signed, front for releases and longer files
 * Limits    MSG_GROUP items a message
 */
#ifndef HOST_DAEMON_MSG_H
#define HOST_DAEMON_MSG_H

#include <stdint.h>

#include "common/alg.h"
#include "common/bounds.h"
#include "common/leaf.h"
#include "common/sha256.h"

#define MSG_GROUP 128
#define MSG_PROOF 17 /* hashes: enough for BOUND_BATCH leaves */
#define MSG_KEY 64
#define MSG_DEVICE 489
#define MSG_MAX 131072

enum msg_type {
	/* front to signer */
	MSG_SIGN = 1,
	MSG_ABANDON = 2,
	MSG_APPROVAL_QUERY = 3,
	MSG_WAITING = 4, /* answers MSG_WAITING_QUERY; err OK: it waits */
	MSG_ENDED = 5, /* news: every leaf under this approval has its end */
	MSG_LEAVES = 6, /* answers MSG_LEAVES_QUERY */
	/* signer to front */
	MSG_SIGNED = 10, /* answers MSG_SIGN and MSG_ABANDON */
	MSG_APPROVED = 11, /* news, and answer to MSG_APPROVAL_QUERY */
	MSG_NOT_APPROVED = 12, /* answer to MSG_APPROVAL_QUERY */
	MSG_REFUSED = 13, /* news: a person refused this root */
	MSG_WAITING_QUERY = 15, /* does a closed batch of this root wait? */
	MSG_KEY_STATE = 14, /* news: what a key's token does */
	MSG_LEAVES_QUERY = 16, /* what lies under the root of a closed batch? */
	/* signer to logger */
	MSG_LOG_APPROVAL = 20,
	MSG_LOG_INTEND = 21,
	MSG_LOG_SEAL = 22,
	MSG_LOG_LEAVE = 23, /* abandoned leaves */
	MSG_LOG_NOTE = 24, /* kinds without items: start, selftest, ... */
	/* front to logger */
	MSG_LOG_RELEASE = 30,
	MSG_LOG_EXTEND = 31, /* of a released seal: another file of it */
	/* logger to both */
	MSG_LOG_ENTERED = 40, /* answers each of the above, when durable */
};

/* Every message begins with it; tag is the sender's own and comes back. */
struct msg_head {
	uint32_t type;
	uint32_t tag;
	uint32_t count; /* items that follow, where the type has items */
	uint32_t err; /* enum err for the whole message; 0 in requests */
};

struct msg_sign_item {
	uint8_t leaf[LEAF_SIZE];
	uint8_t identity[SHA256_SIZE];
	uint8_t timestamp[SHA256_SIZE]; /* of the content, in the store;
					   zeros: there is none */
	uint8_t proof_len;
	uint8_t proof[MSG_PROOF][SHA256_SIZE];
};

struct msg_sign { /* MSG_SIGN, MSG_ABANDON */
	struct msg_head head;
	uint64_t approval; /* log index of the approval entry */
	int64_t signing_time;
	struct msg_sign_item item[MSG_GROUP];
};

struct msg_signed_item {
	uint32_t index;
	uint32_t
	    err; /* enum err; SEALED ones of MSG_ABANDON: LOG_SEALED_ALREADY */
	uint64_t seal; /* log index */
	uint32_t signature_len;
	uint8_t signature[BOUND_SIGNATURE];
};

struct msg_signed {
	struct msg_head head;
	struct msg_signed_item item[MSG_GROUP];
};

struct msg_approval { /* MSG_APPROVAL_QUERY uses root only */
	struct msg_head head;
	uint8_t root[SHA256_SIZE];
	uint64_t approval;
	int64_t expires;
};

enum key_state {
	KEY_READY = 1,
	KEY_NEEDS_PIN = 2,
	KEY_ABSENT = 3,
	KEY_STOPPED = 4, /* a PIN was wrong, or is locked */
	KEY_UNUSABLE = 5, /* certificate or configuration: see err */
	KEY_SILENT = 6, /* a call into the token does not return */
};

/* For people, JSON and the log; "?" for an unknown number. */
const char *msg_key_state_name(enum key_state state);

struct msg_key_state {
	struct msg_head head;
	char key[MSG_KEY];
	uint32_t state; /* enum key_state */
	uint32_t reason; /* enum err, or 0 */
	int64_t since; /* KEY_SILENT: UTC, else 0 */
};

struct msg_leaf {
	uint8_t leaf[LEAF_SIZE];
	uint8_t timestamp[SHA256_SIZE]; /* as in struct msg_sign_item */
};

struct msg_leaves { /* MSG_LEAVES_QUERY uses root and after only */
	struct msg_head head;
	uint8_t root[SHA256_SIZE];
	int64_t after; /* 0, or what the last answer gave */
	int64_t signing_time;
	struct msg_leaf leaf[MSG_GROUP]; /* by index */
};

struct msg_log_approval {
	struct msg_head head;
	uint8_t root[SHA256_SIZE];
	uint8_t certificate[SHA256_SIZE];
	uint8_t digest[SHA256_SIZE]; /* of the approval's octets (approval.h) */
	uint8_t nonce[32];
	uint32_t leaves;
	int64_t time, expires;
	char person[24];
	char means[16];
	char key[MSG_KEY];
	char device[MSG_DEVICE]; /* as the entry has it (host/log/device.h) */
};

struct msg_log_intend_item {
	uint32_t index;
	uint8_t identity[SHA256_SIZE];
};

struct msg_log_intend {
	struct msg_head head;
	uint64_t approval;
	struct msg_log_intend_item item[MSG_GROUP];
};

struct msg_log_seal_item {
	uint32_t index;
	uint32_t signature_len;
	uint8_t leaf[SHA256_SIZE]; /* leaf hash */
	uint8_t signature_digest[SHA256_SIZE]; /* SHA-256(salt || signature) */
	uint8_t identity[SHA256_SIZE];
	uint8_t signature[BOUND_SIGNATURE];
};

struct msg_log_seal { /* MSG_LOG_SEAL; MSG_LOG_LEAVE uses index and leaf */
	struct msg_head head;
	uint64_t approval;
	struct msg_log_seal_item item[MSG_GROUP];
};

struct msg_log_note {
	struct msg_head head;
	uint32_t kind; /* enum entry_kind without items */
	uint8_t root[SHA256_SIZE];
	uint8_t digest[SHA256_SIZE];
	uint32_t leaves;
	char person[24];
	char means[16];
	char key[MSG_KEY];
	char name[MSG_KEY];
	char state[24];
	char reason[64];
};

struct msg_log_release_item {
	uint64_t seal; /* log index of the seal entry */
	uint8_t file[SHA256_SIZE]; /* SHA-256(salt || SHA-256 of the file) */
};

struct msg_log_release { /* MSG_LOG_RELEASE, MSG_LOG_EXTEND */
	struct msg_head head;
	struct msg_log_release_item item[MSG_GROUP];
};

/* What became of each item, in the order of the request. */
struct msg_log_entered_item {
	uint32_t err; /* OK; LOG_SEALED_ALREADY: entry is the seal that is
			 there, with its signature if it is this leaf's;
			 others: nothing was logged */
	uint32_t signature_len;
	uint64_t entry; /* log index */
	uint8_t signature[BOUND_SIGNATURE];
};

struct msg_log_entered {
	struct msg_head head;
	uint64_t entry; /* log index, for types without items */
	struct msg_log_entered_item item[MSG_GROUP];
};

_Static_assert(sizeof(struct msg_sign) <= MSG_MAX, "MSG_MAX");
_Static_assert(sizeof(struct msg_log_seal) <= MSG_MAX, "MSG_MAX");
_Static_assert(sizeof(struct msg_log_entered) <= MSG_MAX, "MSG_MAX");

#endif
