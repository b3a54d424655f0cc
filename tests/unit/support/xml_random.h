/*
 * xml_random.h: random XML documents without a document type, with all the
 * liberties that canonical form takes away; and small changes to documents.
 *
 *	struct xml_random r;
 *	xml_random_init(&r, seed);
 *	xml_random_document(&r);
 *	use(r.buf, r.len);
 *
 * Memory    one buffer inside
 * Chunks    whole documents
 * Errors    none; most documents are well-formed, some are not
 * Trust     the same seed gives the same documents
 * Limits    XML_RANDOM_MAX octets: beyond, a document is cut off
 */
#ifndef TESTS_UNIT_SUPPORT_XML_RANDOM_H
#define TESTS_UNIT_SUPPORT_XML_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XML_RANDOM_MAX 16384

struct xml_random {
	uint64_t state;
	bool liberties; /* of spelling, in the open document */
	size_t len;
	uint8_t buf[XML_RANDOM_MAX];
};

void xml_random_init(struct xml_random *r, uint64_t seed);
unsigned xml_random_below(struct xml_random *r, unsigned n);

/* Begins a new document; its namespaces are not always in order or in use. */
void xml_random_document(struct xml_random *r);

/* The document becomes a changed copy of (buf, len): now and then still a
 * canonical one. */
void xml_random_change(struct xml_random *r, const uint8_t *buf, size_t len);

#endif
