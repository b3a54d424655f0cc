#include "common/der.h"

#include <string.h>

#define TAG_NUMBER 0x1f
#define TAG_CONSTRUCTED 0x20
#define TAG_CLASS 0xc0

#define COORDINATE_MAX 66 /* P-521 */

struct der_reader
der_reader(const uint8_t *buf, size_t len)
{
	struct der_reader r = {buf, len};

	return r;
}

bool
der_is_end(const struct der_reader *r)
{
	return r->len == 0;
}

uint8_t
der_peek(const struct der_reader *r)
{
	return r->len == 0 ? 0 : r->p[0];
}

/* In DER every universal type has one form only (X.690 10.2: strings are
 * primitive); other classes may have either. */
static bool
is_tag(uint8_t tag)
{
	uint8_t number = tag & TAG_NUMBER;
	bool constructed = (tag & TAG_CONSTRUCTED) != 0;

	if (number == TAG_NUMBER)
		return false; /* more than one octet */
	if ((tag & TAG_CLASS) != 0)
		return true;
	switch (number) {
	case 0: /* end of contents: BER only */
		return false;
	case 8: /* EXTERNAL */
	case 11: /* EMBEDDED PDV */
	case 16: /* SEQUENCE */
	case 17: /* SET */
	case 29: /* CHARACTER STRING */
		return constructed;
	default:
		return !constructed;
	}
}

/* Tag and length: how many octets they take, and the length. */
static enum err
read_head(const struct der_reader *r, size_t *head, size_t *length)
{
	size_t n, i;
	uint32_t value = 0;

	if (r->len == 0)
		return ERR_DER_TRUNCATED;
	if (!is_tag(r->p[0]))
		return ERR_DER_SYNTAX;
	if (r->len == 1)
		return ERR_DER_TRUNCATED;
	if (r->p[1] < 0x80) {
		*head = 2;
		*length = r->p[1];
		return ERR_OK;
	}
	n = r->p[1] & 0x7f;
	if (n == 0)
		return ERR_DER_SYNTAX; /* indefinite: BER only */
	if (n > 4)
		return ERR_DER_RANGE;
	if (r->len - 2 < n)
		return ERR_DER_TRUNCATED;
	for (i = 0; i < n; i++)
		value = value << 8 | r->p[2 + i];
	/* the shortest form (X.690 10.1) */
	if (r->p[2] == 0 || value < 0x80)
		return ERR_DER_SYNTAX;
	if (value > DER_LENGTH_MAX)
		return ERR_DER_RANGE;
	*head = 2 + n;
	*length = value;
	return ERR_OK;
}

enum err
der_next_whole(struct der_reader *r, uint8_t *tag, struct der_reader *whole)
{
	size_t head, length;
	enum err e = read_head(r, &head, &length);

	if (e != ERR_OK)
		return e;
	if (r->len - head < length)
		return ERR_DER_TRUNCATED;
	*tag = r->p[0];
	*whole = der_reader(r->p, head + length);
	r->p += head + length;
	r->len -= head + length;
	return ERR_OK;
}

enum err
der_next(struct der_reader *r, uint8_t *tag, struct der_reader *contents)
{
	size_t head, length;
	enum err e = read_head(r, &head, &length);

	if (e != ERR_OK)
		return e;
	if (r->len - head < length)
		return ERR_DER_TRUNCATED;
	*tag = r->p[0];
	*contents = der_reader(r->p + head, length);
	r->p += head + length;
	r->len -= head + length;
	return ERR_OK;
}

enum err
der_enter(struct der_reader *r, uint8_t tag, struct der_reader *contents)
{
	struct der_reader at = *r, inner;
	uint8_t found;
	enum err e = der_next(&at, &found, &inner);

	if (e != ERR_OK)
		return e;
	if (found != tag)
		return ERR_DER_TAG;
	*r = at;
	*contents = inner;
	return ERR_OK;
}

/* The contents of the next INTEGER, shortest form only (X.690 8.3.2). */
static enum err
enter_integer(struct der_reader *r, struct der_reader *value)
{
	struct der_reader at = *r, inner;
	enum err e = der_enter(&at, DER_INTEGER, &inner);

	if (e != ERR_OK)
		return e;
	if (inner.len == 0)
		return ERR_DER_SYNTAX;
	if (inner.len > 1 &&
	    ((inner.p[0] == 0x00 && inner.p[1] < 0x80) ||
		(inner.p[0] == 0xff && inner.p[1] >= 0x80)))
		return ERR_DER_SYNTAX;
	*r = at;
	*value = inner;
	return ERR_OK;
}

enum err
der_enter_whole(struct der_reader *r, uint8_t tag, struct der_reader *whole)
{
	struct der_reader at = *r, inner;
	enum err e;

	if (tag == DER_INTEGER)
		e = enter_integer(&at, &inner);
	else
		e = der_enter(&at, tag, &inner);
	if (e != ERR_OK)
		return e;
	*whole = der_reader(r->p, r->len - at.len);
	*r = at;
	return ERR_OK;
}

