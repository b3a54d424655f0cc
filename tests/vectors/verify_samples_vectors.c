/*
 * verify_samples_vectors: real sealed credentials. Each is verified at the
 * time that its header states, with the CAs that come in it as anchors (which
 * proves the arithmetic, not their trust), and again after changes.
 *
 *	verify_samples_vectors FILE...
 *
 * A file with "contentinvalid" in its name must fail for its issuer only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/file.h"
#include "host/seal/verify_parts.h"
#include "host/x509/chain.h"

#define CHANGES 24 /* in each of payload, protected and signature */

static int number, failures;

static void
result(bool good, const char *file, const char *what)
{
	const char *name = strrchr(file, '/');

	printf("%s %d - %s: %s\n", good ? "ok" : "not ok", ++number,
	    name == NULL ? file : name + 1, what);
	failures += !good;
}

static void
show(const struct verify_result *r)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		printf("# %s %u %s\n", r->findings[i].check,
		    (unsigned)r->findings[i].verdict, r->findings[i].text);
}

static bool
is_root(const struct cert *c)
{
	return c->is_ca && c->issuer.len == c->subject.len &&
	    memcmp(c->issuer.p, c->subject.p, c->issuer.len) == 0;
}

/* The roots that the file brings along, or all of its CAs, or else the
 * signing certificate itself. */
static size_t
take_anchors(struct verify_seal *s, struct cert *anchors, bool roots)
{
	size_t i, n = 0;

	for (i = 0; i < s->evidence.cert_count; i++) {
		if (roots ? is_root(&s->evidence.cert[i])
			  : s->evidence.cert[i].is_ca)
			anchors[n++] = s->evidence.cert[i];
	}
	if (n == 0 && s->leaf != NULL)
		anchors[n++] = *s->leaf;
	return n;
}

/* The longest path that the file allows: up to a root if that is there (some
 * files hold only the root of the timestamps, or SHA-1 on the way to it). */
static void
choose_anchors(
    struct verify_seal *s, struct cert *anchors, struct verify_options *o)
{
	o->anchor_count = take_anchors(s, anchors, true);
	if (s->leaf != NULL &&
	    chain_check(s->leaf, s->evidence.cert, s->evidence.cert_count,
		anchors, o->anchor_count, o->time, NULL) == ERR_OK)
		return;
	o->anchor_count = take_anchors(s, anchors, false);
}

static bool
failed_only_for_issuer(const struct verify_result *r)
{
	bool failed = false;
	size_t i;

	for (i = 0; i < r->count; i++) {
		/* it has no revocation data of the issuing CA */
		if (r->findings[i].verdict == VERIFY_UNKNOWN &&
		    strcmp(r->findings[i].check, "revocation") != 0)
			return false;
		if (r->findings[i].verdict != VERIFY_FAILED)
			continue;
		if (strncmp(r->findings[i].check, "issuer-", 7) != 0)
			return false;
		failed = true;
	}
	return failed;
}

static bool
signature_passed(const struct verify_result *r)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		if (strcmp(r->findings[i].check, "signature") == 0 &&
		    r->findings[i].verdict == VERIFY_PASSED)
			return true;
	}
	return false;
}

/* Letters and digits go to their neighbour, so that the file stays JSON and
 * base64url; the value at (at) then is another one. */
static bool
change(uint8_t *p)
{
	if ((*p >= 'a' && *p < 'z') || (*p >= 'A' && *p < 'Z') ||
	    (*p >= '0' && *p < '9')) {
		(*p)++;
		return true;
	}
	return false;
}

/* Changes in the value of a member; the last character of base64url is left
 * alone, which may hold unused bits. */
static bool
all_changes_are_found(uint8_t *file, size_t len, const char *member,
    const struct verify_options *o)
{
	struct verify_result r;
	uint8_t *from, *to, old;
	size_t i, step, tried = 0;
	enum err e;
	bool good;

	from = memmem(file, len, member, strlen(member));
	if (from == NULL)
		return false;
	from += strlen(member);
	for (to = from; *to != '"' || to[-1] == '\\'; to++)
		;
	step = (size_t)(to - from) / CHANGES + 1;
	for (i = 0; i + 1 < (size_t)(to - from); i += step) {
		old = from[i];
		if ((i > 0 && from[i - 1] == '\\') || !change(&from[i]))
			continue;
		e = verify_file(&r, file, len, o, NULL);
		good = signature_passed(&r);
		verify_result_free(&r);
		from[i] = old;
		if (good || (e != ERR_VERIFY_INVALID && e != ERR_VERIFY_FORMAT))
			return false;
		tried++;
	}
	return tried > 5;
}

static void
run(const char *name, uint8_t *file, size_t len)
{
	static struct verify_seal s;
	static struct cert anchors[EVIDENCE_CERTS];
	struct verify_options o = {.anchors = anchors};
	struct verify_result scratch = {0}, r;
	struct fault fault;
	struct jws j;
	struct verify_report report = {0};
	enum err e;

	memset(&s, 0, sizeof(s));
	if (jws_read(&j, file, len, &fault) != ERR_OK) {
		result(false, name, fault.detail);
		return;
	}
	s.result = &scratch;
	s.report = &report;
	s.options = &o;
	s.jws = &j;
	s.seal = &j.seals[0];
	verify_header(&s);
	verify_collect(&s);
	verify_certificates(&s);
	o.time = report.claimed;
	choose_anchors(&s, anchors, &o);
	e = verify_file(&r, file, len, &o, &fault);
	if (strstr(name, "contentinvalid") != NULL) {
		result(failed_only_for_issuer(&r), name,
		    "invalid for its issuer only");
	} else {
		if (e != ERR_OK)
			show(&r);
		printf("# %zu anchors of %zu certificates\n", o.anchor_count,
		    s.evidence.cert_count);
		result(e == ERR_OK, name, "valid");
	}
	verify_result_free(&r);
	o.anchor_count = 0;
	e = verify_file(&r, file, len, &o, &fault);
	result(e != ERR_OK, name, "not valid without an anchor");
	verify_result_free(&r);
	choose_anchors(&s, anchors, &o);
	result(all_changes_are_found(file, len, "\"payload\":\"", &o), name,
	    "a changed payload is found");
	result(all_changes_are_found(file, len, "\"protected\":\"", &o), name,
	    "a changed header is found");
	result(all_changes_are_found(file, len, "\"signature\":\"", &o), name,
	    "a changed signature is found");
	evidence_free(&s.evidence);
	etsiu_free(&s.etsiu);
	verify_result_free(&scratch);
	jws_free(&j);
}

int
main(int argc, char **argv)
{
	struct fault fault;
	uint8_t *buf;
	size_t len;
	int i;

	printf("1..%d\n", 5 * (argc - 1));
	for (i = 1; i < argc; i++) {
		if (file_read(argv[i], JWS_FILE, &buf, &len, &fault) !=
		    ERR_OK) {
			fault_print(&fault, argv[i], stderr);
			return 1;
		}
		run(argv[i], buf, len);
		free(buf);
	}
	return failures > 0;
}
