/*
 * verify_times.c: timestamps, and what they prove (EN 319 102-1 5.4, 5.6.3).
 * The last one has to hold now. Where it does, all that it covers existed at
 * its time, so the ones before it need to hold no later than then, and so on
 * down to the signature's own. A timestamp that proves nothing harms nothing.
 * One that was made for something else, or altered, is left out likewise and
 * changes nothing about the seal's indication; but somebody tampered with the
 * file, which therefore is not valid.
 */
#include "host/seal/verify_parts.h"

#include <stdio.h>

#include "common/utc.h"
#include "host/seal/verify_token.h"

struct times {
	struct verify_seal *s;
	int64_t control; /* what comes next has to hold then */
};

static const char *
kind_name(enum timestamp_kind kind)
{
	switch (kind) {
	case TIMESTAMP_CONTENT:
		return "of the content";
	case TIMESTAMP_SIGNATURE:
		return "of the seal";
	case TIMESTAMP_ARCHIVE:
		break;
	}
	return "of the archive";
}

/* verdict FAILED: it was altered, or is another's. REMARK: of no use. */
static void
reject(const struct times *t, struct verify_timestamp *out,
    enum verify_verdict verdict, enum sub_indication sub, const char *why)
{
	char time[UTC_SIZE];

	out->verdict = verdict == VERIFY_FAILED ? verdict : VERIFY_UNKNOWN;
	out->sub = sub;
	utc_format(out->time, time);
	VERIFY_SAY(t->s, "timestamp", verdict, "%s%s%s: %s%s",
	    kind_name(out->kind), out->time > 0 ? ", " : "",
	    out->time > 0 ? time : "",
	    verdict == VERIFY_FAILED ? "" : "proves nothing: ", why);
}

static const char *
revocation_remark(const struct verify_revocation *r)
{
	switch (r->state) {
	case REVOCATION_GOOD:
		return ", not revoked";
	case REVOCATION_NOT_PUBLISHED:
		return "";
	case REVOCATION_UNKNOWN:
	case REVOCATION_REVOKED:
	case REVOCATION_ANCHOR:
		break;
	}
	return r->state == REVOCATION_UNKNOWN
	    ? ", not known whether it was revoked since"
	    : "";
}

/* Does its authority's chain hold at the time it has to? */
static void
check_authority(const struct times *t, const struct token *token,
    struct verify_timestamp *out)
{
	const struct verify_options *o = t->s->options;
	char time[UTC_SIZE], text[FAULT_DETAIL + 80];
	const struct cert *whose;
	struct chain_path path;
	struct fault fault;

	fault_clear(&fault);
	utc_format(t->control, time);
	if (verify_path(t->s, token->signer, t->control, &path, &fault) !=
	    ERR_OK) {
		snprintf(text, sizeof(text), "its authority at %s: %s", time,
		    fault.detail);
		reject(t, out, VERIFY_REMARK,
		    fault.err == ERR_CERT_EXPIRED
			? SUB_OUT_OF_BOUNDS_NO_POE
			: SUB_NO_CERTIFICATE_CHAIN_FOUND,
		    text);
		return;
	}
	verify_revocation(t->s, &path, t->control, &out->revocation, &whose);
	if (out->revocation.state == REVOCATION_REVOKED) {
		reject(t, out, VERIFY_REMARK, SUB_REVOKED_NO_POE,
		    "its authority was revoked");
		return;
	}
	if (out->revocation.state == REVOCATION_UNKNOWN &&
	    verify_is_online(o)) {
		reject(t, out, VERIFY_REMARK, SUB_TRY_LATER,
		    "nobody says whether its authority was revoked");
		return;
	}
	out->verdict = VERIFY_PASSED;
	utc_format(out->time, time);
	VERIFY_SAY(t->s, "timestamp", VERIFY_PASSED, "%s, %s by \"%.80s\"%s%s",
	    kind_name(out->kind), time, out->authority,
	    revocation_remark(&out->revocation),
	    verify_test_remark(token->signer));
}

static const struct {
	enum err err;
	enum verify_verdict verdict;
	enum sub_indication sub;
} offences[] = {
    {ERR_TSP_TOKEN, VERIFY_FAILED, SUB_FORMAT_FAILURE},
    {ERR_TSP_IMPRINT, VERIFY_FAILED, SUB_HASH_FAILURE},
    {ERR_TSP_CONTENT, VERIFY_FAILED, SUB_HASH_FAILURE},
    {ERR_TSP_SIGNATURE, VERIFY_FAILED, SUB_SIG_CRYPTO_FAILURE},
    {ERR_TSP_CERTIFICATE, VERIFY_FAILED, SUB_SIG_CRYPTO_FAILURE},
    {ERR_TSP_ALGORITHM, VERIFY_REMARK, SUB_CRYPTO_CONSTRAINTS_FAILURE},
    {ERR_TSP_NO_SIGNER, VERIFY_REMARK, SUB_NO_SIGNING_CERTIFICATE_FOUND},
    {ERR_TSP_USAGE, VERIFY_REMARK, SUB_CHAIN_CONSTRAINTS_FAILURE},
    {ERR_TSP_EXPIRED, VERIFY_REMARK, SUB_SIG_CONSTRAINTS_FAILURE},
    {ERR_TSP_SELF_SIGNED, VERIFY_REMARK, SUB_NO_CERTIFICATE_CHAIN_FOUND},
};

