/*
 * fault_token.h: a token "one" with two keys, behind the fault-injecting
 * module, and what every test of it does.
 *
 *	fault_token_begin();
 *	t = fault_token_open(FAULT_KEY_A, 0, NULL, &detail);
 *	assert_int_equal(fault_token_sign(t, &detail), ERR_OK);
 *	fault_token_end();
 *
 * Memory    SoftHSM2's folder and the control file, gone at the end
 * Chunks    none
 * Errors    a failed test; begin and end abort
 * Trust     tests only
 * Limits    none
 */
#ifndef TESTS_UNIT_SUPPORT_FAULT_TOKEN_H
#define TESTS_UNIT_SUPPORT_FAULT_TOKEN_H

#include "hsm/token.h"

#define FAULT_KEY_A "pkcs11:token=one;object=a"
#define FAULT_KEY_B "pkcs11:token=one;object=b"

void fault_token_begin(void);
void fault_token_end(void);
/* For cmocka_unit_test_setup: no faults, an empty log. */
int fault_token_fresh(void **state);

/* With a record of failed tries in SoftHSM2's folder: its path, and for
 * cmocka_unit_test_setup a fresh token without it. */
const char *fault_token_record(void);
int fault_token_fresh_record(void **state);

/* Opened with that record, and not logged in. */
struct token *fault_token_recorded(
    const char *uri, struct token_detail *detail);
enum err fault_token_login(
    struct token *t, const char *pin, struct token_detail *detail);

/* Opened and logged in; both must succeed. */
struct token *fault_token_open(const char *uri, unsigned sessions,
    const struct token_public_key *expected, struct token_detail *detail);

/* One signature, verified with that key, or with the token's own:
 * SIGNATURE_INVALID. */
enum err fault_token_sign_as(struct token *t,
    const struct token_public_key *key, struct token_detail *detail);
enum err fault_token_sign(struct token *t, struct token_detail *detail);

#endif
