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

/* Drafts have a value in about 100 octets. */
enum err
doc_reserve(struct doc *d)
{
	uint64_t cap = 2 * (uint64_t)d->cap;
	struct doc_value *value;

	if (d->cap == 0)
		cap = d->len < 1 << 20 ? 64 + d->len / 64 : 1 << 14;
	if (cap > UINT32_MAX)
		cap = UINT32_MAX;
	if (cap == d->cap)
		return ERR_NO_MEMORY;
	value = realloc(d->value, cap * sizeof(*value));
	if (value == NULL)
		return ERR_NO_MEMORY;
	d->value = value;
	d->cap = (uint32_t)cap;
	if (d->used == 0) {
		memset(&d->value[0], 0, sizeof(d->value[0]));
		d->used = 1;
	}
	return ERR_OK;
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
	const struct doc_value *v;
	size_t len = strlen(name);
	bool short_name;
	uint64_t key;
	doc_ref r;

	if (doc_type(d, object) != DOC_OBJECT)
		return 0;
	key = doc_name_key_slow((const uint8_t *)name, len);
	short_name = len <= 8 && (key & 0x8080808080808080) == 0;
	for (r = doc_at(d, object)->first; r != 0; r = v->next) {
		v = doc_at(d, r);
		/* The key holds all of a short name. */
		if (v->name_key == key && v->name_len == len &&
		    (short_name || memcmp(v->name, name, len) == 0))
			return r;
	}
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
	v->flags &= (uint8_t)~DOC_ESCAPED;
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
