#include "host/x509/revocation_status.h"

#include "common/utc.h"

static enum err
refuse(struct fault *fault, enum err e, int64_t seconds, const char *what)
{
	char time[UTC_SIZE];

	utc_format(seconds, time);
	return fault_set(fault, e, FAULT_NO_OFFSET, "%s %s", what, time);
}

/* Until when does what was known at this_update do? Without a word on that
 * by the responder, newer information is to be had at any time (RFC 6960
 * 4.2.2.1): then for as long as we say. A delegate speaks for the issuer no
 * longer than its certificate: nobody tells of its key after that. */
static int64_t
holds_until(const struct revocation_status *s)
{
	int64_t until = s->next_update != 0 ? s->next_update
					    : s->this_update + REVOCATION_AGE;

	return s->delegated && s->signer_until < until ? s->signer_until
						       : until;
}

enum err
revocation_judge(const struct revocation_status *s, const struct cert *c,
    int64_t time, int64_t now, enum revocation_state *state,
    struct fault *fault)
{
	*state = REVOCATION_UNKNOWN;
	if (s->this_update > now + REVOCATION_SKEW)
		return refuse(fault, ERR_REVOCATION_FUTURE, s->this_update,
		    "it is as of");
	if (s->produced > now + REVOCATION_SKEW)
		return refuse(fault, ERR_REVOCATION_FUTURE, s->produced,
		    "it was produced at");
	switch (s->state) {
	case REVOCATION_REVOKED:
		/* however old: a revocation is for good, but for a hold */
		if (s->reason != REVOCATION_HOLD ||
		    holds_until(s) + REVOCATION_SKEW >= time) {
			*state = s->revoked <= time ? REVOCATION_REVOKED
						    : REVOCATION_GOOD;
			break;
		}
		return refuse(fault, ERR_REVOCATION_STALE, holds_until(s),
		    "on hold, and that only until");
	case REVOCATION_GOOD:
		if (s->this_update > c->not_after &&
		    s->expired_since > c->not_after)
			return refuse(fault, ERR_REVOCATION_UNKNOWN,
			    c->not_after,
			    "it tells nothing of what had expired by");
		if (holds_until(s) + REVOCATION_SKEW < time)
			return refuse(fault, ERR_REVOCATION_STALE,
			    holds_until(s), "it was good only until");
		*state = REVOCATION_GOOD;
		break;
	case REVOCATION_UNKNOWN:
	case REVOCATION_NOT_PUBLISHED:
	case REVOCATION_ANCHOR:
		return refuse(fault, ERR_REVOCATION_UNKNOWN, s->this_update,
		    "the responder does not know it at");
	}
	return ERR_OK;
}

const char *
revocation_reason(int reason)
{
	static const char *const names[] = {"unspecified", "keyCompromise",
	    "cACompromise", "affiliationChanged", "superseded",
	    "cessationOfOperation", "certificateHold", "unspecified",
	    "removeFromCRL", "privilegeWithdrawn", "aACompromise"};

	return reason >= 0 && reason < (int)(sizeof(names) / sizeof(names[0]))
	    ? names[reason]
	    : names[0];
}
