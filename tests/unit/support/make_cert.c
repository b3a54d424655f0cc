#include "tests/unit/support/make_cert.h"

#include <stdlib.h>
#include <string.h>

#include "common/bounds.h"
#include "host/x509/oid.h"
#include "host/x509/write.h"

#define HALF_YEAR (180 * 86400)
#define OID_ECDSA_SHA1 "\x2a\x86\x48\xce\x3d\x04\x01"

static void
must(int good)
{
	if (!good)
		abort();
}

static void
put_attribute(struct der_writer *w, const char *oid, uint8_t tag,
    const void *value, size_t len)
{
	size_t mark = w->pos;

	der_put_value(w, tag, value, len);
	x509_put_oid(w, oid, 3);
	der_wrap(w, DER_SEQUENCE, mark);
	der_wrap(w, DER_SET, mark);
}

static void
put_name(struct der_writer *w, const char *cn, const struct make_cert *m)
{
	size_t mark = w->pos;
	int i;

	for (i = m != NULL && m->organisation_twice ? 0 : 1; i < 2; i++) {
		if (m != NULL && m->organisation_tag != 0)
			put_attribute(w, OID_ORGANISATION, m->organisation_tag,
			    m->organisation, m->organisation_len);
	}
	put_attribute(w, OID_COMMON_NAME, DER_UTF8_STRING, cn, strlen(cn));
	der_wrap(w, DER_SEQUENCE, mark);
}

static void
put_extensions(struct der_writer *w, const struct make_cert *m)
{
	uint8_t path_len = (uint8_t)m->path_len;
	size_t start = w->pos, mark;

	if (m->unknown_critical) {
		mark = w->pos;
		der_put_value(w, DER_NULL, NULL, 0);
		x509_wrap_extension(
		    w, MAKE_CERT_ODD, OID_LEN(MAKE_CERT_ODD), true, mark);
	}
	if (m->twice != NULL) {
		mark = w->pos;
		der_put_value(w, DER_NULL, NULL, 0);
		x509_wrap_extension(w, m->twice, m->twice_len, false, mark);
	}
	if (m->key_id != NULL) {
		mark = w->pos;
		der_put_value(w, DER_OCTET_STRING, m->key_id, 4);
		x509_wrap_extension(w, OID_SUBJECT_KEY_ID, 3, false, mark);
	}
	if (m->authority_key_id != NULL) {
		mark = w->pos;
		der_put_value(
		    w, DER_CONTEXT_PRIMITIVE(0), m->authority_key_id, 4);
		der_wrap(w, DER_SEQUENCE, mark);
		x509_wrap_extension(w, OID_AUTHORITY_KEY_ID, 3, false, mark);
	}
	if (m->qc)
		x509_put_qc_statements(w, NULL);
	if (m->stamping != MAKE_CERT_NO_STAMPING) {
		mark = w->pos;
		if (m->stamping == MAKE_CERT_STAMPING_AND_MORE)
			x509_put_oid(w, MAKE_CERT_ODD, OID_LEN(MAKE_CERT_ODD));
		x509_put_oid(
		    w, OID_EKU_TIME_STAMPING, OID_LEN(OID_EKU_TIME_STAMPING));
		der_wrap(w, DER_SEQUENCE, mark);
		x509_wrap_extension(w, OID_EXT_KEY_USAGE, 3,
		    m->stamping != MAKE_CERT_STAMPING_LAX, mark);
	}
	if (m->ocsp_signing) {
		mark = w->pos;
		x509_put_oid(
		    w, OID_EKU_OCSP_SIGNING, OID_LEN(OID_EKU_OCSP_SIGNING));
		der_wrap(w, DER_SEQUENCE, mark);
		x509_wrap_extension(w, OID_EXT_KEY_USAGE, 3, false, mark);
	}
	der_put(w, m->more, m->more_len);
	if (m->key_usage != 0)
		x509_put_key_usage(w, m->key_usage);
	if (m->ca) {
		mark = w->pos;
		if (m->path_len >= 0)
			der_put_value(w, DER_INTEGER, &path_len, 1);
		der_put_value(w, DER_BOOLEAN, "\xff", 1);
		der_wrap(w, DER_SEQUENCE, mark);
		x509_wrap_extension(w, OID_BASIC_CONSTRAINTS, 3, true, mark);
	}
	if (w->pos == start)
		return;
	der_wrap(w, DER_SEQUENCE, start);
	der_wrap(w, DER_CONTEXT(3), start);
}

