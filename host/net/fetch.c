#include "host/net/fetch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/sha256.h"
#include "host/net/http.h"
#include "host/x509/path.h"

struct kept {
	uint8_t question[SHA256_SIZE]; /* the address, and what is posted */
	time_t when;
	uint8_t *der; /* or NULL: no answer yet */
	size_t len;
	enum err failed; /* what came of asking for a newer one, .. */
	time_t failed_when; /* .. then; or ERR_OK */
};

struct fetch {
	struct http *http;
	struct kept kept[FETCH_KEPT];
	size_t count;
};

enum err
fetch_open(struct fetch **out, const char *proxy, unsigned timeout,
    struct fault *fault)
{
	struct http_options options = {.proxy = proxy, .timeout = timeout};
	struct fetch *f = calloc(1, sizeof(*f));
	enum err e;

	*out = NULL;
	if (f == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "fetch");
	e = http_open(&f->http, &options, fault);
	if (e != ERR_OK) {
		free(f);
		return e;
	}
	*out = f;
	return ERR_OK;
}

void
fetch_close(struct fetch *f)
{
	size_t i;

	if (f == NULL)
		return;
	for (i = 0; i < f->count; i++)
		free(f->kept[i].der);
	http_close(f->http);
	free(f);
}

void
fetch_cancel(struct fetch *f)
{
	http_cancel(f->http);
}

void
fetch_resume(struct fetch *f)
{
	http_resume(f->http);
}

static void
digest(const struct revocation_request *q, uint8_t out[static SHA256_SIZE])
{
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, q->url, strlen(q->url) + 1);
	if (q->body != NULL)
		sha256_push(&h, q->body, q->body_len);
	sha256_finish(&h, out);
}

static struct kept *
find(struct fetch *f, const uint8_t question[static SHA256_SIZE])
{
	size_t i;

	for (i = 0; i < f->count; i++) {
		if (memcmp(f->kept[i].question, question, SHA256_SIZE) == 0)
			return &f->kept[i];
	}
	return NULL;
}

static uint8_t *
copy(const uint8_t *der, size_t len)
{
	uint8_t *p = malloc(len + 1);

	if (p != NULL && len > 0)
		memcpy(p, der, len);
	return p;
}

/* NULL: full, and it is asked for the next time. */
static struct kept *
place(struct fetch *f, const uint8_t question[static SHA256_SIZE])
{
	struct kept *k = find(f, question);

	if (k != NULL || f->count == FETCH_KEPT)
		return k;
	k = &f->kept[f->count++];
	memcpy(k->question, question, SHA256_SIZE);
	return k;
}

/* In its former answer's place. */
static void
keep(struct kept *k, const uint8_t *der, size_t len)
{
	uint8_t *p = copy(der, len);

	if (p == NULL)
		return;
	free(k->der);
	k->when = time(NULL);
	k->der = p;
	k->len = len;
	k->failed = ERR_OK;
}

/* Beside its former answer, which is as good as it was. */
static void
keep_failure(struct kept *k, enum err e)
{
	if (e == ERR_CANCELLED || e == ERR_NO_MEMORY)
		return; /* says nothing of the place */
	k->failed = e;
	k->failed_when = time(NULL);
}

static bool
is_recent(time_t when)
{
	time_t age = time(NULL) - when;

	return age >= 0 && age < FETCH_AGAIN;
}

static enum err
exchange(struct fetch *f, const struct revocation_request *q, uint8_t **answer,
    size_t *len, struct fault *fault)
{
	struct http_request request = {
	    .url = q->url, .max = q->max, .body_len = q->body_len};
	struct http_answer a;
	enum err e;

	if (q->body != NULL) {
		request.body = q->body;
		request.body_type = "application/ocsp-request";
		request.type = "application/ocsp-response";
	}
	e = http_exchange(f->http, &request, &a, fault);
	if (e == ERR_OK) {
		*answer = a.body;
		*len = a.len;
		a.body = NULL;
	}
	http_answer_free(&a);
	return e;
}

/* Any answer is kept, good or not: its readers say what it is worth, and a
 * place that answers nonsense, or not at all, is asked only so often, too. */
