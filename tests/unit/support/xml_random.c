#include "tests/unit/support/xml_random.h"

#include <string.h>

#define DEPTH 6
#define PREFIXES 4

/* What is declared where: for most documents to be well-formed. */
struct scope {
	bool declared[PREFIXES];
};

static const char *const prefixes[PREFIXES] = {"", "a", "b", "n1"};

static const char *const namespaces[] = {"urn:a", "urn:b", "http://x.example/",
    "http://x.example/?q=1;r=2#", "urn:a%20b", "HTTP://x.example:80/"};

static const char *const bad_namespaces[] = {"", "rel", "a/b", "urn:a b",
    "urn:\xc3\xa9", "http://h:p/", "urn:a%2", "urn:a&quot;", "a://[::1]/",
    "urn:a&amp;b", "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/2000/xmlns/"};

static const char *const locals[] = {"a", "b", "ab", "a-b", "a.b", "_", "x1",
    "\xc3\xa9", "\xe4\xb8\xad\xe6\x96\x87", "\xf0\x90\x80\x80", "xmlnsa",
    "x\xc2\xb7", "type"};

static const char *const reserved[] = {"base", "id", "lang", "space"};

static const char *const texts[] = {"text", " ", "\n", "\t", "\n  ", "&amp;",
    "&lt;", "&gt;", "&#xD;", "\"", "'", "\xc3\xa9", "\xe2\x82\xac",
    "\xf0\x9f\x98\x82", "plain text that goes on for some words", "]]",
    "\xef\xbf\xbd", "\x7f", "\xc2\x85", "\xe2\x80\xa8"};

static const char *const free_texts[] = {"&#65;", "&#x41;", "&quot;", "&apos;",
    "&#xd;", "&#13;", "&#x0D;", "\r", "\r\n", ">", "<![CDATA[<&]]>",
    "<![CDATA[]]>", "&#x1F602;", "&#9;", "&#xA;"};

static const char *const values[] = {"value", " ", "a  b", "&amp;", "&lt;",
    "&quot;", "&#x9;", "&#xA;", "&#xD;", ">", "\xc3\xa9", "a:b",
    "http://x.example/"};

static const char *const free_values[] = {"\t", "\n", "\r\n", "&gt;", "&apos;",
    "&#32;", "&#x20;", "&#xa;", "&#9;", "&#65;"};

static const char *const data[] = {
    "", "data", "a ? b", "x=\"y\" ", "?", "> <", "&amp;", "a\n\tb", "\xc3\xa9"};

/* What is wrong in one method or in all, where a change puts it. */
static const char *const snippets[] = {" ", "\n", "\t", "\r", "&", "<", ">",
    "\"", "'", "=", "/", "?", "!", "-", ":", ";", "#", "]]>", "&gt;", "&#xD;",
    "&#xd;", "&#xA;", "&#10;", "&apos;", "&quot;", "&amp;", "<!---->",
    "<!--c-->", "<!--a--b-->", "<!--a--->", "<?p?>", "<?p ?>", "<?p  d?>",
    "<?xml?>", "<?XML?>", "<?a:b?>", "\n<?p d?>", "<?p d?>\n", "\n<!--c-->",
    " xmlns=\"\"", " xmlns=\"urn:a\"", " xmlns:a=\"urn:a\"",
    " xmlns:b=\"urn:a\"", " xmlns:a=\"\"", " xmlns:xml=\"urn:a\"",
    " xmlns:xml=\"http://www.w3.org/XML/1998/namespace\"",
    " xmlns:xmlns=\"urn:a\"", " a=\"1\"", " a:a=\"1\"", " b:a=\"1\"",
    " xml:lang=\"en\"", " z=\"\"", "a:", "b:", "<e></e>", "<e/>", "<a:e></a:e>",
    "<e xmlns=\"\"></e>", "<![CDATA[x]]>", "<!DOCTYPE a>", "\xef\xbb\xbf",
    "\xef\xbf\xbe", "\xef\xbf\xbf", "\xef\xbf\xbd", "\xed\xa0\x80", "\xc0\x80",
    "\x80", "\xf4\x90\x80\x80", "\xc3\xa9", "\xc2\xb7", "\xc3\x97", "\x01",
    "\x7f", "1", "."};

#define PICK(r, list)                                                          \
	((list)[xml_random_below((r), sizeof(list) / sizeof((list)[0]))])

