/*
 * gen.h: the inside of tests/gen/drafts: fictional EDC drafts.
 *
 *	struct gen_out o = {0};
 *	gen_draft(&o, &options, index);
 *	gen_assemble(&o, &options, size, &file, &len);
 *
 * Memory    buffers of an out grow and are used again for the next draft
 * Chunks    none
 * Errors    out of memory ends the program: it is a tool of the tests
 * Trust     the same options and index give the same bytes
 * Limits    none
 */
#ifndef TESTS_GEN_GEN_H
#define TESTS_GEN_GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gen_kind {
	GEN_QUALIFICATION,
	GEN_ACTIVITY,
	GEN_ASSESSMENT,
	GEN_ENTITLEMENT,
	GEN_KINDS,
};

enum gen_fault {
	GEN_SOUND,
	GEN_NO_ISSUER,
	GEN_OTHER_ISSUER,
	GEN_UNKNOWN_SCHEMA,
	GEN_DUPLICATE_NAME,
	GEN_TRUNCATED,
	GEN_NOT_JSON,
	GEN_LONE_SURROGATE,
	GEN_NUMBER_RANGE,
	GEN_SEALED,
	GEN_MISSING_TITLE,
	GEN_DEEP,
	GEN_FAULTS,
};

extern const char *const gen_kind_names[GEN_KINDS];
extern const char *const gen_fault_names[GEN_FAULTS];

struct gen_options {
	uint64_t seed;
	size_t size; /* octets of a draft; 0: as the index says */
	/* The certificate that shall fit, or NULL. */
	const char *organisation, *identifier, *country;
	enum gen_fault fault;
};

/* Everything that varies from draft to draft, drawn once. */
struct gen_style {
	bool lists; /* [x] where x would do, also in language maps */
	bool pretty; /* white space */
	bool escapes; /* \u00e9 and \/ where octets would do */
	bool context_first; /* and the issuer before the images */
	bool wrapper; /* of an upload */
	bool full_name; /* else given and family name only */
	bool no_name; /* an empty map of names */
	bool bilingual; /* English beside the own language */
	unsigned pages; /* of each language */
};

#define GEN_SLOTS 8 /* images of one draft */

struct gen_out {
	char *buf;
	size_t len, cap;
	size_t slot[GEN_SLOTS]; /* where in buf an image belongs */
	unsigned slots;
	uint64_t rng;
	struct gen_style style;
	unsigned depth;
	bool comma; /* before what comes next */
	char *file; /* the assembled draft */
	size_t file_cap;
};

/* Random numbers: xorshift64*, the same everywhere. */
uint64_t gen_random(uint64_t *rng);
unsigned gen_below(uint64_t *rng, unsigned n);

/* JSON with the style's liberties. */
void gen_raw(struct gen_out *o, const char *text);
void gen_open(struct gen_out *o, const char *name, char bracket);
void gen_close(struct gen_out *o, char bracket);
void gen_name(struct gen_out *o, const char *name);
void gen_text(struct gen_out *o, const char *name, const char *text);
void gen_textf(struct gen_out *o, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void gen_lexeme(struct gen_out *o, const char *name, const char *lexeme);
void gen_image(struct gen_out *o, const char *name);

/* An object, or a list of one where the style has lists. */
void gen_open_one(struct gen_out *o, const char *name, bool list);
void gen_close_one(struct gen_out *o, bool list);

/* A page as PNG of at most cap octets (cap >= GEN_PNG_MIN). Its length. */
#define GEN_PNG_MIN 1024
size_t gen_png(uint64_t *rng, size_t cap, uint8_t *out);

/* Languages with people, places and words. */
struct gen_language {
	const char *tag, *code, *name; /* "de", "DEU", "German" */
	const char *country, *city;
	const char *school; /* an institution that does not exist */
	const char *given[6], *family[6];
	const char *title[GEN_KINDS]; /* of claims */
	const char *certificate; /* title of the credential */
	const char *note; /* a sentence */
};

extern const struct gen_language gen_languages[];
extern const unsigned gen_language_count;

/* One draft, but for its images. */
void gen_draft(struct gen_out *o, const struct gen_options *g, uint64_t index);

/* Puts images of the size that is left into the draft, and the faults that
 * concern the whole file. The result is o's. */
void gen_assemble(struct gen_out *o, const struct gen_options *g, size_t size,
    const char **file, size_t *len);

#endif
