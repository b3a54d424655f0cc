/*
 * sealed.h: the sealed file: a JWS in the serialisation of its profile, one
 * signature, ASCII only, no line break. The payload is a string that holds it
 * as it is (profile edc), or base64url.
 * {"payload":"...","signatures":[{"protected":"...","signature":"..."}]}
 * {"payload":"...","protected":"...","signature":"..."}
 * PROTECTED.PAYLOAD.SIGNATURE
 *
 *	const struct profile *p = profile_get(PROFILE_EDC);
 *	e = sealed_compose(p, payload, n, header, m, sig, k, &out, &len);
 *	e = sealed_check(p, out, len, header, m, payload, n, sig, k, &fault);
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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/profile.h"
#include "host/base/fault.h"

/* Ends of names of sealed files: .jsonld for both JSON serialisations, .jws for
 * the compact one. */
#define SEALED_JSON ".sealed.jsonld"
#define SEALED_COMPACT ".sealed.jws"
const char *sealed_extension(const struct profile *profile);
bool sealed_is_name(const char *name);

/* A new buffer with the file's bytes, freed by the caller with free().
 * header is the base64url protected header, signature raw octets. */
MUST_USE enum err sealed_compose(const struct profile *profile,
    const uint8_t *payload, size_t payload_len, const char *header,
    size_t header_len, const uint8_t *signature, size_t signature_len,
    uint8_t **out, size_t *out_len);

/*
 * The check before a release (invariant 5): the file's bytes, read back, hold
 * exactly this payload, these to-be-signed octets and this signature. Cheap:
 * one pass, no JSON tree. That the payload is the one with the leaf's digest
 * is the caller's to see.
 */
MUST_USE enum err sealed_check(const struct profile *profile,
    const uint8_t *file, size_t len, const char *header, size_t header_len,
    const uint8_t *payload, size_t payload_len, const uint8_t *signature,
    size_t signature_len, struct fault *fault);

#endif
