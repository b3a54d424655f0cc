#include "common/c14n_inside.h"
#include "common/scan_xml.h"

/* XML 1.0, 2.2: neither U+FFFE (EF BF BE) nor U+FFFF. c->tail is kept only
 * while it can matter: in runs of characters that begin with EF. */
static const uint8_t *
find_none(struct c14n *c, const uint8_t *p, const uint8_t *stop)
{
	for (; p < stop; p++) {
		c->tail = c->tail << 8 | *p;
		if ((c->tail & 0xfffffe) == 0xefbfbe)
			return p;
	}
	return stop;
}

static bool
has_ef(const uint8_t *p, const uint8_t *stop)
{
	for (; p < stop; p++)
		if (*p == 0xef)
			return true;
	return false;
}

const uint8_t *
c14n_take_wide(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	bool open = !utf8_is_whole(&c->utf8);
	const uint8_t *stop = p, *none;

	stop += utf8_push_wide(&c->utf8, p, (size_t)(end - p));
	if (open || has_ef(p, stop)) {
		none = find_none(c, p, stop);
		if (none != stop)
			return c14n_fail(c, none, ERR_XML_CHARACTER);
	}
	if (stop < end && (*stop >= 0x80 || !utf8_is_whole(&c->utf8)))
		return c14n_fail(c, stop, ERR_UTF8_INVALID);
	return stop;
}

/* To what is not just a character: end, an error or what stops scan_xml. */
static const uint8_t *
take_plain(
    struct c14n *c, const uint8_t *p, const uint8_t *end, enum scan_xml what)
{
	for (;;) {
		if (utf8_is_whole(&c->utf8))
			p += scan_xml(p, (size_t)(end - p), what);
		if (p == end || (*p < 0x80 && utf8_is_whole(&c->utf8)))
			return p;
		p = c14n_take_wide(c, p, end);
		if (c->err != ERR_OK)
			return p;
	}
}

static const uint8_t *
begin_reference(struct c14n *c, const uint8_t *p)
{
	c->text = c->state;
	c->state = C14N_REFERENCE;
	return p + 1;
}

/* What stops text or a value, but is neither markup nor its end. */
static const uint8_t *
fail_character(struct c14n *c, const uint8_t *p)
{
	bool escape = *p >= 0x20 || c14n_is_space(*p);

	return c14n_fail(c, p, escape ? ERR_C14N_UNESCAPED : ERR_XML_CHARACTER);
}

static const uint8_t *
take_content(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	p = take_plain(c, p, end, SCAN_XML_TEXT);
	if (p == end || c->err != ERR_OK)
		return p;
	if (*p == '&')
		return begin_reference(c, p);
	if (*p != '<')
		return fail_character(c, p);
	c->state = C14N_MARKUP;
	return p + 1;
}

/* To the quotation mark or reference in a value. */
static const uint8_t *
skip_value(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	p = take_plain(c, p, end, SCAN_XML_VALUE);
	if (p == end || c->err != ERR_OK || *p == '"' || *p == '&')
		return p;
	return fail_character(c, p);
}

static const uint8_t *
take_value(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	p = skip_value(c, p, end);
	if (p == end || c->err != ERR_OK)
		return p;
	if (*p == '&')
		return begin_reference(c, p);
	c->state = C14N_BEHIND_VALUE;
	return p + 1;
}

static const uint8_t *
namespace_done(struct c14n *c, const uint8_t *p)
{
	size_t bad;
	enum err e = xml_ns_declared(&c->ns, &bad);

	if (e == ERR_XML_NAMESPACE_NAME)
		return c14n_fail_before(c, p, bad, e);
	if (e != ERR_OK)
		return c14n_fail_at(
		    c, p, c->begin + c->ns.at[c->ns.count - 1], e);
	c->state = C14N_BEHIND_VALUE;
	return p + 1;
}

/* No ampersand: Canonical XML writes "&amp;" for one, but libxml2 does not, so
 * what is signed would depend on who verifies. */
static const uint8_t *
take_namespace(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *start = p;
	size_t n, stored;

	p = skip_value(c, p, end);
	n = (size_t)(p - start);
	stored = xml_ns_push(&c->ns, start, n);
	if (stored != n)
		return c14n_fail(c, start + stored, ERR_XML_NAMESPACES);
	if (p == end || c->err != ERR_OK)
		return p;
	if (*p == '&')
		return c14n_fail(c, p, ERR_XML_NAMESPACE_NAME);
	return namespace_done(c, p);
}

/* C14N 1.0, 2.3: what each kind of text has references for, and no others. */
static const uint8_t *
take_reference(struct c14n *c, const uint8_t *p)
{
	bool content = c->text == C14N_TEXT;

	c->state = C14N_REST;
	if (*p == 'a')
		c->rest = "mp;";
	else if (*p == 'l' || (*p == 'g' && content))
		c->rest = "t;";
	else if (*p == 'q' && !content)
		c->rest = "uot;";
	else if (*p == '#')
		c->state = C14N_HASH;
	else
		return c14n_fail(c, p, ERR_C14N_ESCAPE);
	return p + 1;
}

/* Line feed and tab are themselves in text. */
static const uint8_t *
take_hex(struct c14n *c, const uint8_t *p)
{
	if (*p != 'D' && (c->text == C14N_TEXT || (*p != '9' && *p != 'A')))
		return c14n_fail(c, p, ERR_C14N_ESCAPE);
	c->rest = ";";
	c->state = C14N_REST;
	return p + 1;
}

static const uint8_t *
take_rest(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	for (; p < end && *c->rest != '\0'; p++, c->rest++)
		if (*p != (uint8_t)*c->rest)
			return c14n_fail(c, p, ERR_C14N_ESCAPE);
	if (*c->rest == '\0')
		c->state = c->text;
	return p;
}

const uint8_t *
c14n_take_text(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	switch (c->state) {
	case C14N_VALUE:
		return take_value(c, p, end);
	case C14N_NAMESPACE:
		return take_namespace(c, p, end);
	case C14N_REFERENCE:
		return take_reference(c, p);
	case C14N_HASH:
		if (*p != 'x')
			return c14n_fail(c, p, ERR_C14N_ESCAPE);
		c->state = C14N_HEX;
		return p + 1;
	case C14N_HEX:
		return take_hex(c, p);
	case C14N_REST:
		return take_rest(c, p, end);
	}
	return take_content(c, p, end);
}
