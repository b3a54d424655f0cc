#include "host/net/fetch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/net/http.h"
#include "host/x509/access.h"
#include "host/x509/crl.h"
#include "host/x509/ocsp.h"

struct kept {
	char url[ACCESS_URL]; /* where it is from */
	uint8_t cert[SHA256_SIZE]; /* OCSP: which it is about */
	uint8_t *der;
	size_t len;
};

struct fetch {
	struct http *http;
	struct kept kept[FETCH_KEPT];
	size_t count;
};

enum err
fetch_open(struct fetch **out, const char *proxy, struct fault *fault)
{
	struct http_options options = {.proxy = proxy};
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

static const struct kept *
find(const struct fetch *f, const char *url, const struct cert *c)
{
	size_t i;

	/* the newest first */
	for (i = f->count; i-- > 0;) {
		if (strcmp(f->kept[i].url, url) == 0 &&
		    memcmp(f->kept[i].cert, c->sha256, SHA256_SIZE) == 0)
			return &f->kept[i];
	}
	return NULL;
}

static uint8_t *
copy(const uint8_t *der, size_t len)
{
	uint8_t *p = malloc(len + 1);

	if (p != NULL)
		memcpy(p, der, len);
	return p;
}

/* Full: then it is asked for again the next time. */
static void
keep(struct fetch *f, const char *url, const struct cert *c, const uint8_t *der,
    size_t len)
{
	struct kept *k = &f->kept[f->count];

	if (f->count == FETCH_KEPT || (k->der = copy(der, len)) == NULL)
		return;
	memcpy(k->url, url, sizeof(k->url));
	memcpy(k->cert, c->sha256, SHA256_SIZE);
	k->len = len;
	f->count++;
}

static enum err
exchange(struct fetch *f, const struct http_request *request, uint8_t **der,
    size_t *len, struct fault *fault)
{
	struct http_answer answer;
	enum err e;

	e = http_exchange(f->http, request, &answer, fault);
	if (e == ERR_OK) {
		*der = answer.body;
		*len = answer.len;
		answer.body = NULL;
	}
	http_answer_free(&answer);
	return e;
}

enum err
fetch_issuer(struct fetch *f, const struct cert *c, uint8_t **der, size_t *len,
    struct fault *fault)
{
	struct http_request request = {.max = CERT_LEN};
	const struct kept *k;
	char url[ACCESS_URL];
	struct cert found;
	size_t n;
	enum err e = fault_set(fault, ERR_NOT_FOUND, FAULT_NO_OFFSET,
	    "\"%.80s\" names no place for its issuer's certificate",
	    c->common_name);

	for (n = 0;
	     n < FETCH_PLACES && access_url(c, ACCESS_ISSUER, n, url) == ERR_OK;
	     n++) {
		k = find(f, url, c);
		if (k != NULL) {
			*der = copy(k->der, k->len);
			*len = k->len;
			return *der != NULL ? ERR_OK : ERR_NO_MEMORY;
		}
		request.url = url;
		e = exchange(f, &request, der, len, fault);
		if (e != ERR_OK)
			continue;
		e = cert_parse(&found, *der, *len, fault);
		if (e == ERR_OK) {
			cert_free(&found);
			keep(f, url, c, *der, *len);
			return ERR_OK;
		}
		free(*der);
	}
	return e;
}

/* Is it about c, by who may say so, and of use now? */
static enum err
check(enum revocation_kind kind, const uint8_t *der, size_t len,
    const struct cert *c, const struct cert *issuer,
    struct revocation_status *status, struct fault *fault)
{
	int64_t now = (int64_t)time(NULL);
	enum revocation_state state;
	struct ocsp ocsp;
	struct crl crl;
	enum err e;

	if (kind == REVOCATION_OCSP) {
		e = ocsp_parse(&ocsp, der, len, fault);
		if (e == ERR_OK)
			e = ocsp_check(&ocsp, c, issuer, status, fault);
	} else {
		e = crl_parse(&crl, der, len, fault);
		if (e == ERR_OK)
			e = crl_check(&crl, c, issuer, status, fault);
	}
	return e != ERR_OK
	    ? e
	    : revocation_judge(status, c, now, now, &state, fault);
}

/* Responses made ahead are fine: freshness is looked at by its times. */
static enum err
ask(struct fetch *f, enum revocation_kind kind, const char *url,
    const struct cert *c, const struct cert *issuer, uint8_t **der, size_t *len,
    struct fault *fault)
{
	const struct ocsp_question question = {.hash_size = 20};
	struct http_request request = {.url = url, .max = CRL_LEN};
	uint8_t body[OCSP_REQUEST_CAP];
	enum err e;

	if (kind == REVOCATION_OCSP) {
		e = ocsp_request(c, issuer, &question, body, &request.body_len);
		if (e != ERR_OK)
			return fault_set(
			    fault, e, FAULT_NO_OFFSET, "request for OCSP");
		request.body = body;
		request.body_type = "application/ocsp-request";
		request.type = "application/ocsp-response";
		request.max = OCSP_LEN;
	}
	return exchange(f, &request, der, len, fault);
}

static enum err
try_place(struct fetch *f, enum revocation_kind kind, const char *url,
    const struct cert *c, const struct cert *issuer, int64_t since,
    uint8_t **der, size_t *len, struct fault *fault)
{
	/* a list is about all of its issuer's certificates */
	const struct cert *about = kind == REVOCATION_CRL ? issuer : c;
	const struct kept *k = find(f, url, about);
	struct revocation_status status;
	enum err e;

	if (k != NULL &&
	    check(kind, k->der, k->len, c, issuer, &status, fault) == ERR_OK &&
	    status.this_update >= since) {
		*der = copy(k->der, k->len);
		*len = k->len;
		return *der != NULL ? ERR_OK : ERR_NO_MEMORY;
	}
	e = ask(f, kind, url, c, issuer, der, len, fault);
	if (e != ERR_OK)
		return e;
	e = check(kind, *der, *len, c, issuer, &status, fault);
	if (e == ERR_OK)
		keep(f, url, about, *der, *len);
	else
		free(*der);
	return e;
}

enum err
fetch_revocation(struct fetch *f, const struct cert *c,
    const struct cert *issuer, int64_t since, enum revocation_kind *kind,
    uint8_t **der, size_t *len, struct fault *fault)
{
	static const enum revocation_kind kinds[] = {
	    REVOCATION_OCSP, REVOCATION_CRL};
	char url[ACCESS_URL];
	size_t i, n;
	enum err e = fault_set(fault, ERR_NOT_FOUND, FAULT_NO_OFFSET,
	    "\"%.80s\" names no place that can be asked about its revocation",
	    c->common_name);

	for (i = 0; i < 2; i++) {
		for (n = 0; n < FETCH_PLACES &&
		     access_url(c,
			 kinds[i] == REVOCATION_OCSP ? ACCESS_OCSP : ACCESS_CRL,
			 n, url) == ERR_OK;
		     n++) {
			e = try_place(f, kinds[i], url, c, issuer, since, der,
			    len, fault);
			if (e != ERR_OK)
				continue;
			*kind = kinds[i];
			return ERR_OK;
		}
	}
	return e;
}
