/*
 * extend_parts.h: the elements of etsiU as text, and where they go; private to
 * host/seal.
 *
 *	struct element x;
 *	extend_element_open(&x);
 *	fputs("{\"sigTst\":...}", x.json);
 *	e = extend_element_insert(&x, &jws, seal, &file, &len);
 *
 * Memory    an insertion frees the element and replaces the buffer of the file
 * Chunks    none
 * Errors    NO_MEMORY
 * Trust     what is inserted is JSON of this project's own making
 * Limits    none
 */
#ifndef HOST_SEAL_EXTEND_PARTS_H
#define HOST_SEAL_EXTEND_PARTS_H

#include <stdio.h>

#include "host/seal/extend.h"
#include "host/seal/verify_parts.h"

struct extend {
	const struct extend_options *options;
	struct verify_options verify;
	struct verify_source fetch; /* of issuers only */
	uint8_t *file; /* as far as it is */
	size_t len;
	unsigned seal;
	struct fault *fault;
	int64_t stamped; /* the latest time that was had for it; or 0 */
	/* what was read of the file, as it is */
	bool seen;
	struct jws jws;
	struct verify_result result;
	struct verify_report report;
	struct verify_seal s;
};

struct element {
	FILE *json; /* in memory; NULL: there is none */
	char *buf;
	size_t len;
};

void extend_element_open(struct element *x);
void extend_element_put_base64(
    struct element *x, const uint8_t *der, size_t len);

/* {"val":"..."}, with a comma before it where first says false; sets it so. */
void extend_element_put_value(
    struct element *x, bool *first, const uint8_t *der, size_t len);

/* Behind the last element of that seal. j was read from the file, and is of
 * no use afterwards. */
MUST_USE enum err extend_element_insert(struct element *x, const struct jws *j,
    unsigned seal, uint8_t **file, size_t *len);

void extend_element_drop(struct element *x);

/* The same for the seal at hand; ends its step. */
MUST_USE enum err extend_insert(struct extend *x, struct element *element);

/* extend_values.c: adds what is missing of these, if anything is. */
enum extend_values {
	EXTEND_CERTS = 1, /* of the seal's chain */
	EXTEND_REVOCATIONS = 2,
	EXTEND_TIMESTAMPS = 3, /* of the timestamps' chains, both */
};
MUST_USE enum err extend_values(struct extend *x, enum extend_values what);

#endif
