/*
 * msg.h: the messages of the console, to the byte. Host, firmware, simulator
 * and fuzzers know them from here; docs/PROTOCOL.md prints the same table.
 * A body is the fields of its message one behind the other; numbers are
 * big-endian; a text has its length in one octet before it; the tail is what
 * is left of the body.
 *
 *	struct msg m;
 *	e = msg_decode(&m, rx.number, rx.body, rx.len);
 *	if (m.number == MSG_ITEM)
 *		use(m.item.index);
 *	len = msg_encode(&m, frame);
 *
 * Memory    the caller's; texts and tails point into the decoded body
 * Chunks    whole bodies (frame.h)
 * Errors    CONSOLE_MESSAGE: unknown number, too short, too long
 * Trust     lengths are right; what values say is for who handles them: kinds,
 *           forms and algorithms are plain numbers here, so that one that is
 *           not built yet is refused by its number and not as garbage
 * Limits    FRAME_BODY; those of the fields stand in msg_table.c
 */
#ifndef COMMON_MSG_H
#define COMMON_MSG_H

#include <stddef.h>
#include <stdint.h>

#include "common/approval.h"
#include "common/bounds.h"
#include "common/err.h"
#include "common/frame.h"
#include "common/leaf.h"
#include "common/sha256.h"
#include "common/sha512.h"

#define MSG_VERSION 2 /* of 1, BEGIN had neither profile nor language */
#define MSG_TICKET 32
#define MSG_POINT 64 /* P-256: x, then y */
#define MSG_SIGNATURE 64 /* P-256: r, then s */
#define MSG_SEAL_SIGNATURE 96 /* of the seal key: r, then s; P-384 at most */

/* Digits of a PIN, and of the PUK that the appliance makes. */
#define MSG_PIN_MIN 6
#define MSG_PIN 8
#define MSG_PUK 8

/* Of the subject that CSR names, in octets of UTF-8. */
#define MSG_NAME 128
#define MSG_COUNTRY 2

/* ISO 639-1, two small letters. */
#define MSG_LANGUAGE 2

/* Entries of a log that an appliance believes in. */
#define MSG_LOG_MAX ((uint64_t)1 << 40)

/* Of BEGIN, in seconds: how much earlier than the time in the headers now may
 * be, how much later, and how long an approval may be good for. */
#define MSG_NOW_EARLIER 86400
#define MSG_NOW_LATER (31 * 86400)
#define MSG_WINDOW (7 * 86400)

/* "zegel-selftest-v1", then the nonce: what SELFTEST signs. */
#define MSG_SELFTEST_OCTETS (17 + 32)

/* Frames of CHAIN, TIMESTAMP, PAYLOAD and LOAD that may be under way. */
#define MSG_CREDITS 16

enum msg_number {
	/* host to appliance */
	MSG_HELLO = 0x01, /* a new host: whatever was open is void */
	MSG_STATUS = 0x02,
	MSG_BEGIN = 0x03, /* a batch; CHAIN follows */
	MSG_CHAIN = 0x04, /* the certificates, one behind the other */
	MSG_ITEM = 0x05, /* then TIMESTAMP, if announced, and PAYLOAD */
	MSG_TIMESTAMP = 0x06,
	MSG_PAYLOAD = 0x07,
	MSG_REVIEW = 0x08, /* answers WANTED */
	MSG_ARM = 0x09, /* allows one signature over an approved item */
	MSG_COUNTER = 0x0a,
	MSG_LOG_HEAD = 0x0b, /* the log now; the appliance remembers it */
	MSG_ABORT = 0x0c,

	/* of the keys: with a person's consent, but for LOGIN */
	MSG_INIT = 0x10, /* makes the seal key */
	MSG_ENROL = 0x11, /* gives the approval key to a station: anew */
	MSG_LOGIN = 0x12, /* with a PIN; an empty one: by the buttons */
	MSG_CHANGE_PIN = 0x13,
	MSG_UNBLOCK = 0x14, /* a new PIN, by the PUK */
	MSG_RESET = 0x15, /* wipes the seal key */
	MSG_CSR = 0x16, /* composed and signed by the appliance */
	MSG_CERTIFICATE = 0x17, /* of the seal key; LOAD follows */
	MSG_LOAD = 0x18,
	MSG_SELFTEST = 0x19,

