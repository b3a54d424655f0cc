/*
 * chain.h: a path from a certificate to one of the given trust anchors, valid
 * at a given time (RFC 5280 6, no policies, no revocation).
 *
 *	enum err e = chain_check(&leaf, others, n, anchors, m, time, &fault);
 *
 * Memory    nothing is kept
 * Chunks    none
 * Errors    CERT_CHAIN, CERT_EXPIRED, CERT_SIGNATURE, ... with a fault that
 *           names the certificate
 * Trust     an anchor is trusted as it is, also when it is the leaf itself
 * Limits    paths of at most 8 certificates
 */
#ifndef HOST_X509_CHAIN_H
#define HOST_X509_CHAIN_H

#include "host/x509/cert.h"

MUST_USE enum err chain_check(const struct cert *leaf,
    const struct cert *others, size_t other_count, const struct cert *anchors,
    size_t anchor_count, int64_t time, struct fault *fault);

#endif
