/* The bounds of host/xml: at the limit, and one above. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/xml/c14n_write.h"
#include "tests/unit/support/c14n_run.h"

/* before, then middle n times, then end, then after n times. */
static enum err
repeat(const char *before, const char *middle, size_t n, const char *end,
    const char *after, struct fault *f)
{
	struct c14n_write_options o = {
	    .method = C14N_10, .signature = C14N_KEEP_SIGNATURES};
	size_t len = strlen(before) + n * strlen(middle) + strlen(end) +
	    n * strlen(after);
	char *buf = malloc(len + 1), *p = buf;
	struct c14n_text out;
	enum err e;
	size_t i;

	assert_non_null(buf);
	p = stpcpy(p, before);
	for (i = 0; i < n; i++)
		p = stpcpy(p, middle);
	p = stpcpy(p, end);
	for (i = 0; i < n; i++)
		p = stpcpy(p, after);
	e = c14n_run(&o, buf, len, &out, f);
	free(buf);
	return e;
}

static void
bounds_hold_at_the_limit_and_not_beyond(void **state)
{
	size_t n = C14N_WRITE_DEPTH;
	struct fault f;

	(void)state;
	assert_int_equal(repeat("", "<a>", n, "", "</a>", &f), ERR_OK);
	assert_int_equal(
	    repeat("", "<a>", n + 1, "", "</a>", &f), ERR_XML_DEPTH);
	assert_int_equal(f.offset, 3 * n);

	n = C14N_WRITE_TAG - 20;
	assert_int_equal(repeat("<a b='", "x", n, "'/>", "", &f), ERR_OK);
	n = C14N_WRITE_TAG + 3 * 65536;
	assert_int_equal(
	    repeat("<a b='", "x", n, "'/>", "", &f), ERR_TOO_LARGE);
	assert_int_equal(f.offset, 0);

	n = C14N_WRITE_MARKUP - 20;
	assert_int_equal(repeat("<a><!--", "x", n, "--></a>", "", &f), ERR_OK);
	n = C14N_WRITE_MARKUP + 3 * 65536;
	assert_int_equal(
	    repeat("<a><!--", "x", n, "--></a>", "", &f), ERR_TOO_LARGE);
	assert_int_equal(f.offset, 3);

	/* Text has none. */
	n = 20u << 20;
	assert_int_equal(repeat("<a>", "x", n, "</a>", "", &f), ERR_OK);
	assert_int_equal(
	    repeat("<a><![CDATA[", "x", n, "]]></a>", "", &f), ERR_OK);
}

static enum err
many_attributes(unsigned n, const char *name, struct fault *f)
{
	struct c14n_write_options o = {
	    .method = C14N_10, .signature = C14N_KEEP_SIGNATURES};
	size_t cap = 64 * (size_t)n + 64, len = 2;
	char *buf = malloc(cap);
	struct c14n_text out;
	unsigned i;
	enum err e;

	assert_non_null(buf);
	memcpy(buf, "<a", 2);
	for (i = 0; i < n; i++)
		len += (size_t)snprintf(
		    buf + len, cap - len, " %s%u='urn:x'", name, i);
	memcpy(buf + len, "/>", 2);
	e = c14n_run(&o, buf, len + 2, &out, f);
	free(buf);
	return e;
}

static void
tags_have_a_bounded_number_of_attributes(void **state)
{
	unsigned n = C14N_WRITE_ATTRIBUTES;
	struct fault f;

	(void)state;
	assert_int_equal(many_attributes(n, "a", &f), ERR_OK);
	assert_int_equal(many_attributes(n + 1, "a", &f), ERR_TOO_LARGE);
	assert_int_equal(many_attributes(n, "xmlns:a", &f), ERR_OK);
	assert_int_equal(many_attributes(n + 1, "xmlns:a", &f), ERR_TOO_LARGE);
}

static void
declarations_in_scope_are_bounded(void **state)
{
	struct c14n_write_options o = {
	    .method = C14N_EXCLUSIVE, .signature = C14N_KEEP_SIGNATURES};
	unsigned i, n, levels = C14N_WRITE_NAMESPACES / 4;
	char *buf = malloc(64 * 4 * (size_t)levels + 256), *p;
	struct c14n_text out;
	struct fault f;
	enum err e;

	(void)state;
	assert_non_null(buf);
	for (n = levels; n <= levels + 1; n++) {
		p = buf;
		for (i = 0; i < n; i++)
			p = stpcpy(p,
			    "<a xmlns='urn:a' xmlns:b='urn:b' "
			    "xmlns:c='urn:c' xmlns:d='urn:d'>");
		for (i = 0; i < n; i++)
			p = stpcpy(p, "</a>");
		e = c14n_run(&o, buf, (size_t)(p - buf), &out, &f);
		assert_int_equal(e, n == levels ? ERR_OK : ERR_XML_NAMESPACES);
	}
	free(buf);
}

