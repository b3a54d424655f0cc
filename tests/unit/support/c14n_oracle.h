/*
 * c14n_oracle.h: canonical XML as libxml2 makes it from a tree, to compare
 * with.
 *
 *	struct c14n_oracle o = {.method = C14N_11, .element = 3};
 *	bool good = c14n_oracle(&o, buf, len);    o.out, o.out_len, o.place
 *	c14n_oracle_free(&o);
 *
 * Memory    the result is freed with c14n_oracle_free
 * Chunks    whole documents
 * Errors    false: libxml2 refuses the document
 * Trust     shares nothing with host/xml but libxml2's parser
 * Limits    places of 32 levels
 */
#ifndef TESTS_UNIT_SUPPORT_C14N_ORACLE_H
#define TESTS_UNIT_SUPPORT_C14N_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/c14n.h"

struct c14n_oracle {
	enum c14n_method method;
	bool comments;
	const char *prefixes;
	int element; /* with its subtree: number in document order; -1: all */
	bool remove_signatures;
	unsigned char *out;
	int out_len;
	char place[256]; /* of that element */
};

bool c14n_oracle(struct c14n_oracle *o, const char *buf, size_t len);
void c14n_oracle_free(struct c14n_oracle *o);

#endif
