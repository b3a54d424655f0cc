/*
 * cert_parts.h: the parts of a certificate, read one by one by cert_parse;
 * private to host/x509.
 *
 *	e = cert_read_subject(c, name, &fault);
 *	e = cert_read_key(c, spki, &fault);
 *	e = cert_read_extensions(c, extensions, &fault);
 *
 * Memory    fields of c; readers point into its DER
 * Chunks    whole values
 * Errors    CERT_SYNTAX, CERT_KEY with a fault that names the part
 * Trust     as cert.h
 * Limits    as cert.h
 */
#ifndef HOST_X509_CERT_PARTS_H
#define HOST_X509_CERT_PARTS_H

#include "host/x509/cert.h"

#define CERT_OFFSET(c, at) ((uint64_t)((at) - (c)->der))

/* Contents of the subject Name: fills the texts. */
MUST_USE enum err cert_read_subject(
    struct cert *c, struct der_reader name, struct fault *fault);

/* Contents of the issuer Name: nothing in it may hold a NUL, which readers
 * would take for the end of it. */
MUST_USE enum err cert_check_issuer(
    struct cert *c, struct der_reader name, struct fault *fault);

/* Contents of SubjectPublicKeyInfo: fills key and key_bits. */
MUST_USE enum err cert_read_key(
    struct cert *c, struct der_reader spki, struct fault *fault);

/* Contents of Extensions. */
MUST_USE enum err cert_read_extensions(
    struct cert *c, struct der_reader extensions, struct fault *fault);

/* spki_read without the curve arithmetic, for a key that passed it before. */
struct spki;
MUST_USE enum err spki_read_checked(
    const uint8_t *der, size_t len, struct spki *out);

#endif
