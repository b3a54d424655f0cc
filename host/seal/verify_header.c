#include "host/seal/verify_parts.h"

#include <string.h>

#include "common/utc.h"

/* 2025-07-15T00:00:00Z: from then on sigT is no baseline signature (TS 119
 * 182-1 v1.2.1, as validators apply it), but still one that can be valid. */
#define SIGT_END 1752537600

#define TIME_MAX_DIGITS 12

/* What may stand in crit: each of them is processed here, or states something
 * about the seal that changes nothing about its validity. */
static const char *const understood[] = {"sigT", "x5t#o", "sigX5ts", "srCms",
    "sigPl", "srAts", "adoTst", "sigPId", "sigD", "iat", "exp", "b64"};

#define FAIL(s, ...) VERIFY_FAULT(s, "header", SUB_FORMAT_FAILURE, __VA_ARGS__)

doc_ref
verify_header_get(const struct verify_seal *s, const char *name)
{
	struct doc *d = s->seal->header;

	return d == NULL ? 0 : doc_get(d, doc_root(d), name);
}

static bool
check_alg(struct verify_seal *s)
{
	struct doc *d = s->seal->header;
	doc_ref v = verify_header_get(s, "alg");
	const char *text;
	size_t len;

	if (doc_type(d, v) != DOC_STRING) {
		FAIL(s, "alg is missing or no string");
		return false;
	}
	doc_string(d, v, &text, &len);
	s->alg = alg_find(text, len);
	if (s->alg == NULL)
		FAIL(s, "algorithm \"%.*s\" is unknown or not for seals",
		    len > 40 ? 40 : (int)len, text);
	return s->alg != NULL;
}

static bool
is_understood(struct doc *d, doc_ref v)
{
	size_t i;

	for (i = 0; i < sizeof(understood) / sizeof(understood[0]); i++) {
		if (doc_is_text(d, v, understood[i]))
			return true;
	}
	return false;
}

static bool
in_crit(const struct verify_seal *s, const char *name)
{
	struct doc *d = s->seal->header;
	doc_ref v = doc_first(d, verify_header_get(s, "crit"));

	for (; v != 0; v = doc_next(d, v)) {
		if (doc_is_text(d, v, name))
			return true;
	}
	return false;
}

/* One entry of crit: understood, present, named once. */
static bool
check_critical(struct verify_seal *s, doc_ref v)
{
	struct doc *d = s->seal->header;
	const char *text;
	char name[16];
	size_t len;
	doc_ref w;

	if (doc_type(d, v) != DOC_STRING) {
		FAIL(s, "crit holds something that is no name");
		return false;
	}
	doc_string(d, v, &text, &len);
	if (!is_understood(d, v)) {
		FAIL(s, "crit names \"%.*s\", which is not understood",
		    len > 40 ? 40 : (int)len, text);
		return false;
	}
	memcpy(name, text, len); /* understood names are short */
	name[len] = '\0';
	if (verify_header_get(s, name) == 0) {
		FAIL(s, "crit names \"%s\", which is not in the header", name);
		return false;
	}
	for (w = doc_next(d, v); w != 0; w = doc_next(d, w)) {
		if (doc_is_text(d, w, name)) {
			FAIL(s, "crit names \"%s\" twice", name);
			return false;
		}
	}
	return true;
}

/* RFC 7515 4.1.11. */
static bool
check_crit(struct verify_seal *s)
{
	static const char *const must[] = {"b64", "sigD"};
	struct doc *d = s->seal->header;
	doc_ref crit = verify_header_get(s, "crit"), v;
	bool good = true;
	size_t i;

	if (crit != 0 &&
	    (doc_type(d, crit) != DOC_ARRAY || doc_count(d, crit) == 0)) {
		FAIL(s, "crit is no array of names");
		return false;
	}
	for (v = doc_first(d, crit); v != 0; v = doc_next(d, v)) {
		if (!check_critical(s, v))
			good = false;
	}
	for (i = 0; i < 2; i++) {
		if (verify_header_get(s, must[i]) != 0 &&
		    !in_crit(s, must[i])) {
			FAIL(s, "%s is not named in crit", must[i]);
			good = false;
		}
	}
	return good;
}

/* NumericDate as an integer: digits only (TS 119 182-1 5.1.11). */
static bool
read_seconds(const struct verify_seal *s, doc_ref v, int64_t *seconds)
{
	const uint8_t *p = s->seal->json + doc_offset(s->seal->header, v);
	int n;

	if (doc_type(s->seal->header, v) != DOC_NUMBER)
		return false;
	*seconds = 0;
	for (n = 0; p[n] >= '0' && p[n] <= '9' && n < TIME_MAX_DIGITS; n++)
		*seconds = *seconds * 10 + (p[n] - '0');
	/* the number must end there; a NUL stands behind the header */
	return n > 0 && strchr("0123456789.eE+-", p[n]) == NULL;
}

