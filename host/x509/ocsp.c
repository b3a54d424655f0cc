#include "host/x509/ocsp_parts.h"

#include <string.h>

#include "common/der_time.h"
#include "common/hash_alg.h"
#include "host/x509/crl_parts.h"
#include "host/x509/digest.h"
#include "host/x509/extension.h"
#include "host/x509/oid.h"

#define REVOKED_INFO DER_CONTEXT(1)

/* OCSPResponseStatus (RFC 6960 4.2.1) */
static const char *const statuses[] = {"successful", "malformedRequest",
    "internalError", "tryLater", "an unknown status", "sigRequired",
    "unauthorized"};

static enum err
bad(const struct ocsp *r, const uint8_t *at, struct fault *fault,
    const char *what)
{
	return fault_set(
	    fault, ERR_OCSP_SYNTAX, (uint64_t)(at - r->der), "%s", what);
}

static enum err
generalized_time(struct der_reader *r, int64_t *seconds)
{
	if (der_peek(r) != DER_GENERALIZED_TIME)
		return ERR_DER_TAG;
	return der_time(r, seconds);
}

/* RevokedInfo; a removal is of lists of changes only. */
static enum err
read_revoked(struct der_reader info, struct revocation_status *s)
{
	struct der_reader wrap;
	uint8_t reason = 0;
	enum err e;

	s->state = REVOCATION_REVOKED;
	e = generalized_time(&info, &s->revoked);
	if (e != ERR_OK || der_is_end(&info))
		return e;
	e = der_enter(&info, DER_CONTEXT(0), &wrap);
	if (e == ERR_OK)
		e = crl_enter_enumerated(&wrap, &reason);
	if (e != ERR_OK)
		return e;
	s->reason = reason;
	return der_is_end(&wrap) && der_is_end(&info) &&
		reason != REVOCATION_REMOVED
	    ? ERR_OK
	    : ERR_DER_SYNTAX;
}

static enum err
read_status(struct der_reader *r, struct revocation_status *s)
{
	struct der_reader value;
	uint8_t tag;
	enum err e = der_next(r, &tag, &value);

	if (e != ERR_OK)
		return e;
	s->reason = REVOCATION_NO_REASON;
	switch (tag) {
	case DER_CONTEXT_PRIMITIVE(0):
		s->state = REVOCATION_GOOD;
		return value.len == 0 ? ERR_OK : ERR_DER_SYNTAX;
	case REVOKED_INFO:
		return read_revoked(value, s);
	case DER_CONTEXT_PRIMITIVE(2):
		s->state = REVOCATION_UNKNOWN;
		return value.len == 0 ? ERR_OK : ERR_DER_SYNTAX;
	default:
		return ERR_DER_TAG;
	}
}

/* ArchiveCutoff (RFC 6960 4.4.4), once. */
static enum err
read_cutoff(struct der_reader value, int64_t *since)
{
	if (*since != INT64_MAX || generalized_time(&value, since) != ERR_OK ||
	    !der_is_end(&value))
		return ERR_DER_SYNTAX;
	return ERR_OK;
}

/* Extensions of an answer, whose cutoff goes to since, or, where that is NULL,
 * of the response; its nonce is an answer to somebody else's request. */
static enum err
read_extensions(struct der_reader *r, int64_t *since)
{
	struct der_reader wrap, list;
	struct extension x;
	unsigned n;
	enum err e;

	e = der_enter(r, DER_CONTEXT(1), &wrap);
	if (e == ERR_OK)
		e = der_enter(&wrap, DER_SEQUENCE, &list);
	if (e == ERR_OK && !der_is_end(&wrap))
		e = ERR_DER_SYNTAX;
	for (n = 0; e == ERR_OK && !der_is_end(&list); n++) {
		if (n == OCSP_EXTENSIONS)
			return ERR_TOO_LARGE;
		e = extension_next(&list, &x);
		if (e != ERR_OK)
			return e;
		if (since != NULL && OID_IS(&x.oid, OID_OCSP_CUTOFF))
			e = read_cutoff(x.value, since);
		else if (since == NULL && OID_IS(&x.oid, OID_OCSP_NONCE))
			continue;
		else if (x.critical)
			e = ERR_REVOCATION_EXTENSION;
	}
	return e;
}

