/*
 * token.h: timestamp tokens (RFC 3161): taken apart, and checked to the last
 * point before they are used.
 *
 *	enum err e = tsp_token_parse(&t, der, len, &fault);
 *	hash what is stamped with SHA-(8 * t.info.hash_size) into e.digest
 *	e = tsp_check_token(&t, &expect, &fault);
 *	tsp_token_free(&t);
 *
 * Memory    struct tsp_token owns a copy of the token and its certificates;
 *           about 20 kB; signer and path point into it, expect's certificates
 * Chunks    whole tokens
 * Errors    each kind of failure has its own, with a fault in words:
 *           TSP_TOKEN (parse), TSP_IMPRINT, TSP_NONCE, TSP_POLICY,
 *           TSP_CONTENT, TSP_NO_SIGNER, TSP_CERTIFICATE, TSP_SIGNATURE,
 *           TSP_ALGORITHM, TSP_USAGE, TSP_EXPIRED, TSP_CLOCK;
 *           then, when all of these are right, what only trust decides:
 *           TSP_SELF_SIGNED, TSP_UNTRUSTED
 * Trust     nothing but what tsp_check_token called good; a self-signed
 *           signer never is, even where it is an anchor
 * Limits    BOUND_TIMESTAMP octets, TSP_CERTS certificates that are looked at
 */
#ifndef HOST_TSP_TOKEN_H
#define HOST_TSP_TOKEN_H

#include "common/cms.h"
#include "common/tsp.h"
#include "host/x509/chain.h"

#define TSP_CERTS 16

struct tsp_token {
	uint8_t *der;
	size_t len;
	struct cms_signed cms;
	struct tsp_info info;
	struct cert certs[TSP_CERTS]; /* of the token itself */
	size_t cert_count;
	/* found by tsp_check_token, also when a later point fails */
	const struct cert *signer;
	struct chain_path path; /* signer to anchor; empty if not trusted */
};

MUST_USE enum err tsp_token_parse(
    struct tsp_token *t, const uint8_t *der, size_t len, struct fault *fault);
void tsp_token_free(struct tsp_token *t);

struct tsp_expect {
	const uint8_t
	    *digest; /* of what must be stamped, by the token's hash */
	size_t digest_len;
	const uint8_t *nonce; /* NULL: not compared */
	size_t nonce_len;
	struct der_reader policy; /* contents of an OID; empty: any */
	const struct cert *anchors;
	size_t anchor_count;
	const struct cert *others; /* candidates for signer and chain */
	size_t other_count;
	int64_t time; /* the chain must hold then; 0: at genTime */
	int64_t earliest, latest; /* genTime; latest 0: not compared */
};

MUST_USE enum err tsp_check_token(
    struct tsp_token *t, const struct tsp_expect *expect, struct fault *fault);

/* A TSA's answer: status, then its token parsed and checked. TSA_REFUSED with
 * the TSA's own words; TSP_RESPONSE for what is none. t is to be freed when
 * it is ERR_OK. */
MUST_USE enum err tsp_check_response(struct tsp_token *t, const uint8_t *answer,
    size_t len, const struct tsp_expect *expect, struct fault *fault);

#endif
