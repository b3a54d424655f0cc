/*
 * cert_check.c: what a certificate may be used for.
 */
#include "host/x509/cert.h"

#include "host/x509/cert_parts.h"
#include "host/x509/spki.h"

enum err
cert_check_seal(const struct cert *c, int64_t time, unsigned *findings)
{
	static const struct {
		unsigned finding;
		enum err err;
	} grave[] = {
	    {CERT_FINDING_EXPIRED, ERR_CERT_EXPIRED},
	    {CERT_FINDING_NOT_YET, ERR_CERT_NOT_YET_VALID},
	    {CERT_FINDING_IS_CA, ERR_CERT_NOT_SEAL},
	    {CERT_FINDING_NO_ESEAL, ERR_CERT_NOT_SEAL},
	    {CERT_FINDING_KEY_USAGE, ERR_CERT_KEY_USAGE},
	    {CERT_FINDING_NO_ORGANISATION, ERR_CERT_NO_ORGANISATION},
	    {CERT_FINDING_NO_ORGANISATION_ID, ERR_CERT_NO_ORGANISATION},
	    {CERT_FINDING_AMBIGUOUS, ERR_CERT_NO_ORGANISATION},
	};
	unsigned f = 0;
	size_t i;

	if (time > c->not_after)
		f |= CERT_FINDING_EXPIRED;
	if (time < c->not_before)
		f |= CERT_FINDING_NOT_YET;
	if (!c->qc_eseal)
		f |= CERT_FINDING_NO_ESEAL;
	if (!c->qc_compliance)
		f |= CERT_FINDING_NO_QC;
	if (!c->qc_sscd)
		f |= CERT_FINDING_NO_QSCD;
	/* no keyUsage at all restricts nothing (RFC 5280 4.2.1.3) */
	if ((c->has_key_usage &&
		(c->key_usage &
		    (CERT_KEY_USAGE_DIGITAL_SIGNATURE |
			CERT_KEY_USAGE_NON_REPUDIATION)) == 0) ||
	    c->time_stamping_only)
		f |= CERT_FINDING_KEY_USAGE;
	if (c->organisation[0] == '\0')
		f |= CERT_FINDING_NO_ORGANISATION;
	if (c->organisation_id[0] == '\0')
		f |= CERT_FINDING_NO_ORGANISATION_ID;
	if (c->is_ca)
		f |= CERT_FINDING_IS_CA;
	if (c->ambiguous_subject)
		f |= CERT_FINDING_AMBIGUOUS;
	*findings = f;
	for (i = 0; i < sizeof(grave) / sizeof(grave[0]); i++) {
		if (f & grave[i].finding)
			return grave[i].err;
	}
	return ERR_OK;
}

bool
cert_fits_alg(const struct cert *c, const struct alg *alg)
{
	switch (alg->number) {
	case ALG_ES256:
		return c->key == KEY_P256;
	case ALG_ES384:
		return c->key == KEY_P384;
	case ALG_ES512:
		return c->key == KEY_P521;
	case ALG_RS256:
	case ALG_RS384:
	case ALG_RS512:
	case ALG_PS256:
	case ALG_PS384:
	case ALG_PS512:
		return c->key == KEY_RSA;
	}
	return false;
}

enum err
cert_verify_digest(const struct cert *c, const struct alg *alg,
    const uint8_t *digest, size_t digest_len, const uint8_t *signature,
    size_t signature_len)
{
	struct signature_scheme scheme;
	struct spki k;
	enum err e;

	if (!cert_fits_alg(c, alg))
		return ERR_ALGORITHM;
	scheme.family = alg->family;
	scheme.hash_size = alg->hash_size;
	scheme.salt_len = alg->hash_size; /* RFC 7518 3.5 */
	/* cert_parse has seen that the point is on its curve */
	e = spki_read_checked(c->spki, c->spki_len, &k);
	if (e != ERR_OK)
		return e;
	return spki_verify(
	    &k, &scheme, digest, digest_len, signature, signature_len);
}
