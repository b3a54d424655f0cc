/*
 * path.h: a path to a trust anchor where certificates between are missing and
 * may be fetched from where their subjects say (RFC 5280 4.2.2.1, caIssuers).
 *
 *	struct path_pool pool = {certs, n, add, arg};
 *	e = path_find(&leaf, &pool, anchors, m, time, fetcher, &path, &fault);
 *
 * Memory    the pool is the caller's: what is fetched goes there, and the path
 *           points there; its certificates do not move when it grows
 * Chunks    none
 * Errors    those of chain.h; NO_MEMORY
 * Trust     as chain.h: what was fetched helps to reach an anchor, and no more.
 *           Nothing is fetched without a fetcher. With one, a file from anyone
 *           decides which address is asked, before anything of it is trusted
 * Limits    PATH_FETCHES addresses are asked; PATH_ANSWER octets each, of
 *           PATH_CERTS certificates
 */
#ifndef HOST_X509_PATH_H
#define HOST_X509_PATH_H

#include "host/x509/chain.h"
#include "host/x509/revocation.h"

#define PATH_FETCHES 6
#define PATH_ANSWER 65536
#define PATH_CERTS 8

struct path_pool {
	const struct cert *certs;
	size_t count;
	/* True if it is there now and was not before; then count is one more.
	 * What is no certificate is not added. */
	bool (*add)(struct path_pool *pool, const uint8_t *der, size_t len);
	void *arg; /* of add */
};

MUST_USE enum err path_find(const struct cert *leaf, struct path_pool *pool,
    const struct cert *anchors, size_t anchor_count, int64_t time,
    const struct revocation_fetcher *fetcher, struct chain_path *path,
    struct fault *fault);

/* Certificates in an answer, one after another: it is one in DER, or certs-only
 * CMS (RFC 5280 4.2.2.1). NOT_FOUND: it is neither. */
MUST_USE enum err path_answer(
    const uint8_t *der, size_t len, struct der_reader *certificates);

#endif
