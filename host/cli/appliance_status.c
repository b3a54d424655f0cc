#include <stdio.h>
#include <string.h>

#include "host/cli/appliance.h"
#include "host/daemon/reply.h"

const char *
appliance_groups(const char *hex, char out[static APPLIANCE_GROUPS])
{
	size_t i, at = 0;

	for (i = 0; hex[i] != '\0' && at + 2 < APPLIANCE_GROUPS; i++) {
		if (i > 0 && i % 4 == 0)
			out[at++] = ' ';
		out[at++] = hex[i];
	}
	out[at] = '\0';
	return out;
}

static const cJSON *
member(const cJSON *a, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(a, name);
}

static void
print_batch(const struct cli *c, const cJSON *job)
{
	char root[APPLIANCE_GROUPS];

	if (job == NULL)
		return;
	cli_say(c, "appliance: batch of %lld, %s%s%s%s%s",
	    (long long)reply_number(job, "count", 0),
	    reply_text(job, "outcome"),
	    reply_text(job, "reason")[0] == '\0' ? "" : ": ",
	    reply_text(job, "reason"),
	    reply_text(job, "detail")[0] == '\0' ? "" : ": ",
	    reply_text(job, "detail"));
	cli_say(c, "           root %s",
	    appliance_groups(reply_text(job, "root"), root));
}

static void
print_key(const struct cli *c, const cJSON *key)
{
	const char *state = reply_text(key, "state");

	if (key == NULL || strcmp(state, "none") == 0)
		return;
	cli_say(c,
	    "appliance: seal key %s, %s of station %s, %lld tries for its "
	    "PIN, %s",
	    state, reply_text(key, "algorithm"), reply_text(key, "station"),
	    (long long)reply_number(key, "pinTries", 0),
	    cJSON_IsTrue(member(key, "loggedIn")) ? "logged in"
						  : "not logged in");
}

void
appliance_print(const struct cli *c, const cJSON *a)
{
	if (!cJSON_IsTrue(member(a, "configured")))
		return;
	cli_say(c, "appliance: %s%s%s%s%s", reply_text(a, "state"),
	    reply_text(a, "trouble")[0] == '\0' ? "" : ", ",
	    reply_text(a, "trouble"),
	    reply_text(a, "board")[0] == '\0' ? "" : ", board ",
	    reply_text(a, "board"));
	if (reply_text(a, "board")[0] != '\0')
		cli_say(c,
		    "appliance: waits for %s, counter %lld, log seen up to "
		    "%lld",
		    reply_text(a, "waitingFor"),
		    (long long)reply_number(a, "counter", 0),
		    (long long)reply_number(a, "logSize", 0));
	print_key(c, member(a, "key"));
	if (cJSON_IsTrue(member(a, "logBackwards")))
		cli_say(c,
		    "TROUBLE: the appliance has seen a larger log, or another "
		    "one: nothing is sealed. Was log/ put back from a copy?");
	print_batch(c, member(a, "batch"));
}

int
appliance_status(struct cli *c, struct client *signer)
{
	const cJSON *pin;
	struct fault fault;
	char key[APPLIANCE_GROUPS];
	cJSON *a;
	enum err e;

	e = client_call(signer, client_request("appliance"), &a, &fault);
	if (e != ERR_OK) {
		cJSON_Delete(a);
		return cli_fail(c, &fault, NULL);
	}
	appliance_print(c, a);
	pin = member(a, "enrolled");
	if (!cJSON_IsTrue(member(a, "configured")))
		cli_say(c, "zegel.conf has no [appliance] console");
	else if (pin == NULL)
		cli_say(c, "none is enrolled: see 'zegel appliance enrol'");
	else
		cli_say(c, "enrolled   %s, approval key\n           %s",
		    reply_text(pin, "board"),
		    appliance_groups(reply_text(pin, "approvalKey"), key));
	cli_result(c, a);
	return 0;
}
