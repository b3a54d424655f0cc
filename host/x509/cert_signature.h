/*
 * cert_signature.h: did the key of one certificate sign another one?
 *
 *	enum err e = cert_check_signature(&c, &issuer);
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

#endif
