/* zegel status: what the station does. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "host/cli/appliance.h"
#include "host/cli/cli.h"
#include "host/daemon/reply.h"

#define SINCE 24

/* Local, for people. */
static void
since_text(int64_t at, char out[static SINCE])
{
	time_t t = (time_t)at;
	struct tm local;

	out[0] = '\0';
	if (at > 0 && localtime_r(&t, &local) != NULL)
		(void)!strftime(out, SINCE, " since %H:%M:%S", &local);
}

/* What waits while nobody is asked for timestamps. */
static void
print_wait(struct cli *c, const cJSON *wait, const char *who)
{
	if (wait != NULL)
		cli_say(c, "%s wait %lld s more: %s", who,
		    (long long)reply_number(wait, "wait", 0),
		    reply_text(wait, "why"));
}

/* Nothing is said of a certificate of which nothing bad was heard. */
static void
print_revocation(struct cli *c, const cJSON *key)
{
	const char *state = reply_text(key, "revocation");

	if (strcmp(state, "revoked") == 0)
		cli_say(c, "    ITS CERTIFICATE IS REVOKED: %s",
		    reply_text(key, "revocationReason"));
	else if (strcmp(state, "unknown") == 0)
		cli_say(c,
		    "    not known whether its certificate is revoked: %s",
		    reply_text(key, "revocationReason"));
}

static void
print(struct cli *c, const cJSON *r)
{
	const cJSON *items = cJSON_GetObjectItemCaseSensitive(r, "items");
	const cJSON *key;
	int64_t stamping;
	char since[SINCE];

	cli_say(c, "station %s, mode %s, separation %s",
	    reply_text(r, "station"), reply_text(r, "mode"),
	    reply_text(r, "separation"));
	if (reply_text(r, "trouble")[0] != '\0')
		cli_say(c, "TROUBLE: %s", reply_text(r, "trouble"));
	cli_say(c, "log origin %s", reply_text(r, "origin"));
	cJSON_ArrayForEach(key, cJSON_GetObjectItemCaseSensitive(r, "keys"))
	{
		since_text(reply_number(key, "since", 0), since);
		cli_say(c, "key %s: %s%s%s%s", reply_text(key, "key"),
		    reply_text(key, "state"),
		    reply_text(key, "reason")[0] == '\0' ? "" : ", ",
		    reply_text(key, "reason"), since);
		print_revocation(c, key);
	}
	appliance_print(c, cJSON_GetObjectItemCaseSensitive(r, "appliance"));
	print_wait(c, cJSON_GetObjectItemCaseSensitive(r, "timestamps"),
	    "sealed files");
	print_wait(c, cJSON_GetObjectItemCaseSensitive(r, "contentTimestamps"),
	    "batches that need content timestamps");
	stamping = reply_number(items, "prepared", 0) +
	    reply_number(items, "stamped", 0);
	if (stamping > 0)
		cli_say(c,
		    "content timestamps: %lld of %lld drafts have theirs",
		    (long long)reply_number(items, "stamped", 0),
		    (long long)stamping);
	cli_say(c,
	    "drafts: %lld queued, %lld frozen, %lld sealed, %lld released, "
	    "%lld failed",
	    (long long)reply_number(items, "queued", 0),
	    (long long)reply_number(items, "frozen", 0),
	    (long long)reply_number(items, "sealed", 0),
	    (long long)reply_number(items, "released", 0),
	    (long long)reply_number(items, "failed", 0));
}

/* Signer knows it; who may not ask signer sees the rest. */
static void
add_appliance(const struct station *station, cJSON *to)
{
	struct client *signer = NULL;
	cJSON *a = NULL;

	if (client_open(&signer, station, CLIENT_SIGNER, NULL) == ERR_OK &&
	    client_call(signer, client_request("appliance"), &a, NULL) ==
		ERR_OK &&
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(a, "configured"))) {
		cJSON_AddItemToObject(to, "appliance", a);
		a = NULL;
	}
	cJSON_Delete(a);
	client_close(signer);
}

int
verb_status(struct cli *c)
{
	const struct timespec pause = {2, 0};
	bool watch = false;
	const struct cli_option options[] = {
	    {"watch", CLI_FLAG, &watch, NULL, "again every two seconds"},
	    CLI_END};
	struct client *front = NULL;
	struct station station;
	struct fault fault;
	cJSON *reply;
	enum err e;
	int code;

	code = cli_parse(c, options, "[--watch]",
	    "Shows the station's mode, keys, queue and troubles.");
	if (code == 0)
		code = cli_count(c, 0, 0);
	if (code != 0)
		return cli_exit(code);
	e = cli_station(c, &station, &fault);
	if (e == ERR_OK)
		e = client_open(&front, &station, CLIENT_FRONT, &fault);
	while (e == ERR_OK) {
		e = client_call(
		    front, client_request("status"), &reply, &fault);
		if (e != ERR_OK) {
			cJSON_Delete(reply);
			break;
		}
		add_appliance(&station, reply);
		print(c, reply);
		cli_result(c, reply);
		if (!watch)
			break;
		cli_say(c, "%s", "");
		fflush(stdout);
		nanosleep(&pause, NULL);
	}
	client_close(front);
	return e == ERR_OK ? 0 : cli_fail(c, &fault, NULL);
}
