/*
 * public_fuzz: a public key that is taken from a SubjectPublicKeyInfo stands
 * in it octet for octet, and has the size of its kind.
 */
#include <stdlib.h>
#include <string.h>

#include "hsm/public.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	struct token_public_key key;
	size_t coordinate;

	if (!public_from_spki(buf, len, &key))
		return 0;
	must(memmem(buf, len, key.value, key.value_len) != NULL);
	coordinate = public_coordinate(key.type);
	if (coordinate > 0) {
		must(key.value_len == 1 + 2 * coordinate);
		must(key.value[0] == 0x04 && key.exponent_len == 0);
	} else {
		must(key.type == TOKEN_RSA);
		must(key.value_len > 0 && key.value_len <= 512);
		must(key.value[0] != 0);
		must(key.exponent_len > 0 && key.exponent_len <= 8);
		must(key.exponent[0] != 0);
		must(memmem(buf, len, key.exponent, key.exponent_len) != NULL);
	}
	return 0;
}
