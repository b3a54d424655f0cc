/*
 * cms.h: SignedData with one signer (RFC 5652 5), as a timestamp token is,
 * and the attributes that bind the signer's certificate (RFC 5035).
 *
 *	struct cms_signed s;
 *	enum err e = cms_signed_decode(token, len, &s);
 *	e = cms_signing_certificate(&s, &ess);
 *
 * Memory    readers point into the caller's buffer
 * Chunks    whole values; every shorter one is refused
 * Errors    DER_*; ALGORITHM: a hash that is not SHA-256, SHA-384, SHA-512;
 *           NOT_FOUND: no such attribute
 * Trust     form only: nothing is verified here, see host/tsp/token.h
 * Limits    one SignerInfo; of the certificates that an attribute names only
 *           the first is read, which is the signer's
 */
#ifndef COMMON_CMS_H
#define COMMON_CMS_H

#include "common/der.h"

struct cms_signed {
	struct der_reader content_type; /* contents of an OID */
	struct der_reader content; /* octets of eContent */
	struct der_reader certificates; /* one after another; or empty */
	struct der_reader crls; /* RevocationInfoChoices; or empty */
	/* the signer by name and number, with tag and length .. */
	struct der_reader issuer, serial;
	struct der_reader key_id; /* .. or by this; the other is empty */
	size_t hash_size; /* of digestAlgorithm: 32, 48, 64 */
	/* Signed attributes with tag and length. Signed is the same with
	 * DER_SET in the first octet's place (5.4). */
	struct der_reader attributes;
	struct der_reader signature_algorithm; /* contents */
	struct der_reader signature;
	struct der_reader unsigned_attributes; /* contents; or empty */
};

MUST_USE enum err cms_signed_decode(
    const uint8_t *der, size_t len, struct cms_signed *out);

/* The next X.509 certificate among them, with tag and length. Other kinds
 * are passed over. NOT_FOUND at the end. */
MUST_USE enum err cms_next_certificate(
    struct der_reader *certificates, struct der_reader *certificate);

/* The one value of a signed attribute, tag and length included. One that
 * stands there twice or has not just one value is DER_SYNTAX. */
MUST_USE enum err cms_attribute(const struct cms_signed *s, const char *oid,
    size_t oid_len, struct der_reader *value);

/* ESSCertID or ESSCertIDv2: the first, which names the signer's. */
struct cms_ess {
	size_t hash_size; /* 20: SHA-1, in ESSCertID only */
	struct der_reader hash;
	struct der_reader issuer, serial; /* tag and length; or both empty */
};

/* From signingCertificateV2, or else signingCertificate. NOT_FOUND if the
 * signer named none. */
MUST_USE enum err cms_signing_certificate(
    const struct cms_signed *s, struct cms_ess *out);

#endif
