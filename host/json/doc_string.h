/*
 * doc_string.h: bodies of JSON strings: found, checked, unescaped, escaped.
 *
 *	struct doc_span s;
 *	enum err e = doc_string_scan(body, body, end, &s);
 *	size_t n = doc_string_unescape(s.text, s.len, out);
 *
 * Memory    the caller's
 * Chunks    whole strings; body starts after the opening quotation mark
 * Errors    scan: JSON_TRUNCATED, JSON_CONTROL, JSON_ESCAPE, JSON_SURROGATE,
 *           UTF8_INVALID, with the first octet that cannot stand there
 * Trust     unescape wants a body that scan has passed
 * Limits    none of its own
 */
#ifndef HOST_JSON_DOC_STRING_H
#define HOST_JSON_DOC_STRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct doc_span {
	const uint8_t *text;
	size_t len; /* up to the closing quotation mark */
	bool escaped; /* has at least one escape */
	bool canonical; /* and all of them as RFC 8785 3.2.2.2 wants them */
	const uint8_t *bad; /* after an error */
};

/* p is somewhere in body behind nothing but plain ASCII. */
MUST_USE enum err doc_string_scan(const uint8_t *body, const uint8_t *p,
    const uint8_t *end, struct doc_span *s);

/* out holds len octets: text never gets longer. Returns its length. */
size_t doc_string_unescape(const uint8_t *body, size_t len, uint8_t *out);

/* How far text needs no escape. */
size_t doc_string_plain(const uint8_t *text, size_t len);

/* Canonical body for text. out holds 6 * len octets. Returns its length. */
size_t doc_string_escape(const uint8_t *text, size_t len, uint8_t *out);

#endif
