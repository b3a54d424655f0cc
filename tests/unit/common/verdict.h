/*
 * verdict.h: what a checker says of octets, and where; for tests that ask it
 * at every cut.
 *
 *	struct verdict
 *	run_everywhere(const char *in, size_t len) { ... }
 *
 *	CHECK(accepts("{}"));
 *	CHECK(fails("[1,]", ERR_JSON_SYNTAX, 3));
 */
#ifndef TESTS_UNIT_COMMON_VERDICT_H
#define TESTS_UNIT_COMMON_VERDICT_H

#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/sink.h"
#include "tests/unit/common/tap.h"

#define VERDICT_MAX 16384 /* octets of one input */

struct verdict {
	enum err err;
	uint64_t offset;
};

/* The test's own: the same verdict, wherever the input is cut. */
struct verdict run_everywhere(const char *in, size_t len);

static inline int
fails_octets(const char *in, size_t len, enum err err, uint64_t offset)
{
	struct verdict v = run_everywhere(in, len);

	if (v.err == err && v.offset == offset)
		return 1;
	printf("# %s: %s at %u\n", in, err_name(v.err), (unsigned)v.offset);
	return 0;
}

static inline int
fails(const char *in, enum err err, uint64_t offset)
{
	return fails_octets(in, strlen(in), err, offset);
}

static inline int
accepts(const char *in)
{
	return fails(in, ERR_OK, strlen(in));
}

/* Where a checker passes its input on. */
struct copy {
	struct sink sink;
	size_t len;
	uint8_t octets[VERDICT_MAX];
};

static inline void
copy_put(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct copy *c = (struct copy *)sink;

	CHECK(len <= sizeof(c->octets) - c->len);
	memcpy(c->octets + c->len, buf, len);
	c->len += len;
}

static inline struct copy *
copy_init(struct copy *c)
{
	c->sink.put = copy_put;
	c->len = 0;
	return c;
}

/* A checker passes on what it was given: all of what it accepts. */
static inline void
copy_check(const struct copy *c, const char *in, size_t len, struct verdict v)
{
	CHECK(c->len <= len && c->len >= v.offset);
	CHECK(memcmp(c->octets, in, c->len) == 0);
	if (v.err == ERR_OK)
		CHECK(c->len == len && v.offset == len);
}

#endif
