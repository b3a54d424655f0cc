/*
 * uri.h: RFC 7512 URIs: which module, which token, which key.
 *
 *	P11KitUri *uri;
 *	enum err e = uri_parse(&uri, "pkcs11:token=zegel;object=seal", &d);
 *	e = uri_find_slot(uri, module, NULL, &slot, &info, &d);
 *	p11_kit_uri_free(uri);
 *
 * Memory    a P11KitUri is the caller's
 * Chunks    none
 * Errors    TOKEN_URI, TOKEN_ABSENT, TOKEN_AMBIGUOUS
 * Trust     pin-value and pin-source are refused: a PIN does not belong into a
 *           configuration file
 * Limits    those of p11-kit
 */
#ifndef HSM_URI_H
#define HSM_URI_H

#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include "common/err.h"
#include "hsm/module.h"
#include "hsm/token.h"

MUST_USE enum err uri_parse(
    P11KitUri **uri, const char *text, struct token_detail *detail);

/* The URI's module-path, or else; NULL if there is neither. */
const char *uri_module(P11KitUri *uri, const char *otherwise);

/* identity: only that very token (label, maker, model, serial), or NULL. */
MUST_USE enum err uri_find_slot(P11KitUri *uri, struct module *m,
    const CK_TOKEN_INFO *identity, CK_SLOT_ID *slot, CK_TOKEN_INFO *info,
    struct token_detail *detail);

bool uri_same_token(const CK_TOKEN_INFO *a, const CK_TOKEN_INFO *b);

/* A field of CK_TOKEN_INFO without its padding: UTF-8 without control
 * characters, NUL-terminated. */
void uri_field(char *out, size_t cap, const unsigned char *field, size_t len);

#endif
