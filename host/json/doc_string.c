#include "host/json/doc_string.h"

#include <string.h>

#include "common/hex_value.h"
#include "common/scan.h"
#include "common/utf8.h"

/* The first octet that is not plain ASCII text of a string, or end. */
static const uint8_t *
skip_plain(const uint8_t *p, const uint8_t *end)
{
	return p + scan_plain(p, (size_t)(end - p));
}

enum half { ANY_UNIT, LOW_SURROGATE };

/* The four digits after \u. *p goes to the first octet that cannot stand
 * there: surrogates (D800..DFFF, low ones from DC00) show at the second. */
static enum err
scan_unit(const uint8_t **p, const uint8_t *end, enum half half, uint32_t *unit)
{
	int i, digit;

	*unit = 0;
	for (i = 0; i < 4; i++, (*p)++) {
		if (*p == end)
			return ERR_JSON_TRUNCATED;
		digit = hex_value(**p);
		if (digit < 0)
			return ERR_JSON_ESCAPE;
		*unit = *unit << 4 | (uint32_t)digit;
		if (half == ANY_UNIT && i == 1 && *unit >= 0xDC &&
		    *unit <= 0xDF)
			return ERR_JSON_SURROGATE;
		if (half == LOW_SURROGATE &&
		    ((i == 0 && *unit != 0xD) ||
			(i == 1 && (*unit < 0xDC || *unit > 0xDF))))
			return ERR_JSON_SURROGATE;
	}
	return ERR_OK;
}

static bool
is_short_control(uint32_t unit)
{
	return unit == 8 || unit == 9 || unit == 10 || unit == 12 || unit == 13;
}

/* From the backslash. *p goes behind the escape, or to what is wrong. */
static enum err
scan_escape(const uint8_t **p, const uint8_t *end, bool *canonical)
{
	const uint8_t *digits;
	uint32_t unit;
	enum err e;

	(*p)++;
	if (*p == end)
		return ERR_JSON_TRUNCATED;
	switch (*(*p)++) {
	case '/':
		*canonical = false;
		return ERR_OK;
	case '"':
	case '\\':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		return ERR_OK;
	case 'u':
		break;
	default:
		(*p)--;
		return ERR_JSON_ESCAPE;
	}
	digits = *p;
	e = scan_unit(p, end, ANY_UNIT, &unit);
	if (e != ERR_OK)
		return e;
	if (unit >= 0x20 || is_short_control(unit) ||
	    (digits[3] >= 'A' && digits[3] <= 'F'))
		*canonical = false;
	if (unit < 0xD800 || unit > 0xDBFF)
		return ERR_OK;
	for (digits = (const uint8_t *)"\\u"; *digits != 0; digits++, (*p)++) {
		if (*p == end)
			return ERR_JSON_TRUNCATED;
		if (**p != *digits)
			return ERR_JSON_SURROGATE;
	}
	return scan_unit(p, end, LOW_SURROGATE, &unit);
}

enum err
doc_string_scan(const uint8_t *body, const uint8_t *p, const uint8_t *end,
    struct doc_span *s)
{
	struct utf8 wide = {0, 0, 0};
	enum err e;

	s->text = body;
	s->escaped = false;
	s->canonical = true;
	for (;;) {
		p = skip_plain(p, end);
		if (p < end && *p >= 0x80) {
			p += utf8_push_wide(&wide, p, (size_t)(end - p));
			if (p < end && (wide.left != 0 || *p >= 0x80)) {
				s->bad = p;
				return ERR_UTF8_INVALID;
			}
		}
		if (p == end) {
			s->bad = p;
			return ERR_JSON_TRUNCATED;
		}
		if (*p == '"') {
			s->len = (size_t)(p - body);
			return ERR_OK;
		}
		if (*p < 0x20) {
			s->bad = p;
			return ERR_JSON_CONTROL;
		}
		if (*p != '\\')
			continue;
		s->escaped = true;
		e = scan_escape(&p, end, &s->canonical);
		if (e != ERR_OK) {
			s->bad = p;
			return e;
		}
	}
}

static uint32_t
read_unit(const uint8_t *digits)
{
	return (uint32_t)hex_value(digits[0]) << 12 |
	    (uint32_t)hex_value(digits[1]) << 8 |
	    (uint32_t)hex_value(digits[2]) << 4 |
	    (uint32_t)hex_value(digits[3]);
}

size_t
doc_string_unescape(const uint8_t *body, size_t len, uint8_t *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const uint8_t *p = body, *end = body + len, *slash;
	uint8_t *o = out;
	uint32_t unit;
	size_t n;

	while (p < end) {
		slash = memchr(p, '\\', (size_t)(end - p));
		n = (size_t)((slash != NULL ? slash : end) - p);
		memcpy(o, p, n);
		o += n;
		p += n;
		if (p == end)
			break;
		if (p[1] != 'u') {
			*o++ = (uint8_t)to[strchr(from, p[1]) - from];
			p += 2;
			continue;
		}
		unit = read_unit(p + 2);
		p += 6;
		if (unit >= 0xD800 && unit <= 0xDBFF) {
			unit = 0x10000 + ((unit - 0xD800) << 10) +
			    (read_unit(p + 2) - 0xDC00);
			p += 6;
		}
		o += utf8_encode(unit, o);
	}
	return (size_t)(o - out);
}

size_t
doc_string_plain(const uint8_t *text, size_t len)
{
	const uint8_t *p = text, *end = text + len;

	for (;;) {
		p = skip_plain(p, end);
		if (p == end || *p < 0x80)
			return (size_t)(p - text);
		while (p < end && *p >= 0x80)
			p++;
	}
}

size_t
doc_string_escape(const uint8_t *text, size_t len, uint8_t *out)
{
	static const char digits[] = "0123456789abcdef";
	static const char shorts[] = "btn\0fr";
	const uint8_t *p = text, *end = text + len;
	uint8_t *o = out;
	size_t n;

	for (;;) {
		n = doc_string_plain(p, (size_t)(end - p));
		memcpy(o, p, n);
		o += n;
		p += n;
		if (p == end)
			return (size_t)(o - out);
		*o++ = '\\';
		if (*p >= 0x20) {
			*o++ = *p++;
		} else if (is_short_control(*p)) {
			*o++ = (uint8_t)shorts[*p++ - 8];
		} else {
			memcpy(o, "u00", 3);
			o[3] = (uint8_t)digits[*p >> 4];
			o[4] = (uint8_t)digits[*p & 15];
			o += 5;
			p++;
		}
	}
}
