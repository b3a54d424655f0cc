/*
 * c14n_host_test: the checker accepts exactly what host/xml would not change,
 * on random documents and on changed canonical ones. Host and appliance mean
 * the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/c14n.h"
#include "host/xml/c14n_write.h"
#include "tests/unit/support/xml_random.h"

#define DOCUMENTS 4000
#define CHANGES 6

struct form {
	struct sink sink;
	size_t len;
	uint8_t buf[4 * XML_RANDOM_MAX];
};

static unsigned accepted;

static void
keep(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct form *f = (struct form *)sink;

	assert_true(len <= sizeof(f->buf) - f->len);
	memcpy(f->buf + f->len, buf, len);
	f->len += len;
}

static enum err
write_form(const struct c14n_write_options *o, const uint8_t *buf, size_t len,
    struct form *form)
{
	struct c14n_write *w;
	struct fault fault;
	enum err e;

	form->sink.put = keep;
	form->len = 0;
	fault_clear(&fault);
	assert_int_equal(c14n_write_open(&w, o, &form->sink, &fault), ERR_OK);
	c14n_write_push(w, buf, len);
	e = c14n_write_finish(w, &fault);
	c14n_write_close(w);
	return e;
}

/* Leaves the document's canonical form, of no octets if it has none. */
static void
compare(const struct c14n_write_options *o, const uint8_t *buf, size_t len,
    struct form *form)
{
	struct c14n c;
	bool unchanged;
	enum err e;

	if (write_form(o, buf, len, form) != ERR_OK)
		form->len = 0;
	unchanged = form->len != 0 && form->len == len &&
	    memcmp(form->buf, buf, len) == 0;
	c14n_init(&c, o->method, o->comments, o->prefixes, NULL);
	c14n_push(&c, buf, len);
	e = c14n_finish(&c);
	accepted += e == ERR_OK;
	if ((e == ERR_OK) == unchanged)
		return;
	print_error("method %d, comments %d: %s at %u, host/xml %s it:\n%.*s\n",
	    o->method, o->comments, err_name(e), (unsigned)c14n_offset(&c),
	    unchanged ? "keeps" : "changes or refuses", (int)len,
	    (const char *)buf);
	fail();
}

static void
accepts_what_the_host_would_not_change_and_nothing_else(void **unused)
{
	static struct xml_random r;
	static struct form form, other;
	struct c14n_write_options o;
	int i, k;

	(void)unused;
	memset(&o, 0, sizeof(o));
	o.signature = C14N_KEEP_SIGNATURES;
	for (i = 0; i < DOCUMENTS; i++) {
		o.method = (enum c14n_method)(1 + i % 3);
		o.comments = i / 3 % 2 != 0;
		o.prefixes = o.method == C14N_EXCLUSIVE && i % 4 == 0 ? "b"
								      : NULL;
		xml_random_init(&r, (uint64_t)i + 1000000);
		xml_random_document(&r);
		compare(&o, r.buf, r.len, &form);
		if (form.len == 0)
			continue;
		compare(&o, form.buf, form.len, &other);
		assert_int_equal(other.len, form.len);
		for (k = 0; k < CHANGES; k++) {
			xml_random_change(&r, form.buf, form.len);
			compare(&o, r.buf, r.len, &other);
		}
	}
	assert_true(accepted > DOCUMENTS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		accepts_what_the_host_would_not_change_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
