/*
 * device.h: what an approval entry holds of the appliance that gave it, so
 * that anybody can check it: the approval's octets, the appliance's signature
 * and its key, one behind the other, as base64url.
 *
 *	device_put(octets, signature, point, e.device);
 *	wrong = device_check(&e, pinned);
 *
 * Memory    texts of DEVICE_TEXT octets
 * Chunks    none
 * Errors    check: NULL, or what is wrong
 * Trust     pinned: the digest of the last key entry named "appliance" before
 *           this one; who enrolled that key is another question
 * Limits    P-256
 */
#ifndef HOST_LOG_DEVICE_H
#define HOST_LOG_DEVICE_H

#include "host/log/entry.h"

#define DEVICE_SIGNATURE 64 /* r, then s */
#define DEVICE_POINT 64 /* x, then y */
#define DEVICE_OCTETS (APPROVAL_SIZE + DEVICE_SIGNATURE + DEVICE_POINT)
#define DEVICE_KEY "appliance" /* name of the key entry */

void device_put(const uint8_t octets[static APPROVAL_SIZE],
    const uint8_t signature[static DEVICE_SIGNATURE],
    const uint8_t point[static DEVICE_POINT], char out[static ENTRY_DEVICE]);

/* Is it signed by that key, and about what the entry says? */
const char *device_check(
    const struct entry *e, const uint8_t pinned[static SHA256_SIZE]);

#endif
