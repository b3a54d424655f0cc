/*
 * summary.h: what a person must see of a credential before it is sealed,
 * taken from the stream of JSON events (json.h), wherever the members stand.
 * With profile edc these are the paths of ELM v3, with any other profile those
 * of a W3C Verifiable Credential, an Open Badge 3 and a CLR 2, in brackets
 * below. Of an array in place of a single value the first element is taken.
 *
 *	struct summary s;
 *	summary_init(&s, PROFILE_EDC, "de");
 *	jcs_init(&c, &hash, &s.sink);
 *	... jcs_finish said ERR_OK ...
 *	summary_finish(&s);
 *
 * Memory    the caller owns the context, at most 4 KiB; it may be copied with
 *           = before it is used. Of texts that wait for the language of the
 *           document what fits into SUMMARY_POOL is kept, and always the one
 *           that would be shown if the document named none
 * Chunks    splitting the input changes nothing
 * Errors    none: what is not there stays empty
 * Trust     nothing may be shown before the document's checker said ERR_OK.
 *           Texts hold any character, control and direction marks too: who
 *           draws them makes them visible
 * Limits    SUMMARY_* octets a text, cut at a code point
 */
#ifndef COMMON_SUMMARY_H
#define COMMON_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/alg.h"
#include "common/json.h"
#include "common/sha256.h"
#include "common/summary_pool.h"

#define SUMMARY_TEXT 192 /* names and titles */
#define SUMMARY_NAME 95 /* givenName, familyName: both fit one text */
#define SUMMARY_ID 96 /* identifiers */
#define SUMMARY_DATE 40

struct summary_text {
	uint16_t len;
	bool cut; /* the document holds more than is kept: a longer text, or
		     further elements of an array */
	uint8_t whole[SHA256_SIZE]; /* SHA-256 of a text that was too long,
				       see summary_digest; else zeros */
	char text[SUMMARY_TEXT]; /* UTF-8, no final NUL */
};

struct summary {
	struct json_sink sink; /* give this to jcs_init or json_init */
	struct summary_text issuer; /* issuer.legalName [issuer.name] */
	/* issuer.eIDASIdentifier.notation [issuer.id, or issuer] */
	struct summary_text issuer_id;
	/* credentialSubject.fullName [name], else givenName, a space,
	 * familyName [else id, else identifier.identityHash] */
	struct summary_text learner;
	/* displayParameter.title [credentialSubject.achievement.name, else
	 * name; of a CLR name] */
	struct summary_text title;
	struct summary_text id; /* id */
	struct summary_text issued; /* issued [issuanceDate] */
	struct summary_text valid_from;
	struct summary_text valid_until; /* else expirationDate */
	/* credentialSubject.hasClaim [achievement; of a CLR
	 * verifiableCredential], top level */
	uint32_t claims;
	uint32_t languages; /* displayParameter.language [none] */
	/* @context is exactly EDC's [W3C's, 1EdTech's behind it, no others] */
	bool understood;

	/* Private from here. */
	bool has_until; /* valid_until is not just an expirationDate */
	bool overlong; /* the open text is */
	bool edc;
	bool record; /* a CLR */
	uint8_t candidates; /* a bit a context that the open text can be */
	uint8_t context; /* entries of @context met, or that it is wrong */
	uint8_t depth; /* frames in use */
	uint8_t value; /* node of the member whose name was read last */
	uint8_t capture; /* node of the open string or number, 0: none */
	bool inside; /* a string or number is open */
	uint8_t name_len; /* beyond the array: longer than any known name */
	char name[20];
	char language[2]; /* of the open member of a language map */
	char tail[4]; /* last octets of the open text */
	uint16_t kept; /* octets of the open text */
	uint16_t seen; /* of the open text, as far as anyone asks */
	uint32_t more; /* a bit a node: further elements were left out */
	uint32_t skip; /* open objects and arrays nobody asks for */
	struct summary_frame {
		uint8_t node;
		uint8_t is_array;
		uint8_t filled; /* the first element was taken */
	} frame[8];
	struct sha256 hash; /* of the open text if it is overlong */
	struct summary_pool pool;
};

/* language: two letters, preferred; then the primary language of the document
 * (displayParameter.primaryLanguage), then English, then the first that comes.
 * NULL: no preference. Digests are comparable for the same language only.
 * Credentials of other profiles than edc have one text and no languages. */
void summary_init(
    struct summary *s, enum item_profile profile, const char *language);
void summary_finish(struct summary *s);

/*
 * SHA-256 over, numbers big-endian:
 *
 *	16     "zegel-summary-v1"
 *	       for each of issuer, issuer_id, learner, title, id, issued,
 *	       valid_from, valid_until:
 *	2        length of the text
 *	1        1 if cut, else 0
 *	length   the text
 *	32       whole, if cut
 *	4      claims
 *	4      languages
 *	1      1 if understood, else 0
 *
 * whole commits to what was cut off: it is the SHA-256 of the text in full,
 * or zeros if the text is complete and only further elements are left out.
 * A learner of givenName and familyName of which one was too long has
 * SHA-256 over, for each of the two: 2 length of the kept text, the kept text,
 * 32 SHA-256 of it in full, or zeros if it is complete.
 */
void summary_digest(const struct summary *s, uint8_t out[static SHA256_SIZE]);

#endif
