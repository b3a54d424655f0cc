/*
 * key_revocation.h: is the certificate of a key revoked, or one above it?
 *
 *	enum err e = key_revocation(&k, chain, count, &findings);
 *
 * Memory    nothing is kept
 * Chunks    none
 * Errors    REVOKED; REVOCATION_UNKNOWN, CERT_CHAIN and those of trust.h when
 *           it could not be found out. Each is a finding, too
 * Trust     the station's anchors; asks who the certificates name
 * Limits    those of revocation.h
 */
#ifndef HOST_CLI_KEY_REVOCATION_H
#define HOST_CLI_KEY_REVOCATION_H

#include "host/cli/finding.h"
#include "host/cli/key.h"

/* chain: the key's own certificate first. */
MUST_USE enum err key_revocation(const struct key_verb *k,
    const struct cert *chain, size_t count, struct finding_list *f);

#endif
