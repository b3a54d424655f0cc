#include "host/seal/verdict.h"

#include <stddef.h>

#define NAME(sub) [SUB_##sub] = #sub

static const char *const names[] = {
    NAME(FORMAT_FAILURE),
    NAME(HASH_FAILURE),
    NAME(SIG_CRYPTO_FAILURE),
    NAME(REVOKED),
    NAME(EXPIRED),
    NAME(NOT_YET_VALID),
    NAME(SIG_CONSTRAINTS_FAILURE),
    NAME(CHAIN_CONSTRAINTS_FAILURE),
    NAME(CERTIFICATE_CHAIN_GENERAL_FAILURE),
    NAME(CRYPTO_CONSTRAINTS_FAILURE),
    NAME(NO_SIGNING_CERTIFICATE_FOUND),
    NAME(SIGNED_DATA_NOT_FOUND),
    NAME(NO_CERTIFICATE_CHAIN_FOUND),
    NAME(REVOKED_NO_POE),
    NAME(REVOKED_CA_NO_POE),
    NAME(OUT_OF_BOUNDS_NO_POE),
    NAME(TIMESTAMP_ORDER_FAILURE),
    NAME(TRY_LATER),
    NAME(NO_POE),
};

void
verdict_add(struct verdict *v, enum sub_indication sub)
{
	if (sub != SUB_NONE && (v->sub == SUB_NONE || sub < v->sub))
		v->sub = sub;
}

enum indication
verdict_indication(enum sub_indication sub)
{
	if (sub == SUB_NONE)
		return INDICATION_PASSED;
	return sub < SUB_SIG_CONSTRAINTS_FAILURE ? INDICATION_FAILED
						 : INDICATION_INDETERMINATE;
}

enum indication
verdict_of(const struct verdict *v)
{
	return verdict_indication(v->sub);
}

const char *
verdict_indication_name(enum indication i)
{
	switch (i) {
	case INDICATION_PASSED:
		return "TOTAL-PASSED";
	case INDICATION_FAILED:
		return "TOTAL-FAILED";
	case INDICATION_INDETERMINATE:
		break;
	}
	return "INDETERMINATE";
}

const char *
verdict_sub_name(enum sub_indication sub)
{
	return sub < sizeof(names) / sizeof(names[0]) ? names[sub] : NULL;
}
