/*
 * c14n_run.h: a document through the checker of canonical XML at every cut,
 * with the method, comments and prefixes that are set.
 *
 *	CHECK(accepts("<a></a>"));
 *	CHECK(fails_at("<a^/>", ERR_C14N_EMPTY_TAG));
 */
#ifndef TESTS_UNIT_COMMON_C14N_RUN_H
#define TESTS_UNIT_COMMON_C14N_RUN_H

#include <string.h>

#include "common/c14n.h"
#include "tests/unit/common/tap.h"
#include "tests/unit/common/verdict.h"

static enum c14n_method method = C14N_EXCLUSIVE;
static const char *prefixes;
static bool comments;

/* Pushed in three parts, cut at a and b. */
static inline struct verdict
run(const char *in, size_t len, size_t a, size_t b)
{
	static struct copy bytes;
	const uint8_t *p = (const uint8_t *)in;
	struct c14n c;
	struct verdict v;

	c14n_init(&c, method, comments, prefixes, &copy_init(&bytes)->sink);
	c14n_push(&c, p, a);
	c14n_push(&c, p + a, b - a);
	c14n_push(&c, p + b, len - b);
	v.err = c14n_finish(&c);
	v.offset = c14n_offset(&c);
	CHECK(c14n_error(&c) == v.err);
	copy_check(&bytes, in, len, v);
	return v;
}

struct verdict
run_everywhere(const char *in, size_t len)
{
	struct verdict first = run(in, len, 0, 0), v;
	size_t a, b, step = len / 20 + 1;

	for (a = 0; a <= len; a += len / 300 + 1)
		for (b = a; b <= len; b += step) {
			v = run(in, len, a, b);
			CHECK(v.err == first.err && v.offset == first.offset);
		}
	return first;
}

/* The offset is that of the first "^" in the text, which is not there. */
static inline int
fails_at(const char *marked, enum err err)
{
	char text[512];
	const char *mark = strchr(marked, '^');
	size_t before = (size_t)(mark - marked);

	memcpy(text, marked, before);
	memcpy(text + before, mark + 1, strlen(mark));
	return fails(text, err, before);
}

#endif
