/*
 * revocation_ask.c: asking who a certificate names. A responder is asked
 * first, as its answer is short and of this certificate alone; a list where no
 * responder gives an answer of use.
 */
#include "host/x509/revocation_parts.h"

#include <stdlib.h>
#include <string.h>

#include "host/x509/crl.h"
#include "host/x509/digest.h"
#include "host/x509/ocsp.h"

/* Is what out rests on good enough not to ask any further? */
static bool
is_answered(const struct revocation_sources *s, const struct revocation *out)
{
	return out->state == REVOCATION_REVOKED ||
	    (out->state == REVOCATION_GOOD && out->status.produced >= s->since);
}

static void
take(const struct revocation_case *k, const struct revocation_request *request,
    uint8_t *answer, size_t len, bool cached, struct revocation *out)
{
	const struct revocation_data data = {
	    .kind = request->kind == ACCESS_OCSP ? REVOCATION_OCSP
						 : REVOCATION_CRL,
	    .source = cached ? REVOCATION_CACHED : REVOCATION_FETCHED,
	    .der = answer,
	    .len = len};

	if (!revocation_consider(k, &data, true, out)) {
		free(answer);
		return;
	}
	free(out->owned);
	out->owned = answer;
	memcpy(out->url, request->url, strlen(request->url) + 1);
}

/* What was kept of an earlier answer may be too old: then it is asked anew,
 * once. Faults of the network stay in out->why, but for being told to stop. */
static enum err
ask_one(const struct revocation_case *k, const struct revocation_sources *s,
    struct revocation_request *request, struct revocation *out)
{
	const struct revocation_fetcher *f = s->fetcher;
	bool cached = true;
	uint8_t *answer;
	struct fault fault;
	size_t len;
	enum err e;

	for (request->refresh = false; cached && !is_answered(s, out);
	     request->refresh = true) {
		answer = NULL;
		cached = false;
		fault_clear(&fault);
		e = f->fetch(f->arg, request, &answer, &len, &cached, &fault);
		if (e == ERR_NO_MEMORY || e == ERR_CANCELLED)
			return e;
		if (e == ERR_OK)
			take(k, request, answer, len, cached, out);
		else
			revocation_note(out, &fault, REVOCATION_NO_ANSWER);
		cached = cached && e == ERR_OK && !request->refresh;
	}
	return ERR_OK;
}

static enum err
ask_all(const struct revocation_case *k, const struct revocation_sources *s,
    struct revocation_request request, struct revocation *out)
{
	char url[ACCESS_URL];
	enum err e = ERR_OK;
	size_t n;

	request.url = url;
	for (n = 0;
	     e == ERR_OK && n < REVOCATION_URLS && !is_answered(s, out) &&
	     access_url(k->c, request.kind, n, url) == ERR_OK;
	     n++)
		e = ask_one(k, s, &request, out);
	return e;
}

enum err
revocation_ask(const struct revocation_case *k,
    const struct revocation_sources *sources, struct revocation *out)
{
	struct revocation_request request = {
	    .kind = ACCESS_OCSP, .max = OCSP_LEN};
	uint8_t body[OCSP_REQUEST_CAP];
	enum err e;

	/* SHA-1, which but names the certificate, is what every responder
	 * understands; no nonce: the age of an answer is judged. */
	e = ocsp_request(
	    k->c, k->issuer, DIGEST_SHA1_SIZE, body, &request.body_len);
	if (e != ERR_OK)
		return e;
	request.body = body;
	e = ask_all(k, sources, request, out);
	/* an answer of now is the newest there is, however old it is */
	if (e != ERR_OK || out->owned != NULL)
		return e;
	request = (struct revocation_request){
	    .kind = ACCESS_CRL, .max = CRL_LEN};
	return ask_all(k, sources, request, out);
}
