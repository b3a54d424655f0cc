#include "tests/unit/support/xml_gen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define PREFIXES COUNT(prefixes)

/* "" is the default namespace; "z" sorts behind "ds", "a10" before "a2". */
static const char *const prefixes[] = {"", "a2", "a10", "z", "ds", "\xc3\xa9"};

/* Nothing to escape: libxml2's C14N forgets to. */
static const char *const uris[] = {"", "urn:x-one",
    "http://example.org/two?a=b", "http://www.w3.org/2000/09/xmldsig#",
    "urn:x-%C3%BC", "http://example.org/"};

static const char *const locals[] = {
    "e", "item", "Signature", "proof", "x-1", "\xce\xbb\xcf\x8c", "e.2"};

static const char *const names[] = {
    "b", "a", "Id", "c-d", "A", "_", "\xc3\xb6", "href", "type", "n9"};

static const char *const pieces[] = {"text", " ", "\n\t", "\r\n", "\r", "&amp;",
    "&lt;", "&gt;", ">", "&quot;", "&apos;", "'", "&#9;", "&#xA;", "&#xd;",
    "&#x000d;", "&#65;", "\xc3\xa4\xc3\xb6", "\xe4\xb8\xad\xe6\x96\x87",
    "\xf0\x9d\x92\xb3", "&#x1F600;", "]]&gt;",
    "0123456789abcdef0123456789abcdef", "a,b;c=d/e?f+g", "\x7f", "\xc2\x85",
    "\xe2\x80\xa8"};

/* Values on which libxml2's joining and C14N 1.1 agree. */
static const char *const bases[] = {
    "http://example.org/x/y", "p/", "../q/r", "/abs/olute", "s", "t/u"};

unsigned
xml_gen_below(struct xml_gen *g, unsigned n)
{
	g->rng ^= g->rng >> 12;
	g->rng ^= g->rng << 25;
	g->rng ^= g->rng >> 27;
	return (unsigned)((g->rng * 0x2545f4914f6cdd1dull) >> 33) % n;
}

static void
put(struct xml_gen *g, const char *text)
{
	size_t n = strlen(text);

	if (g->cap - g->len < n + 1) {
		g->cap = 2 * g->cap + n + 1024;
		g->buf = realloc(g->buf, g->cap);
		if (g->buf == NULL)
			abort();
	}
	memcpy(g->buf + g->len, text, n + 1);
	g->len += n;
}

static void
pick(struct xml_gen *g, const char *const *list, size_t n)
{
	put(g, list[xml_gen_below(g, (unsigned)n)]);
}

static void
space(struct xml_gen *g, unsigned least)
{
	static const char *const white[] = {" ", "\n", "\t", "\r\n", "  "};
	unsigned n = least + (xml_gen_below(g, 8) == 0);

	while (n-- > 0)
		pick(g, white, COUNT(white));
}

static void
value(struct xml_gen *g, const char *text)
{
	const char *quote = xml_gen_below(g, 2) ? "\"" : "'";
	unsigned i, n = xml_gen_below(g, 4);
	const char *piece;

	space(g, 0);
	put(g, "=");
	space(g, 0);
	put(g, quote);
	for (i = 0; text == NULL && i < n; i++) {
		piece = pieces[xml_gen_below(g, COUNT(pieces))];
		if (strchr(piece, *quote) == NULL)
			put(g, piece);
	}
	if (text != NULL)
		put(g, text);
	put(g, quote);
}

/* Any namespace, none for the default one only. Two prefixes of a tag may
 * stand for one: attributes have different local names. */
static void
declare(struct xml_gen *g, unsigned prefix)
{
	unsigned uri = xml_gen_below(g, COUNT(uris));

	if (prefix > 0 && uri == 0)
		uri = 1;
	if (xml_gen_below(g, 4) == 0 && prefix == 4)
		uri = 3;
	space(g, 1);
	put(g, prefix > 0 ? "xmlns:" : "xmlns");
	put(g, prefixes[prefix]);
	value(g, uris[uri]);
	g->bound[prefix] = (int)uri;
}

/* A prefix that stands for something, with its colon, or none. */
static void
qualify(struct xml_gen *g)
{
	unsigned prefix = xml_gen_below(g, PREFIXES);

	if (prefix == 0 || g->bound[prefix] == 0)
		return;
	put(g, prefixes[prefix]);
	put(g, ":");
}

