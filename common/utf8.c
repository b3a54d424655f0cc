#include "common/utf8.h"

/* What may follow a lead octet (RFC 3629 4); false if it is none. Ranges are
 * narrower than 80..BF where the code point would be too long a form, a
 * surrogate or beyond U+10FFFF. */
static bool
take_lead(struct utf8 *u, uint8_t c)
{
	u->low = 0x80;
	u->high = 0xbf;
	if (c < 0xc2 || c > 0xf4)
		return false;
	if (c < 0xe0) {
		u->left = 1;
	} else if (c < 0xf0) {
		u->left = 2;
		if (c == 0xe0)
			u->low = 0xa0;
		else if (c == 0xed)
			u->high = 0x9f;
	} else {
		u->left = 3;
		if (c == 0xf0)
			u->low = 0x90;
		else if (c == 0xf4)
			u->high = 0x8f;
	}
	return true;
}

static bool
follows(uint8_t c)
{
	return (c & 0xc0) == 0x80;
}

/* Whole code points of two octets, and of three where any may follow: most of
 * what is not ASCII. The rest is left to the octet-wise way. */
static size_t
skip_common(const uint8_t *buf, size_t len)
{
	size_t i = 0;
	uint8_t c;

	while (len - i >= 3) {
		c = buf[i];
		if (c >= 0xc2 && c <= 0xdf && follows(buf[i + 1]))
			i += 2;
		else if (c >= 0xe1 && c <= 0xef && c != 0xed &&
		    follows(buf[i + 1]) && follows(buf[i + 2]))
			i += 3;
		else
			break;
	}
	return i;
}

size_t
utf8_push_wide(struct utf8 *u, const uint8_t *buf, size_t len)
{
	size_t i = 0;

	while (i < len) {
		if (u->left == 0) {
			i += skip_common(buf + i, len - i);
			if (i == len || buf[i] < 0x80 || !take_lead(u, buf[i]))
				break;
			i++;
			continue;
		}
		if (buf[i] < u->low || buf[i] > u->high)
			break;
		i++;
		u->left--;
		u->low = 0x80;
		u->high = 0xbf;
	}
	return i;
}

size_t
utf8_push(struct utf8 *u, const uint8_t *buf, size_t len)
{
	size_t i = 0, wide;

	while (i < len) {
		if (u->left == 0 && buf[i] < 0x80) {
			i++;
			continue;
		}
		wide = utf8_push_wide(u, buf + i, len - i);
		if (wide == 0)
			break;
		i += wide;
	}
	return i;
}

bool
utf8_is_valid(const void *buf, size_t len)
{
	struct utf8 u = {0, 0, 0};

	return utf8_push(&u, buf, len) == len && utf8_is_whole(&u);
}

size_t
utf8_encode(uint32_t code, uint8_t out[static 4])
{
	if (code < 0x80) {
		out[0] = (uint8_t)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (uint8_t)(0xc0 | code >> 6);
		out[1] = (uint8_t)(0x80 | (code & 63));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (uint8_t)(0xe0 | code >> 12);
		out[1] = (uint8_t)(0x80 | (code >> 6 & 63));
		out[2] = (uint8_t)(0x80 | (code & 63));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | code >> 18);
	out[1] = (uint8_t)(0x80 | (code >> 12 & 63));
	out[2] = (uint8_t)(0x80 | (code >> 6 & 63));
	out[3] = (uint8_t)(0x80 | (code & 63));
	return 4;
}
