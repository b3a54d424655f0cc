/*
 * chain.h: a path from a certificate to one of the given trust anchors, valid
 * at a given time (RFC 5280 6, no policies, no revocation).
 *
 *	enum err e = chain_check(&leaf, others, n, anchors, m, time, &fault);
 *	e = chain_find(&leaf, others, n, anchors, m, time, &path, &fault);
 *
 * Memory    nothing is kept; a path points to what was given
 * Chunks    none
 * Errors    CERT_CHAIN, CERT_EXPIRED, CERT_SIGNATURE, ... with a fault that
 *           names the certificate
 * Trust     an anchor is trusted as it is, also when it is the leaf itself
 * Limits    paths of at most CHAIN_LEN certificates
 */
#ifndef HOST_X509_CHAIN_H
#define HOST_X509_CHAIN_H

#include "host/x509/cert.h"

#define CHAIN_LEN 8 /* leaf and anchor too */

/* From the leaf to an anchor, which is the last one; both may be the same. */
struct chain_path {
	const struct cert *cert[CHAIN_LEN];
	size_t count;
};

MUST_USE enum err chain_check(const struct cert *leaf,
    const struct cert *others, size_t other_count, const struct cert *anchors,
    size_t anchor_count, int64_t time, struct fault *fault);

/* The same, and which way; path is empty after an error. */
MUST_USE enum err chain_find(const struct cert *leaf, const struct cert *others,
    size_t other_count, const struct cert *anchors, size_t anchor_count,
    int64_t time, struct chain_path *path, struct fault *fault);

#endif
