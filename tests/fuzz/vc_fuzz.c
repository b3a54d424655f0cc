/*
 * vc_fuzz: any document through the rules of other JSON than EDC's. What is
 * taken has a canonical form that common/jcs accepts, and is taken again in
 * that form, with as many warnings.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/jcs.h"
#include "host/edc/vc.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static void
must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "vc_fuzz: %s\n", what);
		abort();
	}
}

static void
check_report(const struct edc_report *r, size_t len)
{
	size_t i;

	must(r->kept <= EDC_FAILURES_MAX, "too many failures kept");
	must(r->kept <= r->errors + r->warnings, "more kept than counted");
	for (i = 0; i < r->kept; i++)
		must(r->failures[i].offset == FAULT_NO_OFFSET ||
			r->failures[i].offset < len,
		    "an offset outside the input");
}

static void
check_form(struct doc *d, size_t warnings)
{
	struct edc_report report = {0};
	struct doc *again = NULL;
	struct fault fault;
	uint8_t *form;
	struct jcs c;
	size_t len;

	if (doc_canonicalise(d, doc_root(d), &form, &len) != ERR_OK)
		return;
	jcs_init(&c, NULL, NULL);
	jcs_push(&c, form, len);
	must(jcs_finish(&c) == ERR_OK, "the form is not canonical");
	must(edc_parse(&again, form, len, &fault) == ERR_OK,
	    "the form is not read");
	must(vc_check(again, &report) == ERR_OK, "the form is not taken");
	must(report.warnings == warnings, "the form has other warnings");
	edc_report_free(&report);
	doc_free(again);
	free(form);
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	struct edc_report report = {0};
	struct doc *d = NULL;
	struct fault fault;
	enum err e;

	if (edc_parse(&d, buf, len, &fault) != ERR_OK)
		return 0;
	e = vc_check(d, &report);
	must((e == ERR_OK) == (report.errors == 0), "errors without an error");
	check_report(&report, len);
	if (e == ERR_OK)
		check_form(d, report.warnings);
	edc_report_free(&report);
	doc_free(d);
	return 0;
}
