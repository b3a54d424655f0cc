/*
 * crl_parts.h: the extensions of a list and of its entries; private to
 * host/x509.
 *
 *	e = crl_read_extensions(l, extensions);
 *	e = crl_read_entry(&entries, &entry);
 *
 * Memory    readers point into the list
 * Chunks    whole values
 * Errors    DER_*, TIME_SYNTAX; CRL_DELTA, CRL_SCOPE, REVOCATION_EXTENSION,
 *           TOO_LARGE
 * Trust     form only
 * Limits    those of crl.h
 */
#ifndef HOST_X509_CRL_PARTS_H
#define HOST_X509_CRL_PARTS_H

#include "host/x509/crl.h"

/* Contents of Extensions of the list. */
MUST_USE enum err crl_read_extensions(struct crl *l, struct der_reader list);

struct crl_entry {
	struct der_reader serial; /* INTEGER, with tag and length */
	int64_t revoked;
	int reason; /* or REVOCATION_NO_REASON */
};

MUST_USE enum err crl_read_entry(
    struct der_reader *entries, struct crl_entry *out);

/* One octet, 0 to 127; OCSP has them, too. */
MUST_USE enum err crl_enter_enumerated(struct der_reader *r, uint8_t *value);

#endif
