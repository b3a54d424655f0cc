/*
 * ctx.h: all that changes in an appliance, in one struct, so that a test can
 * run many of them at once. Who only runs one needs core.h.
 *
 *	static struct ctx ctx;
 *	core_init(&ctx, &port);
 *
 * Memory    the caller's; may be neither copied nor moved; CTX_OCTETS at most
 * Chunks    no streams
 * Errors    ctx.failure: what the screen and MSG_ERROR say
 * Trust     what a host sent stands in batch, item and room, and is named as
 *           checked where it is
 * Limits    one batch; of its items one at a time; common/bounds.h
 */
#ifndef FIRMWARE_CTX_H
#define FIRMWARE_CTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bounds.h"
#include "common/err.h"
#include "common/frame.h"
#include "common/jades_stream.h"
#include "common/jcs.h"
#include "common/leaf.h"
#include "common/merkle.h"
#include "common/msg.h"
#include "common/summary.h"
#include "common/summary_octets.h"
#include "firmware/buttons.h"
#include "firmware/ccid.h"
#include "firmware/piv.h"
#include "firmware/usb.h"

/* Of 48 KiB, the rest is for stack, screen and wolfCrypt. */
#define CTX_OCTETS 40960

/* Numbers travel in status_reply.state and error.state. */
enum state {
	STATE_START = 0, /* no host has said hello yet */
	STATE_IDLE = 1,
	STATE_CHAIN = 2, /* certificates come */
	STATE_READY = 3, /* for the next item */
	STATE_TIMESTAMP = 4,
	STATE_PAYLOAD = 5,
	STATE_REVIEW = 6, /* a person reads */
	STATE_WANTED = 7, /* and waits for an item to be sent again */
	STATE_APPROVED = 8, /* items may be armed */
	STATE_REFUSED = 9,
	STATE_FAILED = 10,
	STATE_ASKED = 11, /* a person reads what is to be done with a key */
	STATE_PUK = 12, /* and copies the PUK of a key that is not kept yet */
	STATE_PIN = 13, /* and types a PIN */
	STATE_LOAD = 14, /* a certificate comes */
	STATE_DONE = 15, /* what was asked is */
	STATE_COUNT = 16,
};

/* What comes from a person or a clock, beside the numbers of messages. */
enum event {
	EVENT_HELD = 0x100, /* select, long enough: consent */
	EVENT_LEFT = 0x101, /* refusal */
	EVENT_TURN = 0x102, /* to a page with another item */
	EVENT_SILENCE = 0x103, /* of the host, in the middle of a batch */
	EVENT_TIMEOUT = 0x104, /* nobody presses anything, or too late */
};

/* What outlives a reset. */
struct memory {
	uint64_t counter; /* signatures made so far */
	uint64_t time; /* of the last approval */
	uint8_t chain[SHA256_SIZE]; /* SHA-256(chain || signed digest) */
	uint64_t log_size;
	uint8_t log_root[SHA256_SIZE];
	uint8_t
	    log_origin[SHA256_SIZE]; /* of its name; with a size of 0: none */
};

/* The seal key and what belongs to it, as the key store has them. */
struct key_state {
	enum msg_key key;
	enum alg_number alg; /* ALG_ES256, ALG_ES384 */
	uint8_t pin_tries; /* the last is the buttons' only */
	uint8_t puk_tries;
	bool is_open; /* the PIN was right: it may sign */
	uint8_t point[MSG_SEAL_SIGNATURE]; /* x, then y */
	uint16_t certificate_len; /* 0: none */
	uint8_t certificate[SHA256_SIZE];
	uint8_t station_len;
	char station[BOUND_STATION_NAME];
};

/* What INIT asks for. */
struct key_wish {
	enum alg_number alg;
	uint64_t now;
	struct msg_octets station, pin;
};

/* What the core asks of the key store: vault.h says what each does. */
struct key_calls {
	enum err (*make)(void *vault, const struct key_wish *wish,
	    uint8_t puk[static MSG_PUK]);
	enum err (*keep)(void *vault);
	void (*drop)(void *vault);
	enum err (*login)(
	    void *vault, const struct msg_octets *pin, bool by_buttons);
	void (*logout)(void *vault);
	enum err (*change_pin)(void *vault, const struct msg_octets *old,
	    const struct msg_octets *pin);
	enum err (*unblock)(void *vault, const struct msg_octets *puk,
	    const struct msg_octets *pin);
	enum err (*wipe)(void *vault);
	enum err (*sign)(
	    void *vault, const uint8_t *digest, size_t len, uint8_t *rs);
	enum err (*put_certificate)(
	    void *vault, const uint8_t *der, size_t len);
	size_t (*get_certificate)(
	    void *vault, uint32_t offset, uint8_t *buf, size_t cap);
};

/* What the core asks of the rest of the firmware. */
struct port {
	void *arg; /* given to each of the functions */
	enum err (*random)(void *arg, uint8_t *out, size_t len);
	/* With the approval key: P-256, r || s. */
	enum err (*sign)(void *arg, const uint8_t digest[static SHA256_SIZE],
	    uint8_t signature[static MSG_SIGNATURE]);
	/* false unless it will be there after a loss of power. */
	bool (*remember)(void *arg, const struct memory *memory);
	const struct key_state *key;
	const struct key_calls *keys;
	void *vault; /* given to each of those */
	const char *board;
	const char *warning; /* on the screen, or NULL */
	uint8_t board_class;
	uint8_t flags; /* enum msg_flag */
	uint8_t firmware[SHA256_SIZE];
	uint8_t point[MSG_POINT];
	struct memory memory; /* as remembered last */
};

