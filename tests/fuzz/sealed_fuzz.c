/* sealed_fuzz: what sealed_compose writes of any text, sealed_check finds to
 * hold exactly that; and what sealed_check accepts of any file is a JSON
 * document whose payload has the digest asked for. */
#include <stdlib.h>
#include <string.h>

#include "common/sha256.h"
#include "common/utf8.h"
#include "host/json/doc.h"
#include "host/seal/sealed.h"

#define HEADER "e30"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static void
payload_digest(const uint8_t *file, size_t len, uint8_t out[static SHA256_SIZE])
{
	const char *text;
	struct fault fault;
	struct doc *d;
	size_t n;

	memset(out, 0, SHA256_SIZE);
	if (doc_parse(&d, file, len, &DOC_LIMITS_CANON, &fault) != ERR_OK)
		return;
	doc_string(d, doc_get(d, doc_root(d), "payload"), &text, &n);
	sha256(text, n, out);
	doc_free(d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	static const uint8_t signature[3] = {1, 2, 3};
	uint8_t digest[SHA256_SIZE], *out;
	struct fault fault;
	size_t n;

	if (sealed_compose(buf, len, HEADER, 3, signature, 3, &out, &n) ==
	    ERR_OK) {
		sha256(buf, len, digest);
		if (sealed_check(out, n, HEADER, 3, digest, signature, 3,
			&fault) != ERR_OK)
			abort();
		payload_digest(out, n, digest);
		if (sealed_check(out, n, HEADER, 3, digest, signature, 3,
			&fault) != ERR_OK)
			abort();
		free(out);
	} else if (utf8_is_valid(buf, len)) {
		abort();
	}
	/* a zero digest stands for no JSON: never accepted */
	payload_digest(buf, len, digest);
	if (sealed_check(buf, len, HEADER, 3, digest, signature, 3, &fault) ==
	    ERR_OK) {
		static const uint8_t zero[SHA256_SIZE];

		if (memcmp(digest, zero, sizeof(zero)) == 0)
			abort();
	}
	return 0;
}
