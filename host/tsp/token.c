#include "host/tsp/token.h"

#include <stdlib.h>
#include <string.h>

#include "common/bounds.h"
#include "common/oid.h"
#include "host/x509/text.h"

/* A certificate that cannot be read is left out: it cannot be the signer's,
 * and a chain can do without it or not. */
static void
collect_certificates(struct tsp_token *t)
{
	struct der_reader r = t->cms.certificates, der;

	while (t->cert_count < TSP_CERTS &&
	    cms_next_certificate(&r, &der) == ERR_OK) {
		if (cert_parse(&t->certs[t->cert_count], der.p, der.len,
			NULL) == ERR_OK)
			t->cert_count++;
	}
}

static enum err
parse(struct tsp_token *t, struct fault *fault)
{
	enum err e = cms_signed_decode(t->der, t->len, &t->cms);

	if (e == ERR_ALGORITHM)
		return fault_set(fault, ERR_TSP_ALGORITHM, FAULT_NO_OFFSET,
		    "its hash is none of SHA-256, SHA-384, SHA-512");
	if (e != ERR_OK)
		return fault_set(fault, ERR_TSP_TOKEN, FAULT_NO_OFFSET,
		    "SignedData with one signer was expected: %s", err_text(e));
	if (!OID_IS(&t->cms.content_type, OID_TST_INFO))
		return fault_set(fault, ERR_TSP_TOKEN, FAULT_NO_OFFSET,
		    "signed data that is no TSTInfo");
	e = tsp_info_decode(t->cms.content.p, t->cms.content.len, &t->info);
	if (e == ERR_ALGORITHM)
		return fault_set(fault, ERR_TSP_ALGORITHM, FAULT_NO_OFFSET,
		    "the imprint is by none of SHA-256, SHA-384, SHA-512");
	if (e == ERR_UNSUPPORTED)
		return fault_set(fault, ERR_TSP_TOKEN, FAULT_NO_OFFSET,
		    "has a critical extension that is not understood");
	if (e != ERR_OK)
		return fault_set(fault, ERR_TSP_TOKEN, FAULT_NO_OFFSET,
		    "TSTInfo: %s", err_text(e));
	collect_certificates(t);
	return ERR_OK;
}

enum err
tsp_token_parse(
    struct tsp_token *t, const uint8_t *der, size_t len, struct fault *fault)
{
	enum err e;

	memset(t, 0, sizeof(*t));
	if (len == 0 || len > BOUND_TIMESTAMP)
		return fault_set(fault, ERR_TSP_TOKEN, FAULT_NO_OFFSET,
		    "1 to %u octets were expected", (unsigned)BOUND_TIMESTAMP);
	t->der = malloc(len);
	if (t->der == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "timestamp");
	memcpy(t->der, der, len);
	t->len = len;
	e = parse(t, fault);
	if (e != ERR_OK)
		tsp_token_free(t);
	return e;
}

void
tsp_token_free(struct tsp_token *t)
{
	size_t i;

	for (i = 0; i < t->cert_count; i++)
		cert_free(&t->certs[i]);
	free(t->der);
	memset(t, 0, sizeof(*t));
}

/* What the TSA says of its refusal, as far as it can be shown. */
static enum err
refused(const struct tsp_response *r, struct fault *fault)
{
	char text[FAULT_DETAIL / 2];

	if (x509_text(DER_UTF8_STRING, &r->text, text, sizeof(text)) != ERR_OK)
		text[0] = '\0';
	return fault_set(fault, ERR_TSA_REFUSED, FAULT_NO_OFFSET,
	    "status %llu%s%s%s%s%s", (unsigned long long)r->status,
	    r->failure != 0 ? ", " : "", tsp_failure_name(r->failure),
	    text[0] != '\0' ? ": \"" : "", text, text[0] != '\0' ? "\"" : "");
}

enum err
tsp_check_response(struct tsp_token *t, const uint8_t *answer, size_t len,
    const struct tsp_expect *expect, struct fault *fault)
{
	struct tsp_response r;
	enum err e;

	memset(t, 0, sizeof(*t));
	e = tsp_response_decode(answer, len, &r);
	if (e != ERR_OK)
		return fault_set(fault, ERR_TSP_RESPONSE, FAULT_NO_OFFSET,
		    "TimeStampResp was expected: %s", err_text(e));
	if (r.status > TSP_GRANTED_WITH_MODS)
		return refused(&r, fault);
	e = tsp_token_parse(t, r.token.p, r.token.len, fault);
	if (e != ERR_OK)
		return e;
	e = tsp_check_token(t, expect, fault);
	if (e != ERR_OK)
		tsp_token_free(t);
	return e;
}
