/*
 * edc_fuzz: any document through check and prepare. What prepare takes has a
 * canonical form that common/jcs accepts, is taken again as a finished
 * credential, and then stays as it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/jcs.h"
#include "host/edc/edc.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static const struct edc_issuer seal = {
    .legal_name = "X",
    .eidas_identifier = "VATDE-1",
    .country = "DE",
    .common_name = "Y",
};

static void
must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "edc_fuzz: %s\n", what);
		abort();
	}
}

static bool
is_canonical(const uint8_t *buf, size_t len)
{
	struct jcs c;

	jcs_init(&c, NULL, NULL);
	jcs_push(&c, buf, len);
	return jcs_finish(&c) == ERR_OK;
}

static void
check_report(struct edc_report *r, size_t len)
{
	size_t i;

	must(r->kept <= EDC_FAILURES_MAX, "too many failures kept");
	must(r->kept <= r->errors + r->warnings, "more kept than counted");
	for (i = 0; i < r->kept; i++)
		must(r->failures[i].offset == FAULT_NO_OFFSET ||
			r->failures[i].offset < len,
		    "an offset outside the input");
	edc_report_free(r);
}

/* What was prepared names the certificate's organisation as its issuer. */
static void
check_issuer(struct doc *d)
{
	doc_ref issuer = doc_get(d, edc_credential(d), "issuer"), v;
	bool named = false;

	if (doc_type(d, issuer) == DOC_ARRAY)
		issuer = doc_first(d, issuer);
	v = doc_get(d, doc_get(d, issuer, "eIDASIdentifier"), "notation");
	must(doc_is_text(d, v, seal.eidas_identifier), "no identifier");
	v = doc_first(d, doc_get(d, issuer, "legalName"));
	for (; v != 0; v = doc_next(d, v))
		named = named || doc_is_text(d, v, seal.legal_name) ||
		    doc_is_text(d, doc_first(d, v), seal.legal_name);
	must(named, "no name");
}

/* What was checked already and is prepared by that has the same form. */
static void
check_short_way(const uint8_t *buf, size_t len, enum edc_issuer_policy policy,
    const uint8_t *form, size_t form_len)
{
	struct edc_report report = {0};
	uint8_t *other = NULL;
	size_t other_len;
	struct doc *d;
	struct fault f;
	enum err e;

	must(edc_parse(&d, buf, len, &f) == ERR_OK, "parsed only once");
	e = edc_prepare_checked(d, &seal, policy, 1800000000, &report);
	must((e == ERR_OK) == (form != NULL), "another verdict");
	if (e == ERR_OK)
		must(doc_canonicalise(
			 d, edc_credential(d), &other, &other_len) == ERR_OK &&
			other_len == form_len &&
			memcmp(other, form, form_len) == 0,
		    "another form");
	free(other);
	edc_report_free(&report);
	doc_free(d);
}

/* The form of what was prepared, for free(); NULL if it was refused. */
static uint8_t *
prepare(const uint8_t *buf, size_t len, enum edc_issuer_policy policy,
    size_t *form_len)
{
	struct edc_report checked = {0}, prepared = {0};
	uint8_t *form = NULL;
	struct doc *d;
	struct fault f;
	bool accepted;
	enum err e;

	*form_len = 0;
	if (edc_parse(&d, buf, len, &f) != ERR_OK)
		return NULL;
	e = edc_check(d, &seal, policy, &checked);
	must((e == ERR_OK) == (checked.errors == 0), "errors, but no error");
	accepted = e == ERR_OK;
	check_report(&checked, len);
	e = edc_prepare(d, &seal, policy, 1800000000, &prepared);
	must((e == ERR_OK) == (prepared.errors == 0), "errors, but no error");
	check_report(&prepared, len);
	if (e == ERR_OK)
		check_issuer(d);
	if (e == ERR_OK)
		must(doc_canonicalise(d, edc_credential(d), &form, form_len) ==
			ERR_OK,
		    "no form");
	doc_free(d);
	if (accepted)
		check_short_way(buf, len, policy, form, *form_len);
	return form;
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	static const enum edc_issuer_policy policies[] = {
	    EDC_ISSUER_MATCH, EDC_ISSUER_OVERWRITE};
	uint8_t *once, *twice;
	size_t once_len, twice_len, i;

	for (i = 0; i < 2; i++) {
		once = prepare(buf, len, policies[i], &once_len);
		if (once == NULL)
			continue;
		must(is_canonical(once, once_len), "jcs refuses the form");
		twice = prepare(once, once_len, policies[i], &twice_len);
		must(twice != NULL, "a finished credential is refused");
		must(
		    once_len == twice_len && memcmp(once, twice, once_len) == 0,
		    "preparing changes what is prepared");
		free(twice);
		free(once);
	}
	return 0;
}
