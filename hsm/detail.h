/*
 * detail.h: PKCS#11 return values as our errors and as text.
 *
 *	rv = f->C_Sign(...);
 *	if (rv != CKR_OK)
 *		return detail_ckr(detail, "C_Sign", rv);
 *
 * Memory    the caller's struct token_detail, which may be NULL
 * Chunks    none
 * Errors    detail_ckr returns the error that stands for a return value
 * Trust     texts hold names of calls and tokens, never a PIN
 * Limits    199 octets of text, longer ones are cut
 */
#ifndef HSM_DETAIL_H
#define HSM_DETAIL_H

#include <stdbool.h>
#include <p11-kit/pkcs11.h>

#include "common/err.h"
#include "hsm/token.h"

/* "CKR_DEVICE_ERROR"; NULL for a value that PKCS#11 does not name. */
const char *ckr_name(CK_RV rv);

enum err ckr_err(CK_RV rv);

/* The connection is not what it was: sessions, handles and the login must be
 * taken as lost. */
bool ckr_is_vanished(CK_RV rv);

/* Returns e, so that it can be the last statement of a function. */
enum err detail_set(struct token_detail *detail, enum err e, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

enum err detail_ckr(struct token_detail *detail, const char *call, CK_RV rv);

#endif
