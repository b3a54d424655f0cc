/*
 * extension.h: Extensions (RFC 5280 4.1), the same in certificates, lists of
 * revocations and OCSP.
 *
 *	while (!der_is_end(&list) && e == ERR_OK)
 *		e = extension_next(&list, &x);
 *
 * Memory    readers point into the caller's buffer
 * Chunks    whole values
 * Errors    DER_*
 * Trust     form only; a critical one that is not understood is the caller's
 *           to refuse
 * Limits    none: the caller bounds the list
 */
#ifndef HOST_X509_EXTENSION_H
#define HOST_X509_EXTENSION_H

#include "common/der.h"

struct extension {
	struct der_reader oid, value;
	bool critical;
};

/* list: contents of the SEQUENCE. */
MUST_USE enum err extension_next(struct der_reader *list, struct extension *x);

#endif
