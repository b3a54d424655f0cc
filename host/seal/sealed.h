/*
 * sealed.h: the sealed file of profile edc: JWS general JSON serialization,
 * unencoded payload as a string, one signature, ASCII only, no line break.
 * {"payload":"...","signatures":[{"protected":"...","signature":"..."}]}
 *
 *	enum err e = sealed_write(&out, payload, len, header, hlen, sig, slen);
 *
 * Memory    reading points into, or allocates beside, the caller's buffer
 * Chunks    whole files
 * Errors    VERIFY_FORMAT with the offset in the fault
 * Trust     reading a file verifies nothing
 * Limits    files of any origin up to 64 MiB, 16 signatures
 */
#ifndef HOST_SEAL_SEALED_H
#define HOST_SEAL_SEALED_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "host/base/fault.h"

/* A new buffer with the file's bytes, freed by the caller with free().
 * header is the base64url protected header, signature raw octets. */
MUST_USE enum err sealed_compose(const uint8_t *payload, size_t payload_len,
    const char *header, size_t header_len, const uint8_t *signature,
    size_t signature_len, uint8_t **out, size_t *out_len);

/*
 * The check before a release (invariant 5): the file's bytes, read back, hold
 * exactly this payload digest, these to-be-signed octets and this signature.
 * Cheap: one pass, no JSON tree.
 */
MUST_USE enum err sealed_check(const uint8_t *file, size_t len,
    const char *header, size_t header_len,
    const uint8_t payload_digest[static 32], const uint8_t *signature,
    size_t signature_len, struct fault *fault);

#endif
