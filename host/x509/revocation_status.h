/*
 * revocation_status.h: what one list or one response says of one certificate,
 * and whether that is of any use at a given time.
 *
 *	e = ocsp_check(&r, &cert, &issuer, &status, &fault);
 *	e = revocation_judge(&status, &cert, time, now, &state, &fault);
 *
 * Memory    plain values; delegate points into the response
 * Chunks    none
 * Errors    REVOCATION_FUTURE, REVOCATION_STALE, REVOCATION_UNKNOWN
 * Trust     who said so was checked by ocsp_check or crl_check
 * Limits    REVOCATION_SKEW, REVOCATION_AGE seconds
 */
#ifndef HOST_X509_REVOCATION_STATUS_H
#define HOST_X509_REVOCATION_STATUS_H

#include "host/x509/cert.h"

enum revocation_kind { REVOCATION_CRL = 1, REVOCATION_OCSP = 2 };

enum revocation_state {
	REVOCATION_UNKNOWN = 0, /* published, but not at hand or of no use */
	REVOCATION_GOOD = 1,
	REVOCATION_REVOKED = 2,
	REVOCATION_NOT_PUBLISHED = 3, /* the certificate names no place */
	REVOCATION_ANCHOR = 4, /* trusted as it is */
};

/* CRLReason (RFC 5280 5.3.1) */
#define REVOCATION_HOLD 6
#define REVOCATION_REMOVED 8
#define REVOCATION_NO_REASON (-1)

struct revocation_status {
	enum revocation_kind kind;
	enum revocation_state state; /* UNKNOWN, GOOD, REVOKED */
	int64_t produced; /* OCSP: producedAt; CRL: thisUpdate */
	int64_t this_update;
	int64_t next_update; /* 0: not said (OCSP) */
	int64_t revoked; /* REVOKED: since when */
	int reason; /* REVOKED: CRLReason, or REVOCATION_NO_REASON */
	/* Still told of certificates that expired at that time or later
	 * (archiveCutoff, expiredCertsOnCRL); INT64_MAX: of none */
	int64_t expired_since;
	/* End of the validity of who signed it; a delegate's certificate may
	 * say that nobody needs to ask for its own revocation. */
	int64_t signer_until;
	bool delegated, no_check;
	struct der_reader delegate; /* its certificate, in the response */
};

#define REVOCATION_SKEW 300 /* of clocks */
#define REVOCATION_AGE (7 * 86400) /* of a response without nextUpdate */

/*
 * What it says about the certificate at that time, as is known at now:
 * revoked by then is REVOKED, revoked later is GOOD. Older than its own next
 * update or its delegate's certificate allows is STALE; newer than now is
 * FUTURE; of a certificate that had expired before and is not told of any more
 * is UNKNOWN (EN 319 102-1 5.2.5). state is UNKNOWN after an error.
 */
MUST_USE enum err revocation_judge(const struct revocation_status *s,
    const struct cert *c, int64_t time, int64_t now,
    enum revocation_state *state, struct fault *fault);

/* "keyCompromise"; "unspecified" for none and for unknown ones. */
const char *revocation_reason(int reason);

#endif
