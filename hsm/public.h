/*
 * public.h: the public value of a key, wherever its token keeps it.
 *
 *	if (public_read(f, session, object, &value))
 *		compare(&value);
 *
 * Memory    the caller's
 * Chunks    none
 * Errors    false: the object does not show a public value that we can use
 * Trust     what an object says of itself; the caller compares
 * Limits    RSA up to 4096 bits, P-256, P-384, P-521
 */
#ifndef HSM_PUBLIC_H
#define HSM_PUBLIC_H

#include <p11-kit/pkcs11.h>
#include <stdbool.h>

#include "hsm/token.h"

/* From CKA_MODULUS and CKA_PUBLIC_EXPONENT, CKA_EC_PARAMS and CKA_EC_POINT, or
 * CKA_PUBLIC_KEY_INFO. */
bool public_read(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session,
    CK_OBJECT_HANDLE object, struct token_public_key *out);

/* A SubjectPublicKeyInfo (RFC 5280 4.1.2.7). */
bool public_from_spki(
    const uint8_t *spki, size_t len, struct token_public_key *out);

/* DER of the curve's object identifier (CKA_EC_PARAMS). */
const uint8_t *public_curve_oid(enum token_key_type type, size_t *len);

/* Octets of a coordinate; 0 for RSA. */
size_t public_coordinate(enum token_key_type type);

/* One attribute; false if the object does not show it or it is too long. */
bool public_attribute(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session,
    CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, void *buf, size_t cap,
    size_t *len);

#endif
