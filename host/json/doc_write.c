/*
 * Canonical form (RFC 8785): what was sorted and found canonical while
 * parsing is only copied.
 */
#include <stdlib.h>
#include <string.h>

#include "common/es_number.h"
#include "host/json/doc_priv.h"
#include "host/json/doc_string.h"

/* Values that were set into each other in a circle end here. */
#define DEPTH_MAX 100000

struct writer {
	struct doc *d;
	uint8_t *out;
	size_t len, cap;
	doc_ref *stack; /* open containers, outermost first */
	size_t depth, stack_cap;
};

/* Room for n more octets. */
static enum err
reserve(struct writer *w, size_t n)
{
	size_t cap = w->cap;
	uint8_t *out;

	if (n <= w->cap - w->len)
		return ERR_OK;
	if (n > SIZE_MAX / 4 || cap > SIZE_MAX / 4)
		return ERR_NO_MEMORY;
	cap = cap * 2 > w->len + n ? cap * 2 : w->len + n;
	out = realloc(w->out, cap);
	if (out == NULL)
		return ERR_NO_MEMORY;
	w->out = out;
	w->cap = cap;
	return ERR_OK;
}

static enum err
put(struct writer *w, const void *buf, size_t n)
{
	enum err e = reserve(w, n);

	if (e == ERR_OK) {
		memcpy(w->out + w->len, buf, n);
		w->len += n;
	}
	return e;
}

static enum err
put_quoted(struct writer *w, const uint8_t *text, size_t len, bool plain)
{
	enum err e;

	if (len > SIZE_MAX / 8)
		return ERR_NO_MEMORY;
	e = reserve(w, (plain ? len : 6 * len) + 2);
	if (e != ERR_OK)
		return e;
	w->out[w->len++] = '"';
	if (plain) {
		memcpy(w->out + w->len, text, len);
		w->len += len;
	} else {
		w->len += doc_string_escape(text, len, w->out + w->len);
	}
	w->out[w->len++] = '"';
	return ERR_OK;
}

static enum err
put_string(struct writer *w, doc_ref ref)
{
	const struct doc_value *v = doc_at(w->d, ref);
	const char *text;
	size_t len;

	if ((v->flags & DOC_CANONICAL) != 0)
		return put_quoted(w, v->text, v->text_len, true);
	if (doc_unescape(w->d, ref) != ERR_OK)
		return ERR_NO_MEMORY;
	doc_string(w->d, ref, &text, &len);
	return put_quoted(w, (const uint8_t *)text, len, false);
}

static enum err
put_number(struct writer *w, const struct doc_value *v)
{
	char text[ES_NUMBER_SIZE];
	double value;
	enum err e;

	if ((v->flags & DOC_CANONICAL) != 0)
		return put(w, v->text, v->text_len);
	e = es_number_parse((const char *)v->text, v->text_len, &value);
	if (e != ERR_OK)
		return e;
	return put(w, text, es_number_format(value, text));
}

static enum err
push(struct writer *w, doc_ref ref)
{
	size_t cap = w->stack_cap != 0 ? w->stack_cap * 2 : 64;
	doc_ref *stack;

	if (w->depth == DEPTH_MAX)
		return ERR_JSON_DEPTH;
	if (w->depth == w->stack_cap) {
		stack = realloc(w->stack, cap * sizeof(*stack));
		if (stack == NULL)
			return ERR_NO_MEMORY;
		w->stack = stack;
		w->stack_cap = cap;
	}
	w->stack[w->depth++] = ref;
	return put(w, doc_at(w->d, ref)->type == DOC_OBJECT ? "{" : "[", 1);
}

static enum err
put_value(struct writer *w, doc_ref ref)
{
	const struct doc_value *v = doc_at(w->d, ref);

	switch (v->type) {
	case DOC_OBJECT:
	case DOC_ARRAY:
		return push(w, ref);
	case DOC_STRING:
		return put_string(w, ref);
	case DOC_NUMBER:
		return put_number(w, v);
	case DOC_TRUE:
		return put(w, "true", 4);
	case DOC_FALSE:
		return put(w, "false", 5);
	case DOC_NULL:
		return put(w, "null", 4);
	default:
		return ERR_INTERNAL;
	}
}

/* Octets of a value that is only copied, or of the bracket that opens it;
 * SIZE_MAX if there is more to do. */
