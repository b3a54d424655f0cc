/*
 * sealed_check.c: reads back what sealed_compose wrote, by its own rules and
 * not by calling it, so that a mistake there does not hide itself.
 */
#include "host/seal/sealed.h"

#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/be.h"
#include "common/bounds.h"
#include "common/scan.h"
#include "common/utf8.h"

struct check {
	const uint8_t *p, *end, *start;
	const uint8_t *want, *want_end; /* what of the payload must follow */
};

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

/* After "\u": one unit, or a pair with the next "\u". Octets of UTF-8; 0 if
 * it is none. */
static size_t
read_code_point(struct check *c, uint8_t utf8[static 4])
{
	uint32_t high, low;

	if (!read_unit(c, c->p, &high))
		return 0;
	c->p += 4;
	if (high >= 0xdc00 && high < 0xe000)
		return 0;
	if (high >= 0xd800 && high < 0xdc00) {
		if (c->end - c->p < 6 || c->p[0] != '\\' || c->p[1] != 'u' ||
		    !read_unit(c, c->p + 2, &low) || low < 0xdc00 ||
		    low > 0xdfff)
			return 0;
		c->p += 6;
		high = 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
	}
	return utf8_encode(high, utf8);
}

/* After the backslash: octets that it stands for; 0 if it is no escape. */
static size_t
read_escape(struct check *c, uint8_t out[static 4])
{
	static const char from[] = "\"\\bfnrt", to[] = "\"\\\b\f\n\r\t";
	const char *at;
	uint8_t letter;

	if (c->p == c->end)
		return 0;
	letter = *c->p++;
	if (letter == 'u')
		return read_code_point(c, out);
	at = letter == 0 ? NULL : strchr(from, letter);
	if (at == NULL)
		return 0;
	out[0] = (uint8_t)to[at - from];
	return 1;
}

/* Of eight octets, do the first n, fewer than eight, differ? */
static inline bool
is_other(const uint8_t *a, const uint8_t *b, size_t n)
{
	return n > 0 && (be64_get(a) ^ be64_get(b)) >> (64 - 8 * n) != 0;
}

/* Of both, eight can be read where fewer are left. */
static inline bool
is_same(const uint8_t *a, const uint8_t *b, size_t n)
{
	for (; n >= 8; n -= 8, a += 8, b += 8) {
		if (be64_get(a) != be64_get(b))
			return false;
	}
	return !is_other(a, b, n);
}

#define BLOCK 64
#define BEHIND 8 /* readable behind a block */

/* Is the payload's next block there, of octets that stand for themselves and
 * of the escapes that JSON in a string is full of? Else it stops before what
 * needs another look. */
static bool
read_block(struct check *c)
{
	const uint8_t *p = c->p, *want = c->want;
	uint64_t stops = scan_mask(want);
	size_t at = 0, n;

	for (; stops != 0; stops &= stops - 1) {
		n = (size_t)__builtin_ctzll(stops);
		if (!is_same(p, want + at, n - at))
			return false;
		p += n - at;
		at = n;
		if (p[0] != '\\' || p[1] != want[n] ||
		    (p[1] != '"' && p[1] != '\\')) {
			c->p = p;
			c->want = want + n;
			return false;
		}
		p += 2;
		at++;
	}
	if (!is_same(p, want + at, BLOCK - at))
		return false;
	c->p = p + (BLOCK - at);
	c->want = want + BLOCK;
	return true;
}

/* Goes over octets that are those of the payload, as long as they need no
 * other look. */
static void
read_same(struct check *c)
{
	bool more = true;

	while (more && c->end - c->p >= 2 * BLOCK + BEHIND &&
	    c->want_end - c->want >= BLOCK + BEHIND)
		more = read_block(c);
	while (c->p < c->end && c->want < c->want_end && scan_is_plain(*c->p) &&
	    *c->p == *c->want) {
		c->p++;
		c->want++;
	}
}

/* Up to the closing quote, which is left there. */
static enum err
read_payload(struct check *c)
{
	uint8_t octets[4];
	size_t n;

	for (;;) {
		read_same(c);
		if (c->p == c->end)
			return ERR_VERIFY_FORMAT;
		if (*c->p == '"')
			break;
		if (scan_is_plain(*c->p))
			return ERR_VERIFY_INVALID;
		if (*c->p != '\\') /* a control character, or not ASCII */
			return ERR_VERIFY_FORMAT;
		c->p++;
		n = read_escape(c, octets);
		if (n == 0)
			return ERR_VERIFY_FORMAT;
		if ((size_t)(c->want_end - c->want) < n ||
		    memcmp(c->want, octets, n) != 0)
			return ERR_VERIFY_INVALID;
		c->want += n;
	}
	return c->want == c->want_end ? ERR_OK : ERR_VERIFY_INVALID;
}

