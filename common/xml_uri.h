/*
 * xml_uri.h: absolute URIs (RFC 3986 3: scheme ":" hier-part, query, fragment)
 * as namespace names have to be. Canonical XML demands that documents with
 * relative ones are refused (Canonical XML 1.0, 1.3).
 *
 *	if (xml_uri_check(buf, len) != len)
 *		not one
 *
 * Memory    none
 * Chunks    whole values
 * Errors    the number of octets before the first wrong one, len if none is;
 *           len + 1 if one is missing at the end
 * Trust     says nothing of what is there, nor that a scheme exists
 * Limits    of RFC 3986, hosts in brackets, empty ports and ampersands are
 *           refused: implementations of Canonical XML do not agree on them;
 *           so are ports above 2^31 - 1
 */
#ifndef COMMON_XML_URI_H
#define COMMON_XML_URI_H

#include <stddef.h>
#include <stdint.h>

size_t xml_uri_check(const uint8_t *buf, size_t len);

#endif
