/*
 * xml_ns.h: the namespaces in scope while a document in canonical form is
 * read, and what that form says of where they are declared. Since it has no
 * declaration to spare, those in scope are those that were written.
 *
 *	xml_ns_open(&s, depth);
 *	e = xml_ns_declare(&s, prefix, len, at);
 *	taken = xml_ns_push(&s, value, len);
 *	e = xml_ns_declared(&s, &bad);
 *	int n = xml_ns_use(&s, prefix, len);
 *	xml_ns_close(&s, depth);
 *
 * Memory    the caller owns the context
 * Chunks    prefixes are whole, namespace names come in any chunks
 * Errors    XML_*, C14N_*, of the declaration as a whole
 * Trust     numbers of namespaces are those of xml_ns_use, nothing else
 * Limits    BOUND_XML_NAMESPACES, BOUND_XML_NAMESPACE_OCTETS
 */
#ifndef COMMON_XML_NS_H
#define COMMON_XML_NS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bounds.h"
#include "common/err.h"

struct xml_ns {
	uint64_t used; /* a bit each: of the open tag, and something needs it */
	uint16_t prefix[BOUND_XML_NAMESPACES + 1]; /* where it begins */
	uint16_t name[BOUND_XML_NAMESPACES]; /* where the namespace's begins */
	uint16_t at[BOUND_XML_NAMESPACES]; /* the caller's */
	uint16_t len; /* of what is stored */
	uint8_t count;
	uint8_t base; /* the first of the open tag */
	uint8_t before[BOUND_XML_DEPTH]; /* declared outside each level */
	uint8_t octets[BOUND_XML_NAMESPACE_OCTETS];
};

enum {
	XML_NS_NONE = -1, /* no namespace; the prefix is not declared */
	XML_NS_XML = -2, /* that of xml:lang, in scope everywhere */
};

void xml_ns_init(struct xml_ns *s);

/* A start tag's declarations begin; depth counts from 0. */
void xml_ns_open(struct xml_ns *s, unsigned depth);

/* The element at depth ends: its declarations go out of scope. */
void xml_ns_close(struct xml_ns *s, unsigned depth);

/* at is kept for xml_ns_unused; len 0 is the default namespace. */
MUST_USE enum err xml_ns_declare(
    struct xml_ns *s, const uint8_t *prefix, size_t len, uint16_t at);

/* Octets of the name of the declared namespace; how many were stored: less
 * than len is beyond the bound. */
size_t xml_ns_push(struct xml_ns *s, const uint8_t *buf, size_t len);

/* The name is whole. If it is none, where: bad octets before its end. */
MUST_USE enum err xml_ns_declared(struct xml_ns *s, size_t *bad);

/* The namespace of a prefix in the open tag, whose declaration, if it is there
 * too, is not in vain then; len 0 is the default namespace, which may have
 * been undone. */
int xml_ns_use(struct xml_ns *s, const uint8_t *prefix, size_t len);

/* The open tag has a declaration that nothing uses: its at. */
bool xml_ns_unused(const struct xml_ns *s, uint16_t *at);

/* <0, 0, >0 as names of namespaces are ordered; none is the least. */
int xml_ns_compare(const struct xml_ns *s, int a, int b);

#endif
