#include "tests/unit/support/make_token.h"

#include <stdlib.h>
#include <string.h>

#include "common/bounds.h"
#include "common/hash_alg.h"
#include "host/x509/digest.h"
#include "host/x509/oid.h"
#include "host/x509/write.h"
#include "tests/unit/support/make_signed.h"

#define OID_DATA "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define PUT_OID(w, oid) x509_put_oid(w, oid, OID_LEN(oid))

static struct der_reader
written(const struct der_writer *w)
{
	make_must(w->err == ERR_OK);
	return der_reader(w->buf + w->pos, w->cap - w->pos);
}

static void
put_info(struct der_writer *w, const struct make_token *m)
{
	size_t mark;

	if (m->fault == MAKE_TOKEN_CRITICAL) {
		mark = w->pos;
		der_put_value(w, DER_NULL, NULL, 0);
		x509_wrap_extension(w, OID_DATA, OID_LEN(OID_DATA), true, mark);
		der_wrap(w, DER_CONTEXT(1), mark);
	}
	if (m->nonce != NULL)
		der_put_uint(w, m->nonce, m->nonce_len);
	make_time(w, m->time);
	der_put_value(w, DER_INTEGER, "\x2a", 1);
	mark = w->pos;
	der_put_value(w, DER_OCTET_STRING, m->digest, m->digest_len);
	hash_alg_put(w, m->digest_len);
	der_wrap(w, DER_SEQUENCE, mark);
	PUT_OID(w, MAKE_TOKEN_POLICY);
	der_put_value(w, DER_INTEGER, "\x01", 1);
	der_wrap(w, DER_SEQUENCE, w->cap);
}

static void
wrap_attribute(
    struct der_writer *w, const char *oid, size_t oid_len, size_t mark)
{
	der_wrap(w, DER_SET, mark);
	x509_put_oid(w, oid, oid_len);
	der_wrap(w, DER_SEQUENCE, mark);
}

static void
put_ess(struct der_writer *w, const struct make_token *m, size_t hash_size)
{
	struct der_reader der = der_reader(m->signer->der, m->signer->len);
	bool v1 = m->ess == MAKE_TOKEN_V1;
	uint8_t digest[SHA512_SIZE];
	size_t mark = w->pos, names;

	if (m->ess == MAKE_TOKEN_V2_ISSUER ||
	    m->fault == MAKE_TOKEN_ESS_ISSUER) {
		if (m->fault == MAKE_TOKEN_ESS_ISSUER)
			der_put_value(w, DER_INTEGER, "\x77", 1);
		else
			der_put(w, m->signer->serial.p, m->signer->serial.len);
		names = w->pos;
		der_put(w, m->signer->issuer.p, m->signer->issuer.len);
		der_wrap(w, DER_CONTEXT(4), names);
		der_wrap(w, DER_SEQUENCE, names);
		der_wrap(w, DER_SEQUENCE, mark);
	}
	if (v1) {
		digest_sha1(der.p, der.len, digest);
		hash_size = DIGEST_SHA1_SIZE;
	} else {
		digest_of(hash_size, &der, 1, digest);
	}
	if (m->fault == MAKE_TOKEN_OTHER_ESS)
		digest[0] ^= 1;
	der_put_value(w, DER_OCTET_STRING, digest, hash_size);
	if (!v1)
		hash_alg_put(w, hash_size);
	der_wrap(w, DER_SEQUENCE, mark);
	der_wrap(w, DER_SEQUENCE, mark);
	der_wrap(w, DER_SEQUENCE, mark);
	if (v1)
		wrap_attribute(w, OID_SIGNING_CERTIFICATE,
		    OID_LEN(OID_SIGNING_CERTIFICATE), mark);
	else
		wrap_attribute(w, OID_SIGNING_CERTIFICATE_V2,
		    OID_LEN(OID_SIGNING_CERTIFICATE_V2), mark);
}

/* The signed attributes, one after another. */
static void
put_attributes(struct der_writer *w, const struct make_token *m,
    const uint8_t *digest, size_t hash_size)
{
	size_t mark;

	if (m->fault != MAKE_TOKEN_NO_ESS)
		put_ess(w, m, hash_size);
	if (m->fault != MAKE_TOKEN_NO_DIGEST) {
		mark = w->pos;
		der_put_value(w, DER_OCTET_STRING, digest, hash_size);
		wrap_attribute(
		    w, OID_MESSAGE_DIGEST, OID_LEN(OID_MESSAGE_DIGEST), mark);
	}
	mark = w->pos;
	if (m->fault == MAKE_TOKEN_OTHER_TYPE)
		PUT_OID(w, OID_DATA);
	else
		PUT_OID(w, OID_TST_INFO);
	wrap_attribute(w, OID_CONTENT_TYPE, OID_LEN(OID_CONTENT_TYPE), mark);
}

