#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/asn.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/rsa.h>

#include <string.h>

#include "tests/unit/support/signature.h"

static bool
rsa_is_valid(const struct token_public_key *key, const struct alg *alg,
    const uint8_t *digest, const uint8_t *signature, size_t len)
{
	uint8_t out[512], want[128];
	size_t n = alg->hash_size;
	word32 want_len;
	RsaKey rsa;
	bool ok = false;
	int got;

	if (wc_InitRsaKey(&rsa, NULL) != 0)
		return false;
	if (wc_RsaPublicKeyDecodeRaw(key->value, (word32)key->value_len,
		key->exponent, (word32)key->exponent_len, &rsa) != 0)
		goto out;
	if (alg->family == ALG_RSA_PSS) {
		got = wc_RsaPSS_VerifyCheck((byte *)(uintptr_t)signature,
		    (word32)len, out, sizeof(out), digest, (word32)n,
		    n == 32	  ? WC_HASH_TYPE_SHA256
			: n == 48 ? WC_HASH_TYPE_SHA384
				  : WC_HASH_TYPE_SHA512,
		    n == 32	  ? WC_MGF1SHA256
			: n == 48 ? WC_MGF1SHA384
				  : WC_MGF1SHA512,
		    &rsa);
		ok = got > 0;
		goto out;
	}
	got = wc_RsaSSL_Verify(signature, (word32)len, out, sizeof(out), &rsa);
	want_len = wc_EncodeSignature(want, digest, (word32)n,
	    n == 32	  ? SHA256h
		: n == 48 ? SHA384h
			  : SHA512h);
	ok = got > 0 && (word32)got == want_len &&
	    memcmp(out, want, want_len) == 0;
out:
	wc_FreeRsaKey(&rsa);
	return ok;
}

static bool
ecdsa_is_valid(const struct token_public_key *key, const struct alg *alg,
    const uint8_t *digest, const uint8_t *signature, size_t len)
{
	word32 c = alg->coordinate, der_len = 256;
	uint8_t der[256];
	int valid = 0;
	ecc_key ec;

	if (len != 2 * c || wc_ecc_init(&ec) != 0)
		return false;
	if (wc_ecc_import_x963(key->value, (word32)key->value_len, &ec) != 0 ||
	    wc_ecc_rs_raw_to_sig(
		signature, c, signature + c, c, der, &der_len) != 0 ||
	    wc_ecc_verify_hash(
		der, der_len, digest, alg->hash_size, &valid, &ec) != 0)
		valid = 0;
	wc_ecc_free(&ec);
	/* A table of points of each thread, which nobody else frees. */
	wc_ecc_fp_free();
	return valid == 1;
}

bool
signature_is_valid(const struct token_public_key *key, const struct alg *alg,
    const uint8_t *digest, const uint8_t *signature, size_t len)
{
	if (alg->family == ALG_ECDSA)
		return ecdsa_is_valid(key, alg, digest, signature, len);
	return rsa_is_valid(key, alg, digest, signature, len);
}
