#include "host/x509/crl_parts.h"

#include <string.h>

#include "common/der_time.h"

static enum err
bad(const struct crl *l, const uint8_t *at, struct fault *fault,
    const char *what)
{
	return fault_set(
	    fault, ERR_CRL_SYNTAX, (uint64_t)(at - l->der), "%s", what);
}

/* Errors of their own keep their number; the rest is no list. */
static enum err
refuse(const struct crl *l, const uint8_t *at, enum err e, struct fault *fault,
    const char *what)
{
	switch (e) {
	case ERR_CRL_DELTA:
	case ERR_CRL_SCOPE:
	case ERR_REVOCATION_EXTENSION:
	case ERR_TOO_LARGE:
		return fault_set(fault, e, (uint64_t)(at - l->der), "%s", what);
	default:
		return bad(l, at, fault, what);
	}
}

/* Up to the issuer, which is all that crl_is_by_other needs. */
static bool
read_start(struct crl *l, struct der_reader *tbs, struct der_reader *algorithm)
{
	struct der_reader r = l->tbs;
	uint64_t version = 0;

	if (der_enter(&r, DER_SEQUENCE, tbs) != ERR_OK)
		return false;
	/* without it: version 1, of which some are still made */
	if (der_peek(tbs) == DER_INTEGER &&
	    (der_uint(tbs, &version) != ERR_OK || version != 1))
		return false;
	return der_enter(tbs, DER_SEQUENCE, algorithm) == ERR_OK &&
	    der_enter_whole(tbs, DER_SEQUENCE, &l->issuer) == ERR_OK;
}

bool
crl_is_by_other(const uint8_t *der, size_t len, const struct der_reader *name)
{
	struct der_reader r = der_reader(der, len), list, tbs, algorithm;
	struct crl l = {.der = der};

	return der_enter(&r, DER_SEQUENCE, &list) == ERR_OK &&
	    der_enter_whole(&list, DER_SEQUENCE, &l.tbs) == ERR_OK &&
	    read_start(&l, &tbs, &algorithm) &&
	    (l.issuer.len != name->len ||
		memcmp(l.issuer.p, name->p, name->len) != 0);
}

static enum err
read_entries(struct crl *l, struct der_reader *tbs, struct fault *fault)
{
	struct der_reader entries;
	struct crl_entry entry;
	const uint8_t *at = tbs->p;
	enum err e;

	if (der_peek(tbs) != DER_SEQUENCE)
		return ERR_OK;
	if (der_enter(tbs, DER_SEQUENCE, &l->entries) != ERR_OK)
		return bad(l, at, fault, "revokedCertificates");
	entries = l->entries;
	while (!der_is_end(&entries)) {
		at = entries.p;
		e = crl_read_entry(&entries, &entry);
		if (e != ERR_OK)
			return refuse(l, at, e, fault, "entry");
	}
	return ERR_OK;
}

static enum err
read_list(struct crl *l, struct fault *fault)
{
	struct der_reader tbs, algorithm, wrap, extensions;
	const uint8_t *at;
	enum err e;

	if (!read_start(l, &tbs, &algorithm))
		return bad(l, l->tbs.p, fault,
		    "version 2, algorithm and issuer were expected");
	/* 5.1.1.2: the same inside and outside of what is signed */
	if (algorithm.len != l->signature_algorithm.len ||
	    memcmp(algorithm.p, l->signature_algorithm.p, algorithm.len) != 0)
		return bad(
		    l, algorithm.p, fault, "signature algorithms differ");
	at = tbs.p;
	if (der_time(&tbs, &l->this_update) != ERR_OK)
		return bad(l, at, fault, "thisUpdate");
	at = tbs.p;
	if (der_peek(&tbs) != DER_UTC_TIME &&
	    der_peek(&tbs) != DER_GENERALIZED_TIME)
		return fault_set(fault, ERR_CRL_NO_NEXT_UPDATE,
		    (uint64_t)(at - l->der), "nextUpdate was expected");
	if (der_time(&tbs, &l->next_update) != ERR_OK ||
	    l->next_update < l->this_update)
		return bad(l, at, fault, "nextUpdate");
	e = read_entries(l, &tbs, fault);
	if (e != ERR_OK || der_is_end(&tbs))
		return e;
	at = tbs.p;
	if (der_enter(&tbs, DER_CONTEXT(0), &wrap) != ERR_OK ||
	    !der_is_end(&tbs) ||
	    der_enter(&wrap, DER_SEQUENCE, &extensions) != ERR_OK ||
	    !der_is_end(&wrap))
		return bad(l, at, fault, "crlExtensions");
	e = crl_read_extensions(l, extensions);
	return e == ERR_OK ? e : refuse(l, at, e, fault, "crlExtensions");
}

enum err
crl_parse(struct crl *l, const uint8_t *der, size_t len, struct fault *fault)
{
	struct der_reader all = der_reader(der, len), list, bits;

	memset(l, 0, sizeof(*l));
	l->der = der;
	l->expired_since = INT64_MAX;
	if (len > CRL_LEN)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "CRL: at most %u octets were expected", (unsigned)CRL_LEN);
	if (der_enter(&all, DER_SEQUENCE, &list) != ERR_OK || !der_is_end(&all))
		return bad(l, der, fault, "one CertificateList was expected");
	if (der_enter_whole(&list, DER_SEQUENCE, &l->tbs) != ERR_OK ||
	    der_enter(&list, DER_SEQUENCE, &l->signature_algorithm) != ERR_OK ||
	    der_enter(&list, DER_BIT_STRING, &bits) != ERR_OK ||
	    !der_is_end(&list) || bits.len < 2 || bits.p[0] != 0)
		return bad(l, list.p, fault,
		    "tbsCertList, algorithm and signature were expected");
	l->signature = der_reader(bits.p + 1, bits.len - 1);
	return read_list(l, fault);
}