static size_t
copied_length(const struct doc_value *v)
{
	switch (v->type) {
	case DOC_OBJECT:
	case DOC_ARRAY:
		return 1;
	case DOC_STRING:
		return (v->flags & DOC_CANONICAL) != 0 ? v->text_len + 2u
						       : SIZE_MAX;
	case DOC_NUMBER:
		return (v->flags & DOC_CANONICAL) != 0 ? v->text_len : SIZE_MAX;
	default:
		return SIZE_MAX;
	}
}

static uint8_t *
copy(uint8_t *out, const uint8_t *buf, size_t n)
{
	memcpy(out, buf, n);
	return out + n;
}

/* Most children are only copied: with one look at the room that is left. */
static enum err
copy_child(
    struct writer *w, doc_ref ref, size_t value_len, bool member, bool first)
{
	const struct doc_value *v = doc_at(w->d, ref);
	enum err e = reserve(w, value_len + v->name_len + 4u);
	uint8_t *p;

	if (e != ERR_OK)
		return e;
	p = w->out + w->len;
	if (!first)
		*p++ = ',';
	if (member) {
		*p++ = '"';
		p = copy(p, v->name, v->name_len);
		*p++ = '"';
		*p++ = ':';
	}
	if (v->type == DOC_NUMBER) {
		p = copy(p, v->text, v->text_len);
	} else if (v->type == DOC_STRING) {
		*p++ = '"';
		p = copy(p, v->text, v->text_len);
		*p++ = '"';
	} else {
		w->len = (size_t)(p - w->out);
		return push(w, ref);
	}
	w->len = (size_t)(p - w->out);
	return ERR_OK;
}

/* A child behind its comma, with its name if it has one. */
static enum err
put_child(struct writer *w, doc_ref ref, bool member, bool first)
{
	const struct doc_value *v = doc_at(w->d, ref);
	size_t value_len = copied_length(v);
	enum err e;

	if (value_len != SIZE_MAX &&
	    (!member || (v->flags & DOC_NAME_PLAIN) != 0))
		return copy_child(w, ref, value_len, member, first);
	e = first ? ERR_OK : put(w, ",", 1);
	if (e == ERR_OK && member) {
		e = put_quoted(
		    w, v->name, v->name_len, (v->flags & DOC_NAME_PLAIN) != 0);
		if (e == ERR_OK)
			e = put(w, ":", 1);
	}
	return e == ERR_OK ? put_value(w, ref) : e;
}

static doc_ref
next_child(const struct doc *d, doc_ref child, bool member)
{
	return member ? doc_at(d, child)->order : doc_at(d, child)->next;
}

/*
 * Goes down to the first child of what was just opened, else on to the next
 * one, else up. The latest child of each open container is kept instead of
 * the container, which is found again from the level below.
 */
static enum err
write_all(struct writer *w, doc_ref root)
{
	doc_ref parent, child;
	bool member;
	enum err e = put_value(w, root);

	child = w->depth != 0 ? 0 : root;
	while (e == ERR_OK && w->depth != 0) {
		parent = w->stack[w->depth - 1];
		member = doc_at(w->d, parent)->type == DOC_OBJECT;
		if (child == 0) {
			child = member ? doc_at(w->d, parent)->sorted
				       : doc_at(w->d, parent)->first;
			if (child != 0)
				e = put_child(w, child, member, true);
		} else {
			child = next_child(w->d, child, member);
			if (child != 0)
				e = put_child(w, child, member, false);
		}
		if (e != ERR_OK)
			break;
		if (child == 0) {
			e = put(w, member ? "}" : "]", 1);
			child = parent;
			w->depth--;
		} else if (w->stack[w->depth - 1] != parent) {
			child = 0;
		}
	}
	return e;
}

enum err
doc_canonicalise(struct doc *d, doc_ref v, uint8_t **out, size_t *out_len)
{
	struct writer w = {.d = d};
	enum err e;

	*out = NULL;
	*out_len = 0;
	if (doc_type(d, v) == DOC_NONE)
		return ERR_NOT_FOUND;
	/* Canonical form is rarely longer than what was read. */
	w.cap = (v == d->root ? d->len : 0) + 256;
	w.out = malloc(w.cap);
	if (w.out == NULL)
		return ERR_NO_MEMORY;
	e = write_all(&w, v);
	free(w.stack);
	if (e != ERR_OK) {
		free(w.out);
		return e;
	}
	*out = w.out;
	*out_len = w.len;
	return ERR_OK;
}
