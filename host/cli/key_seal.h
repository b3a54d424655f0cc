/*
 * key_seal.h: is it a certificate for electronic seals? Each demand on its own
 * line.
 *
 *	enum err e = key_seal_findings(&list, &cert, time(NULL));
 *
 * Memory    none
 * Chunks    none
 * Errors    as cert_check_seal
 * Trust     the certificate's own words; who signed it is chain.h's
 * Limits    none
 */
#ifndef HOST_CLI_KEY_SEAL_H
#define HOST_CLI_KEY_SEAL_H

#include "host/cli/finding.h"
#include "host/x509/cert.h"

MUST_USE enum err key_seal_findings(
    struct finding_list *f, const struct cert *c, int64_t time);

#endif
