/*
 * summary.h: what a person must see of a credential before it is sealed,
 * taken from the stream of JSON events (json.h), wherever the members stand
 * and whether they are one object or an array (docs: ELM v3, EDC profile).
 *
 *	struct summary s;
 *	summary_init(&s, "de");
 *	jcs_init(&c, &hash, &s.sink);
 *	... jcs_finish said ERR_OK ...
 *	summary_finish(&s);
 *
 * Memory    the caller owns the context; texts are cut at their bound and say
 *so Chunks    splitting the input changes nothing Errors    none: what is not
 *there stays empty Trust     nothing may be shown before the document's checker
 *said ERR_OK Limits    SUMMARY_* octets a text, cut at a code point
 */
#ifndef COMMON_SUMMARY_H
#define COMMON_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/json.h"
#include "common/sha256.h"

#define SUMMARY_TEXT 192 /* names and titles */
#define SUMMARY_ID 96 /* identifiers */
#define SUMMARY_DATE 40

struct summary_text {
	uint16_t len;
	bool cut; /* the document holds more than is kept */
	char text[SUMMARY_TEXT]; /* UTF-8, no final NUL */
};

struct summary {
	struct json_sink sink; /* give this to jcs_init or json_init */
	struct summary_text issuer; /* issuer.legalName */
	struct summary_text issuer_id; /* issuer.eIDASIdentifier.notation */
	struct summary_text learner; /* fullName, else givenName familyName */
	struct summary_text title; /* displayParameter.title */
	struct summary_text id; /* id */
	struct summary_text issued, valid_from, valid_until;
	uint32_t claims; /* credentialSubject.hasClaim, top level */
	uint32_t languages; /* displayParameter.language */
	bool understood; /* @context is exactly EDC's */
	/* the owner's private state follows */
};

/* language: two letters; preferred, then the primary language of the
 * document, then English, then the first that comes. NULL: no preference. */
void summary_init(struct summary *s, const char *language);
void summary_finish(struct summary *s);

/* SHA-256 over the fixed encoding (docs/LOG.md) of the public members. */
void summary_digest(const struct summary *s, uint8_t out[static SHA256_SIZE]);

#endif