static enum err
read_cert_id(struct der_reader r, struct ocsp_answer *out)
{
	struct der_reader algorithm, at, oid;
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &algorithm);
	if (e == ERR_OK)
		e = der_enter(&r, DER_OCTET_STRING, &out->name_hash);
	if (e == ERR_OK)
		e = der_enter(&r, DER_OCTET_STRING, &out->key_hash);
	if (e == ERR_OK)
		e = der_enter_whole(&r, DER_INTEGER, &out->serial);
	if (e == ERR_OK && !der_is_end(&r))
		e = ERR_DER_SYNTAX;
	if (e != ERR_OK)
		return e;
	at = algorithm;
	e = der_enter(&at, DER_OID, &oid);
	if (e != ERR_OK)
		return e;
	out->hash_size = OID_IS(&oid, OID_SHA1) && hash_alg_is_bare(&at)
	    ? DIGEST_SHA1_SIZE
	    : hash_alg_size(&algorithm);
	return ERR_OK;
}

static enum err
read_answer(struct der_reader r, struct ocsp_answer *out)
{
	struct revocation_status *s = &out->status;
	struct der_reader id, wrap;
	enum err e;

	memset(out, 0, sizeof(*out));
	s->kind = REVOCATION_OCSP;
	s->expired_since = INT64_MAX;
	e = der_enter(&r, DER_SEQUENCE, &id);
	if (e == ERR_OK)
		e = read_cert_id(id, out);
	if (e == ERR_OK)
		e = read_status(&r, s);
	if (e == ERR_OK)
		e = generalized_time(&r, &s->this_update);
	if (e == ERR_OK && der_peek(&r) == DER_CONTEXT(0)) {
		e = der_enter(&r, DER_CONTEXT(0), &wrap);
		if (e == ERR_OK)
			e = generalized_time(&wrap, &s->next_update);
		if (e == ERR_OK &&
		    (!der_is_end(&wrap) || s->next_update < s->this_update))
			e = ERR_DER_SYNTAX;
	}
	if (e == ERR_OK && !der_is_end(&r))
		e = read_extensions(&r, &s->expired_since);
	return e != ERR_OK || der_is_end(&r) ? e : ERR_DER_SYNTAX;
}

enum err
ocsp_next_answer(const struct ocsp *r, struct der_reader *answers,
    struct ocsp_answer *out, struct fault *fault)
{
	const uint8_t *at = answers->p;
	struct der_reader one;
	enum err e;

	e = der_enter(answers, DER_SEQUENCE, &one);
	if (e == ERR_OK)
		e = read_answer(one, out);
	if (e == ERR_REVOCATION_EXTENSION || e == ERR_TOO_LARGE)
		return fault_set(fault, e, (uint64_t)(at - r->der),
		    "extensions of an answer");
	return e == ERR_OK ? e : bad(r, at, fault, "SingleResponse");
}

/* The answers are all looked at, so that no part of a response that is used
 * was never read. */
static enum err
check_answers(const struct ocsp *r, struct fault *fault)
{
	struct der_reader answers = r->answers;
	struct ocsp_answer a;
	unsigned n;
	enum err e = ERR_OK;

	for (n = 0; e == ERR_OK && !der_is_end(&answers); n++) {
		if (n == OCSP_RESPONSES)
			return fault_set(fault, ERR_TOO_LARGE,
			    (uint64_t)(answers.p - r->der),
			    "at most %u answers were expected",
			    (unsigned)OCSP_RESPONSES);
		e = ocsp_next_answer(r, &answers, &a, fault);
	}
	return e;
}

static enum err
read_responder(struct ocsp *r, struct der_reader *data)
{
	struct der_reader wrap;
	enum err e;

	if (der_peek(data) == DER_CONTEXT(1)) {
		e = der_enter(data, DER_CONTEXT(1), &wrap);
		if (e == ERR_OK)
			e = der_enter_whole(
			    &wrap, DER_SEQUENCE, &r->responder_name);
	} else {
		e = der_enter(data, DER_CONTEXT(2), &wrap);
		if (e == ERR_OK)
			e = der_enter(
			    &wrap, DER_OCTET_STRING, &r->responder_key);
		if (e == ERR_OK && r->responder_key.len != DIGEST_SHA1_SIZE)
			e = ERR_DER_RANGE;
	}
	return e != ERR_OK || der_is_end(&wrap) ? e : ERR_DER_SYNTAX;
}

