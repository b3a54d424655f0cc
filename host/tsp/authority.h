/*
 * authority.h: one [timestamp NAME] of zegel.conf, and what its timestamps must
 * be. Who asks for one and who only looks at it later read it here.
 *
 *	enum err e = tsp_authority_open(&a, config, 0, station, &fault);
 *	tsp_authority_expect(&a, &expect);
 *	e = tsp_check_token(&token, &expect, &fault);
 *	tsp_authority_close(&a);
 *
 * Memory    owns its certificates; what is expected, and the path of a token
 *           that was checked, point into it. Closed already when open failed
 * Chunks    none
 * Errors    those of cert_load and oid_from_text. STATION_MODE: a production
 *           station would trust a TEST authority
 * Trust     the anchors are those of zegel.conf, read once
 * Limits    TSP_ANCHORS certificates
 */
#ifndef HOST_TSP_AUTHORITY_H
#define HOST_TSP_AUTHORITY_H

#include "common/oid.h"
#include "host/base/config.h"
#include "host/base/station.h"
#include "host/tsp/token.h"

#define TSP_ANCHORS 16

struct tsp_authority {
	const struct config_timestamp *config;
	uint8_t policy[OID_CAP];
	size_t policy_len; /* 0: any */
	struct cert anchor[TSP_ANCHORS];
	size_t anchor_count;
};

/* number: its place in config->timestamps. */
MUST_USE enum err tsp_authority_open(struct tsp_authority *a,
    const struct config *config, size_t number, const struct station *station,
    struct fault *fault);
void tsp_authority_close(struct tsp_authority *a); /* takes a zeroed one */

/* Fills in anchors and policy. */
void tsp_authority_expect(
    const struct tsp_authority *a, struct tsp_expect *expect);

#endif