	/* appliance to host */
	MSG_HELLO_REPLY = 0x41,
	MSG_STATUS_REPLY = 0x42,
	MSG_BEGUN = 0x43,
	MSG_CREDIT = 0x44,
	MSG_RESULT = 0x45, /* of one item */
	MSG_ROOT = 0x46, /* of all: now a person reads it */
	MSG_WANTED = 0x47, /* the person wants to see that item */
	MSG_APPROVED = 0x48,
	MSG_REFUSED = 0x49,
	MSG_ARMED = 0x4a,
	MSG_COUNTER_REPLY = 0x4b,
	MSG_LOG_HEAD_REPLY = 0x4c,
	MSG_ABORTED = 0x4d,
	MSG_ASKED = 0x50, /* a person reads what was asked for */
	MSG_DONE = 0x51, /* it was consented to, and is done */
	MSG_ENROLLED = 0x52, /* so was ENROL */
	MSG_REQUEST = 0x53, /* and CSR */
	MSG_SELFTESTED = 0x54, /* and SELFTEST */
	MSG_ERROR = 0x7f, /* what failed; tickets are void from here */
};

/* Of an item. */
enum item_form {
	FORM_CANONICAL = 1, /* refused unless the payload is canonical */
	FORM_AS_IS = 2,
};

/* Bits of hello_reply.flags. */
enum msg_flag {
	MSG_FLAG_TRNG = 1 << 0, /* random numbers of the board's own */
	MSG_FLAG_REMOVABLE = 1 << 1, /* the store can be taken out, and back */
	MSG_FLAG_KEY = 1 << 2, /* there is an approval key */
};

/* Of status_reply.waiting: for what, and so for whom. */
enum msg_waiting {
	MSG_WAITING_NOTHING = 0,
	MSG_WAITING_HOST = 1, /* the rest of what it began, or REVIEW */
	MSG_WAITING_CONSENT = 2, /* a person reads, and holds select */
	MSG_WAITING_PIN = 3, /* a person types it by the buttons */
	MSG_WAITING_PUK = 4, /* a person copies it from the screen */
	MSG_WAITING_ARM = 5, /* approved: items may be armed */
};

/* Of status_reply.key. */
enum msg_key {
	MSG_KEY_NONE = 0, /* as it left the factory, or after RESET */
	MSG_KEY_READY = 1,
	MSG_KEY_DAMAGED = 2, /* the store is: only RESET is left */
};

struct msg_octets {
	const uint8_t *p;
	size_t len;
};

struct msg {
	uint8_t number; /* enum msg_number */
	union {
		struct {
			uint8_t version_low, version_high;
		} hello;
		struct {
			uint8_t version;
			uint8_t board_class;
			uint8_t flags;
			uint8_t kinds; /* bit 1 << kind: built */
			uint8_t firmware[SHA256_SIZE];
			uint8_t point[MSG_POINT]; /* of the approval key */
		} hello_reply;
		struct {
			uint8_t state; /* firmware/ctx.h, docs/PROTOCOL.md */
			uint16_t reason; /* enum err; 0: none */
			uint32_t count, received;
			uint64_t counter;
			uint8_t waiting; /* enum msg_waiting */
			uint8_t asked; /* number of the message; 0: none */
			uint8_t key; /* enum msg_key */
			uint8_t alg; /* ALG_ES256, ALG_ES384; 0: no key */
			uint8_t pin_tries; /* the last is the buttons' only */
			uint8_t puk_tries;
			uint8_t logged_in; /* 0 or 1: the key may be used */
			/* SHA-256 of it; zeros: there is none */
			uint8_t certificate[SHA256_SIZE];
			struct msg_octets station; /* as INIT named it */
		} status_reply;
		struct {
			uint8_t nonce[32];
			uint32_t count;
			uint8_t certificate[SHA256_SIZE];
			struct msg_octets station, origin; /* UTF-8 */
			uint8_t profile; /* enum item_profile, of all items */
			uint8_t alg; /* of all items */
			uint8_t signing_time; /* enum signing_time */
			uint64_t time; /* in the headers */
			uint64_t now, expires; /* of the approval */
			uint8_t chain_len;
			uint16_t certificate_len[BOUND_CHAIN];
			/* of summaries, as summary_init takes it; zeros: none
			 * is preferred */
			uint8_t language[MSG_LANGUAGE];
		} begin;
		struct {
			uint16_t credits;
		} begun;
		struct {
			struct msg_octets octets;
		} bulk; /* CHAIN, TIMESTAMP, PAYLOAD, LOAD */
		struct {
			uint8_t kind, form, profile, alg;
			uint32_t index;
			uint32_t payload_len;
			uint16_t timestamp_len; /* 0: none */
			uint8_t crit_timestamp; /* 0 or 1 */
			uint8_t salt[LEAF_SALT];
			uint8_t payload[SHA256_SIZE]; /* what the host has */
			uint8_t tbs[SHA512_SIZE];
		} item;
		struct {
			uint16_t credits;
		} credit; /* that many more */
		struct {
			uint8_t leaf[LEAF_SIZE];
			uint8_t ticket[MSG_TICKET];
		} result; /* and ARM */
		struct {
			uint32_t count;
			uint8_t root[SHA256_SIZE];
		} root;
		struct {
			uint32_t index;
		} wanted;
		struct {
			uint8_t leaf[LEAF_SIZE];
			uint8_t ticket[MSG_TICKET];
			struct msg_octets summary; /* summary_octets.h */
		} review;
		struct {
			uint8_t approval[APPROVAL_SIZE];
			uint8_t signature[MSG_SIGNATURE];
		} approved;
		struct {
			uint16_t reason;
			uint8_t root[SHA256_SIZE];
		} refused;
		struct {
			uint32_t index;
		} armed;
		struct {
			uint8_t nonce[32];
		} counter;
		struct {
			uint64_t counter;
			uint8_t chain[SHA256_SIZE];
			uint8_t signature[MSG_SIGNATURE];
		} counter_reply;
		struct {
			uint64_t size; /* up to MSG_LOG_MAX */
			uint8_t root[SHA256_SIZE];
			uint8_t origin[SHA256_SIZE]; /* SHA-256 of its name */
		} log_head; /* and LOG_HEAD_REPLY: the one before */
		struct {
			uint64_t now; /* by the host's clock */
			uint8_t alg; /* ALG_ES256, ALG_ES384 */
			struct msg_octets station; /* UTF-8 */
			struct msg_octets pin; /* digits */
		} init;
		struct {
			uint8_t nonce[32];
			struct msg_octets station; /* UTF-8 */
		} enrol;
		struct {
			struct msg_octets pin;
		} login;
		struct {
			struct msg_octets old, pin;
		} change_pin;
		struct {
			struct msg_octets puk, pin;
		} unblock;
		struct {
			/* none may be empty */
			struct msg_octets country; /* ISO 3166, two letters */
			struct msg_octets organisation;
			struct msg_octets organisation_id; /* 2.5.4.97 */
			struct msg_octets common_name;
		} csr;
		struct {
			uint16_t len;
			uint8_t digest[SHA256_SIZE];
		} certificate;
		struct {
			uint8_t nonce[32];
		} selftest;
		struct {
			uint8_t number;
		} asked; /* and DONE: of the message that asked */
		struct {
			uint8_t point[MSG_POINT]; /* of the approval key */
			uint8_t firmware[SHA256_SIZE];
			uint8_t board_class;
			uint8_t flags; /* as in hello_reply */
			uint64_t counter;
			uint8_t signature[MSG_SIGNATURE];
		} enrolled; /* signed: see msg_enrol_octets */
		struct {
			struct msg_octets der; /* CertificationRequest */
		} request;
		struct {
			uint8_t alg;
			uint8_t message[MSG_SELFTEST_OCTETS];
			struct msg_octets signature;
		} selftested;
		struct {
			uint16_t reason;
			uint8_t number; /* message, 0: none */
			uint8_t state; /* in which it was met */
			uint32_t index; /* items that were complete */
			uint64_t offset; /* in the payload */
		} error;
	};
};

