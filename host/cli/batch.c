#include "host/cli/batch.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/utc.h"
#include "host/daemon/reply.h"

#define POLL_NS 50000000

enum err
batch_get(
    struct client *front, const char *batch, cJSON **out, struct fault *fault)
{
	cJSON *request = client_request("batch-show");

	cJSON_AddStringToObject(request, "batch", batch);
	return client_call(front, request, out, fault);
}

static uint64_t
count_of(const cJSON *batch, const char *state)
{
	const cJSON *items = cJSON_GetObjectItemCaseSensitive(batch, "items");

	return (uint64_t)reply_number(items, state, 0);
}

enum err
batch_await(struct cli *c, struct client *front, const char *batch, cJSON **out,
    struct fault *fault)
{
	const struct timespec pause = {0, POLL_NS};
	const char *state;
	enum err e;

	for (;;) {
		e = batch_get(front, batch, out, fault);
		if (e != ERR_OK)
			break;
		state = reply_text(*out, "state");
		if (strcmp(state, "closing") == 0)
			cli_progress(c, "prepared", count_of(*out, "frozen"),
			    count_of(*out, "frozen") +
				count_of(*out, "queued"));
		else if (strcmp(state, "approved") == 0)
			cli_progress(c, "released", count_of(*out, "released"),
			    (uint64_t)reply_number(*out, "count", 0));
		else
			break;
		cJSON_Delete(*out);
		*out = NULL;
		nanosleep(&pause, NULL);
	}
	cli_progress_end(c);
	return e;
}

static void
print_item(struct cli *c, const cJSON *item)
{
	const cJSON *s = cJSON_GetObjectItemCaseSensitive(item, "summary");
	char learner[512], title[512], id[256], name[256];
	const char *state = reply_text(item, "state");

	cli_clean(reply_text(item, "name"), name, sizeof(name));
	if (s == NULL) {
		cli_say(c, "  %4lld  %s  (%s)",
		    (long long)reply_number(item, "id", 0), name, state);
		return;
	}
	cli_clean(reply_text(s, "learner"), learner, sizeof(learner));
	cli_clean(reply_text(s, "title"), title, sizeof(title));
	cli_clean(reply_text(s, "id"), id, sizeof(id));
	cli_say(c, "  %4lld  %s  |  %s  |  %lld claim%s",
	    (long long)reply_number(item, "id", 0),
	    learner[0] == '\0' ? "(no name in the credential)" : learner, title,
	    (long long)reply_number(s, "claims", 0),
	    reply_number(s, "claims", 0) == 1 ? "" : "s");
	cli_say(c, "        %s  valid from %s%s%s  %s", id,
	    reply_text(s, "validFrom"),
	    reply_text(s, "validUntil")[0] == '\0' ? "" : " until ",
	    reply_text(s, "validUntil"),
	    strcmp(state, "frozen") == 0 ? "" : state);
	if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(s, "understood")))
		cli_say(c,
		    "        content not understood: its JSON-LD "
		    "context is not exactly EDC's");
}

static enum err
print_items(
    struct cli *c, struct client *front, const char *batch, struct fault *fault)
{
	cJSON *request, *reply, *list, *item;
	int64_t after = 0;
	enum err e;
	int n;

	do {
		request = client_request("batch-items");
		cJSON_AddStringToObject(request, "batch", batch);
		cJSON_AddNumberToObject(request, "after", (double)after);
		e = client_call(front, request, &reply, fault);
		if (e != ERR_OK) {
			cJSON_Delete(reply);
			return e;
		}
		list = cJSON_GetObjectItemCaseSensitive(reply, "items");
		n = 0;
		cJSON_ArrayForEach(item, list)
		{
			n++;
			after = reply_number(item, "id", after);
			if (c->json)
				cli_result(c, cJSON_Duplicate(item, true));
			else
				print_item(c, item);
		}
		cJSON_Delete(reply);
	} while (n > 0);
	return ERR_OK;
}

static void
print_root(struct cli *c, const char *root)
{
	size_t n = strlen(root), i;
	char line[128] = "";
	size_t at = 0;

	for (i = 0; i < n && at + 3 < sizeof(line); i++) {
		if (i > 0 && i % 4 == 0)
			line[at++] = ' ';
		line[at++] = root[i];
	}
	line[at] = '\0';
	cli_say(c, "root          %s", line);
}

enum err
batch_print(struct cli *c, struct client *front, const cJSON *batch,
    struct fault *fault)
{
	char id[24], name[256], time_text[UTC_SIZE];
	enum err e;

	snprintf(
	    id, sizeof(id), "%lld", (long long)reply_number(batch, "id", 0));
	cli_say(c, "batch %s (%s), %s", id,
	    cli_clean(reply_text(batch, "name"), name, sizeof(name)),
	    reply_text(batch, "state"));
	e = print_items(c, front, id, fault);
	if (e != ERR_OK || reply_number(batch, "count", 0) == 0)
		return e;
	cli_say(c, "credentials   %lld",
	    (long long)reply_number(batch, "count", 0));
	cli_say(c, "institution   %s (%s)",
	    cli_clean(reply_text(batch, "organisation"), name, sizeof(name)),
	    reply_text(batch, "organisationId"));
	utc_format(reply_number(batch, "signingTime", 0), time_text);
	cli_say(c, "key           %s, %s, signing time %s",
	    reply_text(batch, "key"), reply_text(batch, "algorithm"),
	    time_text);
	if (strcmp(reply_text(batch, "mode"), "test") == 0)
		cli_say(c, "mode          TEST: these seals are worth nothing");
	print_root(c, reply_text(batch, "root"));
	return ERR_OK;
}

enum err
batch_consent(const struct station *station, const cJSON *batch,
    const char *verb, cJSON **reply, struct fault *fault)
{
	struct client *signer;
	cJSON *request;
	enum err e;

	*reply = NULL;
	e = client_open(&signer, station, CLIENT_SIGNER, fault);
	if (e != ERR_OK)
		return e;
	request = client_request(verb);
	cJSON_AddStringToObject(request, "root", reply_text(batch, "root"));
	cJSON_AddStringToObject(request, "key", reply_text(batch, "key"));
	cJSON_AddStringToObject(
	    request, "certificate", reply_text(batch, "certificate"));
	cJSON_AddNumberToObject(
	    request, "count", (double)reply_number(batch, "count", 0));
	e = client_call(signer, request, reply, fault);
	client_close(signer);
	return e;
}
