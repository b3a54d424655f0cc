#include "host/seal/sealed.h"

#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/bounds.h"
#include "common/scan.h"
#include "common/utf8.h"

/* What stands around payload, header and signature in the two JSON forms. */
#define START "{\"payload\":\""
#define BEFORE_HEADER_GENERAL "\",\"signatures\":[{\"protected\":\""
#define BEFORE_HEADER_FLATTENED "\",\"protected\":\""
#define BEFORE_SIGNATURE "\",\"signature\":\""
#define END_GENERAL "\"}]}"
#define END_FLATTENED "\"}"

#define PART 4096 /* octets of a payload that room is made for at a time */

/* A growing buffer; once it could not grow it stays as it is. */
struct text {
	uint8_t *buf;
	size_t len, cap;
	enum err err;
};

static bool
reserve(struct text *t, size_t n)
{
	uint8_t *p;
	size_t cap;

	if (t->err != ERR_OK)
		return false;
	if (t->cap - t->len >= n)
		return true;
	cap = t->cap + t->cap / 2 + n;
	p = realloc(t->buf, cap);
	if (p == NULL) {
		t->err = ERR_NO_MEMORY;
		return false;
	}
	t->buf = p;
	t->cap = cap;
	return true;
}

static void
put(struct text *t, const void *octets, size_t len)
{
	if (len == 0 || !reserve(t, len))
		return;
	memcpy(t->buf + t->len, octets, len);
	t->len += len;
}

#define PUT(t, literal) put(t, literal, sizeof(literal) - 1)

static void
put_unit(uint8_t *out, uint32_t unit)
{
	static const char digits[] = "0123456789abcdef";

	out[0] = '\\';
	out[1] = 'u';
	out[2] = (uint8_t)digits[unit >> 12 & 15];
	out[3] = (uint8_t)digits[unit >> 8 & 15];
	out[4] = (uint8_t)digits[unit >> 4 & 15];
	out[5] = (uint8_t)digits[unit & 15];
}

static void
put_code_point(struct text *t, uint32_t c)
{
	if (!reserve(t, 12))
		return;
	if (c < 0x10000) {
		put_unit(t->buf + t->len, c);
		t->len += 6;
		return;
	}
	/* RFC 8259 7: a surrogate pair */
	c -= 0x10000;
	put_unit(t->buf + t->len, 0xd800 | c >> 10);
	put_unit(t->buf + t->len + 6, 0xdc00 | (c & 0x3ff));
	t->len += 12;
}

/* What must be escaped and is below 0x80. */
static void
put_escaped(struct text *t, uint8_t c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at = c == 0 ? NULL : strchr(from, c);
	char pair[2] = {'\\'};

	if (at == NULL) {
		put_code_point(t, c);
		return;
	}
	pair[1] = to[at - from];
	put(t, pair, 2);
}

/* One code point at p of text that is known to be UTF-8. */
static size_t
take(const uint8_t *p, uint32_t *c)
{
	size_t n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2, i;

	*c = p[0] & (0xffu >> (n + 1));
	for (i = 1; i < n; i++)
		*c = *c << 6 | (p[i] & 0x3f);
	return n;
}

/* Octets from 0x80 on at p; all of them, or the first is no UTF-8. */
static size_t
put_wide(struct text *t, const uint8_t *p, size_t len)
{
	struct utf8 u = {0};
	size_t n = 0, i = 0;
	uint32_t c;

	while (n < len && p[n] >= 0x80)
		n++;
	if (utf8_push(&u, p, n) != n || !utf8_is_whole(&u)) {
		t->err = ERR_UTF8_INVALID;
		return n;
	}
	while (i < n) {
		i += take(p + i, &c);
		put_code_point(t, c);
	}
	return n;
}

/* At most 64 octets. More are written than count, and read from what is behind
 * them: the next ones go over them, and there are as many. */
static uint8_t *
put_run(uint8_t *out, const uint8_t *p, size_t n)
{
	memcpy(out, p, 32);
	if (n > 32)
		memcpy(out + 32, p + 32, 32);
	return out + n;
}

/* 64 octets, of which stops says which are not plain; those before the first
 * that needs another look are taken. */
static size_t
put_block(uint8_t **out, const uint8_t *p, uint64_t stops)
{
	size_t at = 0, n;

	for (; stops != 0; stops &= stops - 1) {
		n = (size_t)__builtin_ctzll(stops);
		*out = put_run(*out, p + at, n - at);
		at = n;
		if (p[n] != '"' && p[n] != '\\')
			return n;
		*(*out)++ = '\\';
		*(*out)++ = p[n];
		at++;
	}
	*out = put_run(*out, p + at, 64 - at);
	return 64;
}

