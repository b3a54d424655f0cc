/*
 * certificate.h: what the appliance reads of a certificate (RFC 5280 4.1).
 * Nothing is verified here: the digest of the whole is what approvals name.
 *
 *	e = certificate_read(&cert, der, len);
 *	e = certificate_organisation(&cert.subject, &name);
 *
 * Memory    what is found points into (der, len)
 * Chunks    whole certificates
 * Errors    CERT_SYNTAX; organisation: CERT_NO_ORGANISATION
 * Trust     who issued it does not matter to what is read
 * Limits    the first organisationName of a name
 */
#ifndef FIRMWARE_CERTIFICATE_H
#define FIRMWARE_CERTIFICATE_H

#include "common/der.h"

struct certificate {
	struct der_reader issuer, subject; /* RDNs */
	struct der_reader validity;
	struct der_reader rest; /* from subjectPublicKeyInfo on */
};

MUST_USE enum err certificate_read(
    struct certificate *c, const uint8_t *der, size_t len);

/* organisationName (2.5.4.10) of a name, UTF-8. */
MUST_USE enum err certificate_organisation(
    const struct der_reader *rdns, struct der_reader *name);

/* subjectPublicKeyInfo with tag and length. */
MUST_USE enum err certificate_key(
    const struct certificate *c, struct der_reader *spki);

/* In seconds since 1970. */
MUST_USE enum err certificate_until(
    const struct certificate *c, int64_t *until);

#endif