MUST_USE enum err msg_decode(
    struct msg *m, unsigned number, const uint8_t *body, size_t len);

/* The whole frame; 0 if a text or tail is longer than its field may be. */
size_t msg_encode(const struct msg *m, uint8_t out[static FRAME_MAX]);

/* The table behind both, for who prints it. */
enum msg_type {
	MSG_NUMBER = 1, /* size octets */
	MSG_FIXED = 2, /* size octets */
	MSG_TEXT = 3, /* a length in one octet, then up to size octets */
	MSG_TAIL = 4, /* the rest, 1 to size octets */
};

struct msg_field {
	const char *name;
	uint8_t type;
	uint16_t size;
	uint16_t at; /* in struct msg */
};

struct msg_form {
	const char *name;
	uint8_t number;
	uint8_t fields;
	const struct msg_field *field;
};

/* By place from 0; NULL behind the last. */
const struct msg_form *msg_form_at(size_t place);
const struct msg_form *msg_form_find(unsigned number);

/* What a COUNTER's reply is signed over: SHA-256 of these octets. */
#define MSG_COUNTER_OCTETS (16 + 32 + 8 + SHA256_SIZE)
void msg_counter_octets(const uint8_t nonce[static 32], uint64_t counter,
    const uint8_t chain[static SHA256_SIZE],
    uint8_t out[static MSG_COUNTER_OCTETS]);

/*
 * What ENROLLED is signed over by the key that it names: SHA-256 of
 *
 *	14  "zegel-enrol-v1"
 *	32  the host's nonce
 *	32  SHA-256 of the station's name
 *	64  point
 *	32  digest of the firmware
 *	 1  board class
 *	 1  flags
 *	 8  counter
 */
#define MSG_ENROL_OCTETS (14 + 32 + SHA256_SIZE + MSG_POINT + SHA256_SIZE + 10)
void msg_enrol_octets(const uint8_t nonce[static 32], const void *station,
    size_t station_len, const struct msg *enrolled,
    uint8_t out[static MSG_ENROL_OCTETS]);

#endif
