/* host/xml against libxml2's own C14N, which works on a tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/xml/c14n_parts.h"
#include "tests/unit/support/c14n_oracle.h"
#include "tests/unit/support/xml_gen.h"

/* Documents for each method, with comments and without. */
#define CASES 250

struct bytes {
	struct sink sink;
	uint8_t *buf;
	size_t len, cap;
};

static void
keep(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct bytes *b = (struct bytes *)sink;

	if (b->cap - b->len < len) {
		b->cap = 2 * b->cap + len;
		b->buf = realloc(b->buf, b->cap);
		assert_non_null(b->buf);
	}
	memcpy(b->buf + b->len, buf, len);
	b->len += len;
}

static enum err
write_form(const struct c14n_write_options *o, const char *buf, size_t len,
    size_t chunk, struct bytes *out, struct fault *fault)
{
	struct c14n_write *w;
	size_t i, n;
	enum err e;

	out->sink.put = keep;
	out->len = 0;
	fault_clear(fault);
	e = c14n_write_open(&w, o, &out->sink, fault);
	assert_int_equal(e, ERR_OK);
	c14n_write_set_block(w, chunk);
	for (i = 0; i < len; i += n) {
		n = len - i < chunk ? len - i : chunk;
		c14n_write_push(w, (const uint8_t *)buf + i, n);
	}
	e = c14n_write_finish(w, fault);
	c14n_write_close(w);
	return e;
}

static void
compare(const struct xml_gen *g, struct c14n_oracle *o, size_t chunk)
{
	struct c14n_write_options options = {.method = o->method,
	    .comments = o->comments,
	    .prefixes = o->prefixes,
	    .signature = o->remove_signatures ? C14N_REMOVE_SIGNATURES
					      : C14N_KEEP_SIGNATURES};
	struct bytes out = {{keep}, NULL, 0, 0};
	struct fault f;
	enum err e;

	if (!c14n_oracle(o, g->buf, g->len))
		fail_msg("libxml2 refuses:\n%s", g->buf);
	options.place = o->place[0] != '\0' ? o->place : NULL;
	e = write_form(&options, g->buf, g->len, chunk, &out, &f);
	/* Nothing is left: libxml2 calls that a canonical form. */
	if (e == ERR_NOT_FOUND && o->remove_signatures) {
		c14n_oracle_free(o);
		free(out.buf);
		return;
	}
	if (e != ERR_OK || out.len != (size_t)o->out_len ||
	    memcmp(out.buf, o->out, out.len) != 0) {
		size_t at = 0, from;

		while (at < out.len && at < (size_t)o->out_len &&
		    out.buf[at] == o->out[at])
			at++;
		from = at < 40 ? 0 : at - 40;
		fail_msg("method %d place %s chunk %zu: %s at %llu\n"
			 "-- got\n%.*s\n-- wanted\n%.*s\n-- of\n%s",
		    o->method, o->place, chunk, err_name(e),
		    (unsigned long long)f.offset, (int)(out.len - from),
		    out.buf + from, (int)((size_t)o->out_len - from),
		    o->out + from, g->buf);
	}
	free(out.buf);
	c14n_oracle_free(o);
}

static void
each_method(
    void (*run)(struct xml_gen *g, struct c14n_oracle *o, unsigned number))
{
	struct xml_gen g = {.rng = 1};
	unsigned method, i;

	for (method = C14N_EXCLUSIVE; method <= C14N_11; method++) {
		for (i = 0; i < 2 * CASES; i++) {
			struct c14n_oracle o = {.method = method,
			    .comments = i % 2 == 1,
			    .element = -1};

			xml_gen_document(&g);
			run(&g, &o, i);
		}
	}
	free(g.buf);
}

static void
whole(struct xml_gen *g, struct c14n_oracle *o, unsigned number)
{
	compare(g, o, number % 7 == 0 ? 1 + number % 50 : g->len);
}

static void
whole_documents_are_as_libxml2_makes_them(void **state)
{
	(void)state;
	each_method(whole);
}

static void
part(struct xml_gen *g, struct c14n_oracle *o, unsigned number)
{
	o->element = (int)xml_gen_below(g, g->elements);
	whole(g, o, number);
}

static void
elements_take_along_what_libxml2_lets_them(void **state)
{
	(void)state;
	each_method(part);
}

/* Beyond the checker's bounds, which ours are not, nothing is said. */
static bool
is_canonical(const struct c14n_oracle *o, const void *buf, size_t len)
{
	struct c14n c;
	enum err e;

	c14n_init(&c, o->method, o->comments, o->prefixes, NULL);
	c14n_push(&c, buf, len);
	e = c14n_finish(&c);
	assert_int_not_equal(e, ERR_XML_DEPTH);
	assert_int_not_equal(e, ERR_XML_NAMES_LENGTH);
	assert_int_not_equal(e, ERR_XML_NAMESPACES);
	return e == ERR_OK;
}

