#include "host/seal/verify_parts.h"

#include "common/base64.h"
#include "common/bounds.h"
#include "common/sha256.h"
#include "common/sha512.h"

/* RFC 7515 5.1: ASCII(protected) "." payload, as both stand in the file. */
static void
digest_input(const struct verify_seal *s, uint8_t digest[static SHA512_SIZE])
{
	const struct jws_seal *seal = s->seal;
	struct sha256 h256;
	struct sha512 h512;

	if (s->alg->hash_size == SHA256_SIZE) {
		sha256_init(&h256);
		sha256_push(&h256, seal->protected, seal->protected_len);
		sha256_push(&h256, ".", 1);
		sha256_push(&h256, s->jws->payload, s->jws->payload_len);
		sha256_finish(&h256, digest);
		return;
	}
	sha512_init(&h512, s->alg->hash_size);
	sha512_push(&h512, seal->protected, seal->protected_len);
	sha512_push(&h512, ".", 1);
	sha512_push(&h512, s->jws->payload, s->jws->payload_len);
	sha512_finish(&h512, digest);
}

static enum err
check(const struct verify_seal *s)
{
	uint8_t signature[BOUND_SIGNATURE], digest[SHA512_SIZE];
	size_t len;

	if (base64url_decode(s->seal->signature, s->seal->signature_len,
		signature, sizeof(signature), &len) != ERR_OK)
		return ERR_SIGNATURE_INVALID;
	digest_input(s, digest);
	return cert_verify_digest(
	    s->leaf, s->alg, digest, s->alg->hash_size, signature, len);
}

void
verify_signature(struct verify_seal *s)
{
	bool detached = s->jws->payload == NULL;
	enum err e;

	if (detached)
		VERIFY_FAULT(s, "payload", SUB_SIGNED_DATA_NOT_FOUND,
		    "what is sealed is not in the file");
	else if (s->jws->attached != NULL)
		VERIFY_SAY(s, "payload", VERIFY_REMARK,
		    "what is sealed is not in the file, and was given");
	if (s->alg == NULL) {
		/* the header's check said it */
		VERIFY_SAY(
		    s, "signature", VERIFY_UNKNOWN, "no known algorithm");
		return;
	}
	if (s->leaf == NULL) {
		VERIFY_FAULT(s, "signature", SUB_NO_SIGNING_CERTIFICATE_FOUND,
		    "no signing certificate");
		return;
	}
	e = check(s);
	if (e == ERR_OK)
		VERIFY_SAY(s, "signature", VERIFY_PASSED,
		    "%s over header and payload", s->alg->name);
	else if (e == ERR_ALGORITHM)
		VERIFY_FAULT(s, "signature", SUB_SIG_CRYPTO_FAILURE,
		    "%s is not for the key of the certificate", s->alg->name);
	else if (e == ERR_NO_MEMORY)
		s->result->err = e;
	else if (detached)
		VERIFY_FAULT(s, "signature", SUB_SIGNED_DATA_NOT_FOUND,
		    "needs what was sealed");
	else
		VERIFY_FAULT(s, "signature", SUB_SIG_CRYPTO_FAILURE,
		    "is not that of the certificate's key over header and "
		    "payload");
}
