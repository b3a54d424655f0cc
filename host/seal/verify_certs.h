/*
 * verify_certs.h: certificates that come with a seal; private to host/seal.
 *
 *	verify_add_cert(s, doc, doc_get(doc, item, "val"));
 *
 * Memory    parsed into s->certs
 * Chunks    none
 * Errors    none: what is no certificate is left out
 * Trust     none: they are candidates for a chain
 * Limits    VERIFY_CERTS; further ones are left out
 */
#ifndef HOST_SEAL_VERIFY_CERTS_H
#define HOST_SEAL_VERIFY_CERTS_H

#include "host/seal/verify_parts.h"

/* base64: a string in d, standard base64 of DER. */
void verify_add_cert(struct verify_seal *s, struct doc *d, doc_ref base64);

#endif
