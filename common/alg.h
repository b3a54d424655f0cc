/*
 * alg.h: the algorithms of a seal (RFC 7518 3.1), kinds of items and profiles;
 * their numbers are wire values and stand in leaves.
 *
 *	const struct alg *a = alg_get(ALG_ES256);
 *	a->name, a->hash_size, a->family
 *
 * Memory    constant tables
 * Chunks    no streams
 * Errors    NULL for an unknown number or name
 * Trust     a number from outside must go through alg_get
 * Limits    none
 */
#ifndef COMMON_ALG_H
#define COMMON_ALG_H

#include <stddef.h>
#include <stdint.h>

enum alg_number {
	ALG_RS256 = 1,
	ALG_RS384 = 2,
	ALG_RS512 = 3,
	ALG_PS256 = 4,
	ALG_PS384 = 5,
	ALG_PS512 = 6,
	ALG_ES256 = 7, /* P-256 with SHA-256, and so on: RFC 7518 3.4 */
	ALG_ES384 = 8,
	ALG_ES512 = 9, /* P-521 */
};

enum alg_family {
	ALG_RSA_PKCS1 = 1,
	ALG_RSA_PSS = 2, /* MGF1 with the same hash, salt as long as the hash */
	ALG_ECDSA = 3,
};

struct alg {
	enum alg_number number;
	enum alg_family family;
	const char *name; /* "ES256" */
	uint8_t hash_size; /* 32, 48, 64 */
	uint8_t coordinate; /* ECDSA: octets of r and of s, else 0 */
};

/* NULL if there is none of that number, or name. */
const struct alg *alg_get(unsigned number);
const struct alg *alg_find(const char *name, size_t len);

enum item_kind { KIND_JADES = 1, KIND_XADES = 2, KIND_FOREIGN = 3 };
/* JSON: any other JSON than EDC's, in the three serialisations of a JWS. */
enum item_profile {
	PROFILE_EDC = 1,
	PROFILE_XADES = 2,
	PROFILE_JSON = 3,
	PROFILE_JSON_FLATTENED = 4,
	PROFILE_JSON_COMPACT = 5,
};

/* How a JAdES header states the signing time (seal-formats: no header
 * satisfies both generations of validators). */
enum signing_time { SIGNING_TIME_IAT = 1, SIGNING_TIME_SIGT = 2 };

#endif
