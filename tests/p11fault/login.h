/*
 * login.h: the fault-injecting module's own idea of a PIN: tries that run out,
 * a pinpad, a login for each signature.
 *
 *	rv = login_call(s, CKU_USER, pin, len);
 *	login_flags(&info);
 *
 * Memory    none of its own
 * Chunks    none
 * Errors    CKR_PIN_INCORRECT, CKR_PIN_LOCKED, CKR_FUNCTION_CANCELED
 * Trust     tests only
 * Limits    PINs of 63 octets
 */
#ifndef TESTS_P11FAULT_LOGIN_H
#define TESTS_P11FAULT_LOGIN_H

#include "tests/p11fault/state.h"

CK_RV login_call(
    struct state_session *s, CK_USER_TYPE type, CK_UTF8CHAR *pin, CK_ULONG len);
void login_flags(CK_TOKEN_INFO *info);

#endif
