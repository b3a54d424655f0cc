/*
 * jcs_fuzz: within the bounds a document is accepted if and only if sorting
 * and writing it again leaves it as it is, and what that makes of any JSON is
 * accepted; wherever the input is cut. The first octet says where.
 */
#include <stdlib.h>
#include <string.h>

#include "common/jcs.h"
#include "tests/unit/common/jcs_oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static enum err
check(const uint8_t *buf, size_t len, size_t cut, uint64_t *offset)
{
	struct jcs c;
	enum err e;
	size_t i;

	jcs_init(&c, NULL, NULL);
	if (cut <= len) {
		jcs_push(&c, buf, cut);
		jcs_push(&c, buf + cut, len - cut);
	} else {
		for (i = 0; i < len; i++)
			jcs_push(&c, buf + i, 1);
	}
	e = jcs_finish(&c);
	*offset = jcs_offset(&c);
	return e;
}

static bool
is_bound(enum err e)
{
	return e == ERR_JSON_DEPTH || e == ERR_JSON_NAMES_LENGTH;
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	uint64_t at, at_cut, at_each;
	uint8_t *out;
	size_t n, where;
	enum err e, again;
	bool json, same;

	if (len == 0)
		return 0;
	where = buf[0] % len;
	buf++;
	len--;
	e = check(buf, len, 0, &at);
	if (check(buf, len, where, &at_cut) != e ||
	    check(buf, len, len + 1, &at_each) != e || at != at_cut ||
	    at != at_each || at > len)
		abort();
	if (is_bound(e))
		return 0;

	out = malloc(25 * len + 32);
	if (out == NULL)
		return 0;
	json = oracle_canonicalise(buf, len, out, &n);
	same = json && n == len && memcmp(out, buf, n) == 0;
	if ((e == ERR_OK) != same)
		abort();
	if (json) {
		again = check(out, n, 0, &at);
		if (again != ERR_OK && !is_bound(again))
			abort();
	}
	free(out);
	return 0;
}
