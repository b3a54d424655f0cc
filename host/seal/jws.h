/*
 * jws.h: the three serialisations of a JWS (RFC 7515 7) as JAdES restricts
 * them (ETSI TS 119 182-1 5): exactly the allowed members, none twice.
 *
 *	struct jws j;
 *	enum err e = jws_read(&j, file, len, &fault);
 *	j.seals[0].header, j.payload
 *	jws_free(&j);
 *
 * Memory    points into the file, which must stay unchanged until jws_free
 * Chunks    whole files
 * Errors    VERIFY_FORMAT with the offset; NO_MEMORY. A protected header that
 *           cannot be read is no error of the file: its seal has no header
 * Trust     nothing is verified here
 * Limits    JWS_FILE octets, JWS_SEALS signatures, JWS_HEADER octets a header
 */
#ifndef HOST_SEAL_JWS_H
#define HOST_SEAL_JWS_H

#include "common/profile.h"
#include "host/json/doc.h"

#define JWS_FILE (64u << 20)
#define JWS_SEALS 16
#define JWS_HEADER (1u << 20)

struct jws_seal {
	const char *protected; /* base64url, as it is signed */
	size_t protected_len;
	const char *signature; /* base64url */
	size_t signature_len;
	doc_ref etsiu; /* in jws.doc, or 0 */
	uint8_t *json; /* decoded protected header, with a NUL behind */
	struct doc *header; /* NULL: fault says what is wrong with it */
	struct fault fault;
};

struct jws {
	enum jws_form form;
	struct doc *doc; /* NULL: compact */
	const char *payload; /* as it is signed; NULL: detached */
	size_t payload_len;
	/* By jws_attach: what timestamps are over. payload points to it, or is
	 * empty where the header holds its digest. */
	char *attached;
	size_t attached_len;
	struct jws_seal seals[JWS_SEALS];
	unsigned count;
};

MUST_USE enum err jws_read(
    struct jws *j, const uint8_t *file, size_t len, struct fault *fault);
void jws_free(struct jws *j);

/* The payload's octets: encoded, they are decoded into *buf, a new buffer, else
 * *buf is NULL. NULL: it is detached. BASE64_SYNTAX, NO_MEMORY */
MUST_USE enum err jws_payload(const struct jws *j, bool encoded, uint8_t **buf,
    const uint8_t **octets, size_t *len);

/* Gives a detached JWS what it is over, in the form in which its first seal
 * signs it: base64url, or with b64 false as it is. VERIFY_INVALID: the header
 * of a seal holds another digest; UNSUPPORTED: one refers to more than one
 * object, or some by a digest and others not. */
MUST_USE enum err jws_attach(
    struct jws *j, const uint8_t *octets, size_t len, struct fault *fault);

/* One JSON document of limits that hold for headers and what is in etsiU. */
MUST_USE enum err jws_parse(
    struct doc **d, const uint8_t *json, size_t len, struct fault *fault);

#endif
