#include "host/log/rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/merkle.h"
#include "host/log/device.h"

/* The signer judges an approval's end when it asks for the intent, and the
 * logger gives the entry its time a little later. */
#define EXPIRY_SLACK 60

enum leaf_state { LEAF_APPROVED = 0, LEAF_INTENDED = 1, LEAF_DONE = 2 };

/* An approved batch with leaves that have no outcome yet. */
struct batch {
	uint64_t approval;
	int64_t expires;
	uint32_t count, done;
	uint8_t root[SHA256_SIZE];
	uint8_t (*leaf)[SHA256_SIZE];
	uint8_t *state;
};

/* Ascending numbers; those that were taken out are marked. */
struct numbers {
	uint64_t *value;
	size_t count, cap, marked;
};
#define MARK (UINT64_C(1) << 63)

struct rules {
	int64_t time;
	struct batch *batch; /* by ascending approval */
	size_t batches, cap;
	struct numbers unreleased; /* seals */
	uint8_t appliance[SHA256_SIZE]; /* key enrolled last; zeros: none */
	struct audit_result result;
};

struct rules *
rules_new(void)
{
	return calloc(1, sizeof(struct rules));
}

static void
batch_free(struct batch *b)
{
	free(b->leaf);
	free(b->state);
}

void
rules_free(struct rules *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->batches; i++)
		batch_free(&r->batch[i]);
	free(r->batch);
	free(r->unreleased.value);
	free(r);
}

static enum err
numbers_put(struct numbers *n, uint64_t value)
{
	size_t cap, i, kept;
	uint64_t *p;

	if (n->count == n->cap && n->marked > n->count / 2) {
		for (i = kept = 0; i < n->count; i++)
			if ((n->value[i] & MARK) == 0)
				n->value[kept++] = n->value[i];
		n->count = kept;
		n->marked = 0;
	}
	if (n->count == n->cap) {
		cap = n->cap == 0 ? 1024 : n->cap * 2;
		p = reallocarray(n->value, cap, sizeof(*p));
		if (p == NULL)
			return ERR_NO_MEMORY;
		n->value = p;
		n->cap = cap;
	}
	n->value[n->count++] = value;
	return ERR_OK;
}

/* Its place; n->count if it is not there. */
static size_t
numbers_find(const struct numbers *n, uint64_t value)
{
	size_t low = 0, high = n->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if ((n->value[middle] & ~MARK) < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n->count && n->value[low] == value ? low : n->count;
}

/* Takes a number out; false if it is not there. */
static bool
numbers_take(struct numbers *n, uint64_t value)
{
	size_t at = numbers_find(n, value);

	if (at == n->count)
		return false;
	n->value[at] |= MARK;
	n->marked++;
	return true;
}

static struct batch *
find_batch(struct rules *r, uint64_t approval)
{
	size_t low = 0, high = r->batches, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (r->batch[middle].approval < approval)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == r->batches || r->batch[low].approval != approval)
		return NULL;
	return &r->batch[low];
}

static const char *
push_approval(struct rules *r, uint64_t index, const struct entry *e, bool *oom)
{
	struct batch *b, *p;
	const char *wrong;
	size_t cap;

	*oom = false;
	if (e->device[0] != '\0') {
		wrong = device_check(e, r->appliance);
		if (wrong != NULL)
			return wrong;
		r->result.devices++;
	}
	*oom = true;
	if (r->batches == r->cap) {
		cap = r->cap == 0 ? 16 : r->cap * 2;
		p = reallocarray(r->batch, cap, sizeof(*p));
		if (p == NULL)
			return "";
		r->batch = p;
		r->cap = cap;
	}
	b = &r->batch[r->batches];
	memset(b, 0, sizeof(*b));
	b->approval = index;
	b->expires = e->expires;
	b->count = e->count;
	memcpy(b->root, e->root, SHA256_SIZE);
	b->leaf = calloc(e->count, SHA256_SIZE);
	b->state = calloc(e->count, 1);
	if (b->leaf == NULL || b->state == NULL) {
		batch_free(b);
		return "";
	}
	*oom = false;
	r->batches++;
	r->result.approvals++;
	r->result.open_leaves += e->count;
	return NULL;
}

