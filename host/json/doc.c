#include "host/json/doc.h"

#include <stdlib.h>
#include <string.h>

#include "common/es_number.h"
#include "host/json/doc_priv.h"
#include "host/json/doc_string.h"

struct doc_block {
	struct doc_block *next;
	uint8_t bytes[];
};

#define BLOCK 4096

uint8_t *
doc_alloc(struct doc *d, size_t n)
{
	struct doc_block *b;
	size_t size = n > BLOCK ? n : BLOCK;

	if (d->block == NULL || n > d->block_free) {
		b = malloc(sizeof(*b) + size);
		if (b == NULL)
			return NULL;
		b->next = d->block;
		d->block = b;
		d->block_free = size;
	}
	d->block_free -= n;
	return d->block->bytes + d->block_free;
}

doc_ref
doc_grow(struct doc *d)
{
	struct doc_value *value;
	uint64_t cap = d->cap != 0 ? 2 * (uint64_t)d->cap : 256;

	if (d->used == d->cap) {
		if (cap > UINT32_MAX)
			cap = UINT32_MAX;
		if (cap == d->cap)
			return 0;
		value = realloc(d->value, cap * sizeof(*value));
		if (value == NULL)
			return 0;
		d->value = value;
		d->cap = (uint32_t)cap;
	}
	if (d->used == 0) {
		memset(&d->value[0], 0, sizeof(d->value[0]));
		d->used = 1;
	}
	memset(&d->value[d->used], 0, sizeof(d->value[0]));
	return d->used++;
}

void
doc_free(struct doc *d)
{
	struct doc_block *b, *next;

	if (d == NULL)
		return;
	for (b = d->block; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(d->value);
	free(d);
}

doc_ref
doc_root(const struct doc *d)
{
	return d->root;
}

enum doc_type
doc_type(const struct doc *d, doc_ref v)
{
	if (v == 0 || v >= d->used)
		return DOC_NONE;
	return (enum doc_type)doc_at(d, v)->type;
}

uint64_t
doc_offset(const struct doc *d, doc_ref v)
{
	if (doc_type(d, v) == DOC_NONE)
		return FAULT_NO_OFFSET;
	if ((doc_at(d, v)->flags & DOC_NEW) != 0)
		return FAULT_NO_OFFSET;
	return doc_at(d, v)->offset;
}

static bool
has_children(const struct doc *d, doc_ref v)
{
	return doc_type(d, v) == DOC_OBJECT || doc_type(d, v) == DOC_ARRAY;
}

doc_ref
doc_get(const struct doc *d, doc_ref object, const char *name)
{
	size_t len = strlen(name);
	doc_ref v;

	if (doc_type(d, object) != DOC_OBJECT)
		return 0;
	for (v = doc_at(d, object)->first; v != 0; v = doc_at(d, v)->next)
		if (doc_at(d, v)->name_len == len &&
		    memcmp(doc_at(d, v)->name, name, len) == 0)
			return v;
	return 0;
}

doc_ref
doc_first(const struct doc *d, doc_ref parent)
{
	return has_children(d, parent) ? doc_at(d, parent)->first : 0;
}

doc_ref
doc_next(const struct doc *d, doc_ref child)
{
	return doc_type(d, child) != DOC_NONE ? doc_at(d, child)->next : 0;
}

uint32_t
doc_count(const struct doc *d, doc_ref parent)
{
	return has_children(d, parent) ? doc_at(d, parent)->count : 0;
}

enum err
doc_unescape(struct doc *d, doc_ref ref)
{
	struct doc_value *v = doc_at(d, ref);
	uint8_t *text;

	if ((v->flags & DOC_ESCAPED) == 0)
		return ERR_OK;
	text = doc_alloc(d, v->text_len);
	if (text == NULL)
		return ERR_NO_MEMORY;
	v->text_len = (uint32_t)doc_string_unescape(v->text, v->text_len, text);
	v->text = text;
	v->flags &= (uint8_t) ~(DOC_ESCAPED | DOC_CANONICAL);
	if (doc_string_plain(text, v->text_len) == v->text_len)
		v->flags |= DOC_CANONICAL;
	return ERR_OK;
}

void
doc_string(struct doc *d, doc_ref v, const char **text, size_t *len)
{
	*text = "";
	*len = 0;
	if (doc_type(d, v) != DOC_STRING)
		return;
	if (doc_unescape(d, v) != ERR_OK) {
		d->no_memory = true;
		return;
	}
	*text = (const char *)doc_at(d, v)->text;
	*len = doc_at(d, v)->text_len;
}

enum err
doc_error(const struct doc *d)
{
	return d->no_memory ? ERR_NO_MEMORY : ERR_OK;
}

void
doc_name(struct doc *d, doc_ref member, const char **text, size_t *len)
{
	*text = "";
	*len = 0;
	if (doc_type(d, member) == DOC_NONE || doc_at(d, member)->name == NULL)
		return;
	*text = (const char *)doc_at(d, member)->name;
	*len = doc_at(d, member)->name_len;
}

bool
doc_is_text(struct doc *d, doc_ref v, const char *text)
{
	const char *have;
	size_t len;

	if (doc_type(d, v) != DOC_STRING)
		return false;
	doc_string(d, v, &have, &len);
	return len == strlen(text) && memcmp(have, text, len) == 0;
}

double
doc_number(const struct doc *d, doc_ref v)
{
	double value;

	if (doc_type(d, v) != DOC_NUMBER ||
	    es_number_parse((const char *)doc_at(d, v)->text,
		doc_at(d, v)->text_len, &value) != ERR_OK)
		return 0;
	return value;
}
