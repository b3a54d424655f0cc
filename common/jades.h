/*
 * jades.h: the protected header of a JAdES seal (ETSI TS 119 182-1) and the
 * to-be-signed octets under it (RFC 7515 5.1, RFC 7797 3 with b64 false).
 * Profile edc, members in this order: alg, cty, kid, x5t#S256, x5c, typ, b64,
 * iat or sigT, [adoTst], crit. The header is closed: what this module does not
 * write is not accepted anywhere.
 *
 *	struct jades_tbs t;
 *	enum err e = jades_tbs_init(&t, &header, NULL);
 *	jades_tbs_push(&t, payload, len);
 *	jades_tbs_finish(&t, payload_digest, tbs_digest, &tbs_digest_len);
 *
 * Memory    the caller owns everything; certificates are read in place
 * Chunks    splitting the payload changes nothing
 * Errors    HEADER_COMPOSE, CERT_SYNTAX, ALGORITHM, PROFILE from init only
 * Trust     payload digests count once its own checker has accepted it
 * Limits    BOUND_CHAIN certificates of BOUND_CERTIFICATE octets
 */
#ifndef COMMON_JADES_H
#define COMMON_JADES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/alg.h"
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
	enum item_profile profile; /* PROFILE_EDC */
	enum alg_number alg;
	struct der_certificate chain[BOUND_CHAIN]; /* signing cert first */
	size_t chain_len; /* 1..BOUND_CHAIN */
	enum signing_time signing_time;
	int64_t time; /* seconds since 1970, UTC, >= 0 */
	const uint8_t
	    *content_timestamp; /* adoTst: DER TimeStampToken, or NULL */
	size_t content_timestamp_len;
	bool
	    crit_content_timestamp; /* adoTst named in crit; always with sigT */
};

/* Puts the base64url form of the header, which is the member "protected". */
MUST_USE enum err jades_header_put(
    const struct jades_header *h, struct sink *out);

struct jades_tbs {
	enum alg_number alg;
	struct sha256 payload;
	union {
		struct sha256 sha256;
		struct sha512 sha512;
	} tbs;
};

/* copy, if not NULL, also receives the base64url header. */
MUST_USE enum err jades_tbs_init(
    struct jades_tbs *t, const struct jades_header *h, struct sink *copy);
void jades_tbs_push(struct jades_tbs *t, const uint8_t *buf, size_t len);

/* tbs_digest_len: alg's hash_size. */
void jades_tbs_finish(struct jades_tbs *t,
    uint8_t payload_digest[static SHA256_SIZE],
    uint8_t tbs_digest[static SHA512_SIZE], size_t *tbs_digest_len);

#endif
