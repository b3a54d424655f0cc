/*
 * tsp.h: the messages of RFC 3161 in DER: request, response, TSTInfo.
 *
 *	enum err e = tsp_request_encode(&request, out, sizeof(out), &len);
 *	e = tsp_response_decode(answer, answer_len, &response);
 *	e = tsp_info_decode(s.content.p, s.content.len, &info);
 *
 * Memory    readers point into the caller's buffer
 * Chunks    whole values; every shorter one is refused
 * Errors    DER_*, TIME_SYNTAX; ALGORITHM: an imprint that is not by SHA-256,
 *           SHA-384 or SHA-512; UNSUPPORTED: a critical extension
 * Trust     form only: the token is cms.h's, and checked by host/tsp/token.h
 * Limits    TSP_REQUEST_CAP; a token has BOUND_TIMESTAMP octets; fractions of
 *           a second have nine digits
 */
#ifndef COMMON_TSP_H
#define COMMON_TSP_H

#include "common/der.h"

#define TSP_NONCE_MAX 20 /* octets */
#define TSP_REQUEST_CAP 256 /* holds every request */

struct tsp_request {
	const uint8_t *imprint; /* digest of what is to be timestamped */
	size_t imprint_len; /* 32, 48, 64: by SHA-256, SHA-384, SHA-512 */
	const uint8_t *nonce; /* unsigned, big-endian; NULL: none */
	size_t nonce_len; /* up to TSP_NONCE_MAX */
	struct der_reader policy; /* contents of an OID; empty: any */
	bool want_certificate; /* certReq */
};

/* The result begins at out. */
MUST_USE enum err tsp_request_encode(
    const struct tsp_request *request, uint8_t *out, size_t cap, size_t *len);

/* PKIStatus (RFC 3161 2.4.2) */
#define TSP_GRANTED 0
#define TSP_GRANTED_WITH_MODS 1

struct tsp_response {
	uint64_t status;
	struct der_reader text; /* first of statusString, UTF-8 unchecked */
	uint32_t failure; /* PKIFailureInfo: bit n here is its bit n */
	struct der_reader token; /* ContentInfo, tag and length; or empty */
};

/* A token is there if, and only if, the status grants it. */
MUST_USE enum err tsp_response_decode(
    const uint8_t *der, size_t len, struct tsp_response *out);

/* Words for the first bit of PKIFailureInfo: "timeNotAvailable"; "" for 0. */
const char *tsp_failure_name(uint32_t failure);

struct tsp_info {
	struct der_reader policy; /* contents of an OID */
	size_t hash_size; /* of the imprint */
	struct der_reader imprint;
	struct der_reader serial; /* INTEGER, with tag and length */
	int64_t time; /* genTime, seconds since 1970 .. */
	uint32_t nanoseconds; /* .. and what is beyond them */
	bool has_accuracy;
	uint64_t accuracy_seconds;
	uint32_t accuracy_micros; /* millis included: below 10^6 */
	bool ordering;
	bool has_nonce;
	struct der_reader nonce; /* contents of the INTEGER */
	struct der_reader tsa; /* GeneralName; or empty */
};

MUST_USE enum err tsp_info_decode(
    const uint8_t *der, size_t len, struct tsp_info *out);

/* Is it the nonce of that request (both as numbers)? */
bool tsp_nonce_equal(
    const struct tsp_info *info, const uint8_t *nonce, size_t nonce_len);

#endif
