#include "host/x509/text.h"

struct text {
	char *out;
	size_t len, cap; /* cap without the NUL */
	enum err err;
};

static void
put_octet(struct text *t, unsigned octet)
{
	if (t->len < t->cap)
		t->out[t->len++] = (char)octet;
	else if (t->err == ERR_OK)
		t->err = ERR_TOO_LARGE;
}

static void
put_code_point(struct text *t, uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c > 0x10ffff ||
	    (c >= 0xd800 && c < 0xe000)) {
		t->err = ERR_CERT_SYNTAX;
		return;
	}
	if (c < 0x80) {
		put_octet(t, c);
	} else if (c < 0x800) {
		put_octet(t, 0xc0 | c >> 6);
		put_octet(t, 0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		put_octet(t, 0xe0 | c >> 12);
		put_octet(t, 0x80 | (c >> 6 & 0x3f));
		put_octet(t, 0x80 | (c & 0x3f));
	} else {
		put_octet(t, 0xf0 | c >> 18);
		put_octet(t, 0x80 | (c >> 12 & 0x3f));
		put_octet(t, 0x80 | (c >> 6 & 0x3f));
		put_octet(t, 0x80 | (c & 0x3f));
	}
}

/* One code point at p; 0 octets taken if it is none. */
static size_t
utf8_take(const uint8_t *p, size_t len, uint32_t *c)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n, i;

	if (p[0] < 0x80) {
		*c = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;
	if (n == 0 || p[0] > 0xf4 || n > len)
		return 0;
	*c = p[0] & (0xffu >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3f);
	}
	return *c >= least[n] ? n : 0;
}

static void
put_wide(struct text *t, const struct der_reader *value, size_t width)
{
	uint32_t c;
	size_t i, k;

	if (value->len % width != 0) {
		t->err = ERR_CERT_SYNTAX;
		return;
	}
	for (i = 0; i < value->len && t->err == ERR_OK; i += width) {
		for (c = 0, k = 0; k < width; k++)
			c = c << 8 | value->p[i + k];
		put_code_point(t, c);
	}
}

enum err
x509_text(uint8_t tag, const struct der_reader *value, char *out, size_t cap)
{
	struct text t = {out, 0, cap - 1, ERR_OK};
	uint32_t c = 0;
	size_t i, n;

	switch (tag) {
	case DER_UTF8_STRING:
		for (i = 0; i < value->len && t.err == ERR_OK; i += n) {
			n = utf8_take(value->p + i, value->len - i, &c);
			if (n == 0) {
				t.err = ERR_CERT_SYNTAX;
				break;
			}
			put_code_point(&t, c);
		}
		break;
	case DER_PRINTABLE_STRING:
	case DER_IA5_STRING:
	case X509_NUMERIC_STRING:
		for (i = 0; i < value->len && t.err == ERR_OK; i++) {
			if (value->p[i] >= 0x80)
				t.err = ERR_CERT_SYNTAX;
			else
				put_code_point(&t, value->p[i]);
		}
		break;
	case X509_T61_STRING:
		put_wide(&t, value, 1);
		break;
	case X509_BMP_STRING:
		put_wide(&t, value, 2);
		break;
	case X509_UNIVERSAL_STRING:
		put_wide(&t, value, 4);
		break;
	default:
		t.err = ERR_CERT_SYNTAX;
		break;
	}
	out[t.err == ERR_OK ? t.len : 0] = '\0';
	return t.err;
}
