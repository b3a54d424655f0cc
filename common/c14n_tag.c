#include <string.h>

#include "common/c14n_inside.h"

/* The names of attributes lie behind those of the open elements: the local
 * part of the one before, then the whole of the open one. */
static const uint8_t *
element(const struct c14n *c)
{
	return c->names + c->end[c->depth - 1];
}

static uint8_t *
previous(struct c14n *c)
{
	return c->names + c->end[c->depth];
}

static uint64_t
here(const struct c14n *c, const uint8_t *p)
{
	return c->offset + (uint64_t)(p - c->buf);
}

/* Takes more of the open name and stores it at to; false if p is an error's
 * place. */
static bool
take_name(struct c14n *c, const uint8_t **p, const uint8_t *end, uint8_t *to)
{
	size_t room, n;
	enum err e;

	to += c->name.len;
	room = (size_t)(c->names + sizeof(c->names) - to);
	n = xml_name_push(&c->name, *p, (size_t)(end - *p), &e);
	if (n > room) {
		e = ERR_XML_NAMES_LENGTH;
		n = room;
	}
	memcpy(to, *p, n);
	*p += n;
	if (e == ERR_OK && *p < end)
		e = xml_name_finish(&c->name);
	if (e != ERR_OK)
		c14n_fail(c, *p, e);
	return e == ERR_OK;
}

/* A name, or the value before it, is followed by something else than it may
 * be: mostly by white space or the short form of an empty element. */
static const uint8_t *
fail_behind(struct c14n *c, const uint8_t *p, enum err e)
{
	if (c14n_is_space(*p))
		e = ERR_C14N_WHITESPACE;
	else if (*p == '/')
		e = ERR_C14N_EMPTY_TAG;
	return c14n_fail(c, p, e);
}

/* No more declarations: the element's own prefix has to be one of them. */
static bool
begin_attributes(struct c14n *c, const uint8_t *p)
{
	c->attributes = true;
	/* Mostly there is nothing to look for. */
	if (c->colon == 0 && c->ns.count == c->ns.base)
		return true;
	if (xml_ns_use(&c->ns, element(c), c->colon) == XML_NS_NONE &&
	    c->colon != 0) {
		c14n_fail_at(c, p, c->begin, ERR_XML_PREFIX);
		return false;
	}
	return true;
}

static const uint8_t *
start_tag_done(struct c14n *c, const uint8_t *p)
{
	uint16_t at;

	if (!c->attributes && !begin_attributes(c, p))
		return p;
	if (c->method == C14N_EXCLUSIVE && xml_ns_unused(&c->ns, &at))
		return c14n_fail_at(c, p, c->begin + at, ERR_C14N_UNUSED);
	c->state = C14N_TEXT;
	return p + 1;
}

/* Behind the element's name, or a value. */
static const uint8_t *
tag_goes_on(struct c14n *c, const uint8_t *p, enum err e)
{
	if (*p == '>')
		return start_tag_done(c, p);
	if (*p != ' ')
		return fail_behind(c, p, e);
	c->state = C14N_ATTRIBUTE_BEGIN;
	return p + 1;
}

static const uint8_t *
take_element_name(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	bool good = take_name(c, &p, end, c->names + c->end[c->depth - 1]);

	if (!good || p == end)
		return p;
	c->end[c->depth] = (uint16_t)(c->end[c->depth - 1] + c->name.len);
	c->colon = (uint16_t)c->name.colon;
	return tag_goes_on(c, p, ERR_XML_NAME);
}

const uint8_t *
c14n_begin_element(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	if (c->depth == BOUND_XML_DEPTH)
		return c14n_fail(c, p, ERR_XML_DEPTH);
	xml_ns_open(&c->ns, c->depth);
	c->depth++;
	c->rooted = true;
	c->attributes = false;
	c->begin = here(c, p);
	c->previous_ns = XML_NS_NONE;
	c->previous_len = 0;
	xml_name_init(&c->name);
	c->state = C14N_NAME;
	return take_element_name(c, p, end);
}

/* Is (prefix, len) a word of the PrefixList? */
static bool
is_listed(const char *list, const uint8_t *prefix, size_t len)
{
	static const uint8_t none[] = "#default";
	size_t n;

	if (list == NULL)
		return false;
	if (len == 0) {
		prefix = none;
		len = sizeof(none) - 1;
	}
	while (*list != '\0') {
		for (n = 0; list[n] != '\0' && !c14n_is_space((uint8_t)list[n]);
		     n++)
			;
		if (n == len && memcmp(list, prefix, len) == 0)
			return true;
		list += n;
		list += *list != '\0';
	}
	return false;
}

