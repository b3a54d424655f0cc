/*
 * soft_key.h: keys in memory that sign as a token would, for tests.
 *
 *	struct soft_key *k = soft_key_new(ALG_PS384);
 *	e = csr_compose(&subject, soft_key_signer(k), &der, &len);
 *	soft_key_free(k);
 *
 * Memory    one object
 * Chunks    none
 * Errors    a test that cannot have its key dies
 * Trust     never for anything but tests
 * Limits    RSA keys have 2048 bits; they are made once and shared
 */
#ifndef TESTS_UNIT_SUPPORT_SOFT_KEY_H
#define TESTS_UNIT_SUPPORT_SOFT_KEY_H

#include "host/x509/issue.h"

struct soft_key;

struct soft_key *soft_key_new(enum alg_number alg);
const struct x509_signer *soft_key_signer(struct soft_key *k);
void soft_key_free(struct soft_key *k);

#endif
