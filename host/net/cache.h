/*
 * cache.h: revocation data and certificates from where certificates say that
 * they are, kept on disk for those who ask for the same again.
 *
 *	struct cache f = {.http = h, .folder = folder};
 *	struct cache_request r = {.url = url, .max = CRL_LEN};
 *	enum err e = cache_get(&f, &r, &answer, &len, &cached, &fault);
 *
 * Memory    answers are new buffers, freed with free()
 * Chunks    whole answers
 * Errors    those of http.h, NO_MEMORY. Trouble with the disk only means that
 *           nothing is kept
 * Trust     none in what comes back, from the net or from the disk: its reader
 *           checks signature and freshness, and asks once more with refresh
 *           when what was kept is of no use to it
 * Limits    an answer that was kept for CACHE_FRESH seconds is used only when
 *           nobody answers; after CACHE_KEPT it is removed
 */
#ifndef HOST_NET_CACHE_H
#define HOST_NET_CACHE_H

#include "host/net/http.h"

#define CACHE_FRESH 3600
#define CACHE_KEPT (30 * 86400)

struct cache {
	struct http *http;
	const char *folder; /* of answers; NULL: nothing is kept */
};

struct cache_request {
	const char *url;
	const char *body_type; /* NULL: GET */
	const uint8_t *body;
	size_t body_len;
	const char *type; /* of the answer; NULL: any */
	size_t max; /* octets of the answer */
	bool refresh; /* pass over what was kept */
};

MUST_USE enum err cache_get(const struct cache *f,
    const struct cache_request *request, uint8_t **answer, size_t *len,
    bool *cached, struct fault *fault);

/* Removes what was kept for too long. */
void cache_sweep(const struct cache *f);

#endif
