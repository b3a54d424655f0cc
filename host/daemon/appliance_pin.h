/*
 * appliance_pin.h: which appliance this station believes: its approval key,
 * firmware and board as they were enrolled, and how far its counter was seen.
 * And whether an approval is that appliance's, about this and nothing else.
 *
 *	e = appliance_pin_load(&pin, path, &fault);
 *	e = appliance_pin_check(&pin, &expected, octets, signature, &a, &fault);
 *	pin.counter = a.counter;
 *	e = appliance_pin_store(&pin, path, &fault);
 *
 * Memory    a small file of signer's own, 0600
 * Chunks    none
 * Errors    load: NOT_FOUND without one, CONFIG_SYNTAX for a damaged one;
 *           check: APPROVAL_SIGNATURE, APPROVAL_COUNTER, APPROVAL_EXPIRED,
 *           APPLIANCE_UNKNOWN (another firmware or board), APPROVAL_DIFFERS
 * Trust     an approval says nothing before check said ERR_OK, and gives no
 *           right before the counter it carries is stored
 * Limits    none
 */
#ifndef HOST_DAEMON_APPLIANCE_PIN_H
#define HOST_DAEMON_APPLIANCE_PIN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/approval.h"
#include "host/base/fault.h"

#define APPLIANCE_POINT 64 /* P-256: x, then y */
#define APPLIANCE_SIGNATURE 64 /* r, then s */

/* The appliance counts its own seconds from BEGIN on; so many may they run
 * ahead of this machine's clock. */
#define APPLIANCE_SLACK 30

/* As boards/board.h numbers them. */
enum appliance_class {
	APPLIANCE_SIMULATOR = 1,
	APPLIANCE_DEMONSTRATION = 2,
	APPLIANCE_PRODUCT = 3,
};
const char *appliance_class_name(unsigned board_class);

struct appliance_pin {
	uint8_t point[APPLIANCE_POINT];
	uint8_t firmware[SHA256_SIZE];
	uint8_t board_class; /* enum appliance_class */
	uint64_t counter; /* of the last approval that was taken */
};

/* What signer asked for. Times are its own clock's. */
struct appliance_expected {
	uint8_t nonce[32];
	uint8_t root[SHA256_SIZE], certificate[SHA256_SIZE];
	uint8_t station[SHA256_SIZE], origin[SHA256_SIZE];
	uint32_t count;
	uint64_t begun; /* when the batch was begun */
	uint64_t now;
	uint64_t expires;
};

MUST_USE enum err appliance_pin_load(
    struct appliance_pin *p, const char *path, struct fault *fault);
/* Durable when it returns. */
MUST_USE enum err appliance_pin_store(
    const struct appliance_pin *p, const char *path, struct fault *fault);

/* SHA-256 of the point: what the log's key entry names, and what a person
 * compares. Fails for a point that is not on the curve: CERT_KEY. */
MUST_USE enum err appliance_pin_digest(
    const uint8_t point[static APPLIANCE_POINT],
    uint8_t out[static SHA256_SIZE]);

/* SHA-256 of the file's lines before the counter: key, firmware and board, as
 * the log's configuration entry has it. */
void appliance_pin_whom(
    const struct appliance_pin *p, uint8_t out[static SHA256_SIZE]);

/* Is digest signed by that key? APPROVAL_SIGNATURE if not. */
MUST_USE enum err appliance_pin_verify(
    const uint8_t point[static APPLIANCE_POINT],
    const uint8_t digest[static SHA256_SIZE],
    const uint8_t signature[static APPLIANCE_SIGNATURE]);

MUST_USE enum err appliance_pin_check(const struct appliance_pin *p,
    const struct appliance_expected *x,
    const uint8_t octets[static APPROVAL_SIZE],
    const uint8_t signature[static APPLIANCE_SIGNATURE], struct approval *out,
    struct fault *fault);

#endif