/* p is behind the name of a declaration. */
static const uint8_t *
declare(struct c14n *c, const uint8_t *p, const uint8_t *prefix, size_t len)
{
	uint64_t at = here(c, p) - c->name.len;
	enum err e;

	if (c->attributes)
		return c14n_fail_at(c, p, at, ERR_C14N_ORDER);
	e = xml_ns_declare(&c->ns, prefix, len, (uint16_t)(at - c->begin));
	if (e == ERR_XML_NAMESPACES)
		return c14n_fail(c, p, e);
	if (e != ERR_OK)
		return c14n_fail_at(c, p, at, e);
	if (is_listed(c->prefixes, prefix, len))
		xml_ns_use(&c->ns, prefix, len);
	c->state = C14N_QUOTE;
	c->text = C14N_NAMESPACE;
	return p + 1;
}

/* By namespace, then by local name (Canonical XML 1.0, 2.2); p is behind the
 * attribute's name. */
static const uint8_t *
check_order(
    struct c14n *c, const uint8_t *p, int ns, const uint8_t *local, size_t len)
{
	uint8_t *before = previous(c);
	size_t n = len < c->previous_len ? len : c->previous_len;
	int order = xml_ns_compare(&c->ns, c->previous_ns, ns);

	if (order == 0 && n != 0) {
		order = before[0] - local[0];
		if (order == 0)
			order = memcmp(before, local, n);
	}
	if (order == 0)
		order = c->previous_len < len ? -1 : c->previous_len > len;
	if (order >= 0)
		return c14n_fail_before(c, p, c->name.len,
		    order == 0 ? ERR_XML_DUPLICATE_ATTRIBUTE : ERR_C14N_ORDER);
	memmove(before, local, len);
	c->previous_len = (uint16_t)len;
	c->previous_ns = (int8_t)ns;
	c->state = C14N_QUOTE;
	c->text = C14N_VALUE;
	return p + 1;
}

static const uint8_t *
attribute_named(struct c14n *c, const uint8_t *p)
{
	const uint8_t *name = previous(c) + c->previous_len;
	size_t len = c->name.len, colon = c->name.colon;
	int ns = XML_NS_NONE;

	if (len >= 5 && memcmp(name, "xmlns", 5) == 0) {
		if (len == 5)
			return declare(c, p, name, 0);
		if (colon == 5)
			return declare(c, p, name + 6, len - 6);
	}
	if (!c->attributes && !begin_attributes(c, p))
		return p;
	if (colon != 0) {
		ns = xml_ns_use(&c->ns, name, colon);
		if (ns == XML_NS_NONE)
			return c14n_fail_before(c, p, len, ERR_XML_PREFIX);
		name += colon + 1;
		len -= colon + 1;
	}
	return check_order(c, p, ns, name, len);
}

static const uint8_t *
take_attribute(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	if (!take_name(c, &p, end, previous(c) + c->previous_len) || p == end)
		return p;
	if (*p != '=')
		return fail_behind(c, p, ERR_XML_SYNTAX);
	return attribute_named(c, p);
}

static const uint8_t *
begin_attribute(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	/* No attribute: the space before was one too many. */
	if (c14n_is_space(*p) || *p == '>' || *p == '/')
		return c14n_fail(c, p, ERR_C14N_WHITESPACE);
	xml_name_init(&c->name);
	c->state = C14N_ATTRIBUTE;
	return take_attribute(c, p, end);
}

static const uint8_t *
take_quote(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	if (*p == '\'')
		return c14n_fail(c, p, ERR_C14N_QUOTE);
	if (*p != '"')
		return fail_behind(c, p, ERR_XML_SYNTAX);
	c->state = c->text;
	return p + 1 == end ? end : c14n_take_text(c, p + 1, end);
}

static const uint8_t *
take_end_tag(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *name = element(c);
	size_t len = (size_t)(c->end[c->depth] - c->end[c->depth - 1]), n, i;

	n = len - c->agreed;
	if (n > (size_t)(end - p))
		n = (size_t)(end - p);
	name += c->agreed;
	for (i = 0; i < n; i++)
		if (p[i] != name[i])
			return c14n_fail(c, p + i, ERR_XML_END_TAG);
	c->agreed += (uint16_t)n;
	p += n;
	if (p == end)
		return p;
	if (*p != '>')
		return c14n_fail(c, p,
		    c14n_is_space(*p) ? ERR_C14N_WHITESPACE : ERR_XML_END_TAG);
	c->depth--;
	xml_ns_close(&c->ns, c->depth);
	c14n_markup_done(c);
	return p + 1;
}

static const uint8_t *
take(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	switch (c->state) {
	case C14N_NAME:
		return take_element_name(c, p, end);
	case C14N_ATTRIBUTE_BEGIN:
		return begin_attribute(c, p, end);
	case C14N_ATTRIBUTE:
		return take_attribute(c, p, end);
	case C14N_QUOTE:
		return take_quote(c, p, end);
	case C14N_BEHIND_VALUE:
		return tag_goes_on(c, p, ERR_XML_SYNTAX);
	}
	return take_end_tag(c, p, end);
}

const uint8_t *
c14n_take_tag(struct c14n *c, const uint8_t *p, const uint8_t *end)
{
	do
		p = take(c, p, end);
	while (p < end && c->err == ERR_OK && c->state >= C14N_NAME &&
	    c->state <= C14N_END_TAG);
	return p;
}
