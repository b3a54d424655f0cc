#include "common/c14n_inside.h"

/* To an octet that ends it or may begin its end: stop. A carriage return would
 * be read as a line feed. */
static const uint8_t *
take_until(struct c14n *c, const uint8_t *p, const uint8_t *end, uint8_t stop)
{
	while (p < end && c->err == ERR_OK) {
		if (*p >= 0x80 || !utf8_is_whole(&c->utf8))
			p = c14n_take_wide(c, p, end);
		else if (*p == stop)
			return p;
		else if (*p == '\r')
			return c14n_fail(c, p, ERR_C14N_WHITESPACE);
		else if (*p < 0x20 && *p != '\t' && *p != '\n')
			return c14n_fail(c, p, ERR_XML_CHARACTER);
		else
			p++;
	}
	return p;
}

/* The target ends before p. XML 1.0, 2.6: none is "xml" in any case. */
static const uint8_t *
target_done(struct c14n *c, const uint8_t *p)
{
	enum err e = xml_name_finish(&c->name);

	if (e != ERR_OK)
		return c14n_fail(c, p, e);
	if (c->name.len == 3 && (c->tail | 0x202020) == 0x786d6c)
		return c14n_fail_before(c, p, 3,
		    c->tail == 0x786d6c ? ERR_C14N_XML_DECLARATION
					: ERR_XML_PI_TARGET);
	if (*p == '?') {
		c->state = C14N_NO_DATA;
	} else if (*p == ' ') {
		c->state = C14N_DATA_BEGIN;
	} else {
		return c14n_fail(c, p,
		    c14n_is_space(*p) ? ERR_C14N_WHITESPACE : ERR_XML_NAME);
	}
	return p + 1;
}

static const uint8_t *
take_target(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	enum err e;
	size_t i, n;

	n = xml_name_push(&c->name, p, (size_t)(end - p), &e);
	/* Namespaces in XML 1.0, 7: no colon. */
	if (c->name.colon != 0)
		return c14n_fail_before(
		    c, p + n, c->name.len - c->name.colon, ERR_XML_NAME);
	for (i = 0; i < n; i++)
		c->tail = c->tail << 8 | p[i];
	c->tail &= 0xffffff;
	p += n;
	if (e != ERR_OK)
		return c14n_fail(c, p, e);
	return p == end ? p : target_done(c, p);
}

static const uint8_t *
end_instruction(struct c14n *c, const uint8_t *p, enum err e)
{
	if (*p != '>')
		return c14n_fail(c, p, e);
	c14n_markup_done(c);
	return p + 1;
}

static const uint8_t *
begin_data(struct c14n *c, const uint8_t *p)
{
	if (c14n_is_space(*p))
		return c14n_fail(c, p, ERR_C14N_WHITESPACE);
	c->state = *p == '?' ? C14N_DATA_EMPTY : C14N_DATA;
	return *p == '?' ? p + 1 : p;
}

static const uint8_t *
take_data(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	p = take_until(c, p, end, '?');
	if (p == end || c->err != ERR_OK)
		return p;
	c->state = C14N_DATA_END;
	return p + 1;
}

/* Behind a question mark; another one takes its place. */
static const uint8_t *
take_data_end(struct c14n *c, const uint8_t *p)
{
	if (*p == '>')
		return end_instruction(c, p, ERR_OK);
	c->state = *p == '?' ? C14N_DATA_END : C14N_DATA;
	return *p == '?' ? p + 1 : p;
}

static const uint8_t *
take_data_empty(struct c14n *c, const uint8_t *p)
{
	if (*p == '>')
		return c14n_fail(c, p, ERR_C14N_WHITESPACE);
	return take_data_end(c, p);
}

static const uint8_t *
take_comment(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	p = take_until(c, p, end, '-');
	if (p == end || c->err != ERR_OK)
		return p;
	c->state = C14N_COMMENT_DASH;
	return p + 1;
}

static const uint8_t *
take_comment_dash(struct c14n *c, const uint8_t *p)
{
	c->state = *p == '-' ? C14N_COMMENT_END : C14N_COMMENT;
	return *p == '-' ? p + 1 : p;
}

const uint8_t *
c14n_take_misc(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	switch (c->state) {
	case C14N_TARGET:
		return take_target(c, p, end);
	case C14N_DATA_BEGIN:
		return begin_data(c, p);
	case C14N_DATA_EMPTY:
		return take_data_empty(c, p);
	case C14N_DATA_END:
		return take_data_end(c, p);
	case C14N_NO_DATA:
		return end_instruction(c, p, ERR_XML_SYNTAX);
	case C14N_COMMENT:
		return take_comment(c, p, end);
	case C14N_COMMENT_DASH:
		return take_comment_dash(c, p);
	case C14N_COMMENT_END:
		return end_instruction(c, p, ERR_XML_COMMENT);
	}
	return take_data(c, p, end);
}
