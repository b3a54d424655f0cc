#include "hsm/sign.h"

#include <string.h>

#include "hsm/detail.h"
#include "hsm/public.h"

CK_MECHANISM_TYPE
sign_mechanism(enum alg_family family)
{
	switch (family) {
	case ALG_RSA_PKCS1:
		return CKM_RSA_PKCS;
	case ALG_RSA_PSS:
		return CKM_RSA_PKCS_PSS;
	default:
		return CKM_ECDSA;
	}
}

size_t
sign_length(const struct token_public_key *key)
{
	if (key->type == TOKEN_RSA)
		return key->value_len;
	return 2 * public_coordinate(key->type);
}

/* DigestInfo (RFC 8017 9.2, note 1); the three hashes differ in the last arc
 * of their identifier, 2.16.840.1.101.3.4.2.{1,2,3}, and in length. */
static void
put_digest_info(struct sign_request *r, const uint8_t *digest, size_t len)
{
	static const uint8_t id[] = {0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48,
	    0x01, 0x65, 0x03, 0x04, 0x02};
	uint8_t *p = r->data;

	*p++ = 0x30;
	*p++ = (uint8_t)(17 + len);
	memcpy(p, id, sizeof(id));
	p += sizeof(id);
	*p++ = len == 32 ? 1 : len == 48 ? 2 : 3;
	*p++ = 0x05; /* parameters: NULL */
	*p++ = 0x00;
	*p++ = 0x04;
	*p++ = (uint8_t)len;
	memcpy(p, digest, len);
	r->data_len = 19 + len;
}

static void
put_pss(struct sign_request *r, size_t len)
{
	r->pss.hashAlg = len == 32 ? CKM_SHA256
	    : len == 48		   ? CKM_SHA384
				   : CKM_SHA512;
	r->pss.mgf = len == 32 ? CKG_MGF1_SHA256
	    : len == 48	       ? CKG_MGF1_SHA384
			       : CKG_MGF1_SHA512;
	r->pss.sLen = len;
	r->mechanism.pParameter = &r->pss;
	r->mechanism.ulParameterLen = sizeof(r->pss);
}

enum err
sign_request(struct sign_request *r, const struct alg *alg,
    enum token_key_type key, const uint8_t *digest, size_t digest_len,
    struct token_detail *detail)
{
	memset(r, 0, sizeof(*r));
	if (digest_len != alg->hash_size ||
	    (digest_len != 32 && digest_len != 48 && digest_len != 64))
		return detail_set(detail, ERR_ALGORITHM,
		    "%s needs a digest of %u octets, not %zu", alg->name,
		    alg->hash_size, digest_len);
	if (alg->coordinate != public_coordinate(key))
		return detail_set(detail, ERR_ALGORITHM,
		    "%s is not for keys of this kind", alg->name);
	r->mechanism.mechanism = sign_mechanism(alg->family);
	if (alg->family == ALG_RSA_PKCS1) {
		put_digest_info(r, digest, digest_len);
		return ERR_OK;
	}
	memcpy(r->data, digest, digest_len);
	r->data_len = digest_len;
	if (alg->family == ALG_RSA_PSS)
		put_pss(r, digest_len);
	return ERR_OK;
}
