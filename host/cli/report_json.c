#include <stdio.h>
#include <string.h>

#include "common/utc.h"
#include "host/base/hex.h"
#include "host/cli/report.h"

static const char *const kinds[] = {[TIMESTAMP_CONTENT] = "content",
    [TIMESTAMP_SIGNATURE] = "signature",
    [TIMESTAMP_ARCHIVE] = "archive"};

static const char *const states[] = {[REVOCATION_UNKNOWN] = "unknown",
    [REVOCATION_GOOD] = "good",
    [REVOCATION_REVOKED] = "revoked",
    [REVOCATION_NOT_PUBLISHED] = "not-published",
    [REVOCATION_ANCHOR] = "trust-anchor"};

static void
add_time(cJSON *o, const char *name, int64_t time)
{
	char text[UTC_SIZE];

	utc_format(time, text);
	cJSON_AddStringToObject(o, name, text);
}

static void
add_revocation(cJSON *o, const struct verify_revocation *r)
{
	cJSON *one = cJSON_AddObjectToObject(o, "revocation");

	cJSON_AddStringToObject(one, "state", states[r->state]);
	if (r->source != NULL) {
		cJSON_AddStringToObject(one, "source", r->source);
		add_time(one, "asOf", r->as_of);
	}
	if (r->state == REVOCATION_REVOKED)
		add_time(one, "since", r->revoked);
}

static void
add_signer(cJSON *o, const struct verify_report *r)
{
	char digest[2 * SHA256_SIZE + 1];
	cJSON *one;

	if (!r->has_signer)
		return;
	one = cJSON_AddObjectToObject(o, "signer");
	cJSON_AddStringToObject(one, "organisation", r->signer.organisation);
	cJSON_AddStringToObject(
	    one, "organisationId", r->signer.organisation_id);
	cJSON_AddStringToObject(one, "country", r->signer.country);
	cJSON_AddStringToObject(one, "commonName", r->signer.common_name);
	hex_encode(r->signer.sha256, SHA256_SIZE, digest);
	cJSON_AddStringToObject(one, "certificate", digest);
	add_time(one, "notBefore", r->signer.not_before);
	add_time(one, "notAfter", r->signer.not_after);
	cJSON_AddBoolToObject(one, "saysQualified", r->signer.qualified);
	cJSON_AddBoolToObject(one, "saysQscd", r->signer.qscd);
	cJSON_AddBoolToObject(one, "saysSeal", r->signer.eseal);
	cJSON_AddBoolToObject(one, "test", r->signer.test);
}

static void
add_timestamps(cJSON *o, const struct verify_report *r)
{
	cJSON *list = cJSON_AddArrayToObject(o, "timestamps"), *one;
	const struct verify_timestamp *t;
	const char *sub;
	size_t i;

	for (i = 0; i < r->timestamp_count; i++) {
		t = &r->timestamp[i];
		one = cJSON_CreateObject();
		cJSON_AddItemToArray(list, one);
		cJSON_AddStringToObject(one, "kind", kinds[t->kind]);
		cJSON_AddStringToObject(
		    one, "verdict", report_verdict_name(t->verdict));
		sub = verdict_sub_name(t->sub);
		if (sub != NULL)
			cJSON_AddStringToObject(one, "subIndication", sub);
		if (t->time != 0)
			add_time(one, "time", t->time);
		cJSON_AddStringToObject(one, "authority", t->authority);
		cJSON_AddBoolToObject(one, "test", t->test);
		if (t->verdict == VERIFY_PASSED)
			add_revocation(one, &t->revocation);
	}
}

/* Which timestamp proves the best time. */
static void
add_proof(cJSON *o, const struct verify_report *r)
{
	size_t i;

	for (i = 0; r->proven && i < r->timestamp_count; i++) {
		if (r->timestamp[i].kind == TIMESTAMP_CONTENT ||
		    r->timestamp[i].verdict != VERIFY_PASSED ||
		    r->timestamp[i].time != r->best)
			continue;
		cJSON_AddStringToObject(
		    o, "proof", kinds[r->timestamp[i].kind]);
		return;
	}
}

const char *
report_verdict_name(enum verify_verdict v)
{
	switch (v) {
	case VERIFY_PASSED:
		return "passed";
	case VERIFY_FAILED:
		return "failed";
	case VERIFY_UNKNOWN:
		return "unknown";
	case VERIFY_REMARK:
		return "remark";
	case VERIFY_NOT_CHECKED:
		break;
	}
	return "not-checked";
}

const char *
report_text(const struct verify_report *r, char out[static REPORT_TEXT])
{
	const char *sub = verdict_sub_name(r->verdict.sub);
	char level[VERIFY_LEVEL_TEXT];

	snprintf(out, REPORT_TEXT, "%s%s%s, %s%s",
	    verdict_indication_name(verdict_of(&r->verdict)),
	    sub == NULL ? "" : " ", sub == NULL ? "" : sub,
	    verify_level_text(r, r->level, level),
	    r->signer.test ? "; TEST, worth nothing" : "");
	return out;
}

cJSON *
report_json(const struct verify_report *r)
{
	const char *sub = verdict_sub_name(r->verdict.sub);
	char level[VERIFY_LEVEL_TEXT];
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "format", r->format);
	cJSON_AddStringToObject(
	    o, "indication", verdict_indication_name(verdict_of(&r->verdict)));
	if (sub != NULL)
		cJSON_AddStringToObject(o, "subIndication", sub);
	cJSON_AddStringToObject(
	    o, "level", verify_level_text(r, r->level, level));
	cJSON_AddStringToObject(
	    o, "levelByForm", verify_level_text(r, r->form, level));
	cJSON_AddStringToObject(o, "algorithm", r->algorithm);
	add_signer(o, r);
	if (r->has_claimed)
		add_time(o, "claimedTime", r->claimed);
	add_time(o, "bestTime", r->best);
	cJSON_AddBoolToObject(o, "proven", r->proven);
	add_proof(o, r);
	add_timestamps(o, r);
	add_revocation(o, &r->revocation);
	cJSON_AddStringToObject(
	    o, "issuerName", report_verdict_name(r->issuer_name));
	cJSON_AddStringToObject(
	    o, "issuerIdentifier", report_verdict_name(r->issuer_identifier));
	return o;
}
