/*
 * imprint.h: what timestamps of a JAdES seal are over (ETSI TS 119 182-1 5.2.6,
 * 5.3.4, 5.3.6).
 *
 *	uint8_t digest[SHA512_SIZE];
 *	imprint_archive(jws, seal, &etsiu, 3, SHA256_SIZE, digest);
 *
 * Memory    none
 * Chunks    whole values
 * Errors    none
 * Trust     none
 * Limits    hashes of 32, 48 and 64 octets: SHA-256, SHA-384, SHA-512.
 *           etsiU in clear has no archive timestamps that could be checked:
 *           no rule says how its objects are to be serialised
 */
#ifndef HOST_SEAL_IMPRINT_H
#define HOST_SEAL_IMPRINT_H

#include "common/sha512.h"
#include "host/seal/etsiu.h"

/* adoTst: the payload as it enters the signature. */
void imprint_content(
    const struct jws *j, size_t hash_size, uint8_t digest[static SHA512_SIZE]);

/* sigTst: the member "signature" as it stands. */
void imprint_signature(const struct jws_seal *s, size_t hash_size,
    uint8_t digest[static SHA512_SIZE]);

/* arcTst: payload "." protected "." signature "." and the first count
 * elements of etsiU as they stand. */
void imprint_archive(const struct jws *j, const struct jws_seal *s,
    const struct etsiu *u, size_t count, size_t hash_size,
    uint8_t digest[static SHA512_SIZE]);

#endif
