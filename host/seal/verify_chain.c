#include "host/seal/verify_parts.h"

#include "common/utc.h"

/* The time of a content timestamp that counts; 0: there is none. The seal was
 * made after it. */
static int64_t
not_before(const struct verify_report *r)
{
	int64_t latest = 0;
	size_t i;

	for (i = 0; i < r->timestamp_count; i++) {
		if (r->timestamp[i].kind == TIMESTAMP_CONTENT &&
		    r->timestamp[i].verdict == VERIFY_PASSED &&
		    r->timestamp[i].time > latest)
			latest = r->timestamp[i].time;
	}
	return latest;
}

/* EN 319 102-1 5.5.4: outside its validity, at a time that is proven or not. */
static enum sub_indication
bounds(const struct verify_seal *s)
{
	const struct verify_report *r = s->report;

	if (r->best < s->leaf->not_before)
		return r->proven ? SUB_NOT_YET_VALID : SUB_OUT_OF_BOUNDS_NO_POE;
	if (r->best > s->leaf->not_after)
		return not_before(r) > s->leaf->not_after
		    ? SUB_EXPIRED
		    : SUB_OUT_OF_BOUNDS_NO_POE;
	return SUB_NONE;
}

static void
say_revocation(struct verify_seal *s, const struct cert *whose)
{
	const struct verify_revocation *v = &s->report->revocation;
	char as_of[UTC_SIZE], since[UTC_SIZE];
	enum sub_indication sub;

	utc_format(v->as_of, as_of);
	utc_format(v->revoked, since);
	switch (v->state) {
	case REVOCATION_GOOD:
		VERIFY_SAY(s, "revocation", VERIFY_PASSED,
		    "not revoked at that time (%s of %s)", v->source, as_of);
		return;
	case REVOCATION_ANCHOR:
		VERIFY_SAY(s, "revocation", VERIFY_NOT_CHECKED,
		    "the certificate is a trust anchor itself");
		return;
	case REVOCATION_NOT_PUBLISHED:
		VERIFY_SAY(s, "revocation", VERIFY_NOT_CHECKED,
		    "the certificate names no place where revocations would "
		    "be published");
		return;
	case REVOCATION_REVOKED:
		sub = whose != s->leaf			 ? SUB_REVOKED_CA_NO_POE
		    : not_before(s->report) > v->revoked ? SUB_REVOKED
							 : SUB_REVOKED_NO_POE;
		VERIFY_FAULT(s, "revocation", sub,
		    "\"%.80s\" was revoked at %s (%s of %s)%s",
		    whose->common_name, since, v->source, as_of,
		    sub == SUB_REVOKED
			? ""
			: ": nothing proves that the seal is older");
		return;
	case REVOCATION_UNKNOWN:
		break;
	}
	VERIFY_FAULT(s, "revocation", SUB_TRY_LATER,
	    "not known at that time%s: %.200s",
	    verify_is_online(s->options) ? "" : " (--online asks)", v->why);
}

static void
check_claimed(struct verify_seal *s)
{
	const struct verify_report *r = s->report;
	const struct cert *c = s->leaf;
	char time[UTC_SIZE];
	bool inside;

	if (!r->has_claimed)
		return;
	utc_format(r->claimed, time);
	inside = r->claimed >= c->not_before && r->claimed <= c->not_after;
	if (!inside)
		verdict_add(&s->report->verdict, SUB_SIG_CONSTRAINTS_FAILURE);
	VERIFY_SAY(s, "signing-time", inside ? VERIFY_PASSED : VERIFY_FAILED,
	    "%s by the signer's own account, %s the validity of the "
	    "certificate",
	    time, inside ? "within" : "outside");
	if (r->proven && r->claimed > r->best)
		VERIFY_SAY(s, "signing-time", VERIFY_REMARK,
		    "that is %lld s after the time that is proven",
		    (long long)(r->claimed - r->best));
}

void
verify_chain(struct verify_seal *s)
{
	const struct verify_options *o = s->options;
	struct verify_report *r = s->report;
	const struct cert *whose = s->leaf;
	enum sub_indication sub;
	struct chain_path path;
	struct fault fault;
	char time[UTC_SIZE];

	if (s->leaf == NULL) {
		VERIFY_FAULT(s, "chain", SUB_NO_SIGNING_CERTIFICATE_FOUND,
		    "the signing certificate is not in the file");
		return;
	}
	check_claimed(s);
	if (o->anchor_count == 0) {
		VERIFY_FAULT(s, "chain", SUB_NO_CERTIFICATE_CHAIN_FOUND,
		    "no trust anchor given");
		return;
	}
	fault_clear(&fault);
	utc_format(r->best, time);
	sub = bounds(s);
	if (verify_path(s, s->leaf, r->best, &path, &fault) != ERR_OK) {
		/* Without a path nothing is known against the seal. */
		VERIFY_FAULT(s, "chain",
		    sub != SUB_NONE ? sub : SUB_NO_CERTIFICATE_CHAIN_FOUND,
		    "at %s: %s: %s", time, err_text(fault.err), fault.detail);
		return;
	}
	VERIFY_SAY(s, "chain", VERIFY_PASSED, "leads to a trust anchor at %s%s",
	    time, verify_test_remark(s->leaf));
	verify_revocation(s, &path, r->best, &r->revocation, &whose);
	say_revocation(s, whose);
}
