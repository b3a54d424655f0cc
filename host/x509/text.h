/*
 * text.h: the string types of X.500 names as UTF-8.
 *
 *	char out[CERT_TEXT];
 *	enum err e = x509_text(tag, &contents, out, sizeof(out));
 *
 * Memory    the caller's buffer; NUL-terminated
 * Chunks    whole values
 * Errors    CERT_SYNTAX: not that type's octets, a control character (a name
 *           is printed on terminals), or an unknown type; TOO_LARGE
 * Trust     what comes out is UTF-8 without NUL, C0, C1 and DEL
 * Limits    cap
 */
#ifndef HOST_X509_TEXT_H
#define HOST_X509_TEXT_H

#include "common/der.h"

#define X509_NUMERIC_STRING 0x12
#define X509_VISIBLE_STRING 0x1a
#define X509_T61_STRING 0x14 /* read as ISO 8859-1, as all the world does */
#define X509_UNIVERSAL_STRING 0x1c
#define X509_BMP_STRING 0x1e

MUST_USE enum err x509_text(
    uint8_t tag, const struct der_reader *value, char *out, size_t cap);

#endif
