/*
 * cli.h: what every verb of zegel(1) shares: options, output for people and
 * for programs, errors and exit codes, questions.
 *
 *	static const struct cli_option options[] = {
 *	    {"batch", CLI_TEXT, &batch, "NAME", "join or make this batch"},
 *	    CLI_END};
 *	int code = cli_parse(c, options, "[FILE...]", "Seals.");
 *	if (code != 0)
 *		return cli_exit(code);
 *
 * Memory    the process's own, for its short life
 * Chunks    with --json one object a line: v, verb, result or error
 * Errors    cli_fail prints one and returns its exit code (sysexits)
 * Trust     texts from outside are printed with control characters replaced
 * Limits    those of the kernel for arguments
 */
#ifndef HOST_CLI_CLI_H
#define HOST_CLI_CLI_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "host/base/fault.h"
#include "host/base/station.h"
#include "host/daemon/client.h"

struct cli {
	const char *verb; /* "batch", for messages and JSON */
	const char *station_dir; /* --station, or NULL */
	bool json;
	int argc; /* after options: what is left */
	char **argv;
};

enum cli_kind { CLI_TEXT = 1, CLI_FLAG = 2, CLI_NUMBER = 3 };

struct cli_option {
	const char *name; /* without the dashes */
	enum cli_kind kind;
	void *value; /* const char **, bool *, int64_t * */
	const char *argument; /* name in --help; NULL for a flag */
	const char *help;
};

#define CLI_END                                                                \
	{                                                                      \
		NULL, 0, NULL, NULL, NULL                                      \
	}
#define CLI_HELP_SHOWN -1

/*
 * Takes options from anywhere among the arguments; --station, --json and
 * --help are always known; "--" ends them. usage: the lines after "usage:
 * zegel VERB". Returns 0, an exit code, or CLI_HELP_SHOWN.
 */
int cli_parse(struct cli *c, const struct cli_option *options,
    const char *usage, const char *about);

/* Are there that many arguments after the options? most -1: any number.
 * Returns 0 or the exit code of what it has said. */
int cli_count(struct cli *c, int least, int most);

/* Exit code for what cli_parse returned. */
int cli_exit(int code);

/* Messages. file may be NULL. Each returns the exit code for the error. */
int cli_fail(const struct cli *c, const struct fault *fault, const char *file);
int cli_fail_text(const struct cli *c, enum err e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same; with --json members of more, which is deleted, join the error's. */
int cli_fail_more(const struct cli *c, const struct fault *fault,
    const char *file, cJSON *more);

/* With --json prints {"v":1,"verb":...,"result":...}; result is deleted. */
void cli_result(const struct cli *c, cJSON *result);

/* A line for people; nothing with --json. */
void cli_say(const struct cli *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What people are told beside the result: on stderr; nothing with --json. */
void cli_note(const struct cli *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Seconds since 1970 as local time with its distance from UTC. */
#define CLI_TIME 40
const char *cli_time(int64_t time, char buf[static CLI_TIME]);

/* Text from outside, safe for a terminal. */
const char *cli_clean(const char *text, char *buf, size_t cap);

/* On a terminal asks and reads a line; false at its end or without one. */
bool cli_ask(const char *question, char *answer, size_t cap);
bool cli_ask_yes(const char *question);
bool cli_has_terminal(void);

/* A PIN into secret memory (secret_alloc(CLI_PIN)): from descriptor fd, or
 * asked for at the terminal without echo when fd is -1. CANCELLED: there by
 * Control-C, or by a signal that is still to come. */
#define CLI_PIN 256
MUST_USE enum err cli_read_pin(const char *question, int64_t fd, uint8_t **pin,
    size_t *len, struct fault *fault);

MUST_USE enum err cli_station(
    const struct cli *c, struct station *station, struct fault *fault);

/* "progress N of M" on a terminal, else nothing. */
void cli_progress(
    const struct cli *c, const char *what, uint64_t done, uint64_t all);
void cli_progress_end(const struct cli *c);

/* The verbs. */
int verb_appliance(struct cli *c);
int verb_batch(struct cli *c);
int verb_canon(struct cli *c);
int verb_extend(struct cli *c);
int verb_init(struct cli *c);
int verb_key(struct cli *c);
int verb_lock(struct cli *c);
int verb_log(struct cli *c);
int verb_seal(struct cli *c);
int verb_status(struct cli *c);
int verb_submit(struct cli *c);
int verb_unlock(struct cli *c);
int verb_verify(struct cli *c);

#endif
