/*
 * xml_fuzz: what the canonicaliser makes of a document, or of an element in
 * it, stays as it is when canonicalised again; the checker accepts that, and
 * the document itself if and only if it is its own form; wherever the input is
 * cut, verdict, offset and octets are the same; whatever blocks the parser
 * gets, those of a document that is accepted are. The first octet says which
 * options, the second where the input is cut.
 */
#include <stdlib.h>
#include <string.h>

#include "host/xml/c14n_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

struct bytes {
	struct sink sink;
	uint8_t *buf;
	size_t len, cap;
};

struct verdict {
	enum err err;
	uint64_t offset;
};

static void
keep(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct bytes *b = (struct bytes *)sink;

	if (b->cap - b->len < len) {
		b->cap = 2 * b->cap + len;
		b->buf = realloc(b->buf, b->cap);
		if (b->buf == NULL)
			abort();
	}
	if (len > 0)
		memcpy(b->buf + b->len, buf, len);
	b->len += len;
}

static struct verdict
write_form(const struct c14n_write_options *o, const uint8_t *buf, size_t len,
    size_t cut, size_t block, struct bytes *out)
{
	struct c14n_write *w;
	struct fault f;
	struct verdict v;
	size_t i;

	*out = (struct bytes){{keep}, NULL, 0, 0};
	fault_clear(&f);
	if (c14n_write_open(&w, o, &out->sink, &f) != ERR_OK)
		abort();
	c14n_write_set_block(w, block);
	if (cut <= len) {
		c14n_write_push(w, buf, cut);
		c14n_write_push(w, buf + cut, len - cut);
	} else {
		for (i = 0; i < len; i++)
			c14n_write_push(w, buf + i, 1);
	}
	v.err = c14n_write_finish(w, &f);
	v.offset = f.offset;
	c14n_write_close(w);
	return v;
}

static bool
is_same(const struct bytes *b, const uint8_t *buf, size_t len)
{
	return b->len == len && (len == 0 || memcmp(b->buf, buf, len) == 0);
}

static enum err
check(const struct c14n_write_options *o, const uint8_t *buf, size_t len)
{
	struct c14n c;

	c14n_init(&c, o->method, o->comments, o->prefixes, NULL);
	c14n_push(&c, buf, len);
	return c14n_finish(&c);
}

static bool
is_bound(enum err e)
{
	return e == ERR_XML_DEPTH || e == ERR_XML_NAMES_LENGTH ||
	    e == ERR_XML_NAMESPACES;
}

static void
compare(const struct c14n_write_options *o, struct verdict v,
    const struct bytes *form, const uint8_t *buf, size_t len, size_t cut,
    size_t block)
{
	struct bytes again;
	struct verdict w = write_form(o, buf, len, cut, block, &again);

	if ((w.err == ERR_OK) != (v.err == ERR_OK))
		abort();
	if (block == C14N_WRITE_BLOCK &&
	    (w.err != v.err || w.offset != v.offset))
		abort();
	if (v.err == ERR_OK && !is_same(&again, form->buf, form->len))
		abort();
	free(again.buf);
}

static void
stays(const struct c14n_write_options *o, const struct bytes *form)
{
	struct c14n_write_options whole = {.method = o->method,
	    .comments = o->comments,
	    .prefixes = o->prefixes,
	    .signature = C14N_KEEP_SIGNATURES};
	struct bytes again;
	struct verdict v;
	enum err e;

	v = write_form(
	    &whole, form->buf, form->len, 0, C14N_WRITE_BLOCK, &again);
	if (v.err != ERR_OK || !is_same(&again, form->buf, form->len))
		abort();
	free(again.buf);
	e = check(o, form->buf, form->len);
	if (e != ERR_OK && !is_bound(e))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	static const char *const places[] = {NULL, "/1/1", "/1/2/1"};
	struct c14n_write_options o = {.signature = C14N_KEEP_SIGNATURES};
	struct bytes form;
	struct verdict v;
	size_t cut;
	enum err e;

	if (len < 3)
		return 0;
	o.method = (enum c14n_method)(1 + buf[0] % 3);
	o.comments = (buf[0] & 0x04) != 0;
	if (o.method == C14N_EXCLUSIVE && (buf[0] & 0x08) != 0)
		o.prefixes = "a #default";
	o.place = places[(buf[0] >> 4) % 3];
	if (o.place == NULL && (buf[0] & 0x40) != 0)
		o.id = "i";
	if ((buf[0] & 0x80) != 0)
		o.signature = C14N_REMOVE_SIGNATURES;
	cut = buf[1];
	buf += 2;
	len -= 2;
	v = write_form(&o, buf, len, 0, C14N_WRITE_BLOCK, &form);
	if (v.offset != FAULT_NO_OFFSET && v.offset > len)
		abort();
	compare(&o, v, &form, buf, len, cut % len, C14N_WRITE_BLOCK);
	compare(&o, v, &form, buf, len, len + 1, C14N_WRITE_BLOCK);
	compare(&o, v, &form, buf, len, len + 1, 1);
	compare(&o, v, &form, buf, len, len + 1, 1 + cut % len);
	if (v.err == ERR_OK)
		stays(&o, &form);
	if (o.place == NULL && o.id == NULL &&
	    o.signature == C14N_KEEP_SIGNATURES) {
		e = check(&o, buf, len);
		if (!is_bound(e) &&
		    (e == ERR_OK) !=
			(v.err == ERR_OK && is_same(&form, buf, len)))
			abort();
	}
	free(form.buf);
	return 0;
}