/* v1 is the default, and not to be written; some do. */
static enum err
read_version(struct der_reader *data)
{
	struct der_reader wrap;
	uint64_t version = 0;
	enum err e;

	if (der_peek(data) != DER_CONTEXT(0))
		return ERR_OK;
	e = der_enter(data, DER_CONTEXT(0), &wrap);
	if (e == ERR_OK)
		e = der_uint(&wrap, &version);
	return e != ERR_OK || (version == 0 && der_is_end(&wrap))
	    ? e
	    : ERR_DER_SYNTAX;
}

static enum err
read_data(struct ocsp *r, struct fault *fault)
{
	struct der_reader whole = r->tbs, data;
	const uint8_t *at;
	enum err e;

	if (der_enter(&whole, DER_SEQUENCE, &data) != ERR_OK ||
	    read_version(&data) != ERR_OK)
		return bad(r, r->tbs.p, fault, "version: 1 was expected");
	at = data.p;
	if (read_responder(r, &data) != ERR_OK)
		return bad(r, at, fault, "responderID");
	at = data.p;
	if (generalized_time(&data, &r->produced) != ERR_OK)
		return bad(r, at, fault, "producedAt");
	at = data.p;
	if (der_enter(&data, DER_SEQUENCE, &r->answers) != ERR_OK ||
	    der_is_end(&r->answers))
		return bad(r, at, fault, "responses");
	e = check_answers(r, fault);
	if (e != ERR_OK || der_is_end(&data))
		return e;
	at = data.p;
	e = read_extensions(&data, NULL);
	if (e == ERR_REVOCATION_EXTENSION || e == ERR_TOO_LARGE)
		return fault_set(fault, e, (uint64_t)(at - r->der),
		    "extensions of the response");
	return e == ERR_OK && der_is_end(&data)
	    ? ERR_OK
	    : bad(r, at, fault, "responseExtensions");
}

static enum err
read_basic(struct ocsp *r, struct der_reader octets, struct fault *fault)
{
	struct der_reader basic, bits, wrap;

	if (der_enter(&octets, DER_SEQUENCE, &basic) != ERR_OK ||
	    !der_is_end(&octets) ||
	    der_enter_whole(&basic, DER_SEQUENCE, &r->tbs) != ERR_OK ||
	    der_enter(&basic, DER_SEQUENCE, &r->signature_algorithm) !=
		ERR_OK ||
	    der_enter(&basic, DER_BIT_STRING, &bits) != ERR_OK ||
	    bits.len < 2 || bits.p[0] != 0)
		return bad(r, octets.p, fault, "BasicOCSPResponse");
	r->signature = der_reader(bits.p + 1, bits.len - 1);
	if (!der_is_end(&basic) &&
	    (der_enter(&basic, DER_CONTEXT(0), &wrap) != ERR_OK ||
		der_enter(&wrap, DER_SEQUENCE, &r->certificates) != ERR_OK ||
		!der_is_end(&wrap) || !der_is_end(&basic)))
		return bad(r, octets.p, fault, "certs");
	return read_data(r, fault);
}

enum err
ocsp_parse(struct ocsp *r, const uint8_t *der, size_t len, struct fault *fault)
{
	struct der_reader all = der_reader(der, len), response, wrap, bytes;
	struct der_reader type, octets;
	uint8_t status = 0;

	memset(r, 0, sizeof(*r));
	r->der = der;
	if (len > OCSP_LEN)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "OCSP response: at most %u octets were expected",
		    (unsigned)OCSP_LEN);
	if (der_enter(&all, DER_SEQUENCE, &response) != ERR_OK ||
	    !der_is_end(&all))
		return bad(r, der, fault, "one OCSPResponse was expected");
	if (crl_enter_enumerated(&response, &status) != ERR_OK)
		return bad(r, response.p, fault, "responseStatus");
	if (status != 0)
		return fault_set(fault, ERR_OCSP_REFUSED, FAULT_NO_OFFSET, "%s",
		    statuses[status <= 6 ? status : 4]);
	if (der_enter(&response, DER_CONTEXT(0), &wrap) != ERR_OK ||
	    !der_is_end(&response) ||
	    der_enter(&wrap, DER_SEQUENCE, &bytes) != ERR_OK ||
	    !der_is_end(&wrap) || der_enter(&bytes, DER_OID, &type) != ERR_OK ||
	    der_enter(&bytes, DER_OCTET_STRING, &octets) != ERR_OK ||
	    !der_is_end(&bytes))
		return bad(r, response.p, fault, "responseBytes");
	if (!OID_IS(&type, OID_OCSP_BASIC))
		return bad(r, type.p, fault,
		    "id-pkix-ocsp-basic was expected as type");
	return read_basic(r, octets, fault);
}
