#include "common/alg.h"

#include <string.h>

#include "tests/unit/common/tap.h"

static void
numbers_and_names_lead_to_the_same_algorithm(void)
{
	static const char *const names[] = {"RS256", "RS384", "RS512", "PS256",
	    "PS384", "PS512", "ES256", "ES384", "ES512"};
	const struct alg *a;
	unsigned i;

	for (i = 0; i < 9; i++) {
		a = alg_get(i + 1);
		CHECK(a != NULL && (unsigned)a->number == i + 1);
		CHECK(a != NULL && strcmp(a->name, names[i]) == 0);
		CHECK(a == alg_find(names[i], 5));
		CHECK(a != NULL && a->hash_size == 32 + 16 * (i % 3));
	}
}

static void
curves_have_their_widths(void)
{
	CHECK(alg_get(ALG_ES256)->coordinate == 32);
	CHECK(alg_get(ALG_ES384)->coordinate == 48);
	CHECK(alg_get(ALG_ES512)->coordinate == 66);
	CHECK(alg_get(ALG_PS512)->coordinate == 0);
	CHECK(alg_get(ALG_ES384)->family == ALG_ECDSA);
	CHECK(alg_get(ALG_PS256)->family == ALG_RSA_PSS);
	CHECK(alg_get(ALG_RS512)->family == ALG_RSA_PKCS1);
}

static void
unknown_numbers_and_names_lead_nowhere(void)
{
	CHECK(alg_get(0) == NULL && alg_get(10) == NULL);
	CHECK(alg_get(0x100 + ALG_ES256) == NULL);
	CHECK(alg_find("ES256", 4) == NULL && alg_find("ES2560", 6) == NULL);
	CHECK(alg_find("es256", 5) == NULL && alg_find("HS256", 5) == NULL);
	CHECK(alg_find("none", 4) == NULL && alg_find("", 0) == NULL);
}

int
main(void)
{
	TAP_RUN(numbers_and_names_lead_to_the_same_algorithm);
	TAP_RUN(curves_have_their_widths);
	TAP_RUN(unknown_numbers_and_names_lead_nowhere);
	return tap_done();
}
