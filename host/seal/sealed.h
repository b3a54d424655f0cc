/*
 * sealed.h: the sealed file of profile edc: JWS general JSON serialization,
 * unencoded payload as a string, one signature, ASCII only, no line break.
 * {"payload":"...","signatures":[{"protected":"...","signature":"..."}]}
 *
 *	enum err e = sealed_compose(payload, n, header, m, sig, k, &out, &len);
 *	e = sealed_check(out, len, header, m, payload, n, sig, k, &fault);
 *
 * Memory    compose: a new buffer; check: none
 * Chunks    whole files
 * Errors    compose: TOO_LARGE, UTF8_INVALID, BASE64_SYNTAX (header);
 *           check: VERIFY_FORMAT for what compose does not write,
 *           VERIFY_INVALID for other contents, with the offset in the fault
 * Trust     check compares, it verifies no signature: see verify.h
 * Limits    BOUND_PAYLOAD, BOUND_SIGNATURE
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
 * exactly this payload, these to-be-signed octets and this signature. Cheap:
 * one pass, no JSON tree. That the payload is the one with the leaf's digest
 * is the caller's to see.
 */
MUST_USE enum err sealed_check(const uint8_t *file, size_t len,
    const char *header, size_t header_len, const uint8_t *payload,
    size_t payload_len, const uint8_t *signature, size_t signature_len,
    struct fault *fault);

#endif
