#include "host/net/http.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "host/base/config_value.h"

#define TIMEOUT 30
#define CONNECT 10 /* seconds until there is a connection */

struct http {
	CURL *curl;
	unsigned timeout;
	atomic_bool cancelled;
	/* of the exchange under way */
	const struct http_request *request;
	struct http_answer *answer;
	size_t cap;
	bool too_large, no_memory;
	char why[CURL_ERROR_SIZE];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode started;

static void
start(void)
{
	started = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* "http" or "https", or NULL. */
static const char *
scheme_of(const char *url)
{
	if (strncasecmp(url, "http://", 7) == 0)
		return "http";
	return strncasecmp(url, "https://", 8) == 0 ? "https" : NULL;
}

bool
http_is_url(const char *text)
{
	return strlen(text) < HTTP_URL && config_is_url(text);
}

static size_t
on_body(char *octets, size_t size, size_t count, void *user)
{
	struct http *h = user;
	struct http_answer *a = h->answer;
	size_t n = size * count, cap;
	uint8_t *more;

	if (n > h->request->max - a->len) {
		h->too_large = true;
		return 0;
	}
	if (h->cap - a->len <= n) {
		cap = 2 * h->cap > a->len + n + 1 ? 2 * h->cap : a->len + n + 1;
		more = realloc(a->body, cap);
		if (more == NULL) {
			h->no_memory = true;
			return 0;
		}
		a->body = more;
		h->cap = cap;
	}
	memcpy(a->body + a->len, octets, n);
	a->len += n;
	a->body[a->len] = 0;
	return n;
}

static int
on_progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct http *h = user;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return atomic_load(&h->cancelled) ? 1 : 0;
}

enum err
http_open(
    struct http **out, const struct http_options *options, struct fault *fault)
{
	const char *proxy = options->proxy != NULL ? options->proxy : "";
	struct http *h;

	*out = NULL;
	if (proxy[0] != '\0' && !http_is_url(proxy))
		return fault_set(fault, ERR_NET_URL, FAULT_NO_OFFSET,
		    "proxy: http://HOST:PORT was expected");
	pthread_once(&once, start);
	h = calloc(1, sizeof(*h));
	if (h == NULL || started != CURLE_OK)
		goto fail;
	h->timeout = options->timeout != 0 ? options->timeout : TIMEOUT;
	h->curl = curl_easy_init();
	if (h->curl == NULL ||
	    /* "" also keeps those of the environment out */
	    curl_easy_setopt(h->curl, CURLOPT_PROXY, proxy) != CURLE_OK ||
	    curl_easy_setopt(h->curl, CURLOPT_NOPROXY, "") != CURLE_OK)
		goto fail;
	*out = h;
	return ERR_OK;
fail:
	http_close(h);
	return fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "libcurl");
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	if (h->curl != NULL)
		curl_easy_cleanup(h->curl);
	free(h);
}

void
http_cancel(struct http *h)
{
	atomic_store(&h->cancelled, true);
}

void
http_resume(struct http *h)
{
	atomic_store(&h->cancelled, false);
}

/* What stays from one exchange to the next is the proxy and connections. */
static bool
set_up(struct http *h, struct curl_slist *headers)
{
	const struct http_request *r = h->request;
	const char *scheme = scheme_of(r->url);
	CURL *c = h->curl;
	bool good;

	good = curl_easy_setopt(c, CURLOPT_URL, r->url) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, scheme) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, scheme) ==
		CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) ==
		CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_USERAGENT, "zegel") == CURLE_OK;
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)HTTP_REDIRECTS);
	curl_easy_setopt(c, CURLOPT_POSTREDIR, (long)CURL_REDIR_POST_ALL);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)h->timeout);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, h);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, h);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->why);
	if (r->body_type == NULL) {
		curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
		return good;
	}
	curl_easy_setopt(c, CURLOPT_POST, 1L);
	curl_easy_setopt(
	    c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
	return good &&
	    curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->body) == CURLE_OK;
}

/* Adds "NAME: value"; false when out of memory. */
static bool
add_header(struct curl_slist **list, const char *name, const char *value)
{
	char line[200];
	struct curl_slist *more;

	snprintf(line, sizeof(line), "%s: %s", name, value);
	more = curl_slist_append(*list, line);
	if (more == NULL)
		return false;
	*list = more;
	return true;
}

