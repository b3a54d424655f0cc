/*
 * proof_extra.h: what the extra line of a .tlog-proof holds: canonical JSON
 * {"entry":"<the seal entry's JSON>","leaf":"<base64url of the leaf octets>"}.
 * This header is private to host/log.
 *
 *	enum err e = proof_extra_compose(entry, entry_len, leaf, buf, &len);
 *
 * Memory    the caller's buffers of PROOF_EXTRA_MAX octets
 * Chunks    whole values
 * Errors    LOG_PROOF
 * Trust     nothing here is authenticated: the proof's check does that
 * Limits    ENTRY_MAX octets of entry
 */
#ifndef HOST_LOG_PROOF_EXTRA_H
#define HOST_LOG_PROOF_EXTRA_H

#include "common/base64.h"
#include "common/leaf.h"
#include "host/log/entry.h"

/* Every octet of the entry escaped, and the rest. */
#define PROOF_EXTRA_MAX (2 * ENTRY_MAX + BASE64URL_LEN(LEAF_SIZE) + 32)

MUST_USE enum err proof_extra_compose(const uint8_t *entry, size_t entry_len,
    const uint8_t leaf[static LEAF_SIZE], char out[static PROOF_EXTRA_MAX],
    size_t *out_len);

/* Exactly what compose writes. entry: ENTRY_MAX + 1 octets, with a NUL. */
MUST_USE enum err proof_extra_parse(const char *json, size_t len,
    char entry[static ENTRY_MAX + 1], size_t *entry_len,
    uint8_t leaf[static LEAF_SIZE]);

#endif
