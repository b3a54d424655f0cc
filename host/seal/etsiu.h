/*
 * etsiu.h: the unprotected header etsiU (ETSI TS 119 182-1 5.3.1): a list of
 * one-member objects, each base64url, or all of them in clear.
 *
 *	struct etsiu u;
 *	enum err e = etsiu_read(&u, jws.doc, seal->etsiu, &fault);
 *	u.element[0].name, u.element[0].doc, u.element[0].value
 *	etsiu_free(&u);
 *
 * Memory    decoded elements are its own; all else points into the file
 * Chunks    whole values
 * Errors    VERIFY_FORMAT: no array of such objects, or a mixture of forms;
 *           NO_MEMORY. What could be read until then is there
 * Trust     nothing in it is signed, but for what archive timestamps cover
 * Limits    ETSIU_MAX elements of JWS_HEADER octets
 */
#ifndef HOST_SEAL_ETSIU_H
#define HOST_SEAL_ETSIU_H

#include "host/seal/jws.h"

#define ETSIU_MAX 64
#define ETSIU_NAME 32

struct etsiu_element {
	const char *text; /* base64url, as it stands; NULL: in clear */
	size_t len;
	uint8_t *json; /* decoded */
	struct doc *own; /* of json */
	struct doc *doc; /* own, or the file's */
	char name[ETSIU_NAME]; /* "sigTst"; cut if longer */
	doc_ref value; /* of the one member, in doc */
};

struct etsiu {
	struct etsiu_element element[ETSIU_MAX];
	size_t count;
	bool clear; /* elements are no base64url */
};

/* list 0: there is no etsiU, which is fine. */
MUST_USE enum err etsiu_read(
    struct etsiu *u, struct doc *d, doc_ref list, struct fault *fault);
void etsiu_free(struct etsiu *u);

#endif
