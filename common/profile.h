/*
 * profile.h: the profiles whose seals are JAdES: what of a seal follows from
 * its profile alone. Numbers stand in leaves (alg.h), names in configurations.
 *
 *	const struct profile *p = profile_get(leaf.profile);
 *	p->name, p->encoded
 *
 * Memory    constant tables
 * Chunks    no streams
 * Errors    NULL for a number or name that has none, and for XAdES
 * Trust     a number from outside must go through profile_get
 * Limits    PROFILE_NAME octets a name, with the final NUL
 */
#ifndef COMMON_PROFILE_H
#define COMMON_PROFILE_H

#include <stdbool.h>

#include "common/alg.h"

#define PROFILE_NAME 16

/* The serialisations of a JWS (RFC 7515 7). */
enum jws_form { JWS_COMPACT = 1, JWS_FLATTENED = 2, JWS_GENERAL = 3 };

struct profile {
	enum item_profile number;
	char name[PROFILE_NAME];
	bool encoded; /* base64url of the payload is signed; else b64 false */
	enum jws_form form;
	const char *content_type; /* header parameters cty and typ */
	const char *type;
};

/* NULL if there is none of that number, or name. */
const struct profile *profile_get(unsigned number);
const struct profile *profile_find(const char *name);

#endif
