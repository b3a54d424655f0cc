/*
 * path.h: a path to a trust anchor where certificates between are missing and
 * may be had from where their subjects say (RFC 5280 4.2.2.1, caIssuers).
 *
 *	struct path_pool pool = {certs, n, ask, arg};
 *	e = path_find(&leaf, &pool, anchors, m, time, &path, &fault);
 *
 * Memory    the pool is the caller's: what is fetched goes there, and the path
 *           points there; its certificates do not move when it grows
 * Chunks    none
 * Errors    those of chain.h
 * Trust     as chain.h: what was fetched helps to reach an anchor, and no more.
 *           Nothing is fetched without ask. With it, a file from anyone
 *           decides which address is asked, before anything of it is trusted
 * Limits    ask is called PATH_ASKS times; PATH_CERTS certificates of an
 *           answer are looked at
 */
#ifndef HOST_X509_PATH_H
#define HOST_X509_PATH_H

#include "host/x509/chain.h"

#define PATH_ASKS 8
#define PATH_ANSWER 65536 /* octets that an answer may have */
#define PATH_CERTS 16

struct path_pool {
	const struct cert *certs;
	size_t count;
	/* Gets what c says that its issuer's certificate is. True if that is
	 * in the pool now and was not before: then count has grown. */
	bool (*ask)(struct path_pool *pool, const struct cert *c);
	void *arg; /* of ask */
};

MUST_USE enum err path_find(const struct cert *leaf, struct path_pool *pool,
    const struct cert *anchors, size_t anchor_count, int64_t time,
    struct chain_path *path, struct fault *fault);

/* The certificate in an answer that signed c, tag and length included. An
 * answer is one certificate in DER, or certs-only CMS. NOT_FOUND: it is neither
 * or of somebody else. */
MUST_USE enum err path_issuer_in(const uint8_t *answer, size_t len,
    const struct cert *c, struct der_reader *issuer);

#endif
