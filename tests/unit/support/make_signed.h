/*
 * make_signed.h: SEQUENCE { what is signed, algorithm, signature }, for tests;
 * as certificates, OCSP responses and lists of revocations have it.
 *
 *	make_signed(&w, mark, signer, false, NULL);
 *
 * Memory    the writer's
 * Chunks    none
 * Errors    a test that cannot have its signature dies
 * Trust     for tests only
 * Limits    the writer's
 */
#ifndef TESTS_UNIT_SUPPORT_MAKE_SIGNED_H
#define TESTS_UNIT_SUPPORT_MAKE_SIGNED_H

#include "common/der.h"
#include "host/x509/issue.h"

void make_must(bool good);

void make_time(struct der_writer *w, int64_t seconds); /* GeneralizedTime */

/* Signs all that was written since mark, puts algorithm and signature behind
 * it, and tail behind these. flip: one bit of the signature is wrong. */
void make_signed(struct der_writer *w, size_t mark,
    const struct x509_signer *signer, bool flip, const struct der_reader *tail);

#endif
