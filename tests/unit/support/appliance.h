/*
 * appliance.h: a whole appliance of its own for a test, without a board: a
 * host's side of the console, a finger and a clock.
 */
#ifndef TESTS_UNIT_SUPPORT_APPLIANCE_H
#define TESTS_UNIT_SUPPORT_APPLIANCE_H

#include "firmware/core.h"
#include "tests/unit/support/fake_keys.h"

#define APPLIANCE_ITEMS 8
#define APPLIANCE_QUEUE 64
#define APPLIANCE_TIME 1790000000

struct appliance_item {
	uint8_t leaf[LEAF_SIZE], ticket[MSG_TICKET];
	uint8_t summary[SUMMARY_OCTETS];
	size_t summary_len;
};

struct appliance {
	struct ctx ctx;
	struct port port;
	struct fake_keys keys;
	uint32_t now;
	unsigned buttons;

	/* what goes wrong */
	bool sign_fails, remember_fails, random_fails;
	unsigned randoms;
	struct memory remembered;
	unsigned remembered_times;
	uint8_t signed_digest[SHA256_SIZE];

	/* the host's side */
	enum item_profile profile; /* of the next batches */
	struct frame_rx rx;
	struct {
		uint8_t number;
		uint16_t len;
		uint8_t body[FRAME_BODY];
	} queue[APPLIANCE_QUEUE];
	unsigned queued, taken;
	unsigned credits;
	char language[MSG_LANGUAGE + 1]; /* of summaries */
	uint8_t certificate[512];
	size_t certificate_len;
	struct appliance_item item[APPLIANCE_ITEMS];
	struct merkle tree; /* of what the host expects */
};

/* Never returns NULL; freed by the caller with free(). */
struct appliance *appliance_new(void);

void appliance_push(struct appliance *a, const void *octets, size_t len);
void appliance_send(struct appliance *a, const struct msg *m);
void appliance_bulk(
    struct appliance *a, unsigned number, const void *octets, size_t len);

/* The next answer but for credits: is it of that number? */
bool appliance_expect(struct appliance *a, unsigned number, struct msg *m);
/* There is none. */
bool appliance_is_silent(struct appliance *a);
/* An error of that reason, and nothing else. */
bool appliance_fails(struct appliance *a, enum err reason);

void appliance_pass(struct appliance *a, uint32_t milliseconds);
void appliance_press(struct appliance *a, unsigned button);
void appliance_hold(struct appliance *a, unsigned button, uint32_t ms);

bool appliance_hello(struct appliance *a);
struct msg appliance_begin_message(struct appliance *a, uint32_t count);
bool appliance_begin(struct appliance *a, uint32_t count);
/* What the host says of an item, computed on its own. */
struct msg appliance_item_message(
    struct appliance *a, uint32_t index, const char *payload);
bool appliance_item(struct appliance *a, uint32_t index, const char *payload);
/* Hello, batch, items: a person may read. */
bool appliance_review(struct appliance *a, uint32_t count);
/* And has consented. */
bool appliance_approve(struct appliance *a, uint32_t count, struct msg *m);
/* A review of three, of which the first item is asked for. */
bool appliance_want_first(struct appliance *a);
struct msg appliance_review_message(struct appliance *a, uint32_t index);

struct msg_octets appliance_text(const char *text);
struct msg appliance_status(struct appliance *a);

/* The message leads to a question, or to that error. */
bool appliance_asks(struct appliance *a, const struct msg *m);
bool appliance_refuses(
    struct appliance *a, const struct msg *m, enum err reason);
/* Select is held, and what was asked is done. */
bool appliance_done(struct appliance *a, unsigned number);

/* Makes a key: "station", PIN 123456. */
bool appliance_init(struct appliance *a);
/* What was asked for: select is held, and the answer is that. */
bool appliance_consent(struct appliance *a, unsigned number, struct msg *m);

/* A canonical credential. */
const char *appliance_payload(uint32_t index);

#endif
