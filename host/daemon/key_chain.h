/*
 * key_chain.h: a [key NAME] with its certificate chain and algorithm, as front
 * needs it to compose and signer to check and sign.
 *
 *	struct key_chain k;
 *	enum err e = key_chain_load(&k, config, config_key, station, &fault);
 *	key_chain_header(&k, PROFILE_EDC, time, &header);
 *	key_chain_free(&k);
 *
 * Memory    owns the certificates; headers point into them
 * Chunks    none
 * Errors    CERT_*, ALGORITHM, CERT_ABSENT when there is none yet
 * Trust     loading judges nothing but form and algorithm
 * Limits    BOUND_CHAIN certificates
 */
#ifndef HOST_DAEMON_KEY_CHAIN_H
#define HOST_DAEMON_KEY_CHAIN_H

#include "common/alg.h"
#include "common/jades.h"
#include "host/base/config.h"
#include "host/base/station.h"
#include "host/x509/cert.h"

struct key_chain {
	const struct config_key *config;
	struct cert cert[BOUND_CHAIN]; /* [0] is the signing certificate */
	size_t count;
	const struct alg *alg;
	enum signing_time signing_time;
};

MUST_USE enum err key_chain_load(struct key_chain *k,
    const struct config *config, const struct config_key *key,
    const struct station *station, struct fault *fault);
void key_chain_free(struct key_chain *k);

/* Everything of the header but the content timestamp. */
void key_chain_header(const struct key_chain *k, enum item_profile profile,
    int64_t time, struct jades_header *header);

/* The rest of the header: a timestamp of that payload, not younger than the
 * signing time. TSP_TOKEN, TSP_IMPRINT, TSP_CLOCK. token is read in place; its
 * signature and its authority are for others to look at. */
MUST_USE enum err key_chain_stamp(struct jades_header *header,
    const uint8_t *token, size_t len, const uint8_t *payload,
    size_t payload_len);

/* Does crit name adoTst where the signing time is iat? */
#define KEY_CHAIN_CRIT_TIMESTAMP false

/* Path of a file that the configuration names: relative to the station. */
MUST_USE enum err key_chain_path(const struct station *station,
    const char *name, char out[static STATION_PATH], struct fault *fault);

#endif