static void
refuse(const struct times *t, struct verify_timestamp *out,
    const struct fault *fault)
{
	char text[FAULT_DETAIL + 80];
	size_t i;

	snprintf(
	    text, sizeof(text), "%s: %s", err_text(fault->err), fault->detail);
	for (i = 0; i < sizeof(offences) / sizeof(offences[0]); i++) {
		if (offences[i].err != fault->err)
			continue;
		reject(t, out, offences[i].verdict, offences[i].sub, text);
		return;
	}
	reject(t, out, VERIFY_REMARK, SUB_NO_POE, text);
}

static void
judge(const struct times *t, size_t at)
{
	const struct evidence_timestamp *in = &t->s->evidence.timestamp[at];
	struct verify_timestamp *out = &t->s->report->timestamp[at];
	struct token token;
	struct fault fault;
	enum err e;

	fault_clear(&fault);
	out->kind = in->kind;
	e = verify_token(&t->s->evidence, in, &token, &fault);
	out->time = token.time;
	t->s->authority[at] = token.signer;
	t->s->control[at] = t->control;
	if (token.signer != NULL) {
		snprintf(out->authority, sizeof(out->authority), "%s",
		    token.signer->common_name[0] != '\0'
			? token.signer->common_name
			: token.signer->organisation);
		out->test = cert_says_test(token.signer);
	}
	if (e != ERR_OK)
		refuse(t, out, &fault);
	else if (in->digest_len == 0)
		reject(t, out, VERIFY_REMARK, SUB_SIGNED_DATA_NOT_FOUND,
		    "what it is over cannot be told");
	else if (out->time > t->control)
		reject(t, out, VERIFY_REMARK, SUB_TIMESTAMP_ORDER_FAILURE,
		    "is younger than what covers it, or than now");
	else
		check_authority(t, &token, out);
}

/* A seal cannot be older than the timestamp that is part of it. */
static void
check_order(struct verify_seal *s)
{
	const struct verify_report *r = s->report;
	size_t i;

	for (i = 0; i < r->timestamp_count; i++) {
		if (r->timestamp[i].kind == TIMESTAMP_CONTENT && r->proven &&
		    r->timestamp[i].verdict == VERIFY_PASSED &&
		    r->timestamp[i].time > r->best)
			VERIFY_FAULT(s, "time", SUB_TIMESTAMP_ORDER_FAILURE,
			    "the content's timestamp is younger than the "
			    "seal's");
	}
}

void
verify_times(struct verify_seal *s)
{
	struct times t = {s, s->options->time};
	struct verify_report *r = s->report;
	const struct evidence *e = &s->evidence;
	int64_t covered = s->options->time;
	char time[UTC_SIZE];
	size_t i;

	r->best = s->options->time;
	r->timestamp_count = e->timestamp_count;
	for (i = e->timestamp_count; i-- > 0;) {
		/* those of the content stand first: they are part of what
		 * was signed, so whatever dates the seal dates them */
		if (e->timestamp[i].kind == TIMESTAMP_CONTENT)
			t.control = r->best;
		else if (i + 1 == e->timestamp_count ||
		    e->timestamp[i].container != e->timestamp[i + 1].container)
			t.control = covered;
		judge(&t, i);
		if (r->timestamp[i].verdict != VERIFY_PASSED ||
		    e->timestamp[i].kind == TIMESTAMP_CONTENT)
			continue;
		/* what stands before its container; not its neighbours there,
		 * over which it is not */
		if (e->timestamp[i].kind == TIMESTAMP_ARCHIVE &&
		    r->timestamp[i].time < covered)
			covered = r->timestamp[i].time;
		if (r->timestamp[i].time < r->best || !r->proven) {
			r->best = r->timestamp[i].time;
			r->proven = true;
		}
	}
	if (r->timestamp_count == 0)
		VERIFY_SAY(s, "timestamp", VERIFY_NOT_CHECKED, "there is none");
	check_order(s);
	utc_format(r->best, time);
	if (r->proven)
		VERIFY_SAY(s, "time", VERIFY_PASSED,
		    "a timestamp proves that the seal existed by %s: judged "
		    "at that time",
		    time);
	else
		VERIFY_SAY(s, "time", VERIFY_NOT_CHECKED,
		    "nothing proves how old the seal is: judged at %s", time);
}
