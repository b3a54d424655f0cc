/*
 * revocation_parts.h: how one more word about a certificate changes what is
 * known of it; private to host/x509.
 *
 *	if (revocation_consider(&k, &data, false, &out)) ...
 *	e = revocation_ask(&k, sources, &out);
 *
 * Memory    as revocation.h
 * Chunks    none
 * Errors    stay in out->why
 * Trust     as revocation.h
 * Limits    as revocation.h
 */
#ifndef HOST_X509_REVOCATION_PARTS_H
#define HOST_X509_REVOCATION_PARTS_H

#include "host/x509/revocation.h"

struct revocation_case {
	const struct cert *c, *issuer;
	int64_t time, now;
	const struct revocation_sources *sources;
};

/* True: out rests on it now. asked: it is what a place that k->c names
 * answered just for it; else it may well be about others. */
bool revocation_consider(const struct revocation_case *k,
    const struct revocation_data *data, bool asked, struct revocation *out);

/* How telling a reason is. What is at hand may be about others; that somebody
 * does not answer says less than an answer that is worth nothing. */
enum revocation_weight {
	REVOCATION_BESIDE = 1,
	REVOCATION_NO_ANSWER = 2,
	REVOCATION_BAD = 3,
};

/* Notes why there is no better answer; the first of the most telling stays. */
void revocation_note(struct revocation *out, const struct fault *why,
    enum revocation_weight weight);

/* Asks the responders that c names, and where none does, for lists. */
MUST_USE enum err revocation_ask(const struct revocation_case *k,
    const struct revocation_sources *sources, struct revocation *out);

/* OCSP_RESPONDER: it rests on a delegate whom its issuer has revoked, by what
 * is at hand; nobody is asked about that. */
MUST_USE enum err revocation_check_delegate(const struct revocation_case *k,
    const struct revocation_status *s, struct fault *fault);

#endif
