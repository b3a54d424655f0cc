/*
 * SHA-2 of the host by nettle. Its header renames common words with macros
 * (sha256_init and others), which would rename our functions too: the macros
 * are taken away again and nettle's real names are used.
 */
#include <nettle/sha2.h>

#undef sha256_init
#undef sha512_init

#include "common/sha256.h"
#include "common/sha512.h"
#include "host/base/sha_two.h"

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(((struct sha256 *)0)->state),
    "nettle's SHA-256 context does not fit into struct sha256");
_Static_assert(_Alignof(struct sha256_ctx) <= _Alignof(struct sha256),
    "nettle's SHA-256 context needs a stricter alignment");
_Static_assert(sizeof(struct sha512_ctx) <= sizeof(((struct sha512 *)0)->state),
    "nettle's SHA-512 context does not fit into struct sha512");
_Static_assert(_Alignof(struct sha512_ctx) <= _Alignof(struct sha512),
    "nettle's SHA-512 context needs a stricter alignment");

/* The state is storage only: nothing but nettle looks into it, and
 * sha256_push_two at the members that nettle's header documents. */
static struct sha256_ctx *
ctx256(struct sha256 *h)
{
	return (void *)h->state;
}

static struct sha512_ctx *
ctx512(struct sha512 *h)
{
	return (void *)h->state;
}

void
sha256_init(struct sha256 *h)
{
	nettle_sha256_init(ctx256(h));
}

void
sha256_push(struct sha256 *h, const void *buf, size_t len)
{
	if (len > 0)
		nettle_sha256_update(ctx256(h), len, buf);
}

/* Octets that bring h to the start of a block. */
static size_t
to_block(const struct sha256_ctx *h)
{
	return h->index == 0 ? 0 : SHA256_BLOCK_SIZE - h->index;
}

void
sha256_push_two(struct sha256 *a, const void *abuf, size_t alen,
    struct sha256 *b, const void *bbuf, size_t blen)
{
	struct sha256_ctx *x = ctx256(a), *y = ctx256(b);
	const uint8_t *p = abuf, *q = bbuf;
	size_t head = to_block(x), blocks, n;

	if (sha_two_is_there() && alen >= head && blen >= to_block(y)) {
		sha256_push(a, p, head);
		p += head;
		alen -= head;
		head = to_block(y);
		sha256_push(b, q, head);
		q += head;
		blen -= head;
		blocks = (alen < blen ? alen : blen) / SHA256_BLOCK_SIZE;
		n = blocks * SHA256_BLOCK_SIZE;
		if (blocks > 0)
			sha_two_blocks(x->state, p, y->state, q, blocks);
		x->count += blocks;
		y->count += blocks;
		p += n;
		q += n;
		alen -= n;
		blen -= n;
	}
	sha256_push(a, p, alen);
	sha256_push(b, q, blen);
}

void
sha256_finish(struct sha256 *h, uint8_t out[static SHA256_SIZE])
{
	nettle_sha256_digest(ctx256(h), SHA256_SIZE, out);
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
		nettle_sha384_init(ctx512(h));
	else
		nettle_sha512_init(ctx512(h));
}

void
sha512_push(struct sha512 *h, const void *buf, size_t len)
{
	if (len > 0)
		nettle_sha512_update(ctx512(h), len, buf);
}

void
sha512_finish(struct sha512 *h, uint8_t out[static SHA384_SIZE])
{
	if (h->size == SHA384_SIZE)
		nettle_sha384_digest(ctx512(h), SHA384_SIZE, out);
	else
		nettle_sha512_digest(ctx512(h), SHA512_SIZE, out);
}
