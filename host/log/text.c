#include "host/log/text.h"

size_t
text_next(const char *p, const char *end, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t c;
	size_t n, i;

	if (p >= end)
		return 0;
	c = (uint8_t)*p;
	if (c < 0x80) {
		*code = c;
		return 1;
	}
	if (c >= 0xc2 && c < 0xe0) {
		n = 2;
		c &= 0x1f;
	} else if (c >= 0xe0 && c < 0xf0) {
		n = 3;
		c &= 0x0f;
	} else if (c >= 0xf0 && c < 0xf5) {
		n = 4;
		c &= 0x07;
	} else {
		return 0;
	}
	if ((size_t)(end - p) < n)
		return 0;
	for (i = 1; i < n; i++) {
		if (((uint8_t)p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((uint8_t)p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*code = c;
	return n;
}

static bool
is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e ||
	    c == 0x200f || c == 0x061c || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

bool
text_is_plain(const char *p, size_t len)
{
	const char *end = p + len;
	uint32_t c;
	size_t n;

	while ((n = text_next(p, end, &c)) > 0) {
		if (is_hidden(c))
			return false;
		p += n;
	}
	return p == end;
}

bool
text_number(const char *p, size_t len, uint64_t *number)
{
	uint64_t n = 0;
	size_t i;

	if (len == 0 || len > 16 || (p[0] == '0' && len > 1))
		return false;
	for (i = 0; i < len; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(p[i] - '0');
	}
	*number = n;
	return n < UINT64_C(1) << 53;
}
