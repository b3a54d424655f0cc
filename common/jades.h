/*
 * jades.h: the protected header of a JAdES seal (ETSI TS 119 182-1) and the
 * to-be-signed octets under it (RFC 7515 5.1, RFC 7797 3 with b64 false).
 * The header is closed: what this module does not write is not accepted
 * anywhere. In this order and without white space:
 *
 *	alg       the algorithm's name
 *	cty       "octet-stream" with profile edc, else "json"
 *	kid       base64 of IssuerSerial { GeneralNames { directoryName },
 *	          serialNumber } (RFC 5035 4) of the signing certificate
 *	x5t#S256  base64url of the SHA-256 of the signing certificate
 *	x5c       the chain in base64, signing certificate first
 *	typ       "jose+json", with profile json-compact "jose"
 *	b64       false, with profile edc only
 *	iat       the time in seconds, or sigT, the time as text
 *	adoTst    {"tstTokens":[{"val":base64}]}, if there is a timestamp
 *	crit      "b64" if it is there, then "sigT" if it is there, then
 *	          "adoTst" if it is there and the signing time is sigT or it is
 *	          asked for; left out where it would be empty
 *
 * Signed are these octets, a dot, and the payload: as it is with profile edc,
 * else in base64url.
 *
 *	struct jades_tbs t;
 *	enum err e = jades_tbs_init(&t, &header, NULL);
 *	jades_tbs_push(&t, payload, len);
 *	jades_tbs_finish(&t, payload_digest, tbs_digest, &tbs_digest_len);
 *
 * Memory    the caller owns everything; certificates are read in place; the
 *           header is never held as a whole
 * Chunks    splitting the payload changes nothing
 * Errors    from init, put and check only, before anything is put:
 *           PROFILE, ALGORITHM, CERT_SYNTAX (the signing certificate),
 *           HEADER_COMPOSE for any other value that has no form
 * Trust     payload digests count once its own checker has accepted it;
 *           certificates and timestamps are not verified here
 * Limits    BOUND_CHAIN certificates of BOUND_CERTIFICATE octets, a timestamp
 *           of BOUND_TIMESTAMP, times of the years 1970 to 9999
 */
#ifndef COMMON_JADES_H
#define COMMON_JADES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/alg.h"
#include "common/base64.h"
#include "common/bounds.h"
#include "common/err.h"
#include "common/sha256.h"
#include "common/sha512.h"
#include "common/sink.h"

struct der_certificate {
	const uint8_t *der;
	size_t len;
};

struct jades_header {
	enum item_profile profile; /* one of profile.h */
	enum alg_number alg;
	struct der_certificate chain[BOUND_CHAIN]; /* signing cert first */
	size_t chain_len; /* 1..BOUND_CHAIN */
	enum signing_time signing_time;
	int64_t time; /* seconds since 1970, UTC, >= 0 */
	const uint8_t *content_timestamp; /* DER TimeStampToken, or NULL */
	size_t content_timestamp_len;
	bool crit_content_timestamp; /* name adoTst in crit also with iat */
};

/* Puts the base64url form of the header, which is the member "protected". */
MUST_USE enum err jades_header_put(
    const struct jades_header *h, struct sink *out);

/* Is this, octet for octet, the member "protected" that h gives?
 * HEADER_DIFFERS if not. */
MUST_USE enum err jades_header_check(
    const struct jades_header *h, const char *text, size_t len);

struct jades_tbs {
	enum alg_number alg;
	struct sha256 payload;
	union {
		struct sha256 sha256;
		struct sha512 sha512;
	} tbs;

	/* Private from here. */
	bool encoded;
	struct sink hash; /* into tbs */
	struct base64_sink text; /* into hash: of the payload */
};

/* copy, if not NULL, also receives the base64url header. */
MUST_USE enum err jades_tbs_init(
    struct jades_tbs *t, const struct jades_header *h, struct sink *copy);
/* What a content timestamp is over (TS 119 182-1 5.2.6): SHA-256 of the payload
 * as it enters the signature. PROFILE */
MUST_USE enum err jades_content_digest(enum item_profile profile,
    const uint8_t *payload, size_t len, uint8_t out[static SHA256_SIZE]);

/* Under a header that was put before, as the text that it gave. */
MUST_USE enum err jades_tbs_under(struct jades_tbs *t,
    enum item_profile profile, enum alg_number alg, const char *text,
    size_t len);
void jades_tbs_push(struct jades_tbs *t, const uint8_t *buf, size_t len);

/* tbs_digest_len: alg's hash_size; zeros stand behind a shorter digest, as a
 * leaf wants it. */
void jades_tbs_finish(struct jades_tbs *t,
    uint8_t payload_digest[static SHA256_SIZE],
    uint8_t tbs_digest[static SHA512_SIZE], size_t *tbs_digest_len);

#endif
