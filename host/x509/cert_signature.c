/*
 * cert_signature.c: the signature on a certificate. SHA-1 and all that is
 * older has no scheme here and is thereby refused.
 */
#include "host/x509/cert_signature.h"

#include "common/bounds.h"
#include "common/hash_alg.h"
#include "host/x509/digest.h"
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

/* RFC 5754 3.2: CMS may name the key's algorithm in the signature's place. */
static bool
read_signed_scheme(const struct cert_signed *what, struct signature_scheme *s)
{
	struct der_reader r = what->algorithm, oid;

	if (what->hash_size != 0 && der_enter(&r, DER_OID, &oid) == ERR_OK &&
	    OID_IS(&oid, OID_RSA)) {
		s->family = ALG_RSA_PKCS1;
		s->hash_size = what->hash_size;
		s->salt_len = 0;
		return hash_alg_is_bare(&r);
	}
	return read_scheme(what->algorithm, s) &&
	    (what->hash_size == 0 || what->hash_size == s->hash_size);
}

enum err
cert_check_signed(const struct cert_signed *what, const struct cert *signer)
{
	uint8_t digest[SHA512_SIZE], raw[2 * 66];
	struct signature_scheme scheme;
	struct spki key;

	if (!read_signed_scheme(what, &scheme) ||
	    spki_read_checked(signer->spki, signer->spki_len, &key) != ERR_OK)
		return ERR_ALGORITHM;
	if ((key.key == KEY_RSA) == (scheme.family == ALG_ECDSA))
		return ERR_ALGORITHM;
	digest_of(scheme.hash_size, what->parts, what->part_count, digest);
	if (scheme.family != ALG_ECDSA)
		return spki_verify(&key, &scheme, digest, scheme.hash_size,
		    what->signature.p, what->signature.len);
	if (der_ecdsa_to_raw(what->signature.p, what->signature.len, raw,
		key.coordinate) != ERR_OK)
		return ERR_SIGNATURE_INVALID;
	return spki_verify(&key, &scheme, digest, scheme.hash_size, raw,
	    2 * (size_t)key.coordinate);
}

enum err
cert_check_signature(const struct cert *c, const struct cert *issuer)
{
	struct cert_signed what = {.parts = &c->tbs,
	    .part_count = 1,
	    .algorithm = c->signature_algorithm,
	    .signature = c->signature};

	return cert_check_signed(&what, issuer);
}
