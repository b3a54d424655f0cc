#include "common/c14n.h"

#include <string.h>

#include "common/c14n_inside.h"

_Static_assert(sizeof(struct c14n) <= 4096, "the device's share of its RAM");
_Static_assert(BOUND_XML_NAMESPACES <= 64, "a bit each");

/* What is hashed behind the machine should still be in the first cache. */
#define BLOCK 16384

/* U+FEFF in UTF-8 is EF BB BF; with anything else it is not XML either. */
static const uint8_t *
take_mark(struct c14n *c, const uint8_t *p)
{
	static const uint8_t mark[] = {0xef, 0xbb, 0xbf};

	if (*p != mark[c->agreed])
		return c14n_fail(c, p, ERR_XML_SYNTAX);
	if (c->agreed == 2)
		return c14n_fail_before(c, p, 2, ERR_C14N_BOM);
	c->agreed++;
	c->state = C14N_MARK;
	return p + 1;
}

/* Where only markup may begin. */
static const uint8_t *
take_angle(struct c14n *c, const uint8_t *p, enum err e)
{
	if (*p != '<')
		return c14n_fail(
		    c, p, c14n_is_space(*p) ? ERR_C14N_WHITESPACE : e);
	c->state = C14N_MARKUP;
	return p + 1;
}

/* Outside the root element, each line holds one thing (C14N 1.0, 2.3). */
static const uint8_t *
take_line_feed(struct c14n *c, const uint8_t *p, enum c14n_state next)
{
	if (*p == '\n') {
		c->state = next;
		return p + 1;
	}
	if (c->rooted && *p != '<' && !c14n_is_space(*p))
		return c14n_fail(c, p, ERR_XML_TRAILING);
	return c14n_fail(c, p, ERR_C14N_NEWLINE);
}

static const uint8_t *
take_markup(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	switch (*p) {
	case '?':
		xml_name_init(&c->name);
		c->state = C14N_TARGET;
		return p + 1;
	case '!':
		c->state = C14N_BANG;
		return p + 1;
	}
	if (c->depth == 0 && c->rooted)
		return c14n_fail_before(c, p, 1, ERR_XML_TRAILING);
	if (*p == '/' && c->depth != 0) {
		c->agreed = 0;
		c->state = C14N_END_TAG;
		return p + 1 == end ? end : c14n_take_tag(c, p + 1, end);
	}
	return c14n_begin_element(c, p, end);
}

static const uint8_t *
take_bang(struct c14n *c, const uint8_t *p)
{
	switch (*p) {
	case '-':
		c->state = C14N_BANG_DASH;
		return p + 1;
	case '[':
		return c14n_fail_before(c, p, 2, ERR_C14N_CDATA);
	case 'D':
		return c14n_fail_before(c, p, 2, ERR_XML_DOCTYPE);
	}
	return c14n_fail(c, p, ERR_XML_SYNTAX);
}

static const uint8_t *
take_bang_dash(struct c14n *c, const uint8_t *p)
{
	if (*p != '-')
		return c14n_fail(c, p, ERR_XML_SYNTAX);
	if (!c->comments)
		return c14n_fail_before(c, p, 3, ERR_C14N_COMMENT);
	c->state = C14N_COMMENT;
	return p + 1;
}

static const uint8_t *
take(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	switch (c->state) {
	case C14N_START:
		if (*p == 0xef)
			return take_mark(c, p);
		return take_angle(c, p, ERR_XML_SYNTAX);
	case C14N_MARK:
		return take_mark(c, p);
	case C14N_BEFORE:
		return take_angle(c, p, ERR_XML_SYNTAX);
	case C14N_BEFORE_LF:
		return take_line_feed(c, p, C14N_BEFORE);
	case C14N_BEHIND:
		return take_line_feed(c, p, C14N_BEHIND_LF);
	case C14N_BEHIND_LF:
		return take_angle(c, p, ERR_XML_TRAILING);
	case C14N_TEXT:
		p = c14n_take_text(c, p, end);
		if (p == end || c->state != C14N_MARKUP)
			return p;
		return take_markup(c, p, end);
	case C14N_MARKUP:
		return take_markup(c, p, end);
	case C14N_BANG:
		return take_bang(c, p);
	case C14N_BANG_DASH:
		return take_bang_dash(c, p);
	}
	if (c->state < C14N_TEXT)
		return c14n_take_tag(c, p, end);
	if (c->state < C14N_TARGET)
		return c14n_take_text(c, p, end);
	return c14n_take_misc(c, p, end);
}

void
c14n_init(struct c14n *c, enum c14n_method method, bool comments,
    const char *prefixes, struct sink *bytes)
{
	memset(c, 0, sizeof(*c));
	xml_ns_init(&c->ns);
	c->bytes = bytes;
	c->prefixes = prefixes;
	c->method = method;
	c->comments = comments;
	c->state = C14N_START;
}

static void
push_block(struct c14n *c, const uint8_t *buf, size_t len)
{
	const uint8_t *p = buf, *end = buf + len;

	c->buf = buf;
	while (p < end && c->err == ERR_OK)
		p = take(c, p, end);
	len = (size_t)(p - buf);
	c->offset += len;
	c->buf = NULL;
	if (c->bytes != NULL)
		c->bytes->put(c->bytes, buf, len);
}

void
c14n_push(struct c14n *c, const uint8_t *buf, size_t len)
{
	size_t n;

	while (len != 0 && c->err == ERR_OK) {
		n = len < BLOCK ? len : BLOCK;
		push_block(c, buf, n);
		buf += n;
		len -= n;
	}
}

enum err
c14n_finish(struct c14n *c)
{
	if (c->err != ERR_OK || c->state == C14N_BEHIND)
		return c->err;
	c->where = c->offset;
	c->err = ERR_XML_TRUNCATED;
	if (c->state == C14N_START) {
		c->err = ERR_XML_EMPTY;
	} else if (c->state == C14N_MARK) {
		c->err = ERR_XML_SYNTAX;
	} else if (c->state == C14N_BEHIND_LF) {
		/* Files tend to end with one: that one is said to be wrong. */
		c->where--;
		c->err = ERR_C14N_WHITESPACE;
	}
	return c->err;
}

enum err
c14n_error(const struct c14n *c)
{
	return c->err;
}

uint64_t
c14n_offset(const struct c14n *c)
{
	return c->err == ERR_OK ? c->offset : c->where;
}
