#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/asn.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/hash.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/rsa.h>

#include "tests/unit/support/soft_key.h"

#include <stdlib.h>
#include <string.h>

#include "host/x509/spki.h"

struct soft_key {
	const struct alg *alg;
	struct x509_signer signer;
	ecc_key ec;
	uint8_t spki[SPKI_CAP];
};

static WC_RNG rng;
static RsaKey rsa;
static int rng_ready, rsa_ready;

static void
must(int good)
{
	if (!good)
		abort();
}

static int
hash_type(const struct alg *alg)
{
	return alg->hash_size == 32 ? WC_HASH_TYPE_SHA256
	    : alg->hash_size == 48  ? WC_HASH_TYPE_SHA384
				    : WC_HASH_TYPE_SHA512;
}

static int
sign_rsa(const struct alg *alg, const uint8_t *digest, uint8_t *out, size_t cap)
{
	int oid = alg->hash_size == 32 ? SHA256h
	    : alg->hash_size == 48     ? SHA384h
				       : SHA512h;
	int mgf = alg->hash_size == 32 ? WC_MGF1SHA256
	    : alg->hash_size == 48     ? WC_MGF1SHA384
				       : WC_MGF1SHA512;
	uint8_t info[128];
	word32 n;

	if (alg->family == ALG_RSA_PSS)
		return wc_RsaPSS_Sign(digest, alg->hash_size, out, (word32)cap,
		    (enum wc_HashType)hash_type(alg), mgf, &rsa, &rng);
	n = wc_EncodeSignature(info, digest, alg->hash_size, oid);
	return wc_RsaSSL_Sign(info, n, out, (word32)cap, &rsa, &rng);
}

static enum err
sign(void *arg, const uint8_t *digest, size_t digest_len, uint8_t *signature,
    size_t cap, size_t *signature_len)
{
	struct soft_key *k = arg;
	uint8_t der[160];
	word32 n = sizeof(der);
	int got;

	if (k->alg->family != ALG_ECDSA) {
		got = sign_rsa(k->alg, digest, signature, cap);
		must(got > 0);
		*signature_len = (size_t)got;
		return ERR_OK;
	}
	spki_note_tables();
	must(wc_ecc_sign_hash(
		 digest, (word32)digest_len, der, &n, &rng, &k->ec) == 0);
	*signature_len = 2 * (size_t)k->alg->coordinate;
	return der_ecdsa_to_raw(der, n, signature, k->alg->coordinate);
}

struct soft_key *
soft_key_new(enum alg_number alg)
{
	struct soft_key *k = calloc(1, sizeof(*k));
	struct token_public_key public_key = {0};
	word32 n = sizeof(public_key.value), m = sizeof(public_key.exponent);

	must(k != NULL);
	k->alg = alg_get(alg);
	must(k->alg != NULL);
	if (!rng_ready)
		must(wc_InitRng(&rng) == 0);
	rng_ready = 1;
	if (k->alg->family == ALG_ECDSA) {
		must(wc_ecc_init(&k->ec) == 0);
		must(wc_ecc_make_key(&rng, k->alg->coordinate, &k->ec) == 0);
		must(wc_ecc_export_x963(&k->ec, public_key.value, &n) == 0);
		public_key.type = k->alg->coordinate == 32 ? TOKEN_P256
		    : k->alg->coordinate == 48		   ? TOKEN_P384
							   : TOKEN_P521;
	} else {
		if (!rsa_ready) {
			must(wc_InitRsaKey(&rsa, NULL) == 0);
			must(wc_RsaSetRNG(&rsa, &rng) == 0);
			must(wc_MakeRsaKey(&rsa, 2048, 65537, &rng) == 0);
		}
		rsa_ready = 1;
		public_key.type = TOKEN_RSA;
		must(wc_RsaFlattenPublicKey(&rsa, public_key.exponent, &m,
			 public_key.value, &n) == 0);
		public_key.exponent_len = m;
	}
	public_key.value_len = n;
	must(spki_from_token_key(&public_key, k->spki, sizeof(k->spki),
		 &k->signer.spki_len) == ERR_OK);
	k->signer.alg = alg;
	k->signer.spki = k->spki;
	k->signer.sign = sign;
	k->signer.arg = k;
	return k;
}

const struct x509_signer *
soft_key_signer(struct soft_key *k)
{
	return &k->signer;
}

void
soft_key_free(struct soft_key *k)
{
	if (k == NULL)
		return;
	if (k->alg->family == ALG_ECDSA)
		wc_ecc_free(&k->ec);
	free(k);
}