/* Characters of a base64url that are looked at together, whole groups. */
#define PART 4096

/* Up to what is no base64url; strictly, so that no other text will do. */
static enum err
read_encoded(struct check *c)
{
	uint8_t octets[PART / 4 * 3];
	size_t len = 0, n, take;

	while (c->p + len < c->end && c->p[len] != '"' && c->p[len] != '.')
		len++;
	for (; len > 0; len -= take, c->p += take) {
		take = len < PART ? len : PART;
		if (base64url_decode((const char *)c->p, take, octets,
			sizeof(octets), &n) != ERR_OK)
			return ERR_VERIFY_FORMAT;
		if ((size_t)(c->want_end - c->want) < n ||
		    memcmp(c->want, octets, n) != 0)
			return ERR_VERIFY_INVALID;
		c->want += n;
	}
	return c->want == c->want_end ? ERR_OK : ERR_VERIFY_INVALID;
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

static enum err
check_payload(struct check *c, bool encoded, struct fault *fault)
{
	enum err e = encoded ? read_encoded(c) : read_payload(c);

	if (e == ERR_VERIFY_INVALID)
		return fail(c, e, fault,
		    "the payload is another than the one that was sealed");
	return e == ERR_OK ? e : fail(c, e, fault, "payload");
}

static enum err
check_header(struct check *c, const char *header, size_t header_len,
    const char *after, struct fault *fault)
{
	if (!skip(c, header, header_len) || !skip(c, after, strlen(after)))
		return fail(c, ERR_VERIFY_INVALID, fault,
		    "the protected header is another than the sealed one");
	return ERR_OK;
}

/* The signature, and the end of the file. */
static enum err
check_signature(struct check *c, const uint8_t *signature, size_t len,
    const char *end, struct fault *fault)
{
	char encoded[BASE64URL_LEN(BOUND_SIGNATURE)];

	if (!skip(c, encoded, base64url_encode(signature, len, encoded)))
		return fail(c, ERR_VERIFY_INVALID, fault,
		    "the signature is another than the logged one");
	if (!skip(c, end, strlen(end)) || c->p != c->end)
		return fail(c, ERR_VERIFY_FORMAT, fault, "end of the file");
	return ERR_OK;
}

static enum err
check_compact(struct check *c, const char *header, size_t header_len,
    const uint8_t *signature, size_t signature_len, struct fault *fault)
{
	enum err e = check_header(c, header, header_len, ".", fault);

	if (e == ERR_OK)
		e = check_payload(c, true, fault);
	if (e == ERR_OK && !SKIP(c, "."))
		e = fail(c, ERR_VERIFY_FORMAT, fault, "signature");
	return e == ERR_OK
	    ? check_signature(c, signature, signature_len, "", fault)
	    : e;
}

enum err
sealed_check(const struct profile *profile, const uint8_t *file, size_t len,
    const char *header, size_t header_len, const uint8_t *payload,
    size_t payload_len, const uint8_t *signature, size_t signature_len,
    struct fault *fault)
{
	bool flattened = profile->form == JWS_FLATTENED;
	struct check c;
	enum err e;

	c.p = c.start = file;
	c.end = file + len;
	c.want = payload;
	c.want_end = payload + payload_len;
	if (signature_len > BOUND_SIGNATURE)
		return fail(&c, ERR_TOO_LARGE, fault, "signature");
	if (profile->form == JWS_COMPACT)
		return check_compact(
		    &c, header, header_len, signature, signature_len, fault);
	if (!SKIP(&c, "{\"payload\":\""))
		return fail(&c, ERR_VERIFY_FORMAT, fault, "payload");
	e = check_payload(&c, profile->encoded, fault);
	if (e != ERR_OK)
		return e;
	if (!(flattened ? SKIP(&c, "\",\"protected\":\"")
			: SKIP(&c, "\",\"signatures\":[{\"protected\":\"")))
		return fail(&c, ERR_VERIFY_FORMAT, fault, "signatures");
	e = check_header(&c, header, header_len, "\",\"signature\":\"", fault);
	return e == ERR_OK ? check_signature(&c, signature, signature_len,
				 flattened ? "\"}" : "\"}]}", fault)
			   : e;
}
