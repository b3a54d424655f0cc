/*
 * liar.h: an appliance at the other end of a console's socket that runs the
 * firmware's core, but tells one lie.
 *
 *	struct liar *l = liar_start(path, LIAR_WRONG_ROOT);
 *	liar_press(l, BOARD_BUTTON_SELECT);
 *	liar_stop(l);
 *
 * Memory    one object, one thread
 * Chunks    none
 * Errors    abort: a test cannot go on without
 * Trust     tests only
 * Limits    its clock runs faster while a button is down, so that nobody
 *           waits for one to be held
 */
#ifndef TESTS_UNIT_SUPPORT_LIAR_H
#define TESTS_UNIT_SUPPORT_LIAR_H

#include <stdbool.h>
#include <stdint.h>

#define LIAR_PIN "123456"

enum lie {
	LIAR_HONEST = 0,
	LIAR_WRONG_LEAF, /* of the second item */
	LIAR_WRONG_ROOT,
	LIAR_WRONG_COUNT, /* beside the root */
	LIAR_EARLY_ROOT, /* before all items came */
	LIAR_EARLY_APPROVAL, /* in place of the first item's result */
	LIAR_OTHER_KEY, /* signs whatever it signs */
	LIAR_OLD_COUNTER,
	LIAR_OTHER_STATION,
	LIAR_OTHER_ROOT, /* in the approval */
	LIAR_EXPIRED, /* an approval of before the batch */
	LIAR_OTHER_FIRMWARE, /* in the approval, not in its hello */
	LIAR_OLD_APPROVAL, /* that of the batch before, once more */
	LIAR_BEYOND, /* wants to see an item that there is not */
	LIAR_GARBAGE, /* no frames, in place of a root */
	LIAR_SAYS_IO, /* an error, and no root */
	LIAR_ALONE, /* nobody is there who would press for what is asked */
	LIAR_GONE, /* hangs up in place of a root, once */
};

struct liar;

struct liar *liar_start(const char *path, enum lie lie);
void liar_stop(struct liar *l);
void liar_press(struct liar *l, unsigned buttons);
/* The cable is pulled, and put in again. */
void liar_hang_up(struct liar *l);
void liar_set(struct liar *l, enum lie lie);
/* LIAR_PIN came to it, in whatever message. */
bool liar_heard_pin(const struct liar *l);
const uint8_t *liar_point(const struct liar *l);
/* Of hello. */
uint8_t liar_class(const struct liar *l);
const uint8_t *liar_firmware(const struct liar *l);

#endif
