/*
 * c14n_pairs COUNT [SEED]: random XML documents, their canonical forms as
 * host/xml writes them, and changed ones of those, for whoever decides in
 * another way which are canonical. A line each: method (1, 2, 3 as in
 * common/c14n.h), comments (0, 1), PrefixList ("-" for none), what the checker
 * says, and the octets in hex.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/c14n.h"
#include "host/xml/c14n_write.h"
#include "tests/unit/support/xml_random.h"

#define CHANGES 4

struct form {
	struct sink sink;
	size_t len;
	uint8_t buf[4 * XML_RANDOM_MAX];
};

static void
keep(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct form *f = (struct form *)sink;

	if (len > sizeof(f->buf) - f->len)
		abort();
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
	e = c14n_write_open(&w, o, &form->sink, &fault);
	if (e != ERR_OK)
		return e;
	c14n_write_push(w, buf, len);
	e = c14n_write_finish(w, &fault);
	c14n_write_close(w);
	return e;
}

static void
ask(const struct c14n_write_options *o, const uint8_t *buf, size_t len)
{
	struct c14n c;
	size_t i;

	c14n_init(&c, o->method, o->comments, o->prefixes, NULL);
	c14n_push(&c, buf, len);
	printf("%d %d %s %s ", o->method, o->comments,
	    o->prefixes != NULL ? o->prefixes : "-", err_name(c14n_finish(&c)));
	for (i = 0; i < len; i++)
		printf("%02x", buf[i]);
	putchar('\n');
}

static void
ask_around(const struct c14n_write_options *o, struct xml_random *r)
{
	static struct form form;
	int i;

	ask(o, r->buf, r->len);
	if (write_form(o, r->buf, r->len, &form) != ERR_OK)
		return;
	ask(o, form.buf, form.len);
	for (i = 0; i < CHANGES; i++) {
		xml_random_change(r, form.buf, form.len);
		ask(o, r->buf, r->len);
	}
}

int
main(int argc, char **argv)
{
	static struct xml_random r;
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0, i;
	unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	struct c14n_write_options o;

	memset(&o, 0, sizeof(o));
	o.signature = C14N_KEEP_SIGNATURES;
	for (i = 0; i < count; i++) {
		o.method = (enum c14n_method)(1 + i % 3);
		o.comments = i / 3 % 2 != 0;
		o.prefixes = NULL;
		if (o.method == C14N_EXCLUSIVE && i % 4 == 0)
			o.prefixes = i % 8 == 0 ? "b" : "#default";
		xml_random_init(&r, seed * 1000000007 + i);
		xml_random_document(&r);
		ask_around(&o, &r);
	}
	return fflush(stdout) != 0;
}