void
xml_random_init(struct xml_random *r, uint64_t seed)
{
	r->state = seed * 0x9e3779b97f4a7c15 + 1;
	r->liberties = false;
	r->len = 0;
}

/* xorshift64* */
unsigned
xml_random_below(struct xml_random *r, unsigned n)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return (unsigned)(r->state * 0x2545f4914f6cdd1d >> 33) % n;
}

static bool
one_in(struct xml_random *r, unsigned n)
{
	return xml_random_below(r, n) == 0;
}

static void
put_octets(struct xml_random *r, const void *buf, size_t len)
{
	if (len > sizeof(r->buf) - r->len)
		len = sizeof(r->buf) - r->len;
	memcpy(r->buf + r->len, buf, len);
	r->len += len;
}

static void
put(struct xml_random *r, const char *text)
{
	put_octets(r, text, strlen(text));
}

static void
put_space(struct xml_random *r)
{
	static const char *const spaces[] = {"  ", "\n", "\t", "\r\n "};

	put(r, r->liberties && one_in(r, 8) ? PICK(r, spaces) : " ");
}

static void
put_maybe_space(struct xml_random *r)
{
	if (r->liberties && one_in(r, 12))
		put_space(r);
}

static void
put_texts(struct xml_random *r)
{
	unsigned n = xml_random_below(r, 3);

	while (n-- > 0)
		put(r,
		    r->liberties && one_in(r, 3) ? PICK(r, free_texts)
						 : PICK(r, texts));
}

static void
put_value(struct xml_random *r, const char *text)
{
	unsigned n = xml_random_below(r, 3);
	const char *quote = r->liberties && one_in(r, 6) ? "'" : "\"";

	put_maybe_space(r);
	put(r, "=");
	put_maybe_space(r);
	put(r, quote);
	if (text != NULL)
		put(r, text);
	while (text == NULL && n-- > 0)
		put(r,
		    r->liberties && one_in(r, 3) ? PICK(r, free_values)
						 : PICK(r, values));
	put(r, quote);
}

static void
put_comment(struct xml_random *r)
{
	put(r, "<!--");
	put(r, PICK(r, data));
	put(r, "-->");
}

static void
put_instruction(struct xml_random *r)
{
	const char *text = PICK(r, data);

	put(r, "<?");
	put(r, PICK(r, locals));
	if (*text != '\0' || (r->liberties && one_in(r, 3)))
		put_space(r);
	put(r, text);
	put(r, "?>");
}

static void
put_misc(struct xml_random *r)
{
	if (one_in(r, 2))
		put_comment(r);
	else
		put_instruction(r);
}

static void
put_declaration(struct xml_random *r, unsigned prefix)
{
	put_space(r);
	put(r, prefix == 0 ? "xmlns" : "xmlns:");
	put(r, prefixes[prefix]);
	put_value(r,
	    one_in(r, 40) || (prefix == 0 && one_in(r, 4))
		? PICK(r, bad_namespaces)
		: PICK(r, namespaces));
}

static unsigned
pick_prefix(struct xml_random *r, const struct scope *s)
{
	unsigned n = xml_random_below(r, PREFIXES);

	return s->declared[n] || one_in(r, 60) ? n : 0;
}

static void
put_name(struct xml_random *r, unsigned prefix, const char *local)
{
	put(r, prefixes[prefix]);
	if (prefix != 0)
		put(r, ":");
	put(r, local);
}

/* Each attribute once, mostly: locals from one number on, upwards. */
static void
put_attributes(struct xml_random *r, const struct scope *s)
{
	unsigned i, n = sizeof(locals) / sizeof(locals[0]);

	for (i = xml_random_below(r, n); i < n; i++) {
		if (!one_in(r, 4))
			continue;
		put_space(r);
		if (one_in(r, 10)) {
			put(r, "xml:");
			put(r, one_in(r, 2) ? PICK(r, reserved) : locals[i]);
		} else {
			put_name(r, pick_prefix(r, s), locals[i]);
		}
		put_value(r, NULL);
	}
}

static void
put_start(struct xml_random *r, struct scope *s, unsigned prefix,
    const char *local, const bool *declares)
{
	unsigned i;

	put(r, "<");
	put_name(r, prefix, local);
	for (i = 0; i < PREFIXES; i++)
		if (declares[i])
			put_declaration(r, i);
	if (one_in(r, 2))
		put_attributes(r, s);
	put_maybe_space(r);
}