static void
values_above_the_element_are_bounded(void **state)
{
	struct c14n_write_options o = {.method = C14N_11,
	    .place = "/1/1",
	    .signature = C14N_KEEP_SIGNATURES};
	size_t n;
	char *buf = malloc(C14N_WRITE_INHERITED + 100), *p;
	struct c14n_text out;
	struct fault f;
	enum err e;

	(void)state;
	assert_non_null(buf);
	for (n = C14N_WRITE_INHERITED - 1; n <= C14N_WRITE_INHERITED; n++) {
		p = stpcpy(buf, "<r xml:base='");
		memset(p, 'x', n);
		p = stpcpy(p + n, "'><e/></r>");
		e = c14n_run(&o, buf, (size_t)(p - buf), &out, &f);
		assert_int_equal(
		    e, n < C14N_WRITE_INHERITED ? ERR_OK : ERR_TOO_LARGE);
	}
	free(buf);
}

/* libxml2 keeps every name until the end. */
static enum err
many_names(unsigned count, int width, unsigned *done)
{
	struct c14n_write_options o = {
	    .method = C14N_10, .signature = C14N_KEEP_SIGNATURES};
	struct c14n_text out = {.sink.put = c14n_text_put};
	struct c14n_write *w;
	struct fault f;
	char name[300];
	size_t n;
	enum err e;

	e = c14n_write_open(&w, &o, &out.sink, &f);
	assert_int_equal(e, ERR_OK);
	c14n_write_push(w, (const uint8_t *)"<a>", 3);
	for (*done = 0; *done < count && c14n_write_error(w) == ERR_OK;
	     ++*done) {
		n = (size_t)snprintf(
		    name, sizeof(name), "<n%0*u/>", width, *done);
		c14n_write_push(w, (const uint8_t *)name, n);
	}
	c14n_write_push(w, (const uint8_t *)"</a>", 4);
	e = c14n_write_finish(w, &f);
	c14n_write_close(w);
	return e;
}

static void
different_names_cannot_fill_memory(void **state)
{
	unsigned done;

	(void)state;
	assert_int_equal(many_names(C14N_WRITE_NAMES - 100, 0, &done), ERR_OK);
	assert_int_equal(
	    many_names(C14N_WRITE_NAMES + 1, 0, &done), ERR_TOO_LARGE);
	assert_int_equal(many_names(16000, 240, &done), ERR_OK);
	assert_int_equal(many_names(60000, 240, &done), ERR_TOO_LARGE);
	assert_in_range(done, 16000, 30000);
}

static void
offsets_are_right_far_into_a_stream(void **state)
{
	struct c14n_write_options o = {
	    .method = C14N_EXCLUSIVE, .signature = C14N_KEEP_SIGNATURES};
	static const char line[] = "<x y='1'>\xc3\xa4 text &amp; more</x>\r\n";
	struct c14n_text out = {.sink.put = c14n_text_put};
	struct c14n_write *w;
	struct fault f;
	uint64_t at = 3;
	unsigned i;
	enum err e;

	(void)state;
	e = c14n_write_open(&w, &o, &out.sink, &f);
	assert_int_equal(e, ERR_OK);
	c14n_write_push(w, (const uint8_t *)"<a>", 3);
	for (i = 0; i < 300000; i++) {
		c14n_write_push(w, (const uint8_t *)line, sizeof(line) - 1);
		at += sizeof(line) - 1;
	}
	c14n_write_push(w, (const uint8_t *)"<p:b/>", 6);
	e = c14n_write_finish(w, &f);
	assert_int_equal(e, ERR_XML_PREFIX);
	assert_int_equal(f.offset, at);
	c14n_write_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bounds_hold_at_the_limit_and_not_beyond),
	    cmocka_unit_test(tags_have_a_bounded_number_of_attributes),
	    cmocka_unit_test(declarations_in_scope_are_bounded),
	    cmocka_unit_test(values_above_the_element_are_bounded),
	    cmocka_unit_test(different_names_cannot_fill_memory),
	    cmocka_unit_test(offsets_are_right_far_into_a_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
