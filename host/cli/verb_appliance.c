/* zegel appliance: the device on whose screen batches are approved. */
#include <stdio.h>
#include <string.h>

#include "host/cli/appliance.h"
#include "host/daemon/reply.h"

/* In groups, as the device shows it. */
static const char *
groups(const char *hex, char out[static 96])
{
	size_t i, at = 0;

	for (i = 0; hex[i] != '\0' && at + 2 < 96; i++) {
		if (i > 0 && i % 4 == 0)
			out[at++] = ' ';
		out[at++] = hex[i];
	}
	out[at] = '\0';
	return out;
}

static void
print_batch(const struct cli *c, const cJSON *job)
{
	char root[96];

	if (job == NULL)
		return;
	cli_say(c, "appliance: batch of %lld, %s%s%s%s%s",
	    (long long)reply_number(job, "count", 0),
	    reply_text(job, "outcome"),
	    reply_text(job, "reason")[0] == '\0' ? "" : ": ",
	    reply_text(job, "reason"),
	    reply_text(job, "detail")[0] == '\0' ? "" : ": ",
	    reply_text(job, "detail"));
	cli_say(c, "           root %s", groups(reply_text(job, "root"), root));
}

void
appliance_print(const struct cli *c, const cJSON *a)
{
	if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(a, "configured")))
		return;
	cli_say(c, "appliance: %s%s%s%s%s", reply_text(a, "state"),
	    reply_text(a, "trouble")[0] == '\0' ? "" : ", ",
	    reply_text(a, "trouble"),
	    reply_text(a, "board")[0] == '\0' ? "" : ", board ",
	    reply_text(a, "board"));
	if (reply_text(a, "board")[0] != '\0')
		cli_say(c, "appliance: counter %lld, log seen up to %lld",
		    (long long)reply_number(a, "counter", 0),
		    (long long)reply_number(a, "logSize", 0));
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(a, "logBackwards")))
		cli_say(c,
		    "TROUBLE: the appliance has seen a larger log, or another "
		    "one: nothing is sealed. Was log/ put back from a copy?");
	print_batch(c, cJSON_GetObjectItemCaseSensitive(a, "batch"));
}

static int
status(struct cli *c, struct client *signer)
{
	const cJSON *pin;
	struct fault fault;
	char key[96];
	cJSON *a;
	enum err e;

	e = client_call(signer, client_request("appliance"), &a, &fault);
	if (e != ERR_OK) {
		cJSON_Delete(a);
		return cli_fail(c, &fault, NULL);
	}
	appliance_print(c, a);
	pin = cJSON_GetObjectItemCaseSensitive(a, "enrolled");
	if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(a, "configured")))
		cli_say(c, "zegel.conf has no [appliance] console");
	else if (pin == NULL)
		cli_say(c, "none is enrolled: see 'zegel appliance enrol'");
	else
		cli_say(c, "enrolled   %s, approval key\n           %s",
		    reply_text(pin, "board"),
		    groups(reply_text(pin, "approvalKey"), key));
	cli_result(c, a);
	return 0;
}

static enum err
ask(const struct cli *c, const cJSON *a, bool yes, struct fault *fault)
{
	char key[96];

	if (reply_text(a, "board")[0] == '\0')
		return fault_set(fault, ERR_APPLIANCE_ABSENT, FAULT_NO_OFFSET,
		    "%s", reply_text(a, "trouble"));
	cli_say(c, "board         %s", reply_text(a, "board"));
	cli_say(c, "firmware      %s", groups(reply_text(a, "firmware"), key));
	cli_say(
	    c, "approval key  %s", groups(reply_text(a, "approvalKey"), key));
	if (yes)
		return ERR_OK;
	if (c->json || !cli_has_terminal())
		return fault_set(fault, ERR_REFUSED, FAULT_NO_OFFSET,
		    "nobody was asked (--yes answers); nothing was changed");
	if (!cli_ask_yes("Believe what this appliance approves? [y/N] "))
		return fault_set(
		    fault, ERR_REFUSED, FAULT_NO_OFFSET, "nothing was changed");
	return ERR_OK;
}

static int
enrol(struct cli *c, struct client *signer, bool yes)
{
	struct fault fault;
	cJSON *a, *reply = NULL;
	enum err e;

	e = client_call(signer, client_request("appliance"), &a, &fault);
	if (e == ERR_OK)
		e = ask(c, a, yes, &fault);
	if (e == ERR_OK)
		e = client_call(
		    signer, client_request("appliance-enrol"), &reply, &fault);
	cJSON_Delete(a);
	if (e != ERR_OK) {
		cJSON_Delete(reply);
		return cli_fail(c, &fault, NULL);
	}
	cli_say(c, "enrolled; the log has its key");
	cli_result(c, reply);
	return 0;
}

int
verb_appliance(struct cli *c)
{
	struct client *signer = NULL;
	struct station station;
	struct fault fault;
	bool yes = false;
	const struct cli_option options[] = {
	    {"yes", CLI_FLAG, &yes, NULL, "enrol: without asking"}, CLI_END};
	enum err e;
	int code;

	code = cli_parse(c, options, "enrol [--yes]\nstatus",
	    "The appliance shows a batch on a screen of its own and signs the\n"
	    "approval. enrol makes this station believe the one that is\n"
	    "connected, and only that one; the log says so.");
	if (code == 0)
		code = cli_count(c, 1, 1);
	if (code != 0)
		return cli_exit(code);
	e = cli_station(c, &station, &fault);
	if (e == ERR_OK)
		e = client_open(&signer, &station, CLIENT_SIGNER, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	if (strcmp(c->argv[0], "enrol") == 0)
		code = enrol(c, signer, yes);
	else if (strcmp(c->argv[0], "status") == 0)
		code = status(c, signer);
	else
		code = cli_fail_text(c, ERR_USAGE,
		    "there is no 'zegel appliance %s'", c->argv[0]);
	client_close(signer);
	return code;
}
