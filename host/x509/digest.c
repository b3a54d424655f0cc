#include <nettle/sha1.h>

#include "host/x509/digest.h"

#include <stdlib.h>

static void
digest_256(
    const struct der_reader *parts, size_t count, uint8_t out[SHA256_SIZE])
{
	struct sha256 h;
	size_t i;

	sha256_init(&h);
	for (i = 0; i < count; i++)
		sha256_push(&h, parts[i].p, parts[i].len);
	sha256_finish(&h, out);
}

void
digest_of(size_t hash_size, const struct der_reader *parts, size_t count,
    uint8_t out[static SHA512_SIZE])
{
	struct sha512 h;
	size_t i;

	if (hash_size == SHA256_SIZE) {
		digest_256(parts, count, out);
		return;
	}
	if (hash_size != SHA384_SIZE && hash_size != SHA512_SIZE)
		abort();
	sha512_init(&h, hash_size);
	for (i = 0; i < count; i++)
		sha512_push(&h, parts[i].p, parts[i].len);
	sha512_finish(&h, out);
}

void
digest_sha1(
    const void *octets, size_t len, uint8_t out[static DIGEST_SHA1_SIZE])
{
	struct sha1_ctx h;

	sha1_init(&h);
	sha1_update(&h, len, octets);
	sha1_digest(&h, DIGEST_SHA1_SIZE, out);
}
