/*
 * report.h: what 'zegel verify' knows of a seal, for programs and as a page.
 *
 *	cJSON_AddItemToArray(list, report_json(&result.reports[i]));
 *	e = report_page_open(&page, path, time, &fault);
 *	report_page_add(page, file, &result, &log, verdict);
 *	e = report_page_close(page, &fault);
 *
 * Memory    the page is written as it grows, and held nowhere
 * Chunks    one file after another
 * Errors    IO and the like; the first one sticks until report_page_close.
 *           Until then a page of that name is as it was
 * Trust     texts from outside are escaped
 * Limits    none
 */
#ifndef HOST_CLI_REPORT_H
#define HOST_CLI_REPORT_H

#include <cjson/cJSON.h>

#include "host/seal/verify.h"

/* One seal: level, indication, signer, times, timestamps, revocation. */
cJSON *report_json(const struct verify_report *r);

/* For people, in a line: "TOTAL-PASSED, JAdES-BASELINE-LTA", and that it is
 * of a TEST certificate. */
#define REPORT_TEXT 120
const char *report_text(
    const struct verify_report *r, char out[static REPORT_TEXT]);

const char *report_verdict_name(enum verify_verdict v);

struct report_page;
MUST_USE enum err report_page_open(struct report_page **page, const char *path,
    int64_t time, struct fault *fault);
struct report_log {
	enum verify_verdict verdict;
	const char *text;
};
/* log: what the log says of it, or NULL. */
void report_page_add(struct report_page *page, const char *file,
    const struct verify_result *r, const struct report_log *log,
    const char *verdict);
/* One that could not be read. */
void report_page_add_fault(
    struct report_page *page, const char *file, const struct fault *fault);
MUST_USE enum err report_page_close(
    struct report_page *page, struct fault *fault);

#endif
