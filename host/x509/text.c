#include "host/x509/text.h"

#include <string.h>

#include "common/utf8.h"

/* C0, DEL and C1 have no place in a name, least of all NUL: readers in C
 * would see another, shorter name. */
static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static enum err
copy_utf8(const struct der_reader *value, char *out, size_t cap)
{
	size_t i;

	if (!utf8_is_valid(value->p, value->len))
		return ERR_CERT_SYNTAX;
	for (i = 0; i < value->len; i++) {
		if (is_control(value->p[i]) && value->p[i] < 0x80)
			return ERR_CERT_SYNTAX;
		/* C1 is c2 80 to c2 9f */
		if (value->p[i] == 0xc2 && value->p[i + 1] < 0xa0)
			return ERR_CERT_SYNTAX;
	}
	if (value->len >= cap)
		return ERR_TOO_LARGE;
	memcpy(out, value->p, value->len);
	out[value->len] = '\0';
	return ERR_OK;
}

/* Code points of fixed width, big-endian; most is the type's largest. */
static enum err
copy_wide(const struct der_reader *value, size_t width, uint32_t most,
    char *out, size_t cap)
{
	uint8_t utf8[4];
	uint32_t c;
	size_t i, k, n, len = 0;

	if (value->len % width != 0)
		return ERR_CERT_SYNTAX;
	for (i = 0; i < value->len; i += width) {
		for (c = 0, k = 0; k < width; k++)
			c = c << 8 | value->p[i + k];
		if (is_control(c) || c > most || (c >= 0xd800 && c < 0xe000))
			return ERR_CERT_SYNTAX;
		n = utf8_encode(c, utf8);
		if (len + n >= cap)
			return ERR_TOO_LARGE;
		memcpy(out + len, utf8, n);
		len += n;
	}
	out[len] = '\0';
	return ERR_OK;
}

enum err
x509_text(uint8_t tag, const struct der_reader *value, char *out, size_t cap)
{
	out[0] = '\0';
	switch (tag) {
	case DER_UTF8_STRING:
		return copy_utf8(value, out, cap);
	case DER_PRINTABLE_STRING:
	case DER_IA5_STRING:
	case X509_NUMERIC_STRING:
		return copy_wide(value, 1, 0x7e, out, cap);
	case X509_T61_STRING:
		return copy_wide(value, 1, 0xff, out, cap);
	case X509_BMP_STRING:
		return copy_wide(value, 2, 0xffff, out, cap);
	case X509_UNIVERSAL_STRING:
		return copy_wide(value, 4, 0x10ffff, out, cap);
	default:
		return ERR_CERT_SYNTAX;
	}
}
