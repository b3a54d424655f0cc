/*
 * Canonical form (RFC 8785). What the parser found to be canonical is copied,
 * the largest piece that is: a member with its name, an object, a document.
 */
#include <stdlib.h>
#include <string.h>

#include "common/es_number.h"
#include "host/json/doc_priv.h"
#include "host/json/doc_string.h"

/* Values that were set into each other in a circle end here. */
#define DEPTH_MAX 100000

/* Most pieces are short: they are copied with as much behind them, by a few
 * instructions instead of a call (a third of the time of all writing). */
#define SHORT 64

struct writer {
	struct doc *d;
	const uint8_t *short_end; /* pieces before it have SHORT octets */
	uint8_t *out;
	size_t len, cap;
};

static enum err
grow(struct writer *w, size_t n)
{
	size_t cap = w->cap;
	uint8_t *out;

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

/* Room for n more octets. */
static inline enum err
reserve(struct writer *w, size_t n)
{
	return n <= w->cap - w->len ? ERR_OK : grow(w, n);
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

static inline enum err
put_octet(struct writer *w, char c)
{
	enum err e = reserve(w, 1);

	if (e == ERR_OK)
		w->out[w->len++] = (uint8_t)c;
	return e;
}

/* A piece of the input; behind a comma if one is due. */
static inline enum err
put_piece(struct writer *w, uint32_t from, size_t n, bool comma)
{
	const uint8_t *piece = w->d->buf + from;
	enum err e = reserve(w, 1 + (n > SHORT ? n : SHORT));

	if (e != ERR_OK)
		return e;
	w->out[w->len] = ',';
	w->len += comma;
	if (n <= SHORT && piece < w->short_end)
		memcpy(w->out + w->len, piece, SHORT);
	else
		memcpy(w->out + w->len, piece, n);
	w->len += n;
	return ERR_OK;
}

static enum err
put_quoted(struct writer *w, const uint8_t *text, size_t len)
{
	bool plain = doc_string_plain(text, len) == len;
	enum err e;

	if (len > SIZE_MAX / 8)
		return ERR_NO_MEMORY;
	e = reserve(w, (plain ? len : 6 * len) + 2);
	if (e != ERR_OK)
		return e;
	w->out[w->len++] = '"';
	w->len += doc_string_escape(text, len, w->out + w->len);
	w->out[w->len++] = '"';
	return ERR_OK;
}

static enum err
put_string(struct writer *w, doc_ref ref)
{
	const char *text;
	size_t len;

	if (doc_unescape(w->d, ref) != ERR_OK)
		return ERR_NO_MEMORY;
	doc_string(w->d, ref, &text, &len);
	return put_quoted(w, (const uint8_t *)text, len);
}

static enum err
put_number(struct writer *w, const struct doc_value *v)
{
	char text[ES_NUMBER_SIZE];
	double value;
	enum err e;

	e = es_number_parse((const char *)v->text, v->text_len, &value);
	if (e != ERR_OK)
		return e;
	return put(w, text, es_number_format(value, text));
}

/* A value, or of a container that is not only copied the bracket that opens
 * it: then *open. */
static enum err
put_value(struct writer *w, doc_ref ref, bool *open)
{
	const struct doc_value *v = doc_at(w->d, ref);

	*open = false;
	if ((v->flags & DOC_CANONICAL) != 0)
		return put_piece(w, v->offset, v->end - v->offset, false);
	switch (v->type) {
	case DOC_OBJECT:
		*open = true;
		return put_octet(w, '{');
	case DOC_ARRAY:
		*open = true;
		return put_octet(w, '[');
	case DOC_STRING:
		return put_string(w, ref);
	case DOC_NUMBER:
		return put_number(w, v);
	default:
		return ERR_INTERNAL;
	}
}

/* A name without escapes is copied, too, with its quotation marks. */
static enum err
put_name(struct writer *w, const struct doc_value *v, bool comma)
{
	enum err e = ERR_OK;

	if (v->name == w->d->buf + v->name_at + 1) {
		e = put_piece(w, v->name_at, v->name_len + 2u, comma);
	} else {
		if (comma)
			e = put_octet(w, ',');
		if (e == ERR_OK)
			e = put_quoted(w, v->name, v->name_len);
	}
	return e == ERR_OK ? put_octet(w, ':') : e;
}

/* A child behind its comma, with its name if it has one. */
static enum err
put_child(struct writer *w, doc_ref ref, bool comma, bool *open)
{
	const struct doc_value *v = doc_at(w->d, ref);
	enum err e = ERR_OK;

	*open = false;
	if ((v->flags & DOC_MEMBER_CANONICAL) != 0)
		return put_piece(w, v->name_at, v->end - v->name_at, comma);
	if (v->name != NULL)
		e = put_name(w, v, comma);
	else if (comma)
		e = put_octet(w, ',');
	return e == ERR_OK ? put_value(w, ref, open) : e;
}

/* Down to the first child of what was just opened, else on to the next one,
 * else up. */
static enum err
write_all(struct writer *w, doc_ref root)
{
	const struct doc_value *v;
	doc_ref parent = root, child = 0;
	bool open, object, first = true;
	size_t depth = 1;
	enum err e = put_value(w, root, &open);

	if (!open)
		return e;
	while (e == ERR_OK) {
		v = doc_at(w->d, parent);
		object = v->type == DOC_OBJECT;
		if (first)
			child = object ? v->sorted : v->first;
		else
			child = object ? doc_at(w->d, child)->order
				       : doc_at(w->d, child)->next;
		if (child == 0) {
			e = put_octet(w, object ? '}' : ']');
			if (--depth == 0)
				break;
			child = parent;
			parent = v->parent;
			first = false;
			continue;
		}
		e = put_child(w, child, !first, &open);
		first = open;
		if (open) {
			parent = child;
			if (depth++ == DEPTH_MAX)
				e = ERR_JSON_DEPTH;
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
	w.short_end = d->buf + (d->len >= SHORT ? d->len - SHORT + 1 : 0);
	/* Canonical form is rarely longer than what was read. */
	w.cap = (v == d->root ? d->len : 0) + 256;
	w.out = malloc(w.cap);
	if (w.out == NULL)
		return ERR_NO_MEMORY;
	e = write_all(&w, v);
	if (e != ERR_OK) {
		free(w.out);
		return e;
	}
	*out = w.out;
	*out_len = w.len;
	return ERR_OK;
}
