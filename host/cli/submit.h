/*
 * submit.h: drafts from files and folders to the daemon.
 *
 *	struct submit s = {.cli = c, .client = client, .batch = "inbox"};
 *	enum err e = submit_check(&s, &fault);
 *	int code = submit_paths(&s, paths, count);
 *
 * Memory    a window of SUBMIT_WINDOW files under way
 * Chunks    none
 * Errors    check: USAGE; each refused file is reported with all reasons; the
 *           exit code is the gravest one's
 * Trust     files are opened here, with this person's rights, and handed over
 *           as descriptors
 * Limits    folders are read one level deep
 */
#ifndef HOST_CLI_SUBMIT_H
#define HOST_CLI_SUBMIT_H

#include "host/cli/cli.h"

#define SUBMIT_WINDOW 8
#define SUBMIT_PATH 1024
#define SUBMIT_PROFILES "edc, json, json-flattened or json-compact"

struct submit {
	struct cli *cli;
	struct client *client;
	const char *batch; /* NULL: not known yet */
	const char *profile; /* NULL: the batch's, or the station's */
	bool again;
	uint64_t accepted, refused, duplicates;
	int code; /* 0 or the exit code of the first refusal */
	char window[SUBMIT_WINDOW]
		   [SUBMIT_PATH]; /* names of what is under way */
	size_t first, count;
};

/* What is wrong with batch or profile whatever the files are. */
MUST_USE enum err submit_check(const struct submit *s, struct fault *fault);

/* Returns an exit code; a duplicate is reported but is no failure. */
int submit_paths(struct submit *s, char **paths, int count);

/* How many of what. */
void submit_summary(const struct submit *s);

#endif