static void
xml_attribute(struct xml_gen *g)
{
	static const char *const langs[] = {"en", "de-AT", "mt"};
	char id[32];

	space(g, 1);
	switch (xml_gen_below(g, 5)) {
	case 0:
		put(g, "xml:lang");
		value(g, langs[xml_gen_below(g, COUNT(langs))]);
		break;
	case 1:
		put(g, "xml:space");
		value(g, xml_gen_below(g, 2) ? "preserve" : "default");
		break;
	case 2:
		put(g, "xml:base");
		value(g, bases[xml_gen_below(g, COUNT(bases))]);
		break;
	case 3:
		snprintf(id, sizeof(id), "id%u", g->elements);
		put(g, "xml:id");
		value(g, id);
		break;
	default:
		put(g, "xml:other");
		value(g, NULL);
		break;
	}
}

static void
attributes(struct xml_gen *g)
{
	unsigned i, first = xml_gen_below(g, COUNT(names));
	unsigned n = xml_gen_below(g, 4);

	if (xml_gen_below(g, 40) == 0)
		n = COUNT(names);
	for (i = 0; i < n; i++) {
		space(g, 1);
		qualify(g);
		put(g, names[(first + 3 * i) % COUNT(names)]);
		value(g, NULL);
	}
	if (xml_gen_below(g, 3) == 0)
		xml_attribute(g);
}

static void
aside(struct xml_gen *g)
{
	static const char *const data[] = {"", " ", " a  b ", "\r\nx",
	    " <&>\"' ", " - ", " \xc3\xa9\xe2\x82\xac ", " version='1.0'?"};

	if (xml_gen_below(g, 2) == 0) {
		put(g, "<!--");
		pick(g, data, COUNT(data));
		put(g, "-->");
	} else {
		put(g, xml_gen_below(g, 2) ? "<?pi " : "<?\xc3\xa4-2 ");
		pick(g, data, COUNT(data));
		put(g, "?>");
	}
}

static void
cdata(struct xml_gen *g)
{
	static const char *const data[] = {
	    "", "<&>", "]] >", "]", "a\r\nb", "\xe4\xb8\xad<x y=\"z\"/>"};

	put(g, "<![CDATA[");
	pick(g, data, COUNT(data));
	put(g, "]]>");
}

static void
text(struct xml_gen *g)
{
	unsigned n = 1 + xml_gen_below(g, 3);

	while (n-- > 0)
		pick(g, pieces, COUNT(pieces));
}

static void
element(struct xml_gen *g, unsigned level)
{
	unsigned i, n, prefix;
	int bound[PREFIXES];
	size_t name_at, name_len;
	char *name;

	memcpy(bound, g->bound, sizeof(bound));
	g->elements++;
	put(g, "<");
	/* The name stands before what declares its prefix. */
	prefix = xml_gen_below(g, 2 * PREFIXES);
	if (prefix >= PREFIXES)
		prefix = 0;
	name_at = g->len;
	if (prefix > 0) {
		put(g, prefixes[prefix]);
		put(g, ":");
	}
	pick(g, locals, COUNT(locals));
	name_len = g->len - name_at;
	for (i = 0; i < PREFIXES; i++)
		if ((i > 0 && i == prefix && g->bound[i] == 0) ||
		    xml_gen_below(g, level == 0 ? 3 : 9) == 0)
			declare(g, i);
	attributes(g);
	space(g, 0);
	n = level < 7 ? xml_gen_below(g, 6) : 0;
	if (g->elements > 100)
		n = 0;
	if (n == 0 && xml_gen_below(g, 2) == 0) {
		put(g, "/>");
		memcpy(g->bound, bound, sizeof(bound));
		return;
	}
	put(g, ">");
	for (i = 0; i < n; i++) {
		switch (xml_gen_below(g, 8)) {
		case 0:
			aside(g);
			break;
		case 1:
			cdata(g);
			break;
		case 2:
		case 3:
			text(g);
			break;
		default:
			element(g, level + 1);
			break;
		}
	}
	name = strndup(g->buf + name_at, name_len);
	if (name == NULL)
		abort();
	put(g, "</");
	put(g, name);
	free(name);
	space(g, 0);
	put(g, ">");
	memcpy(g->bound, bound, sizeof(bound));
}

void
xml_gen_document(struct xml_gen *g)
{
	static const char *const declarations[] = {"",
	    "<?xml version=\"1.0\"?>",
	    "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\r\n",
	    "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
	    "\xef\xbb\xbf"};
	unsigned n;

	g->rng += 0x9e3779b97f4a7c15ull;
	g->len = 0;
	g->elements = 0;
	memset(g->bound, 0, sizeof(g->bound));
	pick(g, declarations, COUNT(declarations));
	for (n = xml_gen_below(g, 3); n > 0; n--) {
		aside(g);
		space(g, 0);
	}
	element(g, 0);
	for (n = xml_gen_below(g, 3); n > 0; n--) {
		space(g, 0);
		aside(g);
	}
	space(g, 0);
}