static enum err
failed(struct http *h, CURLcode code, struct fault *fault)
{
	const char *url = h->request->url;
	enum err e = ERR_NET_FAILED;

	if (h->no_memory || code == CURLE_OUT_OF_MEMORY)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%.100s", url);
	if (h->too_large)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "%.100s: answer of more than %zu octets", url,
		    h->request->max);
	if (code == CURLE_ABORTED_BY_CALLBACK)
		e = ERR_CANCELLED;
	else if (code == CURLE_OPERATION_TIMEDOUT)
		e = ERR_TIMEOUT;
	else if (code == CURLE_UNSUPPORTED_PROTOCOL)
		return fault_set(fault, ERR_NET_URL, FAULT_NO_OFFSET,
		    "%.100s: redirected to another scheme", url);
	return fault_set(fault, e, FAULT_NO_OFFSET, "%.100s: %.100s", url,
	    h->why[0] != '\0' ? h->why : curl_easy_strerror(code));
}

/* The type without its parameters: "text/html; charset=utf-8". */
static bool
is_type(const char *got, const char *wanted)
{
	size_t n = strlen(wanted);

	return got != NULL && strncasecmp(got, wanted, n) == 0 &&
	    (got[n] == '\0' || got[n] == ';' || got[n] == ' ');
}

static enum err
judge(struct http *h, struct fault *fault)
{
	struct http_answer *a = h->answer;
	const char *url = h->request->url;
	curl_off_t wait = 0;
	char *type = NULL;

	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &a->status);
	curl_easy_getinfo(h->curl, CURLINFO_RETRY_AFTER, &wait);
	if (wait > 0)
		a->retry_after = wait < HTTP_RETRY_MAX ? (int64_t)wait
						       : HTTP_RETRY_MAX;
	if (a->status == 429 || a->status == 503)
		return fault_set(fault, ERR_NET_LATER, FAULT_NO_OFFSET,
		    "%.100s: status %ld", url, a->status);
	if (a->status < 200 || a->status > 299)
		return fault_set(fault, ERR_NET_STATUS, FAULT_NO_OFFSET,
		    "%.100s: status %ld", url, a->status);
	curl_easy_getinfo(h->curl, CURLINFO_CONTENT_TYPE, &type);
	if (h->request->type != NULL && !is_type(type, h->request->type))
		return fault_set(fault, ERR_NET_TYPE, FAULT_NO_OFFSET,
		    "%.100s: %s was expected, not %s", url, h->request->type,
		    is_type(type, "text/html") ? "a web page"
			: type == NULL	       ? "one without a type"
					       : "another type");
	return ERR_OK;
}

enum err
http_exchange(struct http *h, const struct http_request *request,
    struct http_answer *answer, struct fault *fault)
{
	struct curl_slist *headers = NULL;
	CURLcode code;
	enum err e;

	memset(answer, 0, sizeof(*answer));
	answer->retry_after = -1;
	if (!http_is_url(request->url))
		return fault_set(fault, ERR_NET_URL, FAULT_NO_OFFSET,
		    "http://HOST/... or https://HOST/... was expected");
	if (atomic_load(&h->cancelled))
		return fault_set(fault, ERR_CANCELLED, FAULT_NO_OFFSET,
		    "%.100s", request->url);
	h->request = request;
	h->answer = answer;
	h->cap = 0;
	h->too_large = h->no_memory = false;
	h->why[0] = '\0';
	if ((request->type != NULL &&
		!add_header(&headers, "Accept", request->type)) ||
	    (request->body_type != NULL &&
		!add_header(&headers, "Content-Type", request->body_type)) ||
	    !set_up(h, headers)) {
		e = fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "libcurl");
		goto out;
	}
	code = curl_easy_perform(h->curl);
	e = code == CURLE_OK ? judge(h, fault) : failed(h, code, fault);
out:
	curl_slist_free_all(headers);
	h->request = NULL;
	h->answer = NULL;
	return e;
}

void
http_answer_free(struct http_answer *answer)
{
	free(answer->body);
	answer->body = NULL;
	answer->len = 0;
}
