/*
 * vc.h: JSON of other profiles than edc, checked at intake: W3C Verifiable
 * Credentials 1.1 and 2.0, Open Badges 3 and CLR 2 by the rules of their
 * standards; any other object as it is. Nothing in it is ever rewritten.
 *
 *	struct edc_report report = {0};
 *	enum err e = vc_check(doc, &report);
 *	doc_ref id = vc_id(doc);
 *	edc_report_free(&report);
 *
 * Memory    the report owns its failures
 * Chunks    whole documents
 * Errors    EDC_SEALED_ALREADY, EDC_RULES; every failure is in the report with
 *           its path. A European Digital Credential breaks the rules: it is
 *           sealed with profile edc
 * Trust     the issuer is not compared with a certificate: these credentials
 *           name it by an address. A person sees both before sealing
 * Limits    as edc.h
 */
#ifndef HOST_EDC_VC_H
#define HOST_EDC_VC_H

#include "host/edc/edc.h"

MUST_USE enum err vc_check(struct doc *d, struct edc_report *report);

/* The credential's id, by which it is known again; 0 if it has none. */
doc_ref vc_id(struct doc *d);

#endif
