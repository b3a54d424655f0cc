/*
 * known.h: what took long and came out well, so that it is not computed again:
 * the signature on the same certificate, list or response in each of a
 * thousand files, and on the same checkpoint in their proofs.
 *
 *	known_digest(&k, KNOWN_POINT, parts, 2);
 *	if (!known_is(&k) && is_on_curve(point))
 *		known_add(&k);
 *
 * Memory    one table of 64 kB for all threads of a process
 * Chunks    parts: where one ends and the next begins is part of the digest
 * Errors    none: what is not found is computed
 * Trust     as SHA-256: whoever could make another question of the same
 *           digest could forge signatures without it. Only what depends on
 *           the parts alone may be known: never the time, never trust
 * Limits    KNOWN_COUNT; a newer one takes an older one's place
 */
#ifndef HOST_BASE_KNOWN_H
#define HOST_BASE_KNOWN_H

#include <stdbool.h>

#include "common/der.h"
#include "common/sha256.h"

#define KNOWN_COUNT 2048

enum known_kind {
	KNOWN_POINT = 1, /* is on its curve */
	KNOWN_SIGNATURE = 2, /* is the key's, by that scheme, over the digest */
	KNOWN_NOTE = 3, /* the same by Ed25519, over a whole text */
};

struct known {
	uint8_t digest[SHA256_SIZE];
};

void known_digest(struct known *k, enum known_kind kind,
    const struct der_reader *parts, size_t count);
bool known_is(const struct known *k);
void known_add(const struct known *k);

#endif
