/*
 * access.h: where a certificate says that more is to be had: its issuer's
 * certificate, a responder, lists of revocations (RFC 5280 4.2.2.1, 4.2.1.13).
 *
 *	char url[ACCESS_URL];
 *	for (n = 0; access_url(&c, ACCESS_OCSP, n, url) == ERR_OK; n++)
 *
 * Memory    the caller's buffer
 * Chunks    none
 * Errors    NOT_FOUND: there is no further one
 * Trust     whoever signed the certificate says so, and nobody else: asking
 *           there tells him who asks, and when
 * Limits    http and https only, ACCESS_URL octets; others are passed over
 */
#ifndef HOST_X509_ACCESS_H
#define HOST_X509_ACCESS_H

#include "host/x509/cert.h"

#define ACCESS_URL 512

enum access_kind { ACCESS_OCSP = 1, ACCESS_CRL = 2, ACCESS_ISSUER = 3 };

/* The n-th, from 0. */
MUST_USE enum err access_url(const struct cert *c, enum access_kind kind,
    size_t n, char out[static ACCESS_URL]);

/* Does it name any place for its revocation, be it one that we cannot ask? */
bool access_is_published(const struct cert *c);

/* Is one of these names (contents of GeneralNames) a distribution point's? */
bool access_is_crl_point(const struct cert *c, struct der_reader names);

#endif
