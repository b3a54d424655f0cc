/*
 * Objects by their id. The shapes that the rules come from speak of a graph in
 * which objects with the same id are one; so what an object lacks may stand at
 * another one with its id. Most lack nothing that is asked for: the document is
 * looked through when the first one does, and the ids are collected with the
 * second.
 */
#include <stdlib.h>
#include <string.h>

#include "host/edc/edc_priv.h"

#define SAME_ID_MAX 64 /* objects of one id that are looked at */

struct edc_entry {
	const char *id;
	size_t len;
	doc_ref object;
};

static int
compare_text(const struct edc_entry *x, const char *id, size_t len)
{
	int c = memcmp(x->id, id, x->len < len ? x->len : len);

	return c != 0 ? c : (x->len > len) - (x->len < len);
}

static int
compare_entries(const void *a, const void *b)
{
	const struct edc_entry *x = a, *y = b;
	int c = compare_text(x, y->id, y->len);

	return c != 0 ? c : (x->object > y->object) - (x->object < y->object);
}

void
edc_ids_init(struct edc_ids *ids, struct doc *d, doc_ref top)
{
	memset(ids, 0, sizeof(*ids));
	ids->d = d;
	ids->top = top;
}

static enum err
collect(struct edc_ids *ids)
{
	struct edc_entry *grown;
	struct doc *d = ids->d;
	struct edc_walk walk;
	size_t cap = 0;
	doc_ref v, id;

	edc_walk_init(&walk, d, ids->top);
	while ((v = edc_walk_next(&walk)) != 0) {
		id = doc_get(d, v, "id");
		if (doc_type(d, id) != DOC_STRING || doc_count(d, v) < 2)
			continue;
		if (ids->count == cap) {
			cap = cap != 0 ? 2 * cap : 256;
			grown = realloc(ids->entry, cap * sizeof(*grown));
			if (grown == NULL)
				return ERR_NO_MEMORY;
			ids->entry = grown;
		}
		ids->entry[ids->count].object = v;
		doc_string(d, id, &ids->entry[ids->count].id,
		    &ids->entry[ids->count].len);
		ids->count++;
	}
	if (ids->count > 1)
		qsort(ids->entry, ids->count, sizeof(*ids->entry),
		    compare_entries);
	return walk.too_deep ? ERR_JSON_DEPTH : ERR_OK;
}

void
edc_ids_free(struct edc_ids *ids)
{
	free(ids->entry);
}

static doc_ref
member_of(const struct doc *d, doc_ref object, const char *name)
{
	doc_ref v = doc_get(d, object, name);

	return doc_type(d, v) == DOC_NULL ? 0 : v;
}

/* The first entry that is not less than that id. */
static size_t
find(const struct edc_ids *ids, const char *id, size_t len)
{
	size_t low = 0, high = ids->count, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (compare_text(&ids->entry[mid], id, len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Does the canonical form of a come before that of b? */
static bool
is_before(struct edc_ids *ids, doc_ref a, doc_ref b)
{
	uint8_t *x = NULL, *y = NULL;
	size_t x_len, y_len;
	bool before = false;
	enum err e;
	int c;

	e = doc_canonicalise(ids->d, a, &x, &x_len);
	if (e == ERR_OK)
		e = doc_canonicalise(ids->d, b, &y, &y_len);
	if (e != ERR_OK) {
		ids->err = e;
	} else {
		c = memcmp(x, y, x_len < y_len ? x_len : y_len);
		before = c != 0 ? c < 0 : x_len < y_len;
	}
	free(x);
	free(y);
	return before;
}

/* Where they contradict each other, not the order decides: that is another one
 * once the credential is canonical. */
static void
take_member(struct edc_ids *ids, doc_ref object, const char *name, doc_ref *v)
{
	doc_ref other = member_of(ids->d, object, name);

	if (other != 0 && (*v == 0 || is_before(ids, other, *v)))
		*v = other;
}

/* The member of any object with that id, without an order of them. */
static doc_ref
look_through(struct edc_ids *ids, const char *id, size_t len, const char *name)
{
	struct doc *d = ids->d;
	struct edc_walk walk;
	const char *text;
	size_t n, seen = 0;
	doc_ref v, at, found = 0;

	edc_walk_init(&walk, d, ids->top);
	while ((v = edc_walk_next(&walk)) != 0) {
		at = doc_get(d, v, "id");
		if (doc_type(d, at) != DOC_STRING || doc_count(d, v) < 2)
			continue;
		doc_string(d, at, &text, &n);
		if (n == len && memcmp(text, id, len) == 0 &&
		    seen++ < SAME_ID_MAX)
			take_member(ids, v, name, &found);
	}
	if (walk.too_deep && ids->err == ERR_OK)
		ids->err = ERR_JSON_DEPTH;
	return found;
}

doc_ref
edc_ids_member(struct edc_ids *ids, doc_ref object, const char *name)
{
	struct doc *d = ids->d;
	doc_ref v = member_of(d, object, name), id;
	const char *text;
	size_t len, i, end;
	enum err e;

	id = doc_type(d, object) == DOC_STRING ? object
					       : doc_get(d, object, "id");
	if (v != 0 || doc_type(d, id) != DOC_STRING)
		return v;
	doc_string(d, id, &text, &len);
	if (!ids->asked) {
		ids->asked = true;
		return look_through(ids, text, len, name);
	}
	if (!ids->collected) {
		e = collect(ids);
		if (ids->err == ERR_OK)
			ids->err = e;
		ids->collected = true;
	}
	i = find(ids, text, len);
	end = i + SAME_ID_MAX < ids->count ? i + SAME_ID_MAX : ids->count;
	for (; i < end && compare_text(&ids->entry[i], text, len) == 0; i++)
		take_member(ids, ids->entry[i].object, name, &v);
	return v;
}
