#include "tests/unit/support/make_signed.h"

#include <stdlib.h>
#include <string.h>

#include "common/bounds.h"
#include "common/utc.h"
#include "host/x509/digest.h"
#include "host/x509/write.h"

void
make_must(bool good)
{
	if (!good)
		abort();
}

static size_t
sign(const struct x509_signer *signer, const struct der_reader *what,
    uint8_t value[2 * BOUND_SIGNATURE])
{
	const struct alg *alg = alg_get(signer->alg);
	uint8_t digest[SHA512_SIZE], signature[BOUND_SIGNATURE];
	size_t len, n;

	digest_of(alg->hash_size, what, 1, digest);
	make_must(signer->sign(signer->arg, digest, alg->hash_size, signature,
		      sizeof(signature), &len) == ERR_OK);
	value[0] = 0;
	if (alg->family == ALG_ECDSA) {
		make_must(der_ecdsa_from_raw(signature, len, value + 1,
			      BOUND_SIGNATURE, &n) == ERR_OK);
		return n + 1;
	}
	memcpy(value + 1, signature, len);
	return len + 1;
}

void
make_time(struct der_writer *w, int64_t seconds)
{
	static const uint8_t from[] = {
	    0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 19};
	char iso[UTC_SIZE], text[sizeof(from)];
	size_t i;

	utc_format(seconds, iso);
	for (i = 0; i < sizeof(from); i++)
		text[i] = iso[from[i]];
	der_put_value(w, DER_GENERALIZED_TIME, text, sizeof(text));
}

void
make_signed(struct der_writer *w, size_t mark, const struct x509_signer *signer,
    bool flip, const struct der_reader *tail)
{
	struct der_reader what;
	uint8_t value[2 * BOUND_SIGNATURE], *copy;
	size_t len;

	make_must(w->err == ERR_OK);
	what = der_reader(w->buf + w->pos, mark - w->pos);
	copy = malloc(what.len);
	make_must(copy != NULL);
	memcpy(copy, what.p, what.len);
	what.p = copy;
	len = sign(signer, &what, value);
	if (flip)
		value[len - 1] ^= 1;
	w->pos = mark;
	if (tail != NULL)
		der_put(w, tail->p, tail->len);
	der_put_value(w, DER_BIT_STRING, value, len);
	x509_put_algorithm(w, alg_get(signer->alg));
	der_put(w, what.p, what.len);
	der_wrap(w, DER_SEQUENCE, mark);
	make_must(w->err == ERR_OK);
	free(copy);
}