/* Its magnitude without the sign octet, so that zero has none at all. */
static enum err
enter_unsigned(struct der_reader *r, struct der_reader *magnitude)
{
	struct der_reader at = *r, inner;
	enum err e = enter_integer(&at, &inner);

	if (e != ERR_OK)
		return e;
	if (inner.p[0] >= 0x80)
		return ERR_DER_RANGE;
	if (inner.p[0] == 0x00) {
		inner.p++;
		inner.len--;
	}
	*r = at;
	*magnitude = inner;
	return ERR_OK;
}

enum err
der_uint(struct der_reader *r, uint64_t *value)
{
	struct der_reader at = *r, magnitude;
	enum err e = enter_unsigned(&at, &magnitude);
	uint64_t v = 0;
	size_t i;

	if (e != ERR_OK)
		return e;
	if (magnitude.len > sizeof(v))
		return ERR_DER_RANGE;
	for (i = 0; i < magnitude.len; i++)
		v = v << 8 | magnitude.p[i];
	*r = at;
	*value = v;
	return ERR_OK;
}

enum err
der_bool(struct der_reader *r, bool *value)
{
	struct der_reader at = *r, inner;
	enum err e = der_enter(&at, DER_BOOLEAN, &inner);

	if (e != ERR_OK)
		return e;
	/* X.690 11.1: true is 0xff */
	if (inner.len != 1 || (inner.p[0] != 0x00 && inner.p[0] != 0xff))
		return ERR_DER_SYNTAX;
	*r = at;
	*value = inner.p[0] != 0;
	return ERR_OK;
}

/* Two positive INTEGERs and nothing else. */
enum err
der_ecdsa_to_raw(
    const uint8_t *der, size_t der_len, uint8_t *raw, size_t coordinate)
{
	struct der_reader r = der_reader(der, der_len), seq, number[2];
	enum err e;
	size_t i;

	memset(raw, 0, 2 * coordinate);
	e = der_enter(&r, DER_SEQUENCE, &seq);
	if (e != ERR_OK)
		return e;
	if (!der_is_end(&r))
		return ERR_DER_SYNTAX;
	for (i = 0; i < 2; i++) {
		e = enter_unsigned(&seq, &number[i]);
		if (e != ERR_OK)
			return e;
		/* 0 is no value of r or s (FIPS 186-4 6.4) */
		if (number[i].len == 0 || number[i].len > coordinate)
			return ERR_DER_RANGE;
	}
	if (!der_is_end(&seq))
		return ERR_DER_SYNTAX;
	for (i = 0; i < 2; i++) {
		memcpy(raw + (i + 1) * coordinate - number[i].len, number[i].p,
		    number[i].len);
	}
	return ERR_OK;
}

static bool
is_zero(const uint8_t *octets, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (octets[i] != 0)
			return false;
	}
	return true;
}

enum err
der_ecdsa_from_raw(const uint8_t *raw, size_t raw_len, uint8_t *der, size_t cap,
    size_t *der_len)
{
	size_t coordinate = raw_len / 2;
	struct der_writer w;

	if (raw_len % 2 != 0 || coordinate == 0 ||
	    coordinate > COORDINATE_MAX || is_zero(raw, coordinate) ||
	    is_zero(raw + coordinate, coordinate))
		return ERR_DER_RANGE;
	der_writer_init(&w, der, cap);
	der_put_uint(&w, raw + coordinate, coordinate);
	der_put_uint(&w, raw, coordinate);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	if (w.err != ERR_OK)
		return w.err;
	*der_len = w.cap - w.pos;
	memmove(der, der + w.pos, *der_len);
	return ERR_OK;
}

/* RFC 5280 4.1: version [0] is optional, then serialNumber, signature,
 * issuer. */
enum err
der_certificate_issuer_serial(const uint8_t *cert, size_t len,
    struct der_reader *issuer, struct der_reader *serial)
{
	struct der_reader r = der_reader(cert, len);
	struct der_reader outer, tbs, skipped, number, name, at;
	uint8_t tag;
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &outer);
	if (e == ERR_OK && !der_is_end(&r))
		e = ERR_DER_SYNTAX;
	if (e == ERR_OK)
		e = der_enter(&outer, DER_SEQUENCE, &tbs);
	if (e == ERR_OK && der_peek(&tbs) == DER_CONTEXT(0))
		e = der_enter(&tbs, DER_CONTEXT(0), &skipped);
	at = tbs;
	if (e == ERR_OK)
		e = enter_integer(&at, &skipped);
	if (e == ERR_OK)
		e = der_next_whole(&tbs, &tag, &number);
	if (e == ERR_OK)
		e = der_enter(&tbs, DER_SEQUENCE, &skipped);
	if (e == ERR_OK && der_peek(&tbs) != DER_SEQUENCE)
		e = der_is_end(&tbs) ? ERR_DER_TRUNCATED : ERR_DER_TAG;
	if (e == ERR_OK)
		e = der_next_whole(&tbs, &tag, &name);
	if (e != ERR_OK)
		return e;
	*issuer = name;
	*serial = number;
	return ERR_OK;
}
