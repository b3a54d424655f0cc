/*
 * init.h: the parts of 'zegel init' for test stations.
 *
 * Memory    none is kept
 * Chunks    none
 * Errors    TOKEN_*, PIN_*, CERT_*, IO
 * Trust     the test CA's key lives in memory during init only
 * Limits    one key, INIT_KEY, in one token, INIT_TOKEN
 */
#ifndef HOST_CLI_INIT_H
#define HOST_CLI_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/base/station.h"
#include "hsm/token.h"

#define INIT_KEY "default"
#define INIT_TOKEN "zegel"
#define INIT_URI "pkcs11:token=zegel;object=seal;id=%01"

struct init {
	const char *mode, *name, *origin;
	const char *organisation, *organisation_id, *country, *key_type;
	const char *uri, *module;
	int64_t pin_fd;
	bool no_certificate; /* somebody else will issue one for the key */
	char origin_buf[200];
};

/* "p256" ...; 0 for another name. bits may be NULL; 0 but for RSA. */
enum token_key_type init_key_type(const char *name, unsigned *bits);

/* The whole of it: o has no NULL but uri, module, origin. dir as in
 * station_create. A wrong answer leaves nothing behind. */
MUST_USE enum err init_station(
    const char *dir, struct init *o, struct station *s, struct fault *fault);

/* Token with that PIN, key, and unless no_certificate, test CA, certificates
 * in keys/. */
MUST_USE enum err init_test_token(const struct station *s, const struct init *o,
    const uint8_t *pin, size_t pin_len, struct fault *fault);

#endif
