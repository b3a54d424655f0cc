#include <string.h>

#include "common/der_time.h"
#include "common/hash_alg.h"
#include "common/oid.h"
#include "common/tsp.h"

static enum err
read_imprint(struct der_reader *r, struct tsp_info *out)
{
	struct der_reader seq, algorithm;
	enum err e;

	e = der_enter(r, DER_SEQUENCE, &seq);
	if (e == ERR_OK)
		e = der_enter(&seq, DER_SEQUENCE, &algorithm);
	if (e != ERR_OK)
		return e;
	out->hash_size = hash_alg_size(&algorithm);
	if (out->hash_size == 0)
		return ERR_ALGORITHM;
	e = der_enter(&seq, DER_OCTET_STRING, &out->imprint);
	if (e == ERR_OK && out->imprint.len != out->hash_size)
		e = ERR_DER_RANGE;
	return e != ERR_OK || der_is_end(&seq) ? e : ERR_DER_SYNTAX;
}

/* [n] IMPLICIT INTEGER of 1 to 999; 0 where it is absent. */
static enum err
read_thousandths(struct der_reader *r, uint8_t tag, uint32_t *value)
{
	struct der_reader part;
	size_t i;
	enum err e;

	*value = 0;
	if (der_peek(r) != tag)
		return ERR_OK;
	e = der_enter(r, tag, &part);
	if (e != ERR_OK)
		return e;
	if (part.len == 0 || part.len > 2 || part.p[0] >= 0x80 ||
	    (part.len == 2 && part.p[0] == 0 && part.p[1] < 0x80))
		return ERR_DER_SYNTAX;
	for (i = 0; i < part.len; i++)
		*value = *value << 8 | part.p[i];
	return *value >= 1 && *value <= 999 ? ERR_OK : ERR_DER_RANGE;
}

static enum err
read_accuracy(struct der_reader *r, struct tsp_info *out)
{
	struct der_reader seq;
	uint32_t millis = 0, micros = 0;
	enum err e;

	if (der_peek(r) != DER_SEQUENCE)
		return ERR_OK;
	e = der_enter(r, DER_SEQUENCE, &seq);
	if (e == ERR_OK && der_peek(&seq) == DER_INTEGER)
		e = der_uint(&seq, &out->accuracy_seconds);
	if (e == ERR_OK)
		e = read_thousandths(&seq, DER_CONTEXT_PRIMITIVE(0), &millis);
	if (e == ERR_OK)
		e = read_thousandths(&seq, DER_CONTEXT_PRIMITIVE(1), &micros);
	out->has_accuracy = true;
	out->accuracy_micros = millis * 1000 + micros;
	return e != ERR_OK || der_is_end(&seq) ? e : ERR_DER_SYNTAX;
}

/* The contents of a whole INTEGER, tag and length taken off. */
static enum err
read_nonce(struct der_reader *r, struct tsp_info *out)
{
	struct der_reader at = *r;
	enum err e;

	if (der_peek(r) != DER_INTEGER)
		return ERR_OK;
	e = der_enter_whole(r, DER_INTEGER, &out->nonce);
	if (e == ERR_OK)
		e = der_enter(&at, DER_INTEGER, &out->nonce);
	out->has_nonce = true;
	return e;
}

/* None is known here: a critical one cannot be heeded. */
static enum err
read_extensions(struct der_reader *r)
{
	struct der_reader list, x, oid, value;
	bool critical;
	enum err e;

	if (der_peek(r) != DER_CONTEXT(1))
		return ERR_OK;
	e = der_enter(r, DER_CONTEXT(1), &list);
	while (e == ERR_OK && !der_is_end(&list)) {
		critical = false;
		e = der_enter(&list, DER_SEQUENCE, &x);
		if (e == ERR_OK)
			e = der_enter(&x, DER_OID, &oid);
		if (e == ERR_OK && der_peek(&x) == DER_BOOLEAN)
			e = der_bool(&x, &critical);
		if (e == ERR_OK)
			e = der_enter(&x, DER_OCTET_STRING, &value);
		if (e == ERR_OK && !der_is_end(&x))
			e = ERR_DER_SYNTAX;
		if (e == ERR_OK && critical)
			e = ERR_UNSUPPORTED;
	}
	return e;
}

/* What may be absent, in its order (RFC 3161 2.4.2). */
static enum err
read_rest(struct der_reader *r, struct tsp_info *out)
{
	struct der_reader wrap;
	uint8_t tag;
	enum err e;

	e = read_accuracy(r, out);
	if (e == ERR_OK && der_peek(r) == DER_BOOLEAN)
		e = der_bool(r, &out->ordering);
	if (e == ERR_OK)
		e = read_nonce(r, out);
	if (e == ERR_OK && der_peek(r) == DER_CONTEXT(0)) {
		e = der_enter(r, DER_CONTEXT(0), &wrap);
		if (e == ERR_OK)
			e = der_next_whole(&wrap, &tag, &out->tsa);
		if (e == ERR_OK && !der_is_end(&wrap))
			e = ERR_DER_SYNTAX;
	}
	if (e == ERR_OK)
		e = read_extensions(r);
	return e != ERR_OK || der_is_end(r) ? e : ERR_DER_SYNTAX;
}

enum err
tsp_info_decode(const uint8_t *der, size_t len, struct tsp_info *out)
{
	struct der_reader r = der_reader(der, len), seq;
	uint64_t version;
	enum err e;

	memset(out, 0, sizeof(*out));
	e = der_enter(&r, DER_SEQUENCE, &seq);
	if (e == ERR_OK && !der_is_end(&r))
		e = ERR_DER_SYNTAX;
	if (e == ERR_OK)
		e = der_uint(&seq, &version);
	if (e == ERR_OK && version != 1)
		e = ERR_DER_RANGE;
	if (e == ERR_OK)
		e = der_enter(&seq, DER_OID, &out->policy);
	if (e == ERR_OK)
		e = oid_check(&out->policy);
	if (e == ERR_OK)
		e = read_imprint(&seq, out);
	if (e == ERR_OK)
		e = der_enter_whole(&seq, DER_INTEGER, &out->serial);
	if (e == ERR_OK)
		e = der_time_fraction(&seq, &out->time, &out->nanoseconds);
	return e == ERR_OK ? read_rest(&seq, out) : e;
}

bool
tsp_nonce_equal(
    const struct tsp_info *info, const uint8_t *nonce, size_t nonce_len)
{
	struct der_reader got = info->nonce;

	if (!info->has_nonce || got.len == 0 || got.p[0] >= 0x80)
		return false;
	while (got.len > 0 && got.p[0] == 0) {
		got.p++;
		got.len--;
	}
	while (nonce_len > 0 && nonce[0] == 0) {
		nonce++;
		nonce_len--;
	}
	return got.len == nonce_len && memcmp(got.p, nonce, nonce_len) == 0;
}
