#include "host/daemon/ledger_state.h"

#include <stdlib.h>
#include <string.h>

struct open_approval *
ledger_state_approval(struct ledger_state *s, uint64_t entry)
{
	size_t i;

	/* The latest is asked for most. */
	for (i = s->open_count; i > 0; i--)
		if (s->open[i - 1].entry == entry)
			return &s->open[i - 1];
	return NULL;
}

struct open_approval *
ledger_state_by_digest(
    struct ledger_state *s, const uint8_t digest[static SHA256_SIZE])
{
	size_t i;

	for (i = 0; i < s->open_count; i++)
		if (memcmp(s->open[i].digest, digest, SHA256_SIZE) == 0)
			return &s->open[i];
	return NULL;
}

static void
close_approval(struct ledger_state *s, struct open_approval *a)
{
	size_t i = (size_t)(a - s->open);

	free(a->leaf);
	s->open_count--;
	memmove(a, a + 1, (s->open_count - i) * sizeof(*a));
}

static enum err
apply_approval(struct ledger_state *s, const struct entry *e, uint64_t index)
{
	struct open_approval *a;

	if (s->open_count == LEDGER_OPEN)
		return ERR_TOO_LARGE;
	a = &s->open[s->open_count];
	a->leaf = calloc(e->count, 1);
	if (a->leaf == NULL)
		return ERR_NO_MEMORY;
	a->entry = index;
	a->expires = e->expires;
	memcpy(a->digest, e->digest, SHA256_SIZE);
	a->count = e->count;
	a->ended = 0;
	s->open_count++;
	return ERR_OK;
}

static enum err
apply_range(struct ledger_state *s, const struct entry *e)
{
	struct open_approval *a = ledger_state_approval(s, e->approval);
	uint8_t want;
	uint32_t i;

	if (a == NULL || e->first >= a->count || e->count > a->count - e->first)
		return ERR_LOG_ENTRY;
	want = e->kind == ENTRY_INTENT ? LEAF_APPROVED : LEAF_INTENDED;
	for (i = e->first; i < e->first + e->count; i++) {
		if (a->leaf[i] != want)
			return ERR_LOG_ENTRY;
		a->leaf[i] = LEAF_INTENDED;
	}
	return ERR_OK;
}

static enum err
apply_end(struct ledger_state *s, const struct entry *e)
{
	struct open_approval *a = ledger_state_approval(s, e->approval);

	if (a == NULL || e->index >= a->count)
		return ERR_LOG_ENTRY;
	if (a->leaf[e->index] >= LEAF_SEALED ||
	    (e->kind == ENTRY_SEAL && a->leaf[e->index] != LEAF_INTENDED))
		return ERR_LOG_ENTRY;
	a->leaf[e->index] = e->kind == ENTRY_SEAL ? LEAF_SEALED
						  : LEAF_ABANDONED;
	a->ended++;
	if (a->ended == a->count)
		close_approval(s, a);
	return ERR_OK;
}

/* noted_count if there is none. */
static size_t
find_noted(const struct ledger_state *s, enum entry_kind kind, const char *name)
{
	size_t i;

	for (i = 0; i < s->noted_count; i++)
		if (s->noted[i].kind == kind &&
		    strcmp(s->noted[i].name, name) == 0)
			break;
	return i;
}

/* When there are more names than places, the first is forgotten: it would
 * merely be noted once more. */
static void
note(struct ledger_state *s, const struct entry *e)
{
	size_t i = find_noted(s, e->kind, e->name);
	struct noted *n = &s->noted[i];

	if (i == s->noted_count) {
		if (s->noted_count == LEDGER_NAMES) {
			s->noted_count--;
			memmove(s->noted, s->noted + 1,
			    s->noted_count * sizeof(s->noted[0]));
		}
		n = &s->noted[s->noted_count++];
		n->kind = e->kind;
		memcpy(n->name, e->name, sizeof(n->name));
	}
	memcpy(n->digest, e->digest, SHA256_SIZE);
}

bool
ledger_state_is_noted(const struct ledger_state *s, enum entry_kind kind,
    const char *name, const uint8_t digest[static SHA256_SIZE])
{
	size_t i = find_noted(s, kind, name);

	return i < s->noted_count &&
	    memcmp(s->noted[i].digest, digest, SHA256_SIZE) == 0;
}

enum err
ledger_state_apply(
    struct ledger_state *s, const struct entry *e, uint64_t index)
{
	if (e->time < s->last_time)
		return ERR_CLOCK;
	s->last_time = e->time;
	switch (e->kind) {
	case ENTRY_APPROVAL:
		return apply_approval(s, e, index);
	case ENTRY_INTENT:
	case ENTRY_REPEAT:
		return apply_range(s, e);
	case ENTRY_SEAL:
	case ENTRY_ABANDONED:
		return apply_end(s, e);
	case ENTRY_CERTIFICATE:
	case ENTRY_KEY:
	case ENTRY_CONFIGURATION:
		note(s, e);
		return ERR_OK;
	default:
		return ERR_OK;
	}
}

void
ledger_state_free(struct ledger_state *s)
{
	size_t i;

	for (i = 0; i < s->open_count; i++)
		free(s->open[i].leaf);
	memset(s, 0, sizeof(*s));
}
