#include "common/utf8.h"
#include "host/queue/queue.h"

#include <string.h>

#define BIT(state) (1u << (state))

static const unsigned item_moves[] = {
    [ITEM_QUEUED] = BIT(ITEM_PREPARED) | BIT(ITEM_FROZEN) | BIT(ITEM_REMOVED) |
	BIT(ITEM_FAILED),
    [ITEM_PREPARED] = BIT(ITEM_QUEUED) | BIT(ITEM_STAMPED) | BIT(ITEM_FAILED),
    [ITEM_STAMPED] = BIT(ITEM_QUEUED) | BIT(ITEM_FROZEN) | BIT(ITEM_FAILED),
    [ITEM_FROZEN] = BIT(ITEM_QUEUED) | BIT(ITEM_SEALED) | BIT(ITEM_REMOVED) |
	BIT(ITEM_FAILED),
    /* From here on the log says that it is sealed: it can only be released.
     * A failed one would give its identity free for a second seal. */
    [ITEM_SEALED] = BIT(ITEM_RELEASED),
    [ITEM_RELEASED] = 0,
    [ITEM_REMOVED] = 0,
    [ITEM_FAILED] = 0,
};

static const unsigned batch_moves[] = {
    [BATCH_OPEN] = BIT(BATCH_CLOSING) | BIT(BATCH_DONE),
    [BATCH_CLOSING] = BIT(BATCH_OPEN) | BIT(BATCH_STAMPING) | BIT(BATCH_CLOSED),
    [BATCH_STAMPING] = BIT(BATCH_OPEN) | BIT(BATCH_CLOSING),
    [BATCH_CLOSED] = BIT(BATCH_OPEN) | BIT(BATCH_APPROVED),
    [BATCH_APPROVED] = BIT(BATCH_OPEN) | BIT(BATCH_DONE),
    [BATCH_DONE] = 0,
};

static const char *const item_names[] = {
    [ITEM_QUEUED] = "queued",
    [ITEM_FROZEN] = "frozen",
    [ITEM_SEALED] = "sealed",
    [ITEM_RELEASED] = "released",
    [ITEM_REMOVED] = "removed",
    [ITEM_FAILED] = "failed",
    [ITEM_PREPARED] = "prepared",
    [ITEM_STAMPED] = "stamped",
};

static const char *const batch_names[] = {
    [BATCH_OPEN] = "open",
    [BATCH_CLOSING] = "closing",
    [BATCH_CLOSED] = "closed",
    [BATCH_APPROVED] = "approved",
    [BATCH_DONE] = "done",
    [BATCH_STAMPING] = "stamping",
};

/* Numbers without a name are retired. */
bool
queue_is_item_state(int state)
{
	return state >= 0 &&
	    (size_t)state < sizeof(item_names) / sizeof(item_names[0]) &&
	    item_names[state] != NULL;
}

static bool
is_batch_state(unsigned state)
{
	return state >= BATCH_OPEN && state <= BATCH_STAMPING;
}

bool
queue_item_may_move(enum item_state from, enum item_state to)
{
	if (!queue_is_item_state(from) || !queue_is_item_state(to))
		return false;
	return from == to || (item_moves[from] & BIT(to)) != 0;
}

bool
queue_batch_may_move(enum batch_state from, enum batch_state to)
{
	if (!is_batch_state(from) || !is_batch_state(to))
		return false;
	return from == to || (batch_moves[from] & BIT(to)) != 0;
}

const char *
queue_item_state_name(enum item_state state)
{
	return queue_is_item_state(state) ? item_names[state] : "?";
}

const char *
queue_batch_state_name(enum batch_state state)
{
	return is_batch_state(state) ? batch_names[state] : "?";
}

bool
queue_is_name(const char *name)
{
	const unsigned char *p = (const unsigned char *)name;
	size_t len = strnlen(name, QUEUE_NAME);

	if (len == 0 || len == QUEUE_NAME || name[0] == '.')
		return false;
	for (; *p != '\0'; p++) {
		if (*p < 0x20 || *p == 0x7f || *p == '/')
			return false;
	}
	/* Names stand in JSON and on terminals. */
	return utf8_is_valid(name, len);
}
