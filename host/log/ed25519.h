/*
 * ed25519.h: the one place that calls wolfCrypt for Ed25519 (RFC 8032);
 * private to host/log.
 *
 *	if (!ed25519_verify(public_key, text, len, signature))
 *		...
 *
 * Memory    what was good once is known (known.h)
 * Chunks    whole messages
 * Errors    verify: false; sign: INTERNAL
 * Trust     every signature made is verified before it is handed out, so that
 *           a computing fault cannot publish one that betrays the key
 * Limits    messages below 2^31 octets
 */
#ifndef HOST_LOG_ED25519_H
#define HOST_LOG_ED25519_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "host/log/note.h"

#define ED25519_SIGNATURE 64

bool ed25519_verify(const uint8_t public_key[static NOTE_PUBLIC],
    const void *message, size_t len,
    const uint8_t signature[static ED25519_SIGNATURE]);

/* The signer's half of note.h, which needs the library. */
MUST_USE enum err note_signer_sign(const struct note_signer *s,
    const void *message, size_t len, uint8_t out[static ED25519_SIGNATURE]);

#endif
