/*
 * sealed_check.c: reads back what sealed_compose wrote, by its own rules and
 * not by calling it, so that a mistake there does not hide itself.
 */
#include "host/seal/sealed.h"

#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/bounds.h"
#include "common/sha256.h"
#include "common/utf8.h"
#include "host/seal/plain.h"

#define DIRECT 512 /* octets: longer runs are hashed where they stand */

struct check {
	const uint8_t *p, *end, *start;
	struct sha256 hash;
	uint8_t held[4096];
	size_t held_len;
};

static void
flush(struct check *c)
{
	sha256_push(&c->hash, c->held, c->held_len);
	c->held_len = 0;
}

static void
keep(struct check *c, const uint8_t *octets, size_t len)
{
	if (len > sizeof(c->held) - c->held_len)
		flush(c);
	if (len >= DIRECT) {
		flush(c);
		sha256_push(&c->hash, octets, len);
		return;
	}
	memcpy(c->held + c->held_len, octets, len);
	c->held_len += len;
}

/* Four hexadecimal digits at p. */
static bool
read_unit(const struct check *c, const uint8_t *p, uint32_t *unit)
{
	size_t i;

	*unit = 0;
	if (c->end - p < 4)
		return false;
	for (i = 0; i < 4; i++) {
		*unit <<= 4;
		if (p[i] >= '0' && p[i] <= '9')
			*unit |= (uint32_t)(p[i] - '0');
		else if (p[i] >= 'a' && p[i] <= 'f')
			*unit |= (uint32_t)(p[i] - 'a' + 10);
		else
			return false;
	}
	return true;
}

/* After "\u": one unit, or a pair with the next "\u". */
static bool
read_code_point(struct check *c)
{
	uint32_t high, low;
	uint8_t utf8[4];

	if (!read_unit(c, c->p, &high))
		return false;
	c->p += 4;
	if (high >= 0xdc00 && high < 0xe000)
		return false;
	if (high >= 0xd800 && high < 0xdc00) {
		if (c->end - c->p < 6 || c->p[0] != '\\' || c->p[1] != 'u' ||
		    !read_unit(c, c->p + 2, &low) || low < 0xdc00 ||
		    low > 0xdfff)
			return false;
		c->p += 6;
		high = 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
	}
	keep(c, utf8, utf8_encode(high, utf8));
	return true;
}

static bool
read_escape(struct check *c)
{
	static const char from[] = "\"\\bfnrt", to[] = "\"\\\b\f\n\r\t";
	const char *at;
	uint8_t letter, octet;

	if (c->p == c->end)
		return false;
	letter = *c->p++;
	if (letter == 'u')
		return read_code_point(c);
	at = letter == 0 ? NULL : strchr(from, letter);
	if (at == NULL)
		return false;
	octet = (uint8_t)to[at - from];
	keep(c, &octet, 1);
	return true;
}

/* Up to the closing quote, which is left there. */
static bool
read_payload(struct check *c)
{
	size_t n;

	for (;;) {
		n = plain_run(c->p, (size_t)(c->end - c->p));
		keep(c, c->p, n);
		c->p += n;
		if (c->p == c->end)
			return false;
		if (*c->p == '"')
			break;
		if (*c->p != '\\')
			return false; /* a control character, or not ASCII */
		c->p++;
		if (!read_escape(c))
			return false;
	}
	flush(c);
	return true;
}

static bool
skip(struct check *c, const char *expected, size_t len)
{
	if ((size_t)(c->end - c->p) < len || memcmp(c->p, expected, len) != 0)
		return false;
	c->p += len;
	return true;
}

#define SKIP(c, literal) skip(c, literal, sizeof(literal) - 1)

static enum err
fail(const struct check *c, enum err e, struct fault *fault, const char *what)
{
	return fault_set(fault, e, (uint64_t)(c->p - c->start), "%s", what);
}

enum err
sealed_check(const uint8_t *file, size_t len, const char *header,
    size_t header_len, const uint8_t payload_digest[static 32],
    const uint8_t *signature, size_t signature_len, struct fault *fault)
{
	char encoded[BASE64URL_LEN(BOUND_SIGNATURE)];
	uint8_t digest[SHA256_SIZE];
	struct check c;
	size_t n;

	c.p = c.start = file;
	c.end = file + len;
	c.held_len = 0;
	sha256_init(&c.hash);
	if (signature_len > BOUND_SIGNATURE)
		return fail(&c, ERR_TOO_LARGE, fault, "signature");
	if (!SKIP(&c, "{\"payload\":\"") || !read_payload(&c))
		return fail(&c, ERR_VERIFY_FORMAT, fault, "payload");
	sha256_finish(&c.hash, digest);
	if (memcmp(digest, payload_digest, SHA256_SIZE) != 0)
		return fail(&c, ERR_VERIFY_INVALID, fault,
		    "the payload is another than the one that was sealed");
	if (!SKIP(&c, "\",\"signatures\":[{\"protected\":\""))
		return fail(&c, ERR_VERIFY_FORMAT, fault, "signatures");
	if (!skip(&c, header, header_len) || !SKIP(&c, "\",\"signature\":\""))
		return fail(&c, ERR_VERIFY_INVALID, fault,
		    "the protected header is another than the sealed one");
	n = base64url_encode(signature, signature_len, encoded);
	if (!skip(&c, encoded, n))
		return fail(&c, ERR_VERIFY_INVALID, fault,
		    "the signature is another than the logged one");
	if (!SKIP(&c, "\"}]}") || c.p != c.end)
		return fail(&c, ERR_VERIFY_FORMAT, fault, "end of the file");
	return ERR_OK;
}
