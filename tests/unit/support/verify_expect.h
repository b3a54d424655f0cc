/*
 * verify_expect.h: verify_file on made-up seals, and what it is to say.
 *
 *	struct make_seal m = {.payload = "{}"};
 *	verify_expect(&m, "header", VERIFY_FAILED);
 *
 * Memory    results are freed by who asked for them
 * Chunks    none
 * Errors    verify_expect fails the test, and shows all findings
 * Trust     the anchor is make_seal_ca(), the time MAKE_SEAL_NOW
 * Limits    those of make_seal.h
 */
#ifndef TESTS_UNIT_SUPPORT_VERIFY_EXPECT_H
#define TESTS_UNIT_SUPPORT_VERIFY_EXPECT_H

#include "host/seal/verify.h"
#include "tests/unit/support/make_seal.h"

enum err verify_now(struct verify_result *r, const char *file, size_t len);

/* The worst verdict of a check about a seal; 0 if it is not there. */
enum verify_verdict verify_verdict_of(
    const struct verify_result *r, unsigned seal, const char *check);
unsigned verify_count(const struct verify_result *r, enum verify_verdict v);
void verify_show(const struct verify_result *r);

/* The check on seal 0 has that verdict, and the file the one that follows. */
void verify_expect(
    const struct make_seal *m, const char *check, enum verify_verdict v);

#endif
