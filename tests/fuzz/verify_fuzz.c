/* verify_fuzz: no file is valid without a trust anchor; the verdict follows
 * from the findings; their texts are UTF-8 that steers no terminal. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"
#include "host/seal/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static void
check_text(const struct verify_finding *f)
{
	size_t n = strnlen(f->text, sizeof(f->text)), i;

	if (n == sizeof(f->text) || !utf8_is_valid(f->text, n))
		abort();
	for (i = 0; i < n; i++) {
		if ((uint8_t)f->text[i] < 0x20 || f->text[i] == 0x7f)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	struct verify_options options = {.time = 1760000000};
	struct verify_result r;
	struct fault fault;
	bool failed = false;
	size_t i;
	enum err e;

	if ((len & 1) != 0) {
		options.detached = (const uint8_t *)"{}";
		options.detached_len = 2;
	}
	e = verify_file(&r, buf, len, &options, &fault);
	if (e == ERR_OK || e != r.err || r.count == 0)
		abort();
	for (i = 0; i < r.count; i++) {
		const struct verify_finding *f = &r.findings[i];

		check_text(f);
		if (f->seal != UINT_MAX && f->seal >= r.seals)
			abort();
		if (f->verdict == VERIFY_FAILED)
			failed = true;
	}
	if (failed != (e == ERR_VERIFY_INVALID || e == ERR_VERIFY_FORMAT))
		abort();
	if (e == ERR_VERIFY_FORMAT && fault.err == ERR_OK)
		abort();
	verify_result_free(&r);
	return 0;
}
