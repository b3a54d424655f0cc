#include "host/edc/edc.h"

#include <string.h>

#include "common/base64.h"
#include "common/utc.h"
#include "host/edc/edc_priv.h"

static const struct {
	const char *id;
	unsigned profiles;
} schemas[] = {
#define AP "http://data.europa.eu/snb/model/ap/"
    {AP "edc-generic-no-cv", EDC_ALL},
    {AP "edc-generic-full", EDC_ALL | EDC_FULL},
    {AP "edc-accredited", EDC_ALL | EDC_FULL | EDC_ACCREDITED},
    {AP "edc-issued-by-mandate", EDC_ALL | EDC_FULL | EDC_MANDATE},
    {AP "edc-diploma-supplement",
	EDC_ALL | EDC_FULL | EDC_ACCREDITED | EDC_SUPPLEMENT},
    {AP "edc-converted", EDC_ALL | EDC_FULL | EDC_CONVERTED},
};

static const char *const contexts[] = {
    "https://www.w3.org/2018/credentials/v1",
    "http://data.europa.eu/snb/model/context/edc-ap",
};

#define CONTEXTS (sizeof(contexts) / sizeof(contexts[0]))

static bool
is_base64url(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* HEADER.PAYLOAD.SIGNATURE, each base64url, the payload may be absent
 * (RFC 7515 3.1, 7797); an encoded JSON object starts with "ey". */
static bool
is_compact_jws(const uint8_t *p, size_t len)
{
	size_t i, dots = 0;

	while (len > 0 && (p[len - 1] == '\n' || p[len - 1] == '\r'))
		len--;
	if (len < 2 || p[0] != 'e' || p[1] != 'y')
		return false;
	for (i = 0; i < len; i++) {
		if (p[i] == '.')
			dots++;
		else if (!is_base64url(p[i]))
			return false;
	}
	return dots == 2;
}

static enum err
refuse_other_format(
    const uint8_t *buf, size_t len, enum err e, struct fault *fault)
{
	static const char dsig[] = "http://www.w3.org/2000/09/xmldsig#";
	size_t i = 0;

	if (len >= 3 && memcmp(buf, "\xEF\xBB\xBF", 3) == 0)
		i = 3;
	while (i < len && (buf[i] == ' ' || (buf[i] >= 9 && buf[i] <= 13)))
		i++;
	if (is_compact_jws(buf + i, len - i))
		return fault_set(fault, ERR_EDC_SEALED_ALREADY, i,
		    "a compact JWS, an unsealed draft was expected");
	if (i == len || buf[i] != '<')
		return e;
	if (memmem(buf, len, dsig, strlen(dsig)) != NULL &&
	    memmem(buf, len, "SignatureValue", 14) != NULL)
		return fault_set(fault, ERR_EDC_SEALED_ALREADY, i,
		    "signed XML, an unsealed draft was expected");
	return fault_set(fault, ERR_EDC_NOT_CREDENTIAL, i,
	    "XML, a draft in JSON was expected");
}

enum err
edc_parse(struct doc **d, const uint8_t *buf, size_t len, struct fault *fault)
{
	enum err e = doc_parse(d, buf, len, &DOC_LIMITS_SEAL, fault);

	if (e == ERR_JSON_SYNTAX || e == ERR_JSON_LITERAL ||
	    e == ERR_JSON_BOM || e == ERR_JSON_TRAILING)
		return refuse_other_format(buf, len, e, fault);
	return e;
}

doc_ref
edc_credential(struct doc *d)
{
	doc_ref root = doc_root(d), inner = doc_get(d, root, "credential");

	if (inner != 0 && doc_get(d, root, "credentialSubject") == 0)
		return inner;
	return root;
}

doc_ref
edc_id(struct doc *d)
{
	doc_ref id = doc_get(d, edc_credential(d), "id");

	return doc_type(d, id) == DOC_STRING ? id : 0;
}

/* JWS in JSON (RFC 7515 7.2), a compact one in a text, or a proof inside. */
bool
edc_is_sealed(struct doc *d, doc_ref v)
{
	const char *text;
	size_t len;
	doc_ref proof;

	if (doc_type(d, v) == DOC_STRING) {
		doc_string(d, v, &text, &len);
		return is_compact_jws((const uint8_t *)text, len);
	}
	proof = doc_get(d, v, "proof");
	return (doc_get(d, v, "payload") != 0 &&
		   (doc_get(d, v, "signatures") != 0 ||
		       doc_get(d, v, "signature") != 0)) ||
	    (proof != 0 && doc_type(d, proof) != DOC_NULL);
}

/* The rules that a credential's schemas ask for; 0 if one is unknown. */
static unsigned
profiles_of(struct doc *d, doc_ref credential, doc_ref *bad)
{
	doc_ref schema = doc_get(d, credential, "credentialSchema"), v, id;
	bool list = doc_type(d, schema) == DOC_ARRAY;
	unsigned all = EDC_ALL, found;
	size_t i;

	v = list ? doc_first(d, schema) : schema;
	for (; v != 0; v = list ? doc_next(d, v) : 0) {
		id = doc_type(d, v) == DOC_OBJECT ? doc_get(d, v, "id") : v;
		found = 0;
		for (i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++)
			if (doc_is_text(d, id, schemas[i].id))
				found = schemas[i].profiles;
		*bad = v;
		if (found == 0 && doc_type(d, v) != DOC_NULL)
			return 0;
		all |= found;
	}
	return all;
}

/* Is it EDC's context, in EDC's order? */
static bool
has_context(struct doc *d, doc_ref context)
{
	doc_ref v = doc_first(d, context);
	size_t i;

	if (doc_type(d, context) != DOC_ARRAY)
		return false;
	for (i = 0; i < CONTEXTS; i++, v = doc_next(d, v))
		if (!doc_is_text(d, v, contexts[i]))
			return false;
	return v == 0;
}

static enum err
check_context(
    struct doc *d, doc_ref credential, bool draft, struct edc_report *r)
{
	doc_ref context = doc_get(d, credential, "@context");

	if (has_context(d, context) || (context == 0 && draft))
		return ERR_OK;
	return edc_report_at(r, d, context, "@context", ERR_OK, "edc-context",
	    "not exactly that of EDC: what its members mean is not known");
}

/* What is no credential at all, or sealed; nothing else is looked at then. */
static enum err
check_kind(struct doc *d, doc_ref credential, struct edc_report *r)
{
	if (edc_is_sealed(d, credential) || edc_is_sealed(d, doc_root(d)))
		return edc_report_at(r, d, credential, "",
		    ERR_EDC_SEALED_ALREADY, "edc-sealed-already",
		    "an unsealed draft was expected");
	if (!edc_is_a(d, credential, "VerifiableCredential") ||
	    !edc_is_a(d, credential, "EuropeanDigitalCredential"))
		return edc_report_at(r, d,
		    doc_get(d, credential, "type") != 0
			? doc_get(d, credential, "type")
			: credential,
		    "type", ERR_EDC_NOT_CREDENTIAL, "edc-not-credential",
		    "VerifiableCredential and EuropeanDigitalCredential were "
		    "expected");
	return ERR_OK;
}

static enum err
check_all(struct doc *d, doc_ref credential, enum edc_scope scope,
    struct edc_report *r)
{
	doc_ref bad = 0;
	unsigned profiles = profiles_of(d, credential, &bad);
	enum err e = ERR_OK;

	if (profiles == 0)
		e = edc_report_at(r, d, bad, "credentialSchema",
		    ERR_EDC_SCHEMA_UNKNOWN, "edc-schema-unknown",
		    "one of EDC's schemas (" AP "edc-..) was expected");
	if (e == ERR_OK)
		e = check_context(d, credential, scope == EDC_DRAFT, r);
	if (e == ERR_OK && edc_id(d) == 0)
		e = edc_report_at(r, d, credential, "id", ERR_OK,
		    "edc-id-missing",
		    "without an id duplicates are found by their bytes only");
	if (e == ERR_OK)
		e = edc_rules_check(d, credential,
		    profiles != 0 ? profiles : EDC_ALL, scope, r);
	return e;
}

/* The gravest of what was found, if texts were what they looked like. */
static enum err
verdict(const struct doc *d, enum err e, const struct edc_report *r)
{
	static const enum err order[] = {
	    ERR_EDC_SEALED_ALREADY,
	    ERR_EDC_NOT_CREDENTIAL,
	    ERR_EDC_SCHEMA_UNKNOWN,
	    ERR_EDC_NO_ISSUER,
	    ERR_EDC_OTHER_ISSUER,
	};
	size_t i, k;

	if (e == ERR_OK)
		e = doc_error(d);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		for (k = 0; k < r->kept; k++)
			if (r->failures[k].err == order[i])
				return order[i];
	return r->errors != 0 ? ERR_EDC_RULES : ERR_OK;
}

enum err
edc_check(struct doc *d, const struct edc_issuer *issuer,
    enum edc_issuer_policy policy, struct edc_report *report)
{
	doc_ref credential = edc_credential(d);
	enum err e = check_kind(d, credential, report);

	if (e != ERR_OK || report->errors != 0)
		return verdict(d, e, report);
	e = edc_issuer_check(d, credential, issuer, policy, report);
	if (e == ERR_OK)
		e = check_all(d, credential, EDC_DRAFT, report);
	return verdict(d, e, report);
}

static enum err
set_time(struct doc *d, doc_ref credential, int64_t time)
{
	static const char *const names[] = {"issued", "issuanceDate"};
	char text[UTC_SIZE];
	enum err e = ERR_OK;
	size_t i;

	utc_format(time, text);
	for (i = 0; i < 2 && e == ERR_OK; i++)
		e = doc_set(d, credential, names[i],
		    doc_new_string(d, text, UTC_SIZE - 1));
	return e;
}

/* Drafts from an upload form have none. */
static enum err
set_context(struct doc *d, doc_ref credential)
{
	doc_ref list;
	enum err e = ERR_OK;
	size_t i;

	if (doc_get(d, credential, "@context") != 0)
		return ERR_OK;
	list = doc_new_array(d);
	for (i = 0; i < CONTEXTS && e == ERR_OK; i++)
		e = doc_append(d, list,
		    doc_new_string(d, contexts[i], strlen(contexts[i])));
	return e == ERR_OK ? doc_set(d, credential, "@context", list) : e;
}

static enum err
prepare(struct doc *d, const struct edc_issuer *issuer,
    enum edc_issuer_policy policy, int64_t time, enum edc_scope scope,
    struct edc_report *report)
{
	doc_ref credential = edc_credential(d);
	enum err e = check_kind(d, credential, report);
	bool replaced = false;

	if (e != ERR_OK || report->errors != 0)
		return verdict(d, e, report);
	e = edc_issuer_check(d, credential, issuer, policy, report);
	if (e != ERR_OK || report->errors != 0)
		return verdict(d, e, report);
	e = set_context(d, credential);
	if (e == ERR_OK)
		e = set_time(d, credential, time);
	if (e == ERR_OK)
		e = edc_issuer_fill(
		    d, credential, issuer, policy, &replaced, report);
	/* Others of its id may have leant on what is gone. */
	if (e == ERR_OK)
		e = check_all(
		    d, credential, replaced ? EDC_FINISHED : scope, report);
	return verdict(d, e, report);
}

enum err
edc_prepare(struct doc *d, const struct edc_issuer *issuer,
    enum edc_issuer_policy policy, int64_t time, struct edc_report *report)
{
	return prepare(d, issuer, policy, time, EDC_FINISHED, report);
}

enum err
edc_prepare_checked(struct doc *d, const struct edc_issuer *issuer,
    enum edc_issuer_policy policy, int64_t time, struct edc_report *report)
{
	return prepare(d, issuer, policy, time, EDC_CHANGES, report);
}
