/* sealed_fuzz: what sealed_compose writes of any text, sealed_check finds to
 * hold exactly that, and no other text; and what sealed_check accepts of any
 * file is a JSON document with the payload asked for. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"
#include "host/json/doc.h"
#include "host/seal/sealed.h"

#define HEADER "e30"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

/* The payload of a JSON document; false if it is none. */
static bool
payload_of(const uint8_t *file, size_t len, struct doc **d,
    const uint8_t **text, size_t *n)
{
	struct fault fault;
	const char *p;
	doc_ref v;

	if (doc_parse(d, file, len, &DOC_LIMITS_CANON, &fault) != ERR_OK)
		return false;
	v = doc_get(*d, doc_root(*d), "payload");
	doc_string(*d, v, &p, n);
	*text = (const uint8_t *)p;
	return doc_type(*d, v) == DOC_STRING;
}

static enum err
check(enum item_profile profile, const uint8_t *file, size_t len,
    const uint8_t *text, size_t n)
{
	static const uint8_t signature[3] = {1, 2, 3};
	struct fault fault;

	return sealed_check(profile_get(profile), file, len, HEADER, 3, text, n,
	    signature, 3, &fault);
}

/* Any octets, in the serialisations that hold base64url. */
static void
check_encoded(const uint8_t *buf, size_t len)
{
	static const uint8_t signature[3] = {1, 2, 3};
	unsigned profile;
	uint8_t *out;
	size_t n;

	for (profile = PROFILE_JSON; profile <= PROFILE_JSON_COMPACT;
	     profile++) {
		if (sealed_compose(profile_get(profile), buf, len, HEADER, 3,
			signature, 3, &out, &n) != ERR_OK)
			abort();
		if (check((enum item_profile)profile, out, n, buf, len) !=
			ERR_OK ||
		    (len > 0 &&
			check((enum item_profile)profile, out, n, buf,
			    len - 1) == ERR_OK))
			abort();
		free(out);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	static const uint8_t signature[3] = {1, 2, 3};
	const uint8_t *text;
	struct doc *d = NULL;
	uint8_t *out;
	size_t n, k;

	if (sealed_compose(profile_get(PROFILE_EDC), buf, len, HEADER, 3,
		signature, 3, &out, &n) == ERR_OK) {
		if (check(PROFILE_EDC, out, n, buf, len) != ERR_OK)
			abort();
		if (len > 0 &&
		    check(PROFILE_EDC, out, n, buf, len - 1) == ERR_OK)
			abort();
		if (!payload_of(out, n, &d, &text, &k) || k != len ||
		    memcmp(text, buf, len) != 0)
			abort();
		doc_free(d);
		free(out);
	} else if (utf8_is_valid(buf, len)) {
		abort();
	}
	check_encoded(buf, len);
	/* Any file: of what is accepted, no other parser reads another text. */
	d = NULL;
	if (payload_of(buf, len, &d, &text, &k) &&
	    check(PROFILE_EDC, buf, len, text, k) == ERR_OK && k > 0 &&
	    check(PROFILE_EDC, buf, len, text, k - 1) == ERR_OK)
		abort();
	doc_free(d);
	return 0;
}
