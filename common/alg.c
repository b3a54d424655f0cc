#include "common/alg.h"

#include <string.h>

static const struct alg table[] = {
    {ALG_RS256, ALG_RSA_PKCS1, "RS256", 32, 0},
    {ALG_RS384, ALG_RSA_PKCS1, "RS384", 48, 0},
    {ALG_RS512, ALG_RSA_PKCS1, "RS512", 64, 0},
    {ALG_PS256, ALG_RSA_PSS, "PS256", 32, 0},
    {ALG_PS384, ALG_RSA_PSS, "PS384", 48, 0},
    {ALG_PS512, ALG_RSA_PSS, "PS512", 64, 0},
    {ALG_ES256, ALG_ECDSA, "ES256", 32, 32},
    {ALG_ES384, ALG_ECDSA, "ES384", 48, 48},
    {ALG_ES512, ALG_ECDSA, "ES512", 64, 66},
};

const struct alg *
alg_get(unsigned number)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if ((unsigned)table[i].number == number)
			return &table[i];
	}
	return NULL;
}

const struct alg *
alg_find(const char *name, size_t len)
{
	size_t i;

	/* every name has five letters */
	if (len != 5)
		return NULL;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (memcmp(table[i].name, name, 5) == 0)
			return &table[i];
	}
	return NULL;
}
