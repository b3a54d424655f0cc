/*
 * edc.h: European Digital Credentials: check at intake, prepare at closing.
 *
 *	struct edc_report report = {0};
 *	enum err e = edc_check(doc, &issuer, policy, &report);
 *	e = edc_prepare(doc, &issuer, policy, time, &report);
 *	edc_report_free(&report);
 *
 * Memory    the report owns its failures
 * Chunks    whole documents
 * Errors    EDC_*: the gravest; every failure is in the report with its path
 * Trust     rules are those of the generic profile's SHACL shapes with
 *           minimum and maximum counts, as a table in host/data/
 * Limits    EDC_FAILURES_MAX failures are kept, all are counted
 */
#ifndef HOST_EDC_EDC_H
#define HOST_EDC_EDC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "host/base/fault.h"
#include "host/json/doc.h"

#define EDC_FAILURES_MAX 100

struct edc_failure {
	enum err err;
	bool warning; /* does not refuse the draft */
	char message[32]; /* id of the rule's message, "edc-title-missing" */
	char path[FAULT_PATH]; /* "credentialSubject.hasClaim[2].title" */
	char text[FAULT_DETAIL]; /* for a person */
	uint64_t offset; /* in the input, or FAULT_NO_OFFSET */
};

struct edc_report {
	struct edc_failure *failures;
	size_t kept, errors, warnings;
};

/* What the certificate says; UTF-8, NUL-terminated. */
struct edc_issuer {
	const char *legal_name; /* O */
	const char *eidas_identifier; /* 2.5.4.97 */
	const char *country; /* C, two letters upper case */
	const char *common_name; /* CN, may be NULL */
};

enum edc_issuer_policy { EDC_ISSUER_MATCH = 1, EDC_ISSUER_OVERWRITE = 2 };

/* doc_parse within the limits of sealing. What cannot be parsed because it is
 * something else that is sealed already (a compact JWS, signed XML) is
 * EDC_SEALED_ALREADY; other XML is EDC_NOT_CREDENTIAL. */
MUST_USE enum err edc_parse(
    struct doc **d, const uint8_t *buf, size_t len, struct fault *fault);

/* The credential inside an upload wrapper {"credential":..}, else the root. */
doc_ref edc_credential(struct doc *d);

/* Rules of the profile for a draft: what sealing itself adds (issued, the
 * issuer's identifier) may be absent. issuer may be NULL (then not compared).
 */
MUST_USE enum err edc_check(struct doc *d, const struct edc_issuer *issuer,
    enum edc_issuer_policy policy, struct edc_report *report);

/* Puts in what the certificate and the time of closing decide (issuer,
 * issued, issuanceDate), then checks all rules of a finished credential. */
MUST_USE enum err edc_prepare(struct doc *d, const struct edc_issuer *issuer,
    enum edc_issuer_policy policy, int64_t time, struct edc_report *report);

/* The same for a draft that edc_check of this program has accepted: only what
 * is put in is looked at again. */
MUST_USE enum err edc_prepare_checked(struct doc *d,
    const struct edc_issuer *issuer, enum edc_issuer_policy policy,
    int64_t time, struct edc_report *report);

/* The credential's id; 0 if it has none. */
doc_ref edc_id(struct doc *d);

void edc_report_free(struct edc_report *r);

#endif
