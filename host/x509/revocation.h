/*
 * revocation.h: is a certificate revoked, by all that is at hand and, where
 * that is allowed, by what its issuer publishes.
 *
 *	struct revocation_sources s = {.data = list, .count = n, .fetcher = f};
 *	e = revocation_collect(&path, &s, time, now, found, &fault);
 *	for (i = 0; i < path.count; i++)
 *		revocation_free(&found[i]);
 *
 * Memory    a result owns the octets that were fetched for it, and points to
 *           those that were at hand
 * Chunks    whole lists and responses
 * Errors    REVOKED, REVOCATION_UNKNOWN with the most telling reason of all
 *           that was looked at; NO_MEMORY; CANCELLED by the fetcher
 * Trust     a path was found before: issuers are known to be who they are.
 *           Nothing is fetched without a fetcher
 * Limits    REVOCATION_URLS addresses of each kind are asked for one
 *           certificate
 */
#ifndef HOST_X509_REVOCATION_H
#define HOST_X509_REVOCATION_H

#include "host/x509/access.h"
#include "host/x509/chain.h"
#include "host/x509/revocation_status.h"

#define REVOCATION_URLS 3

enum revocation_source {
	REVOCATION_EMBEDDED = 1, /* in what is verified */
	REVOCATION_GIVEN = 2, /* in a file beside it */
	REVOCATION_CACHED = 3, /* fetched earlier */
	REVOCATION_FETCHED = 4,
};

struct revocation_data {
	enum revocation_kind kind;
	enum revocation_source source;
	const uint8_t *der; /* CertificateList, or OCSPResponse */
	size_t len;
};

/* One address is asked: by GET, or with a body by POST. */
struct revocation_request {
	enum access_kind kind;
	const char *url;
	const uint8_t *body; /* application/ocsp-request; or NULL */
	size_t body_len;
	size_t max; /* octets of the answer */
	bool refresh; /* what was kept of it before is of no use */
};

/* The network, which only some may use. The answer is freed with free();
 * cached says that it was fetched earlier. */
struct revocation_fetcher {
	enum err (*fetch)(void *arg, const struct revocation_request *request,
	    uint8_t **answer, size_t *len, bool *cached, struct fault *fault);
	void *arg;
};

struct revocation_sources {
	const struct revocation_data *data;
	size_t count;
	const struct revocation_fetcher *fetcher; /* NULL: no network */
	/* Ask although something older at hand says that it was good; that is
	 * used if nobody has a newer answer. 0: only where nothing does. */
	int64_t since;
};

/* What is known of one certificate, and by what. */
struct revocation {
	const struct cert *cert;
	enum revocation_state state;
	struct revocation_data data; /* what says so; len 0: nothing */
	struct revocation_status status; /* what it says, where there is one */
	char url[ACCESS_URL]; /* where that was asked; or "" */
	struct fault why; /* UNKNOWN: what is wrong with all there is .. */
	unsigned weight; /* .. and how telling that is: revocation_parts.h */
	uint8_t *owned; /* data.der, if it was fetched */
};

/* What one of them says of c; see ocsp_check and crl_check. */
MUST_USE enum err revocation_read(const struct revocation_data *data,
    const struct cert *c, const struct cert *issuer,
    struct revocation_status *out, struct fault *fault);

/*
 * Was c, which issuer signed, revoked at that time, by what is known now?
 * ERR_OK: GOOD or NOT_PUBLISHED. What says "revoked" for good is believed
 * before all that says "good"; else the latest word counts. out is to be
 * freed in every case.
 */
MUST_USE enum err revocation_find(const struct revocation_sources *sources,
    const struct cert *c, const struct cert *issuer, int64_t time, int64_t now,
    struct revocation *out, struct fault *fault);
void revocation_free(struct revocation *r);

/* The same of every certificate of a path, into as many results; the anchor's
 * is ANCHOR. The error is the gravest. */
MUST_USE enum err revocation_collect(const struct chain_path *path,
    const struct revocation_sources *sources, int64_t time, int64_t now,
    struct revocation out[static CHAIN_LEN], struct fault *fault);

/* "embedded", "cached", ... */
const char *revocation_source_name(enum revocation_source source);

#endif
