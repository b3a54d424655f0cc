/* zegel submit: drafts into the queue. */
#include "host/cli/submit.h"

#include <stdlib.h>

int
verb_submit(struct cli *c)
{
	struct submit s = {.cli = c, .batch = "inbox"};
	const struct cli_option options[] = {
	    {"batch", CLI_TEXT, &s.batch, "NAME",
		"join or begin this batch (default: inbox)"},
	    {"profile", CLI_TEXT, &s.profile, "NAME",
		"of the batch: " SUBMIT_PROFILES "; default: what it has, a "
		"new one what the station has"},
	    {"again", CLI_FLAG, &s.again, NULL,
		"also what was sealed before: seal it once more"},
	    CLI_END};
	struct station station;
	struct fault fault;
	enum err e;
	int code;

	code = cli_parse(c, options,
	    "[--batch NAME] [--profile NAME] [--again] FILE|DIR...",
	    "Hands drafts to the station. Each is checked by the rules of its\n"
	    "profile and is safe once it is accepted. Of a folder all files "
	    "are\ntaken.");
	if (code == 0)
		code = cli_count(c, 1, -1);
	if (code != 0)
		return cli_exit(code);
	e = submit_check(&s, &fault);
	if (e == ERR_OK)
		e = cli_station(c, &station, &fault);
	if (e == ERR_OK)
		e = client_open(&s.client, &station, CLIENT_FRONT, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	code = submit_paths(&s, c->argv, c->argc);
	client_close(s.client);
	submit_summary(&s);
	return code;
}
