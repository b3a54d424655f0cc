/*
 * xml_gen.h: random XML documents without a DTD, with all the liberties that
 * canonicalising takes away, for comparing.
 *
 *	struct xml_gen g = {.rng = 7};
 *	xml_gen_document(&g);      g.buf, g.len, g.elements
 *
 * Memory    g.buf grows, is used again, and is the caller's to free()
 * Chunks    whole documents
 * Errors    out of memory ends the program
 * Trust     the same rng gives the same document
 * Limits    about a hundred elements, 8 levels
 */
#ifndef TESTS_UNIT_SUPPORT_XML_GEN_H
#define TESTS_UNIT_SUPPORT_XML_GEN_H

#include <stddef.h>
#include <stdint.h>

struct xml_gen {
	uint64_t rng;
	char *buf;
	size_t len, cap;
	unsigned elements; /* of the document so far */
	/* Prefixes in scope and what they stand for; 0 is the default. */
	int bound[6];
};

void xml_gen_document(struct xml_gen *g);

/* Below n. */
unsigned xml_gen_below(struct xml_gen *g, unsigned n);

#endif
