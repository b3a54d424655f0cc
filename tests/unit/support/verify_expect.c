#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/support/verify_expect.h"

#include <stdlib.h>
#include <string.h>

enum err
verify_now(struct verify_result *r, const char *file, size_t len)
{
	struct verify_options o = {.anchors = make_seal_ca(),
	    .anchor_count = 1,
	    .time = MAKE_SEAL_NOW};
	struct fault f;

	return verify_file(r, (const uint8_t *)file, len, &o, &f);
}

enum verify_verdict
verify_verdict_of(
    const struct verify_result *r, unsigned seal, const char *check)
{
	enum verify_verdict v = 0;
	size_t i;

	for (i = 0; i < r->count; i++) {
		if (r->findings[i].seal != seal ||
		    strcmp(r->findings[i].check, check) != 0)
			continue;
		if (v == 0 || r->findings[i].verdict == VERIFY_FAILED)
			v = r->findings[i].verdict;
	}
	return v;
}

unsigned
verify_count(const struct verify_result *r, enum verify_verdict v)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < r->count; i++)
		n += r->findings[i].verdict == v;
	return n;
}

void
verify_show(const struct verify_result *r)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		print_message("# %d %s %u %s\n", (int)r->findings[i].seal,
		    r->findings[i].check, (unsigned)r->findings[i].verdict,
		    r->findings[i].text);
}

static enum err
err_of(enum verify_verdict v)
{
	switch (v) {
	case VERIFY_FAILED:
		return ERR_VERIFY_INVALID;
	case VERIFY_UNKNOWN:
		return ERR_VERIFY_INDETERMINATE;
	case VERIFY_PASSED:
	case VERIFY_NOT_CHECKED:
	case VERIFY_REMARK:
		break;
	}
	return ERR_OK;
}

void
verify_expect(
    const struct make_seal *m, const char *check, enum verify_verdict v)
{
	struct verify_result r;
	enum err e;
	size_t len;
	char *file = make_seal(m, &len);

	e = verify_now(&r, file, len);
	if (verify_verdict_of(&r, 0, check) != v || e != err_of(v)) {
		verify_show(&r);
		fail_msg("header %s: %s is %u",
		    m->header == NULL ? "as usual" : m->header, check,
		    (unsigned)verify_verdict_of(&r, 0, check));
	}
	verify_result_free(&r);
	free(file);
}
