/*
 * make_stamped.h: a seal that gets etsiU, element after element.
 *
 *	struct stamped *s = stamped_new("{}");
 *	stamped_stamp(s, TIMESTAMP_SIGNATURE, time, &tsa, key, false);
 *	char *file = stamped_file(s, false, &len);
 *	stamped_free(s);
 *
 * Memory    files are freed with free()
 * Chunks    none
 * Errors    dies where it cannot compose
 * Trust     for tests only
 * Limits    ETSIU_MAX elements, files of 1 MiB
 */
#ifndef TESTS_UNIT_SUPPORT_MAKE_STAMPED_H
#define TESTS_UNIT_SUPPORT_MAKE_STAMPED_H

#include "host/seal/evidence.h"
#include "host/x509/issue.h"
#include "tests/unit/support/make_seal.h"

struct stamped;

struct stamped *stamped_new(const char *payload);
void stamped_free(struct stamped *s);

/* A token over what is there, or of an other digest; tsa signs it. */
void stamped_stamp(struct stamped *s, enum timestamp_kind kind, int64_t time,
    const struct cert *tsa, const struct x509_signer *key, bool other_digest);

/* Two tokens over what is there, in one arcTst. */
void stamped_archive_two(struct stamped *s, const int64_t time[static 2],
    const struct cert *const tsa[static 2], const struct x509_signer *key);

/* json: one element, as an object. */
void stamped_add(struct stamped *s, const char *json);

/* base64url of its elements, or in clear. */
char *stamped_file(const struct stamped *s, bool clear, size_t *len);

#endif
