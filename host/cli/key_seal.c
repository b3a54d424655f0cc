#include "host/cli/key_seal.h"

#include <stdio.h>

#include "common/utc.h"

#define DAY 86400
#define SOON 60 /* days: time to ask for the next one */

static void
validity(struct finding_list *f, const struct cert *c, int64_t time)
{
	char from[UTC_SIZE], to[UTC_SIZE];
	long long days = (long long)((c->not_after - time) / DAY);

	utc_format(c->not_before, from);
	utc_format(c->not_after, to);
	if (time > c->not_after)
		finding_add(f, FINDING_ABOUT_FILE, VERIFY_FAILED, "validity",
		    "it expired at %s", to);
	else if (time < c->not_before)
		finding_add(f, FINDING_ABOUT_FILE, VERIFY_FAILED, "validity",
		    "it is not valid before %s", from);
	else
		finding_add(f, FINDING_ABOUT_FILE,
		    days < SOON ? VERIFY_REMARK : VERIFY_PASSED, "validity",
		    "until %s, %lld more day%s%s", to, days,
		    days == 1 ? "" : "s",
		    days < SOON ? ": ask for the next one now" : "");
}

static void
usage(struct finding_list *f, const struct cert *c, unsigned findings)
{
	if (findings & CERT_FINDING_IS_CA)
		finding_add(f, FINDING_ABOUT_FILE, VERIFY_FAILED, "key-usage",
		    "it is the certificate of a CA");
	else if (findings & CERT_FINDING_KEY_USAGE)
		finding_add(f, FINDING_ABOUT_FILE, VERIFY_FAILED, "key-usage",
		    "neither nonRepudiation nor digitalSignature");
	else if (!c->has_key_usage)
		finding_add(f, FINDING_ABOUT_FILE, VERIFY_PASSED, "key-usage",
		    "not restricted");
	else
		finding_add(f, FINDING_ABOUT_FILE, VERIFY_PASSED, "key-usage",
		    "%s",
		    c->key_usage & CERT_KEY_USAGE_NON_REPUDIATION
			? "nonRepudiation"
			: "digitalSignature");
}

static void
name(struct finding_list *f, const char *check, const char *text, bool missing,
    bool ambiguous)
{
	if (missing)
		finding_add(f, FINDING_ABOUT_FILE, VERIFY_FAILED, check,
		    "the certificate names none");
	else
		finding_add(f, FINDING_ABOUT_FILE,
		    ambiguous ? VERIFY_FAILED : VERIFY_PASSED, check, "%s%s",
		    text, ambiguous ? " (a name stands there twice)" : "");
}

static void
statements(struct finding_list *f, unsigned findings)
{
	bool eseal = !(findings & CERT_FINDING_NO_ESEAL);

	finding_add(f, FINDING_ABOUT_FILE,
	    eseal ? VERIFY_PASSED : VERIFY_FAILED, "qc-type",
	    eseal ? "QcStatements say: for electronic seals"
		  : "QcStatements do not say that it is for "
		    "electronic seals");
	finding_add(f, FINDING_ABOUT_FILE,
	    findings & CERT_FINDING_NO_QC ? VERIFY_REMARK : VERIFY_PASSED,
	    "qc-compliance",
	    findings & CERT_FINDING_NO_QC ? "it does not say it is qualified"
					  : "it says it is qualified");
	finding_add(f, FINDING_ABOUT_FILE,
	    findings & CERT_FINDING_NO_QSCD ? VERIFY_REMARK : VERIFY_PASSED,
	    "qc-sscd",
	    findings & CERT_FINDING_NO_QSCD
		? "it does not say that the key is in a qualified device"
		: "it says that the key is in a qualified device");
}

enum err
key_seal_findings(struct finding_list *f, const struct cert *c, int64_t time)
{
	bool ambiguous;
	unsigned findings = 0;
	enum err e;

	e = cert_check_seal(c, time, &findings);
	ambiguous = findings & CERT_FINDING_AMBIGUOUS;
	name(f, "organisation", c->organisation,
	    findings & CERT_FINDING_NO_ORGANISATION, ambiguous);
	name(f, "organisation-id", c->organisation_id,
	    findings & CERT_FINDING_NO_ORGANISATION_ID, ambiguous);
	statements(f, findings);
	usage(f, c, findings);
	validity(f, c, time);
	if (cert_says_test(c))
		finding_add(f, FINDING_ABOUT_FILE, VERIFY_REMARK, "test",
		    "a TEST certificate, without legal value");
	return e;
}
