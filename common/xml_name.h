/*
 * xml_name.h: names of XML 1.0 (fifth edition, 2.3) in UTF-8, with at most one
 * colon where one may be: QName and NCName of Namespaces in XML 1.0.
 *
 *	xml_name_init(&n);
 *	size_t taken = xml_name_push(&n, buf, len, &e);
 *	e = xml_name_finish(&n);
 *
 * Memory    the caller owns the context; the name itself is not kept
 * Chunks    splitting the input changes nothing
 * Errors    XML_NAME, UTF8_INVALID, of the octet behind those taken: the last
 *           of a character that may not be there, or one that is not UTF-8
 * Trust     a name is one once xml_name_finish says so
 * Limits    none: whoever stores it has one
 */
#ifndef COMMON_XML_NAME_H
#define COMMON_XML_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/utf8.h"

struct xml_name {
	uint64_t len; /* octets so far: a target may have any number */
	uint64_t colon; /* octets before it, 0 without */
	uint32_t code; /* the open character so far */
	struct utf8 utf8;
	bool begins; /* the next character is the first of a part */
};

void xml_name_init(struct xml_name *n);

/* Octets taken. Stops before ASCII that no name has, with ERR_OK. */
size_t xml_name_push(
    struct xml_name *n, const uint8_t *buf, size_t len, enum err *e);

/* ERR_XML_NAME if nothing is there, or nothing behind the colon;
 * ERR_UTF8_INVALID if a character is not whole. */
MUST_USE enum err xml_name_finish(const struct xml_name *n);

#endif
