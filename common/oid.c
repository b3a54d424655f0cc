#include "common/oid.h"

#define ARC_MAX ((uint64_t)1 << 63)
#define ARC_OCTETS 9 /* 63 bits, seven in each */

/* The next arc; its last octet has no high bit. */
static enum err
next_arc(struct der_reader *r, uint64_t *arc)
{
	uint64_t value = 0;
	size_t n = 0;
	uint8_t octet;

	do {
		if (r->len == 0 || (n == 0 && r->p[0] == 0x80))
			return ERR_DER_SYNTAX;
		if (n++ == ARC_OCTETS)
			return ERR_DER_RANGE;
		octet = r->p[0];
		r->p++;
		r->len--;
		value = value << 7 | (octet & 0x7f);
	} while (octet >= 0x80);
	*arc = value;
	return ERR_OK;
}

enum err
oid_check(const struct der_reader *oid)
{
	struct der_reader r = *oid;
	enum err e = ERR_DER_SYNTAX;
	uint64_t arc;

	while (r.len > 0) {
		e = next_arc(&r, &arc);
		if (e != ERR_OK)
			return e;
	}
	return e;
}

static enum err
text_arc(const char **text, uint64_t *arc)
{
	const char *p = *text;
	uint64_t value = 0;

	if (p[0] < '0' || p[0] > '9' ||
	    (p[0] == '0' && p[1] >= '0' && p[1] <= '9'))
		return ERR_DER_SYNTAX;
	for (; *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (uint64_t)(*p - '0');
		/* the first two arcs share a number: leave room for 80 */
		if (value >= ARC_MAX / 16)
			return ERR_DER_RANGE;
	}
	*text = p;
	*arc = value;
	return ERR_OK;
}

static enum err
put_arc(uint64_t arc, uint8_t *out, size_t cap, size_t *len)
{
	uint8_t octets[ARC_OCTETS];
	size_t n = 0;

	do {
		octets[n++] = (uint8_t)(arc & 0x7f);
		arc >>= 7;
	} while (arc > 0);
	if (cap - *len < n)
		return ERR_BUFFER;
	while (n-- > 0)
		out[(*len)++] = (uint8_t)(octets[n] | (n > 0 ? 0x80 : 0));
	return ERR_OK;
}

/* X.690 8.19.4: the first two arcs are one number. */
enum err
oid_from_text(const char *text, uint8_t *out, size_t cap, size_t *len)
{
	uint64_t first, arc;
	enum err e;

	*len = 0;
	e = text_arc(&text, &first);
	if (e != ERR_OK)
		return e;
	if (first > 2 || *text++ != '.')
		return ERR_DER_SYNTAX;
	e = text_arc(&text, &arc);
	if (e == ERR_OK && first < 2 && arc > 39)
		e = ERR_DER_SYNTAX;
	if (e == ERR_OK)
		e = put_arc(40 * first + arc, out, cap, len);
	while (e == ERR_OK && *text != '\0') {
		if (*text++ != '.')
			return ERR_DER_SYNTAX;
		e = text_arc(&text, &arc);
		if (e == ERR_OK)
			e = put_arc(arc, out, cap, len);
	}
	return e;
}

/* Behind what stands in text already, n characters of it. */
static enum err
put_number(uint64_t value, char *text, size_t cap, size_t *n)
{
	char digits[20];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	if (cap - *n < count + 1)
		return ERR_BUFFER;
	while (count > 0)
		text[(*n)++] = digits[--count];
	return ERR_OK;
}

enum err
oid_to_text(const struct der_reader *oid, char *text, size_t cap)
{
	struct der_reader r = *oid;
	uint64_t arc, first;
	size_t n = 0;
	enum err e;

	e = next_arc(&r, &arc);
	if (e != ERR_OK)
		return e;
	first = arc < 80 ? arc / 40 : 2;
	e = put_number(first, text, cap, &n);
	arc -= 40 * first;
	for (;;) {
		if (e == ERR_OK && cap - n < 2)
			e = ERR_BUFFER;
		if (e == ERR_OK) {
			text[n++] = '.';
			e = put_number(arc, text, cap, &n);
		}
		if (e != ERR_OK)
			return e;
		if (r.len == 0)
			break;
		e = next_arc(&r, &arc);
	}
	text[n] = '\0';
	return ERR_OK;
}