static void
draw_scope(struct xml_random *r, struct scope *s, bool *declares)
{
	unsigned i;

	for (i = 0; i < PREFIXES; i++) {
		declares[i] = one_in(r, s->declared[i] ? 6 : 3);
		s->declared[i] = s->declared[i] || declares[i];
	}
}

/* Elements inside one another, each in turn closed or gone into. */
static void
put_root(struct xml_random *r)
{
	struct scope scope[DEPTH + 1];
	unsigned prefix[DEPTH + 1], depth = 0;
	const char *local[DEPTH + 1];
	bool declares[PREFIXES];

	memset(&scope[0], 0, sizeof(scope[0]));
	do {
		if (depth == 0 || (depth < DEPTH && one_in(r, 2))) {
			depth++;
			scope[depth] = scope[depth - 1];
			draw_scope(r, &scope[depth], declares);
			prefix[depth] = pick_prefix(r, &scope[depth]);
			local[depth] = PICK(r, locals);
			put_start(r, &scope[depth], prefix[depth], local[depth],
			    declares);
			if (r->liberties && one_in(r, 4)) {
				put(r, "/>");
				depth--;
				continue;
			}
			put(r, ">");
		} else {
			put(r, "</");
			put_name(r, prefix[depth], local[depth]);
			put_maybe_space(r);
			put(r, ">");
			depth--;
		}
		if (depth != 0)
			put_texts(r);
		if (depth != 0 && one_in(r, 5))
			put_misc(r);
	} while (depth != 0);
}

void
xml_random_document(struct xml_random *r)
{
	r->len = 0;
	r->liberties = !one_in(r, 3);
	if (r->liberties && one_in(r, 8))
		put(r, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	while (one_in(r, 4)) {
		put_misc(r);
		put(r, "\n");
		put_maybe_space(r);
	}
	put_root(r);
	while (one_in(r, 4)) {
		put(r, "\n");
		put_misc(r);
		put_maybe_space(r);
	}
	if (r->liberties && one_in(r, 8))
		put(r, "\n");
}

/* A part of (buf, len): mostly short, and often one between spaces. */
static void
draw_part(struct xml_random *r, const uint8_t *buf, size_t len, size_t *from,
    size_t *to)
{
	*from = xml_random_below(r, (unsigned)len + 1);
	*to = *from + xml_random_below(r, one_in(r, 3) ? 40 : 3);
	if (one_in(r, 2)) {
		while (
		    *from > 0 && buf[*from - 1] != ' ' && buf[*from - 1] != '<')
			(*from)--;
		while (*to < len && buf[*to] != ' ' && buf[*to] != '>')
			(*to)++;
	}
	if (*to > len)
		*to = len;
}

/* Two neighbours, as attributes are, change places. */
static void
put_swapped(struct xml_random *r, const uint8_t *buf, size_t len)
{
	size_t a, b, c;

	draw_part(r, buf, len, &a, &b);
	c = b + (b < len);
	while (c < len && buf[c] != ' ' && buf[c] != '>')
		c++;
	put_octets(r, buf, a);
	if (b < len) {
		put_octets(r, buf + b + 1, c - b - 1);
		put_octets(r, buf + b, 1);
	}
	put_octets(r, buf + a, b - a);
	put_octets(r, buf + c, len - c);
}

void
xml_random_change(struct xml_random *r, const uint8_t *buf, size_t len)
{
	size_t from, to;
	uint8_t octet;

	r->len = 0;
	draw_part(r, buf, len, &from, &to);
	switch (xml_random_below(r, 6)) {
	case 0: /* one octet is another */
		octet = (uint8_t)xml_random_below(r, one_in(r, 3) ? 256 : 128);
		put_octets(r, buf, len);
		if (len != 0)
			r->buf[from < len ? from : len - 1] = octet;
		return;
	case 1: /* a part is not there */
		put_octets(r, buf, from);
		put_octets(r, buf + to, len - to);
		return;
	case 2: /* a part is there twice */
		put_octets(r, buf, to);
		put_octets(r, buf + from, len - from);
		return;
	case 3: /* or in another place */
		put_swapped(r, buf, len);
		return;
	case 4: /* something is there instead */
		put_octets(r, buf, from);
		put(r, PICK(r, snippets));
		put_octets(r, buf + to, len - to);
		return;
	}
	put_octets(r, buf, from);
	put(r, PICK(r, snippets));
	put_octets(r, buf + from, len - from);
}
