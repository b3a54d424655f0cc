/*
 * c14n_libxml2_test: the sentence of common/c14n.h, accepts(x) if and only if
 * x = canonicalise(parse(x)), with libxml2 for parse and canonicalise: on
 * random documents, on their canonical forms, and on changed ones of those.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/c14n.h"
#include "tests/unit/support/xml_oracle.h"
#include "tests/unit/support/xml_random.h"

#define DOCUMENTS 20000
#define CHANGES 5 /* of each canonical form */

struct method {
	enum c14n_method method;
	bool comments;
	const char *prefixes;
};

static const struct method methods[] = {
    {C14N_EXCLUSIVE, false, NULL},
    {C14N_EXCLUSIVE, true, NULL},
    {C14N_EXCLUSIVE, false, "a"},
    {C14N_EXCLUSIVE, true, " b\t#default\nzz"},
    {C14N_10, false, NULL},
    {C14N_10, true, NULL},
    {C14N_11, false, NULL},
    {C14N_11, true, NULL},
};

static struct {
	unsigned asked, accepted, unread;
} count;

static enum err
check(const uint8_t *buf, size_t len, const struct method *m, uint64_t *offset)
{
	struct c14n c;
	enum err e;

	c14n_init(&c, m->method, m->comments, m->prefixes, NULL);
	c14n_push(&c, buf, len);
	e = c14n_finish(&c);
	*offset = c14n_offset(&c);
	return e;
}

/* What libxml2 takes and we do not: brackets and ampersands in the names of
 * namespaces (docs/CANON.md). */
static bool
is_excused(const uint8_t *buf, size_t len, enum err e, uint64_t offset)
{
	return e == ERR_XML_NAMESPACE_NAME && offset < len &&
	    memchr("[]&", buf[offset], 3) != NULL;
}

static void
compare(const uint8_t *buf, size_t len, const struct method *m, bool canonical)
{
	uint64_t offset;
	enum err e = check(buf, len, m, &offset);

	count.asked++;
	count.accepted += e == ERR_OK;
	assert_true(offset <= len);
	if ((e == ERR_OK) == canonical || is_excused(buf, len, e, offset))
		return;
	print_error("method %d, comments %d, prefixes %s: %s at %u, libxml2 "
		    "says %d of\n%.*s\n",
	    m->method, m->comments, m->prefixes != NULL ? m->prefixes : "",
	    err_name(e), (unsigned)offset, canonical, (int)len,
	    (const char *)buf);
	fail();
}

static void
compare_around(struct xml_random *r, const struct method *m)
{
	uint8_t *form;
	size_t n;
	int i;

	if (!xml_oracle_form(r->buf, r->len, m->method, m->comments,
		m->prefixes, &form, &n)) {
		count.unread++;
		compare(r->buf, r->len, m, false);
		return;
	}
	compare(r->buf, r->len, m, n == r->len && memcmp(form, r->buf, n) == 0);
	compare(form, n, m, true);
	for (i = 0; i < CHANGES; i++) {
		xml_random_change(r, form, n);
		compare(r->buf, r->len, m,
		    xml_oracle_is_canonical(
			r->buf, r->len, m->method, m->comments, m->prefixes));
	}
	free(form);
}

static void
accepts_what_libxml2_would_not_change_and_nothing_else(void **unused)
{
	static struct xml_random r;
	unsigned n = sizeof(methods) / sizeof(methods[0]), i;
	const char *more = getenv("C14N_DOCUMENTS");
	unsigned documents = more != NULL ? (unsigned)strtoul(more, NULL, 10)
					  : DOCUMENTS;

	(void)unused;
	for (i = 0; i < documents; i++) {
		xml_random_init(&r, i);
		xml_random_document(&r);
		compare_around(&r, &methods[i % n]);
	}
	print_message("# %u documents, %u not read by libxml2; %u questions, "
		      "%u times yes\n",
	    documents, count.unread, count.asked, count.accepted);
	/* The generator has not gone off the road. */
	assert_true(count.unread < documents / 2);
	assert_true(count.accepted > count.asked / 8);
}

/* before, octets, behind; and octets again where they belong to a name. */
static void
compare_with(const char *before, const uint8_t *octets, size_t len,
    const char *middle, const char *behind)
{
	uint8_t text[128];
	size_t n = 0;

	memcpy(text, before, strlen(before));
	n += strlen(before);
	memcpy(text + n, octets, len);
	n += len;
	memcpy(text + n, middle, strlen(middle));
	n += strlen(middle);
	if (*behind != '\0') {
		memcpy(text + n, octets, len);
		n += len;
	}
	memcpy(text + n, behind, strlen(behind));
	n += strlen(behind);
	compare(text, n, &methods[0],
	    xml_oracle_is_canonical(text, n, C14N_EXCLUSIVE, false, NULL));
}

/* Surrogates, too: utf8_encode does not mind. */
static void
knows_the_characters_of_text_and_names(void **unused)
{
	uint32_t code, step = 1;
	uint8_t c[4];
	size_t n;

	(void)unused;
	for (code = 1; code < 0x110000; code += step) {
		/* All of the planes but what is alike in them. */
		if (code >= 0x10000)
			step = (code & 0xffff) < 0x10 ||
				(code & 0xffff) >= 0xfff0
			    ? 1
			    : 0x7e0;
		n = utf8_encode(code, c);
		compare_with("<a>", c, n, "</a>", "");
		compare_with("<", c, n, "></", ">");
		compare_with("<a", c, n, "></a", ">");
	}
}

static void
knows_absolute_names_of_namespaces(void **unused)
{
	static const char *const parts[] = {"a", "urn", "http", ":", ":", "/",
	    "//", "?", "#", "@", "%41", "%", "%a", "[", "]", "1", "80", "-",
	    ".", "+", ";", "=", " ", "\xc3\xa9", "~", "|", "^", "!", "'", "()",
	    "*", "$", ",", "_", "{", "\\"};
	static struct xml_random r;
	char name[64];
	size_t len;
	int i;

	(void)unused;
	xml_random_init(&r, 1);
	for (i = 0; i < 40000; i++) {
		len = 0;
		while (len < 50 && xml_random_below(&r, 8) != 0)
			len += (size_t)snprintf(name + len, sizeof(name) - len,
			    "%s",
			    parts[xml_random_below(
				&r, sizeof(parts) / sizeof(parts[0]))]);
		compare_with(
		    "<a xmlns=\"", (const uint8_t *)name, len, "\"></a>", "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		accepts_what_libxml2_would_not_change_and_nothing_else),
	    cmocka_unit_test(knows_the_characters_of_text_and_names),
	    cmocka_unit_test(knows_absolute_names_of_namespaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
