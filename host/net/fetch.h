/*
 * fetch.h: what certificates say is to be had elsewhere: issuers, responses of
 * responders, lists. Each is asked for once, as long as it is fresh.
 *
 *	struct fetch *f;
 *	enum err e = fetch_open(&f, proxy, 0, &fault);
 *	e = fetch_revocation(f, &cert, &issuer, 0, &kind, &der, &len, &fault);
 *	fetch_close(f);
 *
 * Memory    results are new buffers, freed with free(); what was fetched is
 *           kept until fetch_close
 * Chunks    whole answers
 * Errors    NOT_FOUND: the certificate names no place that can be asked;
 *           REVOCATION_UNKNOWN with the reason; CANCELLED; NO_MEMORY; of an
 *           issuer, those of http.h and path.h, of the last place
 * Trust     revocation data was checked to be about the certificate, by who
 *           may say so, and to be fresh now; of an issuer only that it signed:
 *           a path decides
 * Limits    FETCH_KEPT answers and failures are kept; what was answered, or
 *           failed, within FETCH_AGAIN seconds is not asked for again;
 *           FETCH_PLACES places are asked for an issuer
 */
#ifndef HOST_NET_FETCH_H
#define HOST_NET_FETCH_H

#include "host/x509/revocation.h"

#define FETCH_KEPT 256
#define FETCH_AGAIN 60
#define FETCH_PLACES 4

struct fetch;

/* proxy, timeout: as in struct http_options. */
MUST_USE enum err fetch_open(struct fetch **out, const char *proxy,
    unsigned timeout, struct fault *fault);
void fetch_close(struct fetch *f); /* takes NULL */

/* As http_cancel and http_resume; from any thread. */
void fetch_cancel(struct fetch *f);
void fetch_resume(struct fetch *f);

/* For revocation_find and its like; of use until fetch_close. */
struct revocation_fetcher fetch_fetcher(struct fetch *f);

/* The certificate of c's issuer. */
MUST_USE enum err fetch_issuer(struct fetch *f, const struct cert *c,
    uint8_t **der, size_t *len, struct fault *fault);

/* A response or, failing that, a list that says whether c was revoked; one
 * that was fetched before only if it is not older than since, or nobody has a
 * newer one. fault may be NULL. */
MUST_USE enum err fetch_revocation(struct fetch *f, const struct cert *c,
    const struct cert *issuer, int64_t since, enum revocation_kind *kind,
    uint8_t **der, size_t *len, struct fault *fault);

/* Is none on it revoked now, as far as they name a place to ask? REVOKED, or
 * REVOCATION_UNKNOWN if a place that is named gives no answer. */
MUST_USE enum err fetch_check_path(struct fetch *f,
    const struct chain_path *path, int64_t since, struct fault *fault);

#endif
