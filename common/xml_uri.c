#include "common/xml_uri.h"

#include <stdbool.h>

static bool
is_letter(uint8_t c)
{
	c |= 0x20;
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(uint8_t c)
{
	return is_digit(c) || (is_letter(c) && (c | 0x20) <= 'f');
}

static bool
is_one_of(uint8_t c, const char *set)
{
	for (; *set != '\0'; set++)
		if (c == (uint8_t)*set)
			return true;
	return false;
}

/* Where text of unreserved and percent-encoded characters, sub-delims (but
 * the ampersand) and those of more ends. */
static size_t
skip(const uint8_t *buf, size_t len, size_t i, const char *more)
{
	uint8_t c;

	for (; i < len; i++) {
		c = buf[i];
		if (c == '%') {
			if (len - i < 3 || !is_hex(buf[i + 1]) ||
			    !is_hex(buf[i + 2]))
				break;
			i += 2;
		} else if (!is_letter(c) && !is_digit(c) &&
		    !is_one_of(c, "-._~!$'()*+,;=") && !is_one_of(c, more)) {
			break;
		}
	}
	return i;
}

static size_t
skip_scheme(const uint8_t *buf, size_t len)
{
	size_t i = 0;

	if (len == 0 || !is_letter(buf[0]))
		return 0;
	while (i < len &&
	    (is_letter(buf[i]) || is_digit(buf[i]) || is_one_of(buf[i], "+-.")))
		i++;
	return i;
}

/* A number that no int holds is refused, as libxml2 does. */
#define PORT_MAX 2147483647u

static size_t
skip_port(const uint8_t *buf, size_t len, size_t i, bool *good)
{
	uint32_t port = 0, digit;

	*good = i < len && is_digit(buf[i]);
	for (; i < len && is_digit(buf[i]); i++) {
		digit = buf[i] - (uint32_t)'0';
		if (port > (PORT_MAX - digit) / 10) {
			*good = false;
			break;
		}
		port = 10 * port + digit;
	}
	return i;
}

/* Userinfo takes colons; without an "@" behind it, it was host and port. A
 * port may be empty in RFC 3986, but not here. */
static size_t
skip_authority(const uint8_t *buf, size_t len, size_t i, bool *good)
{
	size_t at = skip(buf, len, i, ":");

	if (at < len && buf[at] == '@')
		i = at + 1;
	i = skip(buf, len, i, "");
	*good = true;
	if (i < len && buf[i] == ':')
		i = skip_port(buf, len, i + 1, good);
	*good = *good && (i == len || is_one_of(buf[i], "/?#"));
	return i;
}

size_t
xml_uri_check(const uint8_t *buf, size_t len)
{
	size_t i = skip_scheme(buf, len);
	bool good;

	if (i == len)
		return len + 1;
	if (buf[i] != ':' || i == 0)
		return i;
	i++;
	if (len - i >= 2 && buf[i] == '/' && buf[i + 1] == '/') {
		i = skip_authority(buf, len, i + 2, &good);
		if (!good)
			return i == len ? len + 1 : i;
	}
	i = skip(buf, len, i, ":@/");
	if (i < len && buf[i] == '?')
		i = skip(buf, len, i + 1, ":@/?");
	if (i < len && buf[i] == '#')
		i = skip(buf, len, i + 1, ":@/?");
	return i;
}
