/*
 * finding.h: checks, each on its own line for people, in one list for
 * programs: what 'zegel verify' and 'zegel key test' say.
 *
 *	struct finding_list f = {c, cJSON_CreateArray()};
 *	finding_add(&f, FINDING_ABOUT_FILE, VERIFY_PASSED, "chain", text);
 *
 * Memory    the list is the caller's
 * Chunks    none
 * Errors    none
 * Trust     texts are printed with control characters replaced
 * Limits    none
 */
#ifndef HOST_CLI_FINDING_H
#define HOST_CLI_FINDING_H

#include "host/cli/cli.h"
#include "host/seal/verify.h"

#define FINDING_ABOUT_FILE UINT32_MAX

struct finding_list {
	const struct cli *cli;
	cJSON *list;
};

void finding_add(struct finding_list *f, unsigned seal,
    enum verify_verdict verdict, const char *check, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
