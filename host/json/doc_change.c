#include <string.h>

#include "common/utf8.h"
#include "host/json/doc_priv.h"

static doc_ref
new_value(struct doc *d, enum doc_type type)
{
	doc_ref v = doc_grow(d);

	if (v != 0) {
		doc_at(d, v)->type = (uint8_t)type;
		doc_at(d, v)->flags = DOC_NEW;
	}
	return v;
}

doc_ref
doc_new_string(struct doc *d, const char *text, size_t len)
{
	struct doc_value *v;
	uint8_t *copy;
	doc_ref ref;

	if (len > UINT32_MAX || !utf8_is_valid(text, len))
		return 0;
	copy = doc_alloc(d, len);
	ref = copy != NULL ? new_value(d, DOC_STRING) : 0;
	if (ref == 0)
		return 0;
	memcpy(copy, text, len);
	v = doc_at(d, ref);
	v->text = copy;
	v->text_len = (uint32_t)len;
	return ref;
}

doc_ref
doc_new_object(struct doc *d)
{
	return new_value(d, DOC_OBJECT);
}

doc_ref
doc_new_array(struct doc *d)
{
	return new_value(d, DOC_ARRAY);
}

/* May value become a child of parent? It must exist and be nobody's yet. */
static bool
may_place(const struct doc *d, doc_ref parent, doc_ref value)
{
	return doc_type(d, value) != DOC_NONE && value != parent &&
	    (doc_at(d, value)->flags & DOC_PLACED) == 0;
}

#define SPANS (DOC_CANONICAL | DOC_MEMBER_CANONICAL)

/* Its children are not those of the input any more, so what it is inside of
 * is not as it was either. Nothing above is canonical if it is not. */
static void
changed(struct doc *d, doc_ref container)
{
	doc_ref v;

	for (v = container;
	     v != 0 && (doc_at(d, v)->flags & DOC_CANONICAL) != 0;
	     v = doc_at(d, v)->parent)
		doc_at(d, v)->flags &= (uint8_t)~SPANS;
}

static void
attach(struct doc *d, doc_ref parent, doc_ref value)
{
	struct doc_value *p = doc_at(d, parent);

	doc_at(d, value)->flags |= DOC_PLACED;
	if (p->last == 0)
		p->first = value;
	else
		doc_at(d, p->last)->next = value;
	p->last = value;
	p->count++;
	doc_at(d, value)->parent = parent;
	changed(d, parent);
}

static void
detach(struct doc *d, doc_ref parent, doc_ref value)
{
	struct doc_value *p = doc_at(d, parent);
	doc_ref before = 0, v;

	for (v = p->first; v != value; v = doc_at(d, v)->next)
		before = v;
	if (before == 0)
		p->first = doc_at(d, value)->next;
	else
		doc_at(d, before)->next = doc_at(d, value)->next;
	if (p->last == value)
		p->last = before;
	p->count--;
	doc_at(d, value)->next = 0;
	doc_at(d, value)->name = NULL;
	doc_at(d, value)->name_len = 0;
	doc_at(d, value)->name_key = 0;
	doc_at(d, value)->parent = 0;
	doc_at(d, value)->flags &= (uint8_t)~DOC_PLACED &
	    (uint8_t)~DOC_MEMBER_CANONICAL;
	changed(d, parent);
}

enum err
doc_set(struct doc *d, doc_ref object, const char *name, doc_ref value)
{
	struct doc_value *v;
	size_t len = strlen(name);
	uint8_t *copy;
	doc_ref old;

	if (value == 0)
		return ERR_NO_MEMORY;
	if (doc_type(d, object) != DOC_OBJECT || !may_place(d, object, value) ||
	    len > UINT32_MAX || !utf8_is_valid(name, len))
		return ERR_INTERNAL;
	copy = doc_alloc(d, len);
	if (copy == NULL)
		return ERR_NO_MEMORY;
	memcpy(copy, name, len);
	old = doc_get(d, object, name);
	if (old != 0)
		detach(d, object, old);
	v = doc_at(d, value);
	v->name = copy;
	v->name_len = (uint32_t)len;
	v->name_key = doc_name_key_slow(copy, len);
	attach(d, object, value);
	doc_sort(d, object);
	return ERR_OK;
}

enum err
doc_append(struct doc *d, doc_ref array, doc_ref value)
{
	if (value == 0)
		return ERR_NO_MEMORY;
	if (doc_type(d, array) != DOC_ARRAY || !may_place(d, array, value))
		return ERR_INTERNAL;
	attach(d, array, value);
	return ERR_OK;
}

void
doc_remove(struct doc *d, doc_ref object, const char *name)
{
	doc_ref v = doc_get(d, object, name);

	if (v != 0) {
		detach(d, object, v);
		doc_sort(d, object);
	}
}
