#include "firmware/hmac.h"

#include <string.h>

#define BLOCK 64

static void
start(struct sha256 *h, const uint8_t key[static HMAC_KEY], uint8_t pad)
{
	uint8_t block[BLOCK];
	size_t i;

	for (i = 0; i < BLOCK; i++)
		block[i] = (uint8_t)((i < HMAC_KEY ? key[i] : 0) ^ pad);
	sha256_init(h);
	sha256_push(h, block, sizeof(block));
	hmac_wipe(block, sizeof(block));
}

void
hmac_init(struct hmac *h, const uint8_t key[static HMAC_KEY])
{
	start(&h->inner, key, 0x36);
	start(&h->outer, key, 0x5c);
}

void
hmac_push(struct hmac *h, const void *buf, size_t len)
{
	sha256_push(&h->inner, buf, len);
}

void
hmac_finish(struct hmac *h, uint8_t out[static SHA256_SIZE])
{
	sha256_finish(&h->inner, out);
	sha256_push(&h->outer, out, SHA256_SIZE);
	sha256_finish(&h->outer, out);
	hmac_wipe(h, sizeof(*h));
}

bool
hmac_is_equal(
    const uint8_t a[static SHA256_SIZE], const uint8_t b[static SHA256_SIZE])
{
	unsigned differs = 0;
	size_t i;

	for (i = 0; i < SHA256_SIZE; i++)
		differs |= (unsigned)(a[i] ^ b[i]);
	return differs == 0;
}

/* By 16 octets, since whole buffers of what a host sends are wiped. For all
 * that the compiler knows, somebody reads them after each. */
void
hmac_wipe(void *buf, size_t len)
{
	const uint64_t zeros = 0;
	uint8_t *p = buf;

	for (; len >= 16; p += 16, len -= 16) {
		memcpy(p, &zeros, sizeof(zeros));
		memcpy(p + 8, &zeros, sizeof(zeros));
		__asm__ volatile("" : : "r"(p) : "memory");
	}
	for (; len > 0; len--) {
		*p++ = 0;
		__asm__ volatile("" : : "r"(p) : "memory");
	}
}
