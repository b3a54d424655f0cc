#include "host/x509/write.h"

#include <stdlib.h>
#include <string.h>

#include "common/bounds.h"
#include "common/sha256.h"
#include "common/sha512.h"
#include "common/utc.h"
#include "host/x509/oid.h"
#include "host/x509/spki.h"
#include "host/x509/text.h"

#define PUT_OID(w, oid) x509_put_oid(w, oid, OID_LEN(oid))

void
x509_put_oid(struct der_writer *w, const char *oid, size_t len)
{
	der_put_value(w, DER_OID, oid, len);
}

enum err
x509_check_text(const char *text)
{
	struct der_reader r;
	char out[CERT_TEXT];

	if (text == NULL || text[0] == '\0')
		return ERR_USAGE;
	r = der_reader((const uint8_t *)text, strlen(text));
	return x509_text(DER_UTF8_STRING, &r, out, sizeof(out));
}

bool
x509_is_country(const char *text)
{
	return text != NULL && strlen(text) == 2 && text[0] >= 'A' &&
	    text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

enum err
x509_check_subject(const struct x509_subject *s)
{
	const char *const texts[] = {
	    s->organisation, s->organisation_id, s->common_name};
	enum err e;
	size_t i;

	for (i = 0; i < 3; i++) {
		e = x509_check_text(texts[i]);
		if (e != ERR_OK)
			return e;
	}
	return x509_is_country(s->country) ? ERR_OK : ERR_USAGE;
}

static void
put_attribute(struct der_writer *w, const char *oid, size_t oid_len,
    uint8_t tag, const char *text)
{
	size_t mark = w->pos;

	der_put_value(w, tag, text, strlen(text));
	x509_put_oid(w, oid, oid_len);
	der_wrap(w, DER_SEQUENCE, mark);
	der_wrap(w, DER_SET, mark);
}

/* EN 319 412-3 4.2.1, in its order. */
void
x509_put_name(struct der_writer *w, const struct x509_subject *s)
{
	size_t mark = w->pos;

	put_attribute(w, OID_COMMON_NAME, OID_LEN(OID_COMMON_NAME),
	    DER_UTF8_STRING, s->common_name);
	if (s->organisation_id != NULL)
		put_attribute(w, OID_ORGANISATION_ID,
		    OID_LEN(OID_ORGANISATION_ID), DER_UTF8_STRING,
		    s->organisation_id);
	put_attribute(w, OID_ORGANISATION, OID_LEN(OID_ORGANISATION),
	    DER_UTF8_STRING, s->organisation);
	if (s->country != NULL)
		put_attribute(w, OID_COUNTRY, OID_LEN(OID_COUNTRY),
		    DER_PRINTABLE_STRING, s->country);
	der_wrap(w, DER_SEQUENCE, mark);
}

static void
put_hash_algorithm(struct der_writer *w, size_t hash_size)
{
	size_t mark = w->pos;

	der_put_value(w, DER_NULL, NULL, 0);
	if (hash_size == 32)
		PUT_OID(w, OID_SHA256);
	else if (hash_size == 48)
		PUT_OID(w, OID_SHA384);
	else
		PUT_OID(w, OID_SHA512);
	der_wrap(w, DER_SEQUENCE, mark);
}

/* RSASSA-PSS-params (RFC 4055 3.1); trailerField is its default. */
static void
put_pss_parameters(struct der_writer *w, size_t hash_size)
{
	const uint8_t salt = (uint8_t)hash_size;
	size_t mark = w->pos, part;

	der_put_uint(w, &salt, 1);
	der_wrap(w, DER_CONTEXT(2), mark);
	part = w->pos;
	put_hash_algorithm(w, hash_size);
	PUT_OID(w, OID_MGF1);
	der_wrap(w, DER_SEQUENCE, part);
	der_wrap(w, DER_CONTEXT(1), part);
	part = w->pos;
	put_hash_algorithm(w, hash_size);
	der_wrap(w, DER_CONTEXT(0), part);
	der_wrap(w, DER_SEQUENCE, mark);
}

void
x509_put_algorithm(struct der_writer *w, const struct alg *alg)
{
	size_t mark = w->pos;

	/* ECDSA has no parameters (RFC 5758 3.2), PKCS#1 has NULL */
	switch (alg->number) {
	case ALG_RS256:
	case ALG_RS384:
	case ALG_RS512:
		der_put_value(w, DER_NULL, NULL, 0);
		break;
	case ALG_PS256:
	case ALG_PS384:
	case ALG_PS512:
		put_pss_parameters(w, alg->hash_size);
		break;
	case ALG_ES256:
	case ALG_ES384:
	case ALG_ES512:
		break;
	}
	switch (alg->number) {
	case ALG_RS256:
		PUT_OID(w, OID_RSA_SHA256);
		break;
	case ALG_RS384:
		PUT_OID(w, OID_RSA_SHA384);
		break;
	case ALG_RS512:
		PUT_OID(w, OID_RSA_SHA512);
		break;
	case ALG_PS256:
	case ALG_PS384:
	case ALG_PS512:
		PUT_OID(w, OID_RSA_PSS);
		break;
	case ALG_ES256:
		PUT_OID(w, OID_ECDSA_SHA256);
		break;
	case ALG_ES384:
		PUT_OID(w, OID_ECDSA_SHA384);
		break;
	case ALG_ES512:
		PUT_OID(w, OID_ECDSA_SHA512);
		break;
	}
	der_wrap(w, DER_SEQUENCE, mark);
}

/* RFC 5280 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050. */
void
x509_put_time(struct der_writer *w, int64_t seconds)
{
	static const unsigned char from[] = {
	    0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 19};
	char iso[UTC_SIZE], text[sizeof(from)];
	size_t i;

	utc_format(seconds, iso);
	for (i = 0; i < sizeof(from); i++)
		text[i] = iso[from[i]];
	if (memcmp(text, "2050", 4) < 0)
		der_put_value(w, DER_UTC_TIME, text + 2, sizeof(text) - 2);
	else
		der_put_value(w, DER_GENERALIZED_TIME, text, sizeof(text));
}

void
x509_wrap_extension(struct der_writer *w, const char *oid, size_t oid_len,
    bool critical, size_t mark)
{
	der_wrap(w, DER_OCTET_STRING, mark);
	if (critical)
		der_put_value(w, DER_BOOLEAN, "\xff", 1);
	x509_put_oid(w, oid, oid_len);
	der_wrap(w, DER_SEQUENCE, mark);
}

void
x509_put_key_usage(struct der_writer *w, unsigned bits)
{
	uint8_t value[2] = {0, 0};
	size_t mark = w->pos;
	unsigned i, last = 0;

	for (i = 0; i < 8; i++) {
		if (bits & (1u << i)) {
			value[1] |= (uint8_t)(0x80u >> i);
			last = i;
		}
	}
	value[0] = (uint8_t)(7 - last); /* named bits: no trailing zeros */
	der_put_value(w, DER_BIT_STRING, value, sizeof(value));
	x509_wrap_extension(
	    w, OID_KEY_USAGE, OID_LEN(OID_KEY_USAGE), true, mark);
}

void
x509_put_qc_statements(struct der_writer *w, const char *pds_url)
{
	size_t mark = w->pos, part;

	if (pds_url != NULL) {
		der_put_value(w, DER_PRINTABLE_STRING, "en", 2);
		der_put_value(w, DER_IA5_STRING, pds_url, strlen(pds_url));
		der_wrap(w, DER_SEQUENCE, mark);
		der_wrap(w, DER_SEQUENCE, mark);
		PUT_OID(w, OID_QC_PDS);
		der_wrap(w, DER_SEQUENCE, mark);
	}
	part = w->pos;
	PUT_OID(w, OID_QC_TYPE_ESEAL);
	der_wrap(w, DER_SEQUENCE, part);
	PUT_OID(w, OID_QC_TYPE);
	der_wrap(w, DER_SEQUENCE, part);
	part = w->pos;
	PUT_OID(w, OID_QC_COMPLIANCE);
	der_wrap(w, DER_SEQUENCE, part);
	der_wrap(w, DER_SEQUENCE, mark);
	x509_wrap_extension(
	    w, OID_QC_STATEMENTS, OID_LEN(OID_QC_STATEMENTS), false, mark);
}

static void
digest_of(const struct alg *alg, const uint8_t *buf, size_t len,
    uint8_t out[static SHA512_SIZE])
{
	struct sha512 h;

	if (alg->hash_size == SHA256_SIZE) {
		sha256(buf, len, out);
		return;
	}
	sha512_init(&h, alg->hash_size);
	sha512_push(&h, buf, len);
	sha512_finish(&h, out);
}

/* The token may be wrong: nothing leaves that does not verify. */
static enum err
sign_checked(const struct x509_signer *signer, const struct alg *alg,
    const uint8_t *tbs, size_t tbs_len, uint8_t *signature, size_t cap,
    size_t *signature_len)
{
	struct signature_scheme scheme = {
	    alg->family, alg->hash_size, alg->hash_size};
	uint8_t digest[SHA512_SIZE];
	struct spki k;
	enum err e;

	e = spki_read(signer->spki, signer->spki_len, &k);
	if (e != ERR_OK)
		return e;
	if (alg->family == ALG_ECDSA && alg->coordinate != k.coordinate)
		return ERR_ALGORITHM;
	digest_of(alg, tbs, tbs_len, digest);
	e = signer->sign(
	    signer->arg, digest, alg->hash_size, signature, cap, signature_len);
	return e != ERR_OK ? e
			   : spki_verify(&k, &scheme, digest, alg->hash_size,
				 signature, *signature_len);
}

enum err
x509_sign(const struct der_writer *w, const struct x509_signer *signer,
    uint8_t **der, size_t *len)
{
	uint8_t signature[BOUND_SIGNATURE], value[1 + BOUND_SIGNATURE];
	uint8_t buf[BOUND_CERTIFICATE];
	const struct alg *alg = alg_get(signer->alg);
	size_t n = 0, value_len;
	struct der_writer out;
	enum err e;

	*der = NULL;
	*len = 0;
	if (w->err != ERR_OK)
		return w->err;
	if (alg == NULL)
		return ERR_ALGORITHM;
	e = sign_checked(signer, alg, w->buf + w->pos, w->cap - w->pos,
	    signature, sizeof(signature), &n);
	if (e != ERR_OK)
		return e;
	value[0] = 0; /* unused bits */
	if (alg->family == ALG_ECDSA) {
		e = der_ecdsa_from_raw(
		    signature, n, value + 1, sizeof(value) - 1, &value_len);
		if (e != ERR_OK)
			return e;
	} else {
		memcpy(value + 1, signature, n);
		value_len = n;
	}
	der_writer_init(&out, buf, sizeof(buf));
	der_put_value(&out, DER_BIT_STRING, value, value_len + 1);
	x509_put_algorithm(&out, alg);
	der_put(&out, w->buf + w->pos, w->cap - w->pos);
	der_wrap(&out, DER_SEQUENCE, out.cap);
	if (out.err != ERR_OK)
		return out.err;
	*len = out.cap - out.pos;
	*der = malloc(*len);
	if (*der == NULL)
		return ERR_NO_MEMORY;
	memcpy(*der, out.buf + out.pos, *len);
	return ERR_OK;
}
