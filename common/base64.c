#include "common/base64.h"

#include <string.h>

static const char alphabet_plain[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char alphabet_url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Four characters for three octets. */
static void
put_group(const char *alphabet, const uint8_t *in, char *out)
{
	out[0] = alphabet[in[0] >> 2];
	out[1] = alphabet[(in[0] & 3) << 4 | in[1] >> 4];
	out[2] = alphabet[(in[1] & 15) << 2 | in[2] >> 6];
	out[3] = alphabet[in[2] & 63];
}

/* Whole groups only; returns the octets taken. */
static size_t
put_groups(const char *alphabet, const uint8_t *in, size_t len, char *out)
{
	size_t i;

	for (i = 0; len - i >= 3; i += 3, out += 4)
		put_group(alphabet, in + i, out);
	return i;
}

/* The last one or two octets, without padding; returns the characters. */
static size_t
put_rest(const char *alphabet, const uint8_t *in, size_t len, char *out)
{
	uint8_t group[3] = {0, 0, 0};
	char four[4];

	if (len == 0)
		return 0;
	memcpy(group, in, len);
	put_group(alphabet, group, four);
	memcpy(out, four, len + 1);
	return len + 1;
}

static size_t
encode(const char *alphabet, const uint8_t *in, size_t len, char *out)
{
	size_t done = put_groups(alphabet, in, len, out);
	size_t n = done / 3 * 4;

	return n + put_rest(alphabet, in + done, len - done, out + n);
}

size_t
base64_encode(const uint8_t *in, size_t len, char *out)
{
	size_t n = encode(alphabet_plain, in, len, out);

	while (n % 4 != 0)
		out[n++] = '=';
	return n;
}

size_t
base64url_encode(const uint8_t *in, size_t len, char *out)
{
	return encode(alphabet_url, in, len, out);
}

#define NOT_A_DIGIT 64

static unsigned
digit_value(const char *alphabet, char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	if (c == alphabet[62])
		return 62;
	if (c == alphabet[63])
		return 63;
	return NOT_A_DIGIT;
}

/* Characters without padding. The bits that no octet takes must be zero, so
 * that every octet string has one encoding only. */
static enum err
decode(const char *alphabet, const char *in, size_t len, uint8_t *out,
    size_t cap, size_t *out_len)
{
	uint32_t held = 0;
	size_t i, n = 0;
	unsigned digit, bits = 0;

	*out_len = 0;
	if (len % 4 == 1)
		return ERR_BASE64_SYNTAX;
	for (i = 0; i < len; i++) {
		digit = digit_value(alphabet, in[i]);
		if (digit == NOT_A_DIGIT)
			return ERR_BASE64_SYNTAX;
		held = (held << 6 | digit) & 0xfff;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		if (n == cap)
			return ERR_BUFFER;
		out[n++] = (uint8_t)(held >> bits);
	}
	if ((held & ((1u << bits) - 1)) != 0)
		return ERR_BASE64_SYNTAX;
	*out_len = n;
	return ERR_OK;
}

enum err
base64_decode(
    const char *in, size_t len, uint8_t *out, size_t cap, size_t *out_len)
{
	*out_len = 0;
	if (len % 4 != 0)
		return ERR_BASE64_SYNTAX;
	if (len != 0 && in[len - 1] == '=')
		len -= in[len - 2] == '=' ? 2 : 1;
	return decode(alphabet_plain, in, len, out, cap, out_len);
}

enum err
base64url_decode(
    const char *in, size_t len, uint8_t *out, size_t cap, size_t *out_len)
{
	return decode(alphabet_url, in, len, out, cap, out_len);
}

/* Octets are encoded through a block on the stack, a multiple of 3. */
#define BLOCK 192

static void
sink_put(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct base64_sink *b = (struct base64_sink *)sink;
	char out[BLOCK / 3 * 4];
	size_t take;

	while (b->held_len != 0 && len != 0) {
		b->held[b->held_len++] = *buf++;
		len--;
		if (b->held_len < 3)
			continue;
		put_group(b->alphabet, b->held, out);
		b->next->put(b->next, (const uint8_t *)out, 4);
		b->held_len = 0;
	}
	while (len >= 3) {
		take = len < BLOCK ? len : BLOCK;
		take = put_groups(b->alphabet, buf, take, out);
		b->next->put(b->next, (const uint8_t *)out, take / 3 * 4);
		buf += take;
		len -= take;
	}
	while (len-- > 0)
		b->held[b->held_len++] = *buf++;
}

static void
sink_init(struct base64_sink *b, const char *alphabet, struct sink *next)
{
	memset(b, 0, sizeof(*b));
	b->sink.put = sink_put;
	b->next = next;
	b->alphabet = alphabet;
}

void
base64_sink_init(struct base64_sink *b, struct sink *next)
{
	sink_init(b, alphabet_plain, next);
}

void
base64url_sink_init(struct base64_sink *b, struct sink *next)
{
	sink_init(b, alphabet_url, next);
}

void
base64_sink_finish(struct base64_sink *b)
{
	char out[4] = {'=', '=', '=', '='};
	size_t n = put_rest(b->alphabet, b->held, b->held_len, out);

	if (n != 0 && b->alphabet == alphabet_plain)
		n = 4;
	b->next->put(b->next, (const uint8_t *)out, n);
	b->held_len = 0;
}
