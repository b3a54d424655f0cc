/*
 * gen_parts.h: the parts of one draft; for tests/gen only.
 *
 *	gen_put_country(&ctx, "spatial", "DE");
 *
 * Memory    everything goes into the ctx's out
 * Chunks    none
 * Errors    an unknown country ends the program
 * Trust     none
 * Limits    none
 */
#ifndef TESTS_GEN_GEN_PARTS_H
#define TESTS_GEN_GEN_PARTS_H

#include "tests/gen/gen.h"

#define AUTHORITY "http://publications.europa.eu/resource/authority/"
#define SNB "http://data.europa.eu/snb/"

struct gen_ctx {
	struct gen_out *o;
	const struct gen_options *g;
	const struct gen_language *own, *english;
	enum gen_kind kind;
	unsigned next; /* number for ids */
};

/* 0..n-1; true once in n times. */
unsigned gen_draw(struct gen_ctx *c, unsigned n);
bool gen_one_in(struct gen_ctx *c, unsigned n);

/* id and type of an object. */
void gen_put_node(struct gen_ctx *c, const char *what, const char *type);

/* {"de": own, "en": english}; english may be NULL. */
void gen_put_map(
    struct gen_ctx *c, const char *name, const char *own, const char *english);
void gen_put_concept(struct gen_ctx *c, const char *name, const char *scheme,
    const char *code, const char *notation, const char *label);
void gen_put_language(
    struct gen_ctx *c, const char *name, const struct gen_language *l);
void gen_put_country(struct gen_ctx *c, const char *name, const char *alpha2);
void gen_put_location(struct gen_ctx *c, const char *alpha2);

/* nested: it has no others inside. */
void gen_put_claim(
    struct gen_ctx *c, enum gen_kind kind, const char *name, bool nested);

#endif