/*
 * Plain octets and the escapes that JSON in a string is full of, up to what
 * needs another look: octets taken. By blocks, since a branch for each
 * quotation mark costs more than all the rest.
 */
static size_t
put_plain(struct text *t, const uint8_t *p, size_t len)
{
	uint8_t *out = t->buf + t->len;
	size_t i = 0, n = 64;

	for (; n == 64 && len - i >= 2 * 64; i += n)
		n = put_block(&out, p + i, scan_mask(p + i));
	if (n == 64)
		while (i < len && scan_is_plain(p[i]))
			*out++ = p[i++];
	t->len = (size_t)(out - t->buf);
	return i;
}

static void
put_payload(struct text *t, const uint8_t *p, size_t len)
{
	size_t i = 0, n;

	while (i < len && t->err == ERR_OK) {
		n = len - i < PART ? len - i : PART;
		if (!reserve(t, 2 * n + 64))
			break;
		n = put_plain(t, p + i, n);
		i += n;
		if (i == len || scan_is_plain(p[i]))
			continue;
		if (p[i] >= 0x80)
			i += put_wide(t, p + i, len - i);
		else
			put_escaped(t, p[i++]);
	}
}

static bool
is_base64url(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!((text[i] >= 'A' && text[i] <= 'Z') ||
			(text[i] >= 'a' && text[i] <= 'z') ||
			(text[i] >= '0' && text[i] <= '9') || text[i] == '-' ||
			text[i] == '_'))
			return false;
	}
	return len > 0;
}

static void
put_base64url(struct text *t, const uint8_t *p, size_t len)
{
	if (reserve(t, BASE64URL_LEN(len)))
		t->len += base64url_encode(p, len, (char *)t->buf + t->len);
}

static void
put_compact(struct text *t, const uint8_t *payload, size_t payload_len,
    const char *header, size_t header_len, const uint8_t *signature,
    size_t signature_len)
{
	put(t, header, header_len);
	PUT(t, ".");
	put_base64url(t, payload, payload_len);
	PUT(t, ".");
	put_base64url(t, signature, signature_len);
}

static void
put_json(struct text *t, const struct profile *profile, const uint8_t *payload,
    size_t payload_len, const char *header, size_t header_len,
    const uint8_t *signature, size_t signature_len)
{
	const bool flattened = profile->form == JWS_FLATTENED;

	PUT(t, START);
	if (profile->encoded)
		put_base64url(t, payload, payload_len);
	else
		put_payload(t, payload, payload_len);
	if (flattened)
		PUT(t, BEFORE_HEADER_FLATTENED);
	else
		PUT(t, BEFORE_HEADER_GENERAL);
	put(t, header, header_len);
	PUT(t, BEFORE_SIGNATURE);
	put_base64url(t, signature, signature_len);
	if (flattened)
		PUT(t, END_FLATTENED);
	else
		PUT(t, END_GENERAL);
}

const char *
sealed_extension(const struct profile *profile)
{
	return profile->form == JWS_COMPACT ? SEALED_COMPACT : SEALED_JSON;
}

static bool
ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

bool
sealed_is_name(const char *name)
{
	return name[0] != '.' &&
	    (ends_with(name, SEALED_JSON) || ends_with(name, SEALED_COMPACT));
}

enum err
sealed_compose(const struct profile *profile, const uint8_t *payload,
    size_t payload_len, const char *header, size_t header_len,
    const uint8_t *signature, size_t signature_len, uint8_t **out,
    size_t *out_len)
{
	struct text t = {0};

	*out = NULL;
	*out_len = 0;
	if (payload_len > BOUND_PAYLOAD || signature_len > BOUND_SIGNATURE)
		return ERR_TOO_LARGE;
	if (!is_base64url(header, header_len))
		return ERR_BASE64_SYNTAX;
	/* an eighth more for escapes is right for most; else it grows */
	reserve(&t,
	    (profile->encoded ? BASE64URL_LEN(payload_len)
			      : payload_len + payload_len / 8) +
		header_len + 1024 + 2 * PART);
	if (profile->form == JWS_COMPACT)
		put_compact(&t, payload, payload_len, header, header_len,
		    signature, signature_len);
	else
		put_json(&t, profile, payload, payload_len, header, header_len,
		    signature, signature_len);
	if (t.err != ERR_OK) {
		free(t.buf);
		return t.err;
	}
	*out = t.buf;
	*out_len = t.len;
	return ERR_OK;
}
