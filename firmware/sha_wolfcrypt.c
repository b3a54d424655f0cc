/*
 * SHA-2 of the appliance by wolfCrypt, behind the headers that the host puts
 * nettle behind. A failure is a context that was never set up: a bug.
 */
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/sha512.h>

#include "boards/board.h"
#include "common/sha256.h"
#include "common/sha512.h"

_Static_assert(sizeof(wc_Sha256) <= sizeof(((struct sha256 *)0)->state),
    "wolfCrypt's SHA-256 context does not fit into struct sha256");
_Static_assert(_Alignof(wc_Sha256) <= _Alignof(struct sha256),
    "wolfCrypt's SHA-256 context needs a stricter alignment");
_Static_assert(sizeof(wc_Sha512) <= sizeof(((struct sha512 *)0)->state),
    "wolfCrypt's SHA-512 context does not fit into struct sha512");
_Static_assert(_Alignof(wc_Sha512) <= _Alignof(struct sha512),
    "wolfCrypt's SHA-512 context needs a stricter alignment");

/* The state is storage only: nothing but wolfCrypt looks into it. */
static wc_Sha256 *
ctx256(struct sha256 *h)
{
	return (void *)h->state;
}

static wc_Sha512 *
ctx512(struct sha512 *h)
{
	return (void *)h->state;
}

static void
check(int result)
{
	if (result != 0)
		board_halt("SHA-2 failed");
}

void
sha256_init(struct sha256 *h)
{
	check(wc_InitSha256(ctx256(h)));
}

/* Its lengths are of 32 bits. */
void
sha256_push(struct sha256 *h, const void *buf, size_t len)
{
	const uint8_t *p = buf;

	for (; len > UINT32_MAX; len -= UINT32_MAX, p += UINT32_MAX)
		check(wc_Sha256Update(ctx256(h), p, UINT32_MAX));
	if (len > 0)
		check(wc_Sha256Update(ctx256(h), p, (word32)len));
}

void
sha256_push_two(struct sha256 *a, const void *abuf, size_t alen,
    struct sha256 *b, const void *bbuf, size_t blen)
{
	sha256_push(a, abuf, alen);
	sha256_push(b, bbuf, blen);
}

void
sha256_finish(struct sha256 *h, uint8_t out[static SHA256_SIZE])
{
	check(wc_Sha256Final(ctx256(h), out));
}

void
sha256(const void *buf, size_t len, uint8_t out[static SHA256_SIZE])
{
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, buf, len);
	sha256_finish(&h, out);
}

void
sha512_init(struct sha512 *h, size_t size)
{
	h->size = size;
	if (size == SHA384_SIZE)
		check(wc_InitSha384(ctx512(h)));
	else
		check(wc_InitSha512(ctx512(h)));
}

void
sha512_push(struct sha512 *h, const void *buf, size_t len)
{
	if (len == 0)
		return;
	if (len > UINT32_MAX)
		board_halt("too long for SHA-2");
	if (h->size == SHA384_SIZE)
		check(wc_Sha384Update(ctx512(h), buf, (word32)len));
	else
		check(wc_Sha512Update(ctx512(h), buf, (word32)len));
}

void
sha512_finish(struct sha512 *h, uint8_t out[static SHA384_SIZE])
{
	if (h->size == SHA384_SIZE)
		check(wc_Sha384Final(ctx512(h), out));
	else
		check(wc_Sha512Final(ctx512(h), out));
}
