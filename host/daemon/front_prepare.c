/*
 * What is frozen of a draft, in any thread: with profile edc it is prepared for
 * the batch's key and time, any other one is left as it is.
 */
#include "host/daemon/front.h"

#include <stdio.h>
#include <stdlib.h>

#include "host/edc/vc.h"

static void
set_fault(const struct edc_report *report, enum err e, struct fault *fault)
{
	(void)!fault_set(fault, e, FAULT_NO_OFFSET, "%s",
	    report->kept > 0 ? report->failures[0].text : "");
	if (report->kept > 0)
		snprintf(fault->path, sizeof(fault->path), "%s",
		    report->failures[0].path);
}

static enum err
canonicalise(struct doc *d, doc_ref credential, uint8_t **payload, size_t *len,
    struct fault *fault)
{
	enum err e = doc_canonicalise(d, credential, payload, len);

	if (e == ERR_OK && *len > BOUND_PAYLOAD) {
		free(*payload);
		e = ERR_TOO_LARGE;
	}
	return e == ERR_OK
	    ? e
	    : fault_set(fault, e, FAULT_NO_OFFSET, "canonical form");
}

static enum err
prepare_edc(struct front *f, int64_t item, const struct stored *draft,
    uint8_t **payload, size_t *len, struct fault *fault)
{
	struct front_closing *c = &f->closing;
	struct edc_issuer issuer = {c->key->cert[0].organisation,
	    c->key->cert[0].organisation_id, c->key->cert[0].country,
	    c->key->cert[0].common_name};
	struct edc_report report = {0};
	struct doc *d = NULL;
	enum err e;

	e = doc_parse(&d, draft->buf, draft->len, &DOC_LIMITS_SEAL, fault);
	if (e != ERR_OK)
		goto out;
	/* What this run of the program has taken in, it has checked. */
	e = (item > f->before ? edc_prepare_checked : edc_prepare)(d, &issuer,
	    f->config->issuer_overwrite ? EDC_ISSUER_OVERWRITE
					: EDC_ISSUER_MATCH,
	    c->batch.closed, &report);
	if (e != ERR_OK) {
		set_fault(&report, e, fault);
		goto out;
	}
	e = canonicalise(d, edc_credential(d), payload, len, fault);
out:
	edc_report_free(&report);
	doc_free(d);
	return e;
}

/* Nothing of it is changed. */
static enum err
prepare_other(const struct stored *draft, uint8_t **payload, size_t *len,
    struct fault *fault)
{
	struct edc_report report = {0};
	struct doc *d = NULL;
	enum err e;

	e = doc_parse(&d, draft->buf, draft->len, &DOC_LIMITS_SEAL, fault);
	if (e != ERR_OK)
		return e;
	e = vc_check(d, &report);
	if (e != ERR_OK)
		set_fault(&report, e, fault);
	else
		e = canonicalise(d, doc_root(d), payload, len, fault);
	edc_report_free(&report);
	doc_free(d);
	return e;
}

enum err
front_prepare(struct front *f, int64_t item, const struct stored *draft,
    uint8_t **payload, size_t *len, struct fault *fault)
{
	return f->closing.batch.profile == PROFILE_EDC
	    ? prepare_edc(f, item, draft, payload, len, fault)
	    : prepare_other(draft, payload, len, fault);
}
