#include "host/seal/verify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "host/seal/verify_parts.h"

/* Octets of the code point at p; 0 if there is none whole, as where a text
 * was cut. */
static size_t
code_point(const uint8_t *p)
{
	size_t n = p[0] < 0x80 ? 1
	    : p[0] < 0xc2      ? 0
	    : p[0] < 0xe0      ? 2
	    : p[0] < 0xf0      ? 3
			       : 4;
	size_t i;

	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return n;
}

/* C0, DEL, C1 (c2 80 to c2 9f), and the bidirectional controls U+202A to
 * U+202E and U+2066 to U+2069 could move a terminal's cursor or turn its text
 * around. */
static bool
is_steering(const uint8_t *p)
{
	return p[0] < 0x20 || p[0] == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0) ||
	    (p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae) ||
	    (p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9);
}

static void
clean(char *text)
{
	uint8_t *p = (uint8_t *)text;
	size_t n;

	for (; p[0] != 0; p += n) {
		n = code_point(p);
		if (n == 0)
			n = 1;
		else if (!is_steering(p))
			continue;
		memset(p, '?', n);
	}
}

void
verify_say(struct verify_result *r, unsigned seal, const char *check,
    enum verify_verdict verdict, const char *format, ...)
{
	struct verify_finding *f;
	va_list args;

	f = realloc(r->findings, (r->count + 1) * sizeof(*f));
	if (f == NULL) {
		r->err = ERR_NO_MEMORY;
		return;
	}
	r->findings = f;
	f += r->count++;
	f->seal = seal;
	f->check = check;
	f->verdict = verdict;
	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
	clean(f->text);
}

enum verify_verdict
verify_verdict_by(enum sub_indication sub)
{
	return verdict_indication(sub) == INDICATION_FAILED ? VERIFY_FAILED
							    : VERIFY_UNKNOWN;
}

static void
check_payload(
    struct verify_result *r, const struct jws *j, struct verify_seal *seals)
{
	struct verify_payload payload;
	const uint8_t *octets;
	uint8_t *buf;
	unsigned i;
	size_t len;
	enum err e;

	/* RFC 7797 3: the same for all */
	for (i = 1; i < j->count; i++) {
		if (seals[i].encoded != seals[0].encoded)
			VERIFY_FAULT(&seals[i], "format", SUB_FORMAT_FAILURE,
			    "b64 is not the same as in the first seal");
	}
	e = jws_payload(j, seals[0].encoded, &buf, &octets, &len);
	if (j->attached != NULL) {
		octets = seals[0].options->detached;
		len = seals[0].options->detached_len;
	}
	if (e == ERR_NO_MEMORY)
		r->err = e;
	else if (e != ERR_OK)
		verify_say(r, VERIFY_FILE, "format", VERIFY_FAILED,
		    "the payload is not base64url");
	verify_payload_read(&payload, r, octets, len);
	for (i = 0; i < j->count; i++)
		verify_issuer(&seals[i], &payload);
	doc_free(payload.doc);
	free(buf);
}

void
verify_seal_check(struct verify_seal *s)
{
	verify_header(s);
	verify_collect(s);
	verify_certificates(s);
	verify_signature(s);
	verify_times(s);
	verify_chain(s);
	verify_level(s);
	if (s->alg != NULL)
		snprintf(s->report->algorithm, sizeof(s->report->algorithm),
		    "%s", s->alg->name);
	if (s->evidence.err != ERR_OK)
		s->result->err = s->evidence.err;
}

static void
check_seals(struct verify_result *r, const struct jws *j,
    const struct verify_options *options)
{
	struct verify_seal *seals, *s;
	unsigned i;

	seals = calloc(j->count, sizeof(*seals));
	r->reports = calloc(j->count, sizeof(*r->reports));
	if (seals == NULL || r->reports == NULL) {
		r->err = ERR_NO_MEMORY;
		free(seals);
		return;
	}
	r->seals = j->count;
	for (i = 0; i < j->count; i++) {
		s = &seals[i];
		s->result = r;
		s->report = &r->reports[i];
		s->report->format = "JAdES";
		s->options = options;
		s->jws = j;
		s->seal = &j->seals[i];
		s->index = i;
		verify_seal_check(s);
	}
	check_payload(r, j, seals);
	for (i = 0; i < j->count; i++) {
		evidence_free(&seals[i].evidence);
		etsiu_free(&seals[i].etsiu);
	}
	free(seals);
}

static enum err
judge(const struct verify_result *r)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < r->count; i++) {
		if (r->findings[i].verdict == VERIFY_FAILED)
			return ERR_VERIFY_INVALID;
		if (r->findings[i].verdict == VERIFY_UNKNOWN)
			e = ERR_VERIFY_INDETERMINATE;
	}
	return e;
}

/* Why it is no sealed file, and where that shows. */
static void
say_unread(struct verify_result *r, const struct fault *f)
{
	char place[40] = "";

	if (f->offset != FAULT_NO_OFFSET)
		snprintf(
		    place, sizeof(place), " (at octet %" PRIu64 ")", f->offset);
	verify_say(r, VERIFY_FILE, "format", VERIFY_FAILED, "%s%s%s%s",
	    err_text(f->err), f->detail[0] != '\0' ? ": " : "", f->detail,
	    place);
}

enum err
verify_file(struct verify_result *r, const uint8_t *file, size_t len,
    const struct verify_options *options, struct fault *fault)
{
	static const char *const forms[] = {"", "compact serialisation",
	    "flattened JSON serialisation", "general JSON serialisation"};
	struct fault own;
	struct jws j;
	enum err e;

	memset(r, 0, sizeof(*r));
	fault_clear(&own);
	e = jws_read(&j, file, len, &own);
	if (fault != NULL)
		*fault = own;
	if (e != ERR_OK) {
		say_unread(r, &own);
		r->err = e;
		return e;
	}
	verify_say(r, VERIFY_FILE, "format", VERIFY_PASSED,
	    "JWS, %s, %u seal%s", forms[j.form], j.count,
	    j.count == 1 ? "" : "s");
	if (options->detached != NULL) {
		e = jws_attach(
		    &j, options->detached, options->detached_len, &own);
		if (e != ERR_OK)
			verify_say(r, VERIFY_FILE, "payload",
			    e == ERR_VERIFY_INVALID ? VERIFY_FAILED
						    : VERIFY_UNKNOWN,
			    "%s", own.detail);
	}
	check_seals(r, &j, options);
	jws_free(&j);
	if (r->err == ERR_OK)
		r->err = judge(r);
	return r->err;
}

void
verify_result_free(struct verify_result *r)
{
	free(r->findings);
	free(r->reports);
	memset(r, 0, sizeof(*r));
}