/* Batches are too long to be read: the most frequent titles, by their first
 * appearance. */
#define BATCH_TITLES 6
#define BATCH_TITLE_TEXT 48
#define BATCH_INSTITUTION 128

struct title {
	uint8_t digest[8]; /* of the whole text */
	uint32_t count;
	uint8_t len;
	bool cut;
	char text[BATCH_TITLE_TEXT];
};

struct batch {
	uint8_t key[32]; /* of tickets; zeros: all of them are void */
	uint8_t device_nonce[32];
	uint8_t nonce[32]; /* the host's, in the approval */
	uint32_t count, received;
	uint32_t not_understood; /* items of which the screen says so */
	uint32_t begun; /* board's milliseconds */
	uint64_t time; /* in the headers */
	uint64_t now, expires; /* by the host's clock */
	enum item_profile profile; /* of all items, as alg */
	enum alg_number alg;
	enum signing_time signing_time;
	uint8_t certificate[SHA256_SIZE];
	uint8_t station[SHA256_SIZE], origin[SHA256_SIZE]; /* of the names */
	char station_name[BOUND_STATION_NAME];
	char language[MSG_LANGUAGE]; /* of summaries; zeros: none preferred */
	uint8_t station_len;
	uint8_t institution_len; /* from the certificate */
	char institution[BATCH_INSTITUTION];
	struct merkle tree;
	uint8_t root[SHA256_SIZE];
	struct title title[BATCH_TITLES];
	uint32_t other_titles;
	uint8_t chain_len, chain_at; /* certificates, and which one comes */
	uint16_t certificate_len[BOUND_CHAIN];
	uint16_t certificate_got;
	uint16_t chain_rest; /* octets that are still to come */
	struct jades_stream header; /* up to the signing time */
};

struct item {
	struct leaf leaf;
	uint32_t payload_len, got;
	uint16_t timestamp_len, timestamp_got;
	bool crit_timestamp;
	uint8_t payload[SHA256_SIZE], tbs[SHA512_SIZE]; /* the host's */
	struct jades_stream hash; /* header, then payload */
	uint8_t token_head[DER_HEAD_MAX]; /* what the timestamp begins with */
	uint8_t token_head_len;
};

/* What a person looks at in a review. */
struct view {
	uint32_t page; /* 0: the batch; n: item n - 1 */
	uint16_t top; /* first line shown */
	bool shown; /* room.review is that item, and checked */
};

struct failure {
	enum err err;
	uint32_t index; /* items that were complete */
	uint64_t offset; /* in the payload */
	bool of_batch; /* else of what was asked for */
};

/* What is to be done with a key, as the host asked for it and as it stands on
 * the screen. */
#define ASK_TEXTS 4

struct ask {
	uint8_t nonce[32];
	uint64_t now;
	enum alg_number alg;
	uint8_t text_len[ASK_TEXTS];
	uint8_t text[ASK_TEXTS][MSG_NAME];
	uint8_t puk[MSG_PUK]; /* STATE_PUK */
	uint8_t pin[MSG_PIN], pin_len, digit; /* STATE_PIN */
	uint16_t len, got; /* of octets */
	uint8_t digest[SHA256_SIZE];
	uint8_t octets[BOUND_CERTIFICATE]; /* certificate, or request */
	int64_t until;
};

/* Both or neither: a flipped bit is no consent. */
#define CONSENT_GIVEN 0x5ac3963cu

/* Room for what the longest message and its credit make of answers. */
#define CTX_OUT FRAME_MAX
#define CTX_OUT_RESERVE 512

struct ctx {
	const struct port *port;
	struct memory memory;
	enum state state;
	struct failure failure;
	struct frame_rx rx;
	uint8_t out[CTX_OUT]; /* frames that the host has not taken yet */
	size_t out_len;
	uint16_t credits; /* the host's */
	uint32_t now, heard, touched; /* milliseconds */
	uint32_t approved; /* when */
	uint32_t consent;
	struct buttons buttons;
	struct view view;
	struct batch batch;
	struct item item;
	uint8_t asked; /* number of the message a person reads or read, or 0 */
	bool armed; /* this digest may be signed once */
	struct leaf armed_leaf;
	struct usb usb;
	struct ccid ccid;
	struct piv piv;
	union {
		uint8_t certificate[BOUND_CERTIFICATE];
		struct ask ask;
		/* STATE_APPROVED: a bit for each item that was signed */
		uint8_t counted[(BOUND_BATCH + 7) / 8];
		struct {
			struct jcs jcs;
			struct summary summary;
		} parse;
		struct {
			uint8_t octets[SUMMARY_OCTETS];
			struct summary_view view; /* into octets */
		} review;
	} room; /* never two at a time: see the states */
};

_Static_assert(sizeof(struct ctx) <= CTX_OCTETS, "of 48 KiB");

#endif