static const char *
push_range(struct rules *r, const struct entry *e)
{
	struct batch *b = find_batch(r, e->approval);
	uint32_t i;

	if (b == NULL)
		return "names no approval that is open";
	if (e->first >= b->count || e->count > b->count - e->first)
		return "names leaves that were not approved";
	if (e->kind == ENTRY_INTENT && e->time > b->expires + EXPIRY_SLACK)
		return "comes after the end of its approval";
	for (i = e->first; i < e->first + e->count; i++) {
		if (e->kind == ENTRY_INTENT && b->state[i] != LEAF_APPROVED)
			return "names a leaf that was intended before";
		if (e->kind == ENTRY_REPEAT && b->state[i] != LEAF_INTENDED)
			return "repeats a leaf that has no open intent";
	}
	if (e->kind == ENTRY_REPEAT) {
		r->result.repeats++;
		return NULL;
	}
	memset(b->state + e->first, LEAF_INTENDED, e->count);
	r->result.intents++;
	r->result.open_intents += e->count;
	return NULL;
}

/* All leaves have an outcome: their root must be the approved one. */
static const char *
close_batch(struct rules *r, struct batch *b)
{
	uint8_t root[SHA256_SIZE];
	struct merkle m;
	uint32_t i;

	merkle_init(&m);
	for (i = 0; i < b->count; i++)
		if (merkle_push(&m, b->leaf[i]) != ERR_OK)
			return "ends a batch beyond the bound";
	merkle_root(&m, root);
	if (memcmp(root, b->root, SHA256_SIZE) != 0)
		return "ends a batch whose leaves do not lead to the approved "
		       "root";
	batch_free(b);
	r->batches--;
	memmove(b, b + 1, (size_t)(r->batch + r->batches - b) * sizeof(*b));
	return NULL;
}

static const char *
push_outcome(struct rules *r, uint64_t index, const struct entry *e, bool *oom)
{
	struct batch *b = find_batch(r, e->approval);

	if (b == NULL)
		return "names no approval that is open";
	if (e->index >= b->count)
		return "names a leaf that was not approved";
	if (b->state[e->index] == LEAF_DONE)
		return "is the second outcome of its leaf";
	if (e->kind == ENTRY_SEAL && b->state[e->index] != LEAF_INTENDED)
		return "has no intent before it";
	if (e->kind == ENTRY_SEAL) {
		if (numbers_put(&r->unreleased, index) != ERR_OK) {
			*oom = true;
			return "";
		}
		r->result.seals++;
	} else {
		r->result.abandoned++;
	}
	if (b->state[e->index] == LEAF_INTENDED)
		r->result.open_intents--;
	r->result.open_leaves--;
	b->state[e->index] = LEAF_DONE;
	memcpy(b->leaf[e->index], e->leaf, SHA256_SIZE);
	return ++b->done == b->count ? close_batch(r, b) : NULL;
}

enum err
rules_push(
    struct rules *r, uint64_t index, const struct entry *e, struct fault *fault)
{
	const char *wrong = NULL;
	bool oom = false;

	if (e->time < r->time)
		wrong = "is older than the entry before it";
	else if (e->kind == ENTRY_APPROVAL)
		wrong = push_approval(r, index, e, &oom);
	else if (e->kind == ENTRY_INTENT || e->kind == ENTRY_REPEAT)
		wrong = push_range(r, e);
	else if (e->kind == ENTRY_SEAL || e->kind == ENTRY_ABANDONED)
		wrong = push_outcome(r, index, e, &oom);
	else if (e->kind == ENTRY_RELEASE &&
	    !numbers_take(&r->unreleased, e->seal))
		wrong = "names no seal, or one that was released before";
	else if (e->kind == ENTRY_RELEASE)
		r->result.releases++;
	else if (e->kind == ENTRY_EXTEND &&
	    numbers_find(&r->unreleased, e->seal) < r->unreleased.count)
		wrong = "names a seal that was not released";
	else if (e->kind == ENTRY_EXTEND)
		r->result.extensions++;
	else if (e->kind == ENTRY_KEY && strcmp(e->name, DEVICE_KEY) == 0)
		memcpy(r->appliance, e->digest, SHA256_SIZE);
	r->time = e->time;
	r->result.size = index + 1;
	if (oom)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "auditing the log");
	if (wrong == NULL)
		return ERR_OK;
	fault_set(fault, ERR_LOG_ENTRY, FAULT_NO_OFFSET, "the %s entry %s",
	    entry_kind_name(e->kind), wrong);
	if (fault != NULL)
		snprintf(
		    fault->path, sizeof(fault->path), "entry %" PRIu64, index);
	return ERR_LOG_ENTRY;
}

void
rules_count(const struct rules *r, struct audit_result *out)
{
	*out = r->result;
}

bool
rules_names_seal(const struct entry *e)
{
	return e->kind == ENTRY_EXTEND || e->kind == ENTRY_WITHDRAWAL;
}
