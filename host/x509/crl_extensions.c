#include "host/x509/crl_parts.h"

#include "common/der_time.h"
#include "host/x509/extension.h"
#include "host/x509/oid.h"

#define DER_ENUMERATED 0x0a

enum err
crl_enter_enumerated(struct der_reader *r, uint8_t *value)
{
	struct der_reader at = *r, inner;
	enum err e = der_enter(&at, DER_ENUMERATED, &inner);

	if (e == ERR_OK && (inner.len != 1 || inner.p[0] > 0x7f))
		e = ERR_DER_RANGE;
	if (e != ERR_OK)
		return e;
	*value = inner.p[0];
	*r = at;
	return ERR_OK;
}

static enum err
read_authority_key_id(struct crl *l, struct der_reader r)
{
	struct der_reader seq, part;
	uint8_t tag;
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &seq);
	while (e == ERR_OK && !der_is_end(&seq)) {
		e = der_next(&seq, &tag, &part);
		if (e == ERR_OK && tag == DER_CONTEXT_PRIMITIVE(0))
			l->authority_key_id = part;
	}
	return e != ERR_OK || der_is_end(&r) ? e : ERR_DER_SYNTAX;
}

static enum err
read_expired(struct crl *l, struct der_reader r)
{
	if (der_peek(&r) != DER_GENERALIZED_TIME ||
	    der_time(&r, &l->expired_since) != ERR_OK || !der_is_end(&r))
		return ERR_DER_SYNTAX;
	return ERR_OK;
}

/* FALSE is the default; some write it. */
static bool
is_true(const struct der_reader *flag)
{
	return flag->len != 1 || flag->p[0] != 0x00;
}

/*
 * IssuingDistributionPoint (5.2.5). What needs other lists beside it (only
 * some reasons), or tells of other issuers' certificates (indirect), or of
 * other things than certificates, is refused.
 */
static enum err
read_issuing_point(struct crl *l, struct der_reader r)
{
	struct der_reader seq, part;
	uint8_t tag;
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &seq);
	while (e == ERR_OK && !der_is_end(&seq)) {
		e = der_next(&seq, &tag, &part);
		if (e != ERR_OK)
			return e;
		switch (tag) {
		case DER_CONTEXT(0):
			/* not by a name that is relative to the issuer's */
			if (der_enter(&part, DER_CONTEXT(0), &l->point_names) !=
				ERR_OK ||
			    !der_is_end(&part))
				return ERR_CRL_SCOPE;
			l->has_point = true;
			break;
		case DER_CONTEXT_PRIMITIVE(1):
			l->only_users = is_true(&part);
			break;
		case DER_CONTEXT_PRIMITIVE(2):
			l->only_authorities = is_true(&part);
			break;
		case DER_CONTEXT_PRIMITIVE(4):
		case DER_CONTEXT_PRIMITIVE(5):
			if (is_true(&part))
				return ERR_CRL_SCOPE;
			break;
		default:
			return ERR_CRL_SCOPE;
		}
	}
	return e != ERR_OK || der_is_end(&r) ? e : ERR_DER_SYNTAX;
}

static enum err
read_one(struct crl *l, const struct extension *x)
{
	if (OID_IS(&x->oid, OID_DELTA_CRL))
		return ERR_CRL_DELTA;
	if (OID_IS(&x->oid, OID_ISSUING_POINT))
		return read_issuing_point(l, x->value);
	if (OID_IS(&x->oid, OID_AUTHORITY_KEY_ID))
		return read_authority_key_id(l, x->value);
	if (OID_IS(&x->oid, OID_EXPIRED_ON_CRL))
		return read_expired(l, x->value);
	if (OID_IS(&x->oid, OID_CRL_NUMBER))
		return ERR_OK;
	return x->critical ? ERR_REVOCATION_EXTENSION : ERR_OK;
}

enum err
crl_read_extensions(struct crl *l, struct der_reader list)
{
	struct der_reader seen[CRL_EXTENSIONS];
	struct extension x;
	size_t n, i;
	enum err e = ERR_OK;

	if (list.len > CRL_EXTENSIONS_LEN)
		return ERR_TOO_LARGE;
	for (n = 0; e == ERR_OK && !der_is_end(&list); n++) {
		if (n == CRL_EXTENSIONS)
			return ERR_TOO_LARGE;
		e = extension_next(&list, &x);
		for (i = 0; e == ERR_OK && i < n; i++) {
			if (der_same(&seen[i], &x.oid))
				return ERR_DER_SYNTAX;
		}
		seen[n] = x.oid;
		if (e == ERR_OK)
			e = read_one(l, &x);
	}
	return e;
}

/* CRLReason; what was taken off the list stands in lists of changes only. */
static enum err
read_reason(struct der_reader r, int *reason)
{
	uint8_t value = 0;

	if (crl_enter_enumerated(&r, &value) != ERR_OK || !der_is_end(&r) ||
	    value == REVOCATION_REMOVED)
		return ERR_DER_SYNTAX;
	*reason = value;
	return ERR_OK;
}

static enum err
read_entry_extensions(struct der_reader *r, int *reason)
{
	struct der_reader list;
	struct extension x;
	unsigned n;
	enum err e;

	e = der_enter(r, DER_SEQUENCE, &list);
	if (e == ERR_OK && list.len > CRL_EXTENSIONS_LEN)
		return ERR_TOO_LARGE;
	for (n = 0; e == ERR_OK && !der_is_end(&list); n++) {
		if (n == CRL_EXTENSIONS)
			return ERR_TOO_LARGE;
		e = extension_next(&list, &x);
		if (e == ERR_OK && OID_IS(&x.oid, OID_REASON_CODE))
			e = read_reason(x.value, reason);
		else if (e == ERR_OK && x.critical &&
		    !OID_IS(&x.oid, OID_INVALIDITY_DATE))
			e = ERR_REVOCATION_EXTENSION;
	}
	return e;
}

enum err
crl_read_entry(struct der_reader *entries, struct crl_entry *out)
{
	struct der_reader r;
	enum err e;

	out->reason = REVOCATION_NO_REASON;
	e = der_enter(entries, DER_SEQUENCE, &r);
	if (e == ERR_OK)
		e = der_enter_whole(&r, DER_INTEGER, &out->serial);
	if (e == ERR_OK)
		e = der_time(&r, &out->revoked);
	if (e == ERR_OK && !der_is_end(&r))
		e = read_entry_extensions(&r, &out->reason);
	return e != ERR_OK || der_is_end(&r) ? e : ERR_DER_SYNTAX;
}
