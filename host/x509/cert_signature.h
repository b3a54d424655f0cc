/*
 * cert_signature.h: what the key of a certificate signed: another one,
 * or revocation data, or a timestamp.
 *
 *	enum err e = cert_check_signature(&c, &issuer);
 *	e = cert_check_signed(&what, &signer);
 *
 * Memory    nothing is kept
 * Chunks    whole certificates
 * Errors    ALGORITHM: none of RSA (PKCS#1, PSS) and ECDSA with SHA-256,
 *           SHA-384 or SHA-512, or not the issuer's key type;
 *           SIGNATURE_INVALID
 * Trust     says nothing about names and constraints: see chain.h
 * Limits    those of spki.h
 */
#ifndef HOST_X509_CERT_SIGNATURE_H
#define HOST_X509_CERT_SIGNATURE_H

#include "host/x509/cert_parts.h"
#include "host/x509/spki.h"

MUST_USE enum err cert_check_signature(
    const struct cert *c, const struct cert *issuer);

/* Octets, in pieces, that somebody is said to have signed. */
struct cert_signed {
	const struct der_reader *parts;
	size_t part_count;
	struct der_reader algorithm; /* contents of AlgorithmIdentifier */
	/* CMS names the hash elsewhere: what rsaEncryption alone means, and
	 * what any other algorithm must say, too. 0: as the algorithm says. */
	size_t hash_size;
	struct der_reader signature; /* ECDSA: Ecdsa-Sig-Value */
};

MUST_USE enum err cert_check_signed(
    const struct cert_signed *what, const struct cert *signer);

#endif
