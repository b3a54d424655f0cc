/*
 * verdict.h: indications and sub-indications of ETSI EN 319 102-1 (5.1.3, in
 * the spelling of its tables 5 and 6), for seals of every format.
 *
 *	struct verdict v = {0};
 *	verdict_add(&v, SUB_REVOKED_NO_POE);
 *	verdict_indication_name(verdict_of(&v)), verdict_sub_name(v.sub)
 *
 * Memory    constant tables
 * Chunks    none
 * Errors    none
 * Trust     none
 * Limits    what is not named here is never concluded
 */
#ifndef HOST_SEAL_VERDICT_H
#define HOST_SEAL_VERDICT_H

enum indication {
	INDICATION_PASSED = 1,
	INDICATION_FAILED = 2,
	INDICATION_INDETERMINATE = 3,
};

/* In the order of how much they say against a seal: the least is kept. */
enum sub_indication {
	SUB_NONE = 0,
	/* TOTAL-FAILED */
	SUB_FORMAT_FAILURE = 1,
	SUB_HASH_FAILURE = 2,
	SUB_SIG_CRYPTO_FAILURE = 3,
	SUB_REVOKED = 4,
	SUB_EXPIRED = 5,
	SUB_NOT_YET_VALID = 6,
	/* INDETERMINATE */
	SUB_SIG_CONSTRAINTS_FAILURE = 20,
	SUB_CHAIN_CONSTRAINTS_FAILURE = 21,
	SUB_CERTIFICATE_CHAIN_GENERAL_FAILURE = 22,
	SUB_CRYPTO_CONSTRAINTS_FAILURE = 23,
	SUB_NO_SIGNING_CERTIFICATE_FOUND = 24,
	SUB_SIGNED_DATA_NOT_FOUND = 25,
	SUB_NO_CERTIFICATE_CHAIN_FOUND = 26,
	SUB_REVOKED_NO_POE = 27,
	SUB_REVOKED_CA_NO_POE = 28,
	SUB_OUT_OF_BOUNDS_NO_POE = 29,
	SUB_TIMESTAMP_ORDER_FAILURE = 30,
	SUB_TRY_LATER = 31,
	SUB_NO_POE = 32,
};

struct verdict {
	enum sub_indication sub; /* SUB_NONE: nothing speaks against it */
};

/* The gravest is kept. */
void verdict_add(struct verdict *v, enum sub_indication sub);
enum indication verdict_of(const struct verdict *v);

/* Which indication comes with it. */
enum indication verdict_indication(enum sub_indication sub);

/* "TOTAL-PASSED", ... */
const char *verdict_indication_name(enum indication i);
/* "REVOKED_NO_POE", ...; NULL for SUB_NONE */
const char *verdict_sub_name(enum sub_indication sub);

#endif
