/*
 * http.h: one HTTP exchange after another, bounded in size and time.
 *
 *	enum err e = http_open(&h, &options, &fault);
 *	e = http_exchange(h, &request, &answer, &fault);
 *	http_answer_free(&answer);
 *
 * Memory    an answer's body is its own; connections are kept for the next
 *           request until http_close
 * Chunks    whole bodies
 * Errors    NET_URL: not http or https, or redirected to something else;
 *           NET_FAILED: no connection, TLS, an answer cut short; TIMEOUT;
 *           TOO_LARGE; NET_TYPE: not the type that was asked for (a page in
 *           HTML); NET_LATER: 429 or 503, see answer.retry_after; NET_STATUS;
 *           CANCELLED
 * Trust     none in what comes back: its reader checks it. Proxies and
 *           passwords of the environment and of ~/.netrc are not used
 * Limits    request.max octets, options.timeout seconds, HTTP_REDIRECTS
 *           redirects within the address's own scheme, addresses of HTTP_URL
 *           octets
 *
 * A client is used by one thread at a time; http_cancel and http_resume may
 * come from any.
 */
#ifndef HOST_NET_HTTP_H
#define HOST_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "host/base/fault.h"

#define HTTP_URL 1024
#define HTTP_REDIRECTS 3
#define HTTP_RETRY_MAX (30 * 86400) /* a longer Retry-After is cut to it */

struct http;

struct http_options {
	const char *proxy; /* http://host:port; "" or NULL: none */
	unsigned timeout; /* seconds for a whole exchange; 0: 30 */
};

MUST_USE enum err http_open(
    struct http **out, const struct http_options *options, struct fault *fault);
void http_close(struct http *h); /* takes NULL */

/* The exchange under way, and each that comes, ends with CANCELLED, until
 * http_resume. */
void http_cancel(struct http *h);
void http_resume(struct http *h);

struct http_request {
	const char *url;
	const char *body_type; /* NULL: GET */
	const uint8_t *body;
	size_t body_len;
	const char *type; /* Content-Type that is expected; NULL: any */
	size_t max; /* octets of the answer */
};

struct http_answer {
	uint8_t *body; /* one octet of 0 follows it; NULL: empty */
	size_t len;
	long status; /* 0: there was none */
	int64_t retry_after; /* seconds from now; -1: not said */
};

/* answer is to be freed in every case. */
MUST_USE enum err http_exchange(struct http *h,
    const struct http_request *request, struct http_answer *answer,
    struct fault *fault);
void http_answer_free(struct http_answer *answer);

/* An address that http_exchange would take: scheme, host, no user in it. */
bool http_is_url(const char *text);

#endif