static void
checked(struct xml_gen *g, struct c14n_oracle *o, unsigned number)
{
	struct c14n_write_options options = {.method = o->method,
	    .comments = o->comments,
	    .signature = C14N_KEEP_SIGNATURES};
	struct bytes out = {{keep}, NULL, 0, 0}, again = {{keep}, NULL, 0, 0};
	struct fault f;
	bool same;
	enum err e;

	if (o->method == C14N_EXCLUSIVE && number % 3 == 0)
		o->prefixes = options.prefixes = "#default a2 z";
	e = write_form(&options, g->buf, g->len, g->len, &out, &f);
	assert_int_equal(e, ERR_OK);
	if (!is_canonical(o, out.buf, out.len))
		fail_msg("refused by the checker: %.*s", (int)out.len, out.buf);
	same = out.len == g->len && memcmp(out.buf, g->buf, out.len) == 0;
	if (is_canonical(o, g->buf, g->len) != same)
		fail_msg("the checker is wrong about %s", g->buf);
	e = write_form(&options, (char *)out.buf, out.len, out.len, &again, &f);
	assert_int_equal(e, ERR_OK);
	assert_int_equal(again.len, out.len);
	assert_memory_equal(again.buf, out.buf, out.len);
	free(again.buf);
	free(out.buf);
}

static void
the_checker_accepts_what_is_written_and_nothing_else(void **state)
{
	(void)state;
	each_method(checked);
}

static const char *const lists[] = {
    "#default", "a2", "z a10 ds", "#default a2 nowhere \xc3\xa9"};

static void
with_prefixes(struct xml_gen *g, struct c14n_oracle *o, unsigned number)
{
	if (o->method != C14N_EXCLUSIVE)
		return;
	o->prefixes = lists[number / 2 % 4];
	whole(g, o, number);
	o->element = (int)xml_gen_below(g, g->elements);
	whole(g, o, number);
}

static void
prefix_lists_mean_what_libxml2_says(void **state)
{
	(void)state;
	each_method(with_prefixes);
}

static void
without_signatures(struct xml_gen *g, struct c14n_oracle *o, unsigned number)
{
	o->remove_signatures = true;
	whole(g, o, number);
	o->element = (int)xml_gen_below(g, g->elements);
	whole(g, o, number);
}

static void
signatures_are_left_out_whole(void **state)
{
	(void)state;
	each_method(without_signatures);
}

/* The parser may get any block: its own borders must not show. */
static void
cutting_the_input_anywhere_changes_nothing(void **state)
{
	struct c14n_write_options o = {.method = C14N_10,
	    .comments = true,
	    .signature = C14N_KEEP_SIGNATURES};
	struct bytes once = {{keep}, NULL, 0, 0}, cut = {{keep}, NULL, 0, 0};
	struct xml_gen g = {.rng = 5};
	struct fault f;
	size_t at, n;
	unsigned i;
	enum err e;

	(void)state;
	for (i = 0; i < 5; i++) {
		xml_gen_document(&g);
		e = write_form(&o, g.buf, g.len, g.len, &once, &f);
		assert_int_equal(e, ERR_OK);
		for (at = 1; at < g.len; at++) {
			struct c14n_write *w;

			cut.len = 0;
			e = c14n_write_open(&w, &o, &cut.sink, &f);
			assert_int_equal(e, ERR_OK);
			c14n_write_set_block(w, at);
			c14n_write_push(w, (uint8_t *)g.buf, at);
			c14n_write_set_block(w, g.len);
			c14n_write_push(w, (uint8_t *)g.buf + at, g.len - at);
			e = c14n_write_finish(w, &f);
			c14n_write_close(w);
			if (e != ERR_OK || cut.len != once.len ||
			    memcmp(cut.buf, once.buf, cut.len) != 0)
				fail_msg("cut at %zu: %s\n%s", at, err_name(e),
				    g.buf);
		}
		for (n = 1; n < 20; n++) {
			e = write_form(&o, g.buf, g.len, n, &cut, &f);
			if (e != ERR_OK || cut.len != once.len ||
			    memcmp(cut.buf, once.buf, cut.len) != 0)
				fail_msg("in pieces of %zu: %s\n%s", n,
				    err_name(e), g.buf);
		}
	}
	free(g.buf);
	free(once.buf);
	free(cut.buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_documents_are_as_libxml2_makes_them),
	    cmocka_unit_test(elements_take_along_what_libxml2_lets_them),
	    cmocka_unit_test(
		the_checker_accepts_what_is_written_and_nothing_else),
	    cmocka_unit_test(prefix_lists_mean_what_libxml2_says),
	    cmocka_unit_test(signatures_are_left_out_whole),
	    cmocka_unit_test(cutting_the_input_anywhere_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