static void
put_algorithm(struct der_writer *w, const struct make_cert *m)
{
	size_t mark = w->pos;

	if (!m->sha1) {
		x509_put_algorithm(w, alg_get(m->issuer->alg));
		return;
	}
	x509_put_oid(w, OID_ECDSA_SHA1, OID_LEN(OID_ECDSA_SHA1));
	der_wrap(w, DER_SEQUENCE, mark);
}

static void
put_validity(struct der_writer *w, const struct make_cert *m)
{
	size_t mark = w->pos;

	x509_put_time(
	    w, m->not_after != 0 ? m->not_after : MAKE_CERT_NOW + HALF_YEAR);
	x509_put_time(
	    w, m->not_before != 0 ? m->not_before : MAKE_CERT_NOW - HALF_YEAR);
	der_wrap(w, DER_SEQUENCE, mark);
}

/* No signature at all: SHA-1 must be refused before it is looked at. */
static void
wrap_unsigned(const struct der_writer *tbs, const struct make_cert *m,
    uint8_t **der, size_t *len)
{
	uint8_t buf[BOUND_CERTIFICATE];
	struct der_writer w;

	der_writer_init(&w, buf, sizeof(buf));
	der_put_value(
	    &w, DER_BIT_STRING, "\0\x30\x06\x02\x01\x01\x02\x01\x01", 9);
	put_algorithm(&w, m);
	der_put(&w, tbs->buf + tbs->pos, tbs->cap - tbs->pos);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	must(tbs->err == ERR_OK && w.err == ERR_OK);
	*len = w.cap - w.pos;
	*der = malloc(*len);
	must(*der != NULL);
	memcpy(*der, w.buf + w.pos, *len);
}

struct make_cert
make_cert_by(const char *cn, const char *issuer_cn, struct soft_key *key,
    struct soft_key *issuer)
{
	struct make_cert m = {.cn = cn,
	    .issuer_cn = issuer_cn,
	    .key = soft_key_signer(key),
	    .issuer = soft_key_signer(issuer),
	    .path_len = -1};

	return m;
}

void
make_cert_der(const struct make_cert *m, uint8_t **der, size_t *len)
{
	uint8_t buf[BOUND_CERTIFICATE];
	const uint8_t serial = m->serial != 0 ? m->serial : 5;
	struct der_writer w;
	size_t mark;

	der_writer_init(&w, buf, sizeof(buf));
	put_extensions(&w, m);
	der_put(&w, m->key->spki, m->key->spki_len);
	put_name(&w, m->cn, m);
	put_validity(&w, m);
	put_name(&w, m->issuer_cn, NULL);
	if (m->other_inner_algorithm)
		x509_put_algorithm(&w, alg_get(ALG_RS512));
	else
		put_algorithm(&w, m);
	der_put_value(&w, DER_INTEGER, &serial, 1);
	mark = w.pos;
	der_put_value(&w, DER_INTEGER, "\x02", 1);
	der_wrap(&w, DER_CONTEXT(0), mark);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	if (m->sha1)
		wrap_unsigned(&w, m, der, len);
	else
		must(x509_sign(&w, m->issuer, der, len) == ERR_OK);
}

void
make_cert(const struct make_cert *m, struct cert *out)
{
	uint8_t *der;
	size_t len;

	make_cert_der(m, &der, &len);
	must(cert_parse(out, der, len, NULL) == ERR_OK);
	free(der);
}
