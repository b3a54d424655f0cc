/*
 * oid.h: object identifiers, as the contents octets of their DER form.
 *
 *	if (OID_IS(&oid, OID_SHA256))
 *	enum err e = oid_from_text("1.2.840.113549", out, sizeof(out), &len);
 *	e = oid_to_text(&oid, text, sizeof(text));
 *
 * Memory    string constants, whose final NUL is no part of them; buffers of
 *           the caller
 * Chunks    whole values
 * Errors    DER_SYNTAX: no OID (X.690 8.19); DER_RANGE: an arc beyond 63 bits;
 *           BUFFER
 * Trust     form only
 * Limits    OID_CAP octets, OID_TEXT characters hold all that is in use
 */
#ifndef COMMON_OID_H
#define COMMON_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "common/der.h"
#include "common/err.h"

#define OID_CAP 64
#define OID_TEXT 160

#define OID_LEN(oid) (sizeof(oid) - 1)
#define OID_IS(reader, oid) oid_is(reader, oid, OID_LEN(oid))

/* Hashes (RFC 5754 2); SHA-1 only names things. */
#define OID_SHA1 "\x2b\x0e\x03\x02\x1a"
#define OID_SHA256 "\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define OID_SHA384 "\x60\x86\x48\x01\x65\x03\x04\x02\x02"
#define OID_SHA512 "\x60\x86\x48\x01\x65\x03\x04\x02\x03"

/* CMS (RFC 5652), its attributes, timestamps (RFC 3161, RFC 5035) */
#define OID_SIGNED_DATA "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define OID_CONTENT_TYPE "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
#define OID_MESSAGE_DIGEST "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"
#define OID_TST_INFO "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04"
#define OID_SIGNING_CERTIFICATE "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0c"
#define OID_SIGNING_CERTIFICATE_V2                                             \
	"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f"

/* X.520: 2.5.4.* */
#define OID_COMMON_NAME "\x55\x04\x03"
#define OID_COUNTRY "\x55\x04\x06"
#define OID_ORGANISATION "\x55\x04\x0a"
#define OID_ORGANISATION_ID "\x55\x04\x61"

/* Keys and curves (RFC 5480), signatures (RFC 5758 3.2) */
#define OID_EC_KEY "\x2a\x86\x48\xce\x3d\x02\x01"
#define OID_P256 "\x2a\x86\x48\xce\x3d\x03\x01\x07"
#define OID_P384 "\x2b\x81\x04\x00\x22"
#define OID_ECDSA_SHA256 "\x2a\x86\x48\xce\x3d\x04\x03\x02"
#define OID_ECDSA_SHA384 "\x2a\x86\x48\xce\x3d\x04\x03\x03"

static inline bool
oid_is(const struct der_reader *r, const char *oid, size_t len)
{
	return r->len == len && memcmp(r->p, oid, len) == 0;
}

/* Contents octets of an OID: arcs of seven bits an octet, shortest. */
MUST_USE enum err oid_check(const struct der_reader *oid);

/* Dotted decimal, NUL-terminated, to contents octets and back. */
MUST_USE enum err oid_from_text(
    const char *text, uint8_t *out, size_t cap, size_t *len);
MUST_USE enum err oid_to_text(
    const struct der_reader *oid, char *text, size_t cap);

#endif