static enum err
answer_of(void *arg, const struct revocation_request *q, uint8_t **answer,
    size_t *len, bool *cached, struct fault *fault)
{
	uint8_t question[SHA256_SIZE];
	struct fetch *f = arg;
	struct kept *k;
	enum err e;

	digest(q, question);
	k = find(f, question);
	if (k != NULL && k->der != NULL &&
	    (!q->refresh || is_recent(k->when))) {
		*cached = true;
		*len = k->len;
		*answer = copy(k->der, k->len);
		return *answer != NULL ? ERR_OK : ERR_NO_MEMORY;
	}
	*cached = false;
	if (k != NULL && k->failed != ERR_OK && is_recent(k->failed_when))
		return fault_set(fault, k->failed, FAULT_NO_OFFSET,
		    "%.100s: a moment ago", q->url);
	e = exchange(f, q, answer, len, fault);
	k = place(f, question);
	if (k != NULL && e == ERR_OK)
		keep(k, *answer, *len);
	else if (k != NULL)
		keep_failure(k, e);
	return e;
}

struct revocation_fetcher
fetch_fetcher(struct fetch *f)
{
	return (struct revocation_fetcher){answer_of, f};
}

/* Takes the one of the answer that signed c; frees the answer. */
static enum err
take_issuer(uint8_t *answer, size_t answer_len, const struct cert *c,
    uint8_t **der, size_t *len, struct fault *fault)
{
	struct der_reader issuer;
	enum err e;

	e = path_issuer_in(answer, answer_len, c, &issuer);
	if (e != ERR_OK)
		fault_set(fault, e, FAULT_NO_OFFSET,
		    "no certificate of the issuer of \"%.80s\" there",
		    c->common_name);
	*der = e == ERR_OK ? copy(issuer.p, issuer.len) : NULL;
	if (e == ERR_OK && *der == NULL)
		e = ERR_NO_MEMORY;
	*len = issuer.len;
	free(answer);
	return e;
}

enum err
fetch_issuer(struct fetch *f, const struct cert *c, uint8_t **der, size_t *len,
    struct fault *fault)
{
	char url[ACCESS_URL];
	struct revocation_request request = {
	    .kind = ACCESS_ISSUER, .url = url, .max = PATH_ANSWER};
	uint8_t *answer;
	size_t answer_len, n;
	bool cached;
	enum err e = fault_set(fault, ERR_NOT_FOUND, FAULT_NO_OFFSET,
	    "\"%.80s\" names no place for its issuer's certificate",
	    c->common_name);

	for (n = 0; n < FETCH_PLACES && e != ERR_OK && e != ERR_CANCELLED &&
	     access_url(c, ACCESS_ISSUER, n, url) == ERR_OK;
	     n++) {
		answer = NULL;
		e = answer_of(
		    f, &request, &answer, &answer_len, &cached, fault);
		if (e == ERR_OK)
			e = take_issuer(answer, answer_len, c, der, len, fault);
	}
	return e;
}

enum err
fetch_revocation(struct fetch *f, const struct cert *c,
    const struct cert *issuer, int64_t since, enum revocation_kind *kind,
    uint8_t **der, size_t *len, struct fault *fault)
{
	const struct revocation_fetcher fetcher = fetch_fetcher(f);
	const struct revocation_sources sources = {
	    .fetcher = &fetcher, .since = since};
	const int64_t now = (int64_t)time(NULL);
	struct revocation r;
	enum err e;

	e = revocation_find(&sources, c, issuer, now, now, &r, fault);
	/* that it was revoked is an answer, too */
	if (e != ERR_OK && e != ERR_REVOKED) {
		revocation_free(&r); /* of before it was told to stop */
		return e;
	}
	if (r.owned == NULL)
		return fault_set(fault, ERR_NOT_FOUND, FAULT_NO_OFFSET,
		    "\"%.80s\" names no place that can be asked about its "
		    "revocation",
		    c->common_name);
	*kind = r.data.kind;
	*der = r.owned;
	*len = r.data.len;
	return ERR_OK;
}

enum err
fetch_check_path(struct fetch *f, const struct chain_path *path, int64_t since,
    struct fault *fault)
{
	const struct revocation_fetcher fetcher = {answer_of, f};
	const struct revocation_sources sources = {
	    .fetcher = &fetcher, .since = since};
	const int64_t now = (int64_t)time(NULL);
	struct revocation r;
	enum err e = ERR_OK;
	size_t i;

	/* the last one is the anchor */
	for (i = 0; i + 1 < path->count && e == ERR_OK; i++) {
		e = revocation_find(&sources, path->cert[i], path->cert[i + 1],
		    now, now, &r, fault);
		revocation_free(&r);
	}
	return e;
}
