/*
 * canon_pairs COUNT [SEED]: random JSON documents, each on a line, each
 * followed by a line with the canonical form that host/json gives it, and that
 * common/jcs takes; for whoever canonicalises them in another way.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/jcs.h"
#include "host/json/doc.h"
#include "tests/gen/gen.h"

static struct {
	char text[1 << 16];
	size_t len;
	uint64_t rng;
} doc;

static unsigned
below(unsigned n)
{
	return gen_below(&doc.rng, n);
}

static void
put(const char *text)
{
	size_t n = strlen(text);

	if (doc.len + n < sizeof(doc.text)) {
		memcpy(doc.text + doc.len, text, n);
		doc.len += n;
	}
}

static void
put_space(void)
{
	static const char *const spaces[] = {"", "", "", " ", "\t", "\r", "  "};

	put(spaces[below(7)]);
}

static void
put_string(void)
{
	/* One of each region of UTF-16 and UTF-8, raw and escaped, and what
	 * must, may and need not be escaped. */
	static const char *const parts[] = {"a", "b", "A", "0", "9", " ",
	    "\\u0061", "\\\"", "\\\\", "\\/", "/", "\\b", "\\f", "\\n", "\\r",
	    "\\t", "\\u0000", "\\u000B", "\\u001f", "\\u007F", "\x7F", "é",
	    "\\u00E9", "ß", "€", "\\u20ac", "\\ud7ff", "\\uE000", "\\uFFFF",
	    "\xEF\xBF\xBF", "\\ud83d\\uDE00", "😀", "\\ud800\\udc00", "𐀀",
	    "\\udbff\\udfff", "\xEF\xAC\x81", "\\u2028", "__proto__",
	    "constructor", "0123456789abcdef0123456789abcdef"};
	unsigned n = below(4);

	put("\"");
	while (n-- > 0)
		put(parts[below(sizeof(parts) / sizeof(parts[0]))]);
	put("\"");
}

static void
put_number(void)
{
	static const char *const lexemes[] = {"0", "-0", "-0.0", "1E2", "1e21",
	    "1e20", "999999999999999999999", "1e-6", "1e-7", "0.1", "5e-324",
	    "1.7976931348623157e308", "9007199254740993", "-1.50", "100e-2",
	    "333333333.33333329", "123456789012345678", "4.35", "2.5"};
	uint64_t bits = gen_random(&doc.rng);
	double value;
	char text[40];

	if (below(2) == 0) {
		put(lexemes[below(sizeof(lexemes) / sizeof(lexemes[0]))]);
		return;
	}
	memcpy(&value, &bits, sizeof(value));
	if (value - value != 0) /* infinite, or no number */
		value = (double)(int64_t)bits;
	snprintf(text, sizeof(text), below(2) == 0 ? "%.17g" : "%.6e", value);
	put(text);
}

/* What is made of bounded depth may call itself. */
static void
put_value(unsigned depth)
{
	unsigned n = below(depth == 0 ? 12 : 6);
	unsigned most = depth < 6 ? 9 : 7;
	unsigned kind = depth == 0 ? 7 + below(2) : below(most);

	put_space();
	if (kind < 3) {
		put_string();
	} else if (kind < 6) {
		put_number();
	} else if (kind == 6) {
		put(below(3) == 0 ? "null" : below(2) == 0 ? "true" : "false");
	} else {
		put(kind == 7 ? "{" : "[");
		put_space();
		while (n-- > 0) {
			if (kind == 7) {
				put_string();
				put_space();
				put(":");
			}
			put_value(depth + 1);
			if (n != 0)
				put(",");
			put_space();
		}
		put(kind == 7 ? "}" : "]");
	}
	put_space();
}

/* The checker takes the form, and the document only if it is the form. */
static bool
checker_agrees(const uint8_t *form, size_t len)
{
	bool same = doc.len == len && memcmp(doc.text, form, len) == 0;
	struct jcs text, canonical;

	jcs_init(&text, NULL, NULL);
	jcs_push(&text, (const uint8_t *)doc.text, doc.len);
	jcs_init(&canonical, NULL, NULL);
	jcs_push(&canonical, form, len);
	return jcs_finish(&canonical) == ERR_OK &&
	    (jcs_finish(&text) == ERR_OK) == same;
}

int
main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	uint8_t *form;
	size_t len;
	struct doc *d;
	struct fault f;
	enum err e;

	doc.rng = (argc > 2 ? strtoul(argv[2], NULL, 10) : 1) | 1;
	while (count > 0) {
		doc.len = 0;
		put_value(0);
		e = doc_parse(&d, (const uint8_t *)doc.text, doc.len,
		    &DOC_LIMITS_SEAL, &f);
		if (e == ERR_JSON_DUPLICATE_NAME)
			continue; /* others take them */
		if (e != ERR_OK ||
		    doc_canonicalise(d, doc_root(d), &form, &len) != ERR_OK ||
		    !checker_agrees(form, len)) {
			fprintf(stderr, "canon_pairs: %s: %.*s\n", err_name(e),
			    (int)doc.len, doc.text);
			return 1;
		}
		fwrite(doc.text, 1, doc.len, stdout);
		putchar('\n');
		fwrite(form, 1, len, stdout);
		putchar('\n');
		free(form);
		doc_free(d);
		count--;
	}
	return fflush(stdout) != 0;
}
