/*
 * client.h: timestamps from the configured authorities, one after another
 * until one gives a timestamp that is right in every point.
 *
 *	enum err e = tsp_client_open(&c, config, station, &fault);
 *	e = tsp_client_stamp(c, digest, 32, &token, &wait, &fault);
 *	tsp_token_free(&token);
 *	tsp_client_close(c);
 *
 * Memory    one object; connections are kept from one request to the next
 * Chunks    none
 * Errors    TSA_ABSENT; TSA_LATER: none can be asked now; else the first
 *           authority's own, see token.h and http.h; wait says when it may be
 *           tried again. NO_MEMORY, CANCELLED and trouble with the files of
 *           budget.h end the call at once
 * Trust     what comes back was checked against the authority's own anchors;
 *           the fault names the authority
 * Limits    BOUND_TIMESTAMP; genTime within TSP_CLOCK_SKEW seconds of the
 *           time from request to answer
 *
 * One thread at a time; tsp_client_cancel and tsp_client_resume may come from
 * any.
 */
#ifndef HOST_TSP_CLIENT_H
#define HOST_TSP_CLIENT_H

#include "host/base/config.h"
#include "host/base/station.h"
#include "host/tsp/token.h"

#define TSP_CLOCK_SKEW 60

struct tsp_client;

/* Reads the anchors; makes the folder for what is kept of each authority. */
MUST_USE enum err tsp_client_open(struct tsp_client **out,
    const struct config *config, const struct station *station,
    struct fault *fault);
void tsp_client_close(struct tsp_client *c); /* takes NULL */

/* As http_cancel and http_resume. */
void tsp_client_cancel(struct tsp_client *c);
void tsp_client_resume(struct tsp_client *c);

/* The digest is of 32, 48 or 64 octets. t is to be freed when it is ERR_OK. */
MUST_USE enum err tsp_client_stamp(struct tsp_client *c, const uint8_t *digest,
    size_t digest_len, struct tsp_token *t, int64_t *wait, struct fault *fault);

/* One more check of each token that is right in itself, such as whether a
 * certificate on its path was revoked: an authority that does not pass it
 * failed like any other. */
void tsp_client_on_token(struct tsp_client *c,
    enum err (*check)(
	void *user, const struct tsp_token *t, struct fault *fault),
    void *user);

/* Each failure of an authority, and each that is passed over, as it happens;
 * called from within tsp_client_stamp. */
void tsp_client_on_trouble(struct tsp_client *c,
    void (*say)(void *user, const char *authority, const struct fault *fault),
    void *user);

#endif
