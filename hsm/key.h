/*
 * key.h: a private key object in a token and its public value.
 *
 *	enum err e = key_find(f, session, uri, NULL, &key, &detail);
 *	e = key_find_public(f, session, uri, &public, &detail);
 *
 * Memory    struct key is the caller's; handles are good for one connection
 * Chunks    none
 * Errors    TOKEN_KEY_ABSENT, TOKEN_AMBIGUOUS, TOKEN_KEY_MISMATCH, ALGORITHM,
 *           what a call's CKR stands for
 * Trust     CKA_ID and label are names that anybody may give: only the public
 *           value says which key it is
 * Limits    labels of 255 octets, ids of 64; RSA up to 4096 bits; three curves
 */
#ifndef HSM_KEY_H
#define HSM_KEY_H

#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>
#include <stdbool.h>

#include "common/err.h"
#include "hsm/token.h"

#define KEY_LABEL 255
#define KEY_ID 64

struct key {
	CK_OBJECT_HANDLE handle;
	bool always_authenticate;
	uint8_t label[KEY_LABEL];
	size_t label_len;
	uint8_t id[KEY_ID];
	size_t id_len;
	bool has_public;
	struct token_public_key public;
};

/* The one private key that the URI names and, when known is given, that has
 * its CKA_ID and label too. Reads the public value if the token shows one. */
MUST_USE enum err key_find(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session,
    P11KitUri *uri, const struct key *known, struct key *out,
    struct token_detail *detail);

/* The same from the public key object alone, for a token without login. */
MUST_USE enum err key_find_public(CK_FUNCTION_LIST *f,
    CK_SESSION_HANDLE session, P11KitUri *uri, struct token_public_key *out,
    struct token_detail *detail);

bool key_same_public(
    const struct token_public_key *a, const struct token_public_key *b);

/* Objects that match a template, at most cap of them. */
MUST_USE enum err key_objects(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session,
    CK_ATTRIBUTE *pattern, CK_ULONG pattern_len, CK_OBJECT_HANDLE *objects,
    CK_ULONG cap, CK_ULONG *count, struct token_detail *detail);

#endif
