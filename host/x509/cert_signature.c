/*
 * cert_signature.c: the signature on a certificate. SHA-1 and all that is
 * older has no scheme here and is thereby refused.
 */
#include "host/x509/cert_signature.h"

#include "common/bounds.h"
#include "common/hash_alg.h"
#include "common/sha256.h"
#include "common/sha512.h"
#include "host/x509/oid.h"

static const struct {
	const char *oid;
	size_t len;
	struct signature_scheme scheme;
} schemes[] = {
    {OID_RSA_SHA256, OID_LEN(OID_RSA_SHA256), {ALG_RSA_PKCS1, 32, 0}},
    {OID_RSA_SHA384, OID_LEN(OID_RSA_SHA384), {ALG_RSA_PKCS1, 48, 0}},
    {OID_RSA_SHA512, OID_LEN(OID_RSA_SHA512), {ALG_RSA_PKCS1, 64, 0}},
    {OID_ECDSA_SHA256, OID_LEN(OID_ECDSA_SHA256), {ALG_ECDSA, 32, 0}},
    {OID_ECDSA_SHA384, OID_LEN(OID_ECDSA_SHA384), {ALG_ECDSA, 48, 0}},
    {OID_ECDSA_SHA512, OID_LEN(OID_ECDSA_SHA512), {ALG_ECDSA, 64, 0}},
};

/* RSASSA-PSS-params (RFC 4055 3.1). Its defaults are SHA-1: what is absent
 * is refused. MGF1's hash must be the same, as everywhere in practice. */
static bool
read_pss(struct der_reader parameters, struct signature_scheme *s)
{
	struct der_reader seq, part, algorithm, oid;
	uint64_t salt;

	if (der_enter(&parameters, DER_SEQUENCE, &seq) != ERR_OK ||
	    !der_is_end(&parameters))
		return false;
	if (der_enter(&seq, DER_CONTEXT(0), &part) != ERR_OK ||
	    der_enter(&part, DER_SEQUENCE, &algorithm) != ERR_OK ||
	    !der_is_end(&part))
		return false;
	s->hash_size = hash_alg_size(&algorithm);
	if (s->hash_size == 0 ||
	    der_enter(&seq, DER_CONTEXT(1), &part) != ERR_OK ||
	    der_enter(&part, DER_SEQUENCE, &algorithm) != ERR_OK ||
	    der_enter(&algorithm, DER_OID, &oid) != ERR_OK ||
	    !OID_IS(&oid, OID_MGF1) ||
	    der_enter(&algorithm, DER_SEQUENCE, &part) != ERR_OK ||
	    hash_alg_size(&part) != s->hash_size)
		return false;
	if (der_enter(&seq, DER_CONTEXT(2), &part) != ERR_OK ||
	    der_uint(&part, &salt) != ERR_OK || salt > 64 || !der_is_end(&seq))
		return false;
	s->family = ALG_RSA_PSS;
	s->salt_len = (size_t)salt;
	return true;
}

static bool
read_scheme(struct der_reader algorithm, struct signature_scheme *s)
{
	struct der_reader oid;
	size_t i;

	if (der_enter(&algorithm, DER_OID, &oid) != ERR_OK)
		return false;
	if (OID_IS(&oid, OID_RSA_PSS))
		return read_pss(algorithm, s);
	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (oid_is(&oid, schemes[i].oid, schemes[i].len)) {
			*s = schemes[i].scheme;
			return hash_alg_is_bare(&algorithm);
		}
	}
	return false;
}

enum err
cert_check_signature(const struct cert *c, const struct cert *issuer)
{
	uint8_t digest[SHA512_SIZE], raw[2 * 66];
	struct signature_scheme scheme;
	struct sha512 h;
	struct spki key;

	if (!read_scheme(c->signature_algorithm, &scheme) ||
	    spki_read_checked(issuer->spki, issuer->spki_len, &key) != ERR_OK)
		return ERR_ALGORITHM;
	if ((key.key == KEY_RSA) == (scheme.family == ALG_ECDSA))
		return ERR_ALGORITHM;
	if (scheme.hash_size == SHA256_SIZE) {
		sha256(c->tbs.p, c->tbs.len, digest);
	} else {
		sha512_init(&h, scheme.hash_size);
		sha512_push(&h, c->tbs.p, c->tbs.len);
		sha512_finish(&h, digest);
	}
	if (scheme.family != ALG_ECDSA)
		return spki_verify(&key, &scheme, digest, scheme.hash_size,
		    c->signature.p, c->signature.len);
	if (der_ecdsa_to_raw(c->signature.p, c->signature.len, raw,
		key.coordinate) != ERR_OK)
		return ERR_SIGNATURE_INVALID;
	return spki_verify(&key, &scheme, digest, scheme.hash_size, raw,
	    2 * (size_t)key.coordinate);
}
