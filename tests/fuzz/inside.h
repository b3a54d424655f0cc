/*
 * inside.h: for fuzz targets of parsers that point into their input: what
 * they point at lies there.
 *
 *	inside_begin(buf, len);
 *	must(x_parse(&x, buf, len) == ERR_OK);
 *	inside(&x.tbs);
 */
#ifndef TESTS_FUZZ_INSIDE_H
#define TESTS_FUZZ_INSIDE_H

#include <stdbool.h>
#include <stdlib.h>

#include "common/der.h"

static const uint8_t *inside_input;
static size_t inside_len;

static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

static inline void
inside_begin(const uint8_t *buf, size_t len)
{
	inside_input = buf;
	inside_len = len;
}

static inline void
inside(const struct der_reader *r)
{
	if (r->len > 0)
		must(r->p >= inside_input && r->len <= inside_len &&
		    r->p <= inside_input + inside_len - r->len);
}

#endif