static bool
check_sigt(struct verify_seal *s, doc_ref v)
{
	const char *text;
	size_t len;

	doc_string(s->seal->header, v, &text, &len);
	if (doc_type(s->seal->header, v) != DOC_STRING ||
	    utc_parse(text, len, &s->report->claimed) != ERR_OK) {
		FAIL(s, "sigT is no time of the form YYYY-MM-DDThh:mm:ssZ");
		return false;
	}
	s->report->has_claimed = true;
	return true;
}

static bool
check_times(struct verify_seal *s)
{
	doc_ref iat = verify_header_get(s, "iat");
	doc_ref sigt = verify_header_get(s, "sigT");
	doc_ref exp = verify_header_get(s, "exp");
	bool good = true;
	int64_t end;

	if ((iat != 0) == (sigt != 0)) {
		FAIL(s, "%s, exactly one of iat and sigT was expected",
		    iat != 0 ? "both are there" : "no signing time");
		good = false;
	} else if (iat != 0) {
		s->report->has_claimed = read_seconds(
		    s, iat, &s->report->claimed);
		if (!s->report->has_claimed)
			FAIL(s, "iat is no whole number of seconds");
		good = s->report->has_claimed;
	} else {
		good = check_sigt(s, sigt);
	}
	if (exp != 0 && !read_seconds(s, exp, &end)) {
		FAIL(s, "exp is no whole number of seconds");
		good = false;
	} else if (exp != 0 && s->options->time > end) {
		FAIL(s, "exp: the seal has expired");
		good = false;
	}
	return good;
}

/* How the signing certificate is referred to (5.1.6 to 5.1.8, 5.2.2), and
 * what is sealed. */
static bool
check_references(struct verify_seal *s)
{
	unsigned n = (verify_header_get(s, "x5t#S256") != 0) +
	    (verify_header_get(s, "x5t#o") != 0) +
	    (verify_header_get(s, "sigX5ts") != 0);
	bool good = true;

	if (n != 1) {
		FAIL(s,
		    "%s reference to the signing certificate, one of "
		    "x5t#S256, x5t#o and sigX5ts was expected",
		    n == 0 ? "no" : "more than one");
		good = false;
	}
	if (verify_header_get(s, "x5t") != 0) {
		FAIL(s, "x5t (SHA-1) is not allowed");
		good = false;
	}
	/* 5.2.8: sigD is of what is detached, and nobody would look at the
	 * digest in it where something else stands in the file */
	if (verify_header_get(s, "sigD") != 0 && s->jws->payload != NULL &&
	    s->jws->attached == NULL) {
		FAIL(s, "sigD, but what is sealed is in the file itself");
		good = false;
	}
	return good;
}

static bool
check_b64(struct verify_seal *s)
{
	enum doc_type type = doc_type(
	    s->seal->header, verify_header_get(s, "b64"));

	s->encoded = type != DOC_FALSE;
	if (type == DOC_NONE || type == DOC_FALSE || type == DOC_TRUE)
		return true;
	FAIL(s, "b64 is neither true nor false");
	return false;
}

void
verify_header(struct verify_seal *s)
{
	char time[UTC_SIZE];
	unsigned good = 0;

	s->encoded = true;
	if (s->seal->header == NULL) {
		FAIL(s, "cannot be read: %s: %s", err_text(s->seal->fault.err),
		    s->seal->fault.detail);
		return;
	}
	/* every rule is looked at, so that each offence is told */
	good += check_alg(s);
	good += check_b64(s);
	good += check_crit(s);
	good += check_times(s);
	good += check_references(s);
	s->header_good = good == 5;
	if (!s->header_good)
		return;
	s->outdated = verify_header_get(s, "sigT") != 0 &&
	    s->report->claimed >= SIGT_END;
	if (s->outdated)
		VERIFY_SAY(s, "header", VERIFY_REMARK,
		    "sigT is dated 2025-07-15 or later, iat was expected: no "
		    "baseline signature");
	utc_format(s->report->claimed, time);
	VERIFY_SAY(s, "header", VERIFY_PASSED, "%s, %s %s", s->alg->name,
	    verify_header_get(s, "iat") != 0 ? "iat" : "sigT", time);
}