static void
put_signature(struct der_writer *w, const struct make_token *m,
    const struct der_reader *attributes)
{
	const struct alg *alg = alg_get(m->key->alg);
	uint8_t digest[SHA512_SIZE], raw[BOUND_SIGNATURE], der[BOUND_SIGNATURE],
	    buf[2048];
	struct der_reader signed_octets;
	struct der_writer set;
	size_t raw_len, len, mark;

	der_writer_init(&set, buf, sizeof(buf));
	der_put(&set, attributes->p, attributes->len);
	der_wrap(&set, DER_SET, set.cap);
	signed_octets = written(&set);
	digest_of(alg->hash_size, &signed_octets, 1, digest);
	make_must(m->key->sign(m->key->arg, digest, alg->hash_size, raw,
		      sizeof(raw), &raw_len) == ERR_OK);
	if (m->fault == MAKE_TOKEN_SIGNATURE)
		raw[raw_len - 1] ^= 1;
	if (alg->family == ALG_ECDSA) {
		make_must(der_ecdsa_from_raw(
			      raw, raw_len, der, sizeof(der), &len) == ERR_OK);
		der_put_value(w, DER_OCTET_STRING, der, len);
	} else {
		der_put_value(w, DER_OCTET_STRING, raw, raw_len);
	}
	if (!m->plain_rsa) {
		x509_put_algorithm(w, alg);
		return;
	}
	mark = w->pos;
	der_put_value(w, DER_NULL, NULL, 0);
	PUT_OID(w, OID_RSA);
	der_wrap(w, DER_SEQUENCE, mark);
}

static void
put_signer_info(
    struct der_writer *w, const struct make_token *m, struct der_reader info)
{
	size_t hash_size = alg_get(m->key->alg)->hash_size, start = w->pos;
	uint8_t digest[SHA512_SIZE], buf[2048];
	struct der_reader attributes;
	struct der_writer inner;
	size_t mark;

	digest_of(hash_size, &info, 1, digest);
	der_writer_init(&inner, buf, sizeof(buf));
	put_attributes(&inner, m, digest, hash_size);
	attributes = written(&inner);
	put_signature(w, m, &attributes);
	mark = w->pos;
	der_put(w, attributes.p, attributes.len);
	der_wrap(w, DER_CONTEXT(0), mark);
	hash_alg_put(w, hash_size);
	mark = w->pos;
	if (m->key_id) {
		der_put_value(w, DER_CONTEXT_PRIMITIVE(0),
		    m->signer->subject_key_id.p, m->signer->subject_key_id.len);
	} else {
		der_put(w, m->signer->serial.p, m->signer->serial.len);
		der_put(w, m->signer->issuer.p, m->signer->issuer.len);
		der_wrap(w, DER_SEQUENCE, mark);
	}
	der_put_value(w, DER_INTEGER, m->key_id ? "\x03" : "\x01", 1);
	der_wrap(w, DER_SEQUENCE, start);
}

static void
put_certificates(struct der_writer *w, const struct make_token *m)
{
	size_t mark = w->pos, i;

	for (i = m->more_count; i-- > 0;)
		der_put(w, m->more[i].der, m->more[i].len);
	if (!m->without_certificate)
		der_put(w, m->signer->der, m->signer->len);
	if (w->pos < mark)
		der_wrap(w, DER_CONTEXT(0), mark);
}

static void
put_content(struct der_writer *w, const struct make_token *m,
    const struct der_reader *info)
{
	size_t mark = w->pos;

	der_put(w, info->p, info->len);
	if (m->fault == MAKE_TOKEN_CONTENT_CHANGED)
		w->buf[w->pos + info->len - 2] ^= 1; /* a second */
	der_wrap(w, DER_OCTET_STRING, mark);
	der_wrap(w, DER_CONTEXT(0), mark);
	if (m->fault == MAKE_TOKEN_NOT_TST)
		PUT_OID(w, OID_DATA);
	else
		PUT_OID(w, OID_TST_INFO);
	der_wrap(w, DER_SEQUENCE, mark);
}

static void
put_token(struct der_writer *w, const struct make_token *m)
{
	uint8_t buf[512];
	struct der_writer inner;
	struct der_reader info;
	size_t start = w->pos, mark;

	der_writer_init(&inner, buf, sizeof(buf));
	put_info(&inner, m);
	info = written(&inner);
	put_signer_info(w, m, info);
	if (m->fault == MAKE_TOKEN_TWO_SIGNERS)
		put_signer_info(w, m, info);
	der_wrap(w, DER_SET, start);
	put_certificates(w, m);
	put_content(w, m, &info);
	mark = w->pos;
	hash_alg_put(w, alg_get(m->key->alg)->hash_size);
	der_wrap(w, DER_SET, mark);
	der_put_value(w, DER_INTEGER, "\x03", 1);
	der_wrap(w, DER_SEQUENCE, start);
	der_wrap(w, DER_CONTEXT(0), start);
	PUT_OID(w, OID_SIGNED_DATA);
	der_wrap(w, DER_SEQUENCE, start);
}

static void
copy(const struct der_writer *w, uint8_t **der, size_t *len)
{
	struct der_reader r = written(w);

	*len = r.len;
	*der = malloc(r.len);
	make_must(*der != NULL);
	memcpy(*der, r.p, r.len);
}

void
make_token(const struct make_token *m, uint8_t **der, size_t *len)
{
	static uint8_t buf[2 * BOUND_TIMESTAMP];
	struct der_writer w;

	der_writer_init(&w, buf, sizeof(buf));
	put_token(&w, m);
	copy(&w, der, len);
}

void
make_token_response(const struct make_token *m, uint8_t **der, size_t *len)
{
	static uint8_t buf[2 * BOUND_TIMESTAMP];
	struct der_writer w;

	der_writer_init(&w, buf, sizeof(buf));
	put_token(&w, m);
	der_put(&w, "\x30\x03\x02\x01\x00", 5);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	copy(&w, der, len);
}
