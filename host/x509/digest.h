/*
 * digest.h: digests by the size of their hash, of one or more pieces.
 *
 *	digest_of(s.hash_size, &part, 1, out);
 *	digest_sha1(der, len, name);
 *
 * Memory    none
 * Chunks    how octets are parted changes nothing
 * Errors    none: sizes are 32, 48, 64 (SHA-256, SHA-384, SHA-512); another
 *           one is a bug, and ends the program
 * Trust     SHA-1 only names things that are bound otherwise, too (OCSP's
 *           CertID, ESSCertID): it never stands for what is signed
 * Limits    none
 */
#ifndef HOST_X509_DIGEST_H
#define HOST_X509_DIGEST_H

#include "common/der.h"
#include "common/sha256.h"
#include "common/sha512.h"

#define DIGEST_SHA1_SIZE 20

void digest_of(size_t hash_size, const struct der_reader *parts, size_t count,
    uint8_t out[static SHA512_SIZE]);

void digest_sha1(
    const void *octets, size_t len, uint8_t out[static DIGEST_SHA1_SIZE]);

#endif
