/* zegel batch: look at batches, close, approve or refuse them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/cli/batch.h"
#include "host/daemon/reply.h"

struct options {
	const char *key;
	const char *means;
	bool yes, no_wait, all;
};

static int
finish(struct cli *c, enum err e, cJSON *result, const struct fault *fault)
{
	if (e != ERR_OK) {
		cJSON_Delete(result);
		return cli_fail(c, fault, NULL);
	}
	cli_result(c, result);
	return 0;
}

static int
list(struct cli *c, struct client *front)
{
	cJSON *request, *reply, *one, *items;
	int64_t after = 0;
	struct fault fault;
	char name[160];
	enum err e;
	int n;

	do {
		request = client_request("batch-list");
		cJSON_AddNumberToObject(request, "after", (double)after);
		e = client_call(front, request, &reply, &fault);
		if (e != ERR_OK)
			return finish(c, e, reply, &fault);
		n = 0;
		cJSON_ArrayForEach(
		    one, cJSON_GetObjectItemCaseSensitive(reply, "batches"))
		{
			n++;
			after = reply_number(one, "id", after);
			cli_result(c, cJSON_Duplicate(one, true));
			items = cJSON_GetObjectItemCaseSensitive(one, "items");
			cli_say(c,
			    "%5lld  %-24s %-9s %lld queued, %lld frozen, %lld "
			    "released, %lld failed",
			    (long long)after,
			    cli_clean(
				reply_text(one, "name"), name, sizeof(name)),
			    reply_text(one, "state"),
			    (long long)reply_number(items, "queued", 0),
			    (long long)reply_number(items, "frozen", 0),
			    (long long)reply_number(items, "released", 0),
			    (long long)reply_number(items, "failed", 0));
		}
		cJSON_Delete(reply);
	} while (n > 0);
	return 0;
}

static int
show(struct cli *c, struct client *front, const char *id)
{
	struct fault fault;
	cJSON *batch;
	enum err e;

	e = batch_get(front, id, &batch, &fault);
	if (e == ERR_OK)
		e = batch_print(c, front, batch, &fault);
	return finish(c, e, batch, &fault);
}

static int
close_batch(struct cli *c, struct client *front, const char *id,
    const struct options *o)
{
	struct fault fault;
	cJSON *batch;
	enum err e;

	e = batch_close(
	    c, front, id, o->key, !o->no_wait, NULL, &batch, &fault);
	if (e == ERR_OK && !o->no_wait)
		e = batch_print(c, front, batch, &fault);
	return finish(c, e, batch, &fault);
}

static bool
parse_id(const char *text, int64_t *id)
{
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 15 || text[n] != '\0')
		return false;
	*id = strtoll(text, NULL, 10);
	return true;
}

static int
remove_items(struct cli *c, struct client *front, const char *id,
    const struct options *o)
{
	cJSON *request, *reply = NULL;
	struct fault fault;
	int64_t item;
	enum err e = ERR_OK;
	int i;

	if (o->all == (c->argc > 2))
		return cli_fail_text(c, ERR_USAGE,
		    "batch remove-item: ITEM numbers, or --all, expected");
	for (i = 2; i < c->argc; i++)
		if (!parse_id(c->argv[i], &item))
			return cli_fail_text(c, ERR_USAGE,
			    "%s: the number of an item was expected",
			    c->argv[i]);
	if (o->all) {
		e = batch_discard(front, id, &reply, &fault);
		if (e == ERR_OK)
			cli_say(c, "all items are out; the batch is done");
		return finish(c, e, reply, &fault);
	}
	for (i = 2; e == ERR_OK && i < c->argc; i++) {
		cJSON_Delete(reply);
		(void)parse_id(c->argv[i], &item);
		request = client_request("batch-remove");
		cJSON_AddStringToObject(request, "batch", id);
		cJSON_AddNumberToObject(request, "item", (double)item);
		e = client_call(front, request, &reply, &fault);
		if (e == ERR_OK)
			cli_say(c, "item %lld is out of the batch",
			    (long long)item);
	}
	if (e == ERR_OK)
		cli_say(c, "it is open: close it before it can be approved");
	return finish(c, e, reply, &fault);
}

/* Nobody reads a whole list to be told then that the PIN is missing. */
static enum err
check_may_approve(const struct station *station, const cJSON *batch,
    const char *means, struct fault *fault)
{
	cJSON *reply;
	enum err e;

	e = batch_consent(station, batch, "may-approve", means, &reply, fault);
	cJSON_Delete(reply);
	return e;
}

static enum err
not_closed(const cJSON *batch, const char *id, struct fault *fault)
{
	enum err reason = (enum err)reply_number(batch, "reopened", 0);

	if (reason == ERR_OK)
		return fault_set(fault, ERR_BATCH_STATE, FAULT_NO_OFFSET,
		    "batch %s is %s%s", id, reply_text(batch, "state"),
		    strcmp(reply_text(batch, "state"), "open") == 0
			? ": close it first"
			: "");
	return fault_set(fault, ERR_BATCH_STATE, FAULT_NO_OFFSET,
	    "batch %s was opened again, close it first: %s: %s", id,
	    err_text(reason), reply_text(batch, "why"));
}

static int
approve(struct cli *c, struct client *front, const struct station *station,
    const char *id, const struct options *o)
{
	const struct batch_approving how = {.cli = c,
	    .station = station,
	    .means = o->means,
	    .yes = o->yes,
	    .otherwise = "nothing was sealed, the batch stays closed"};
	cJSON *batch = NULL, *reply = NULL;
	char number[24];
	struct fault fault;
	enum err e;

	e = batch_await(c, front, id, NULL, &batch, &fault);
	if (e == ERR_OK) {
		/* A name is free for the next batch once this one is done. */
		snprintf(number, sizeof(number), "%lld",
		    (long long)reply_number(batch, "id", 0));
		id = number;
	}
	if (e == ERR_OK && strcmp(reply_text(batch, "state"), "closed") != 0)
		e = not_closed(batch, id, &fault);
	if (e == ERR_OK)
		e = check_may_approve(station, batch, o->means, &fault);
	if (e == ERR_OK && !c->json)
		e = batch_print(c, front, batch, &fault);
	if (e == ERR_OK)
		e = batch_approve(&how, batch, &reply, &fault);
	if (e == ERR_OK)
		cli_say(c, "approved, log entry %lld",
		    (long long)reply_number(reply, "approval", 0));
	cJSON_Delete(batch);
	batch = NULL;
	if (e == ERR_OK && !o->no_wait) {
		cJSON_Delete(reply);
		reply = NULL;
		e = batch_await_end(c, front, id, &batch, &fault);
		if (e == ERR_OK &&
		    strcmp(reply_text(batch, "state"), "done") != 0)
			e = fault_set(&fault, ERR_APPROVAL_EXPIRED,
			    FAULT_NO_OFFSET,
			    "batch %s is %s again: close and approve it once "
			    "more",
			    id, reply_text(batch, "state"));
		if (e == ERR_OK)
			cli_say(c, "batch %s is done: %lld released", id,
			    (long long)reply_number(
				cJSON_GetObjectItemCaseSensitive(
				    batch, "items"),
				"released", 0));
		reply = batch;
	}
	return finish(c, e, reply, &fault);
}

/* It waits for content timestamps, not for a person. */
static int
reopen(struct cli *c, struct client *front, const char *id, cJSON *batch)
{
	cJSON *request = client_request("batch-reopen"), *reply;
	struct fault fault;
	enum err e;

	cJSON_Delete(batch);
	cJSON_AddStringToObject(request, "batch", id);
	e = client_call(front, request, &reply, &fault);
	if (e == ERR_OK)
		cli_say(c, "batch %s is open again", id);
	return finish(c, e, reply, &fault);
}

static int
refuse(struct cli *c, struct client *front, const struct station *station,
    const char *id)
{
	cJSON *batch = NULL, *reply = NULL;
	struct fault fault;
	enum err e;

	e = batch_get(front, id, &batch, &fault);
	if (e == ERR_OK && strcmp(reply_text(batch, "state"), "stamping") == 0)
		return reopen(c, front, id, batch);
	if (e == ERR_OK && strcmp(reply_text(batch, "state"), "closed") != 0)
		e = fault_set(&fault, ERR_BATCH_STATE, FAULT_NO_OFFSET,
		    "batch %s is %s", id, reply_text(batch, "state"));
	if (e == ERR_OK)
		e = batch_consent(station, batch, "refuse", "", &reply, &fault);
	cJSON_Delete(batch);
	if (e == ERR_OK)
		cli_say(c, "refused; batch %s is open again", id);
	return finish(c, e, reply, &fault);
}

int
verb_batch(struct cli *c)
{
	struct options o = {.key = "", .means = ""};
	const struct cli_option options[] = {
	    {"key", CLI_TEXT, &o.key, "NAME",
		"close: for this key (default: the station's)"},
	    {"means", CLI_TEXT, &o.means, "MEANS",
		"approve: terminal or appliance (default: the stronger that\n"
		"                     approval.conf allows)"},
	    {"yes", CLI_FLAG, &o.yes, NULL,
		"approve: without asking at the terminal"},
	    {"no-wait", CLI_FLAG, &o.no_wait, NULL,
		"close, approve: do not wait for the end"},
	    {"all", CLI_FLAG, &o.all, NULL,
		"remove-item: everything; the batch is done then"},
	    CLI_END};
	struct client *front = NULL;
	struct station station;
	const char *what, *id;
	struct fault fault;
	enum err e;
	int code;

	code = cli_parse(c, options,
	    "list\nshow BATCH\nclose BATCH [--key NAME] [--no-wait]\n"
	    "remove-item BATCH ITEM...|--all\n"
	    "approve BATCH [--means MEANS] [--yes] [--no-wait]\nrefuse BATCH",
	    "BATCH is a batch's number or name. Closing fixes key, times and\n"
	    "bytes of every credential; approving consents to exactly those,\n"
	    "at this terminal or on the appliance's own screen.");
	if (code != 0)
		return cli_exit(code);
	what = c->argc > 0 ? c->argv[0] : "";
	id = c->argc > 1 ? c->argv[1] : "";
	if (strcmp(what, "list") == 0)
		code = cli_count(c, 1, 1);
	else
		code = cli_count(
		    c, 2, strcmp(what, "remove-item") == 0 ? -1 : 2);
	if (code != 0)
		return code;
	if (o.means[0] != '\0' && strcmp(o.means, "terminal") != 0 &&
	    strcmp(o.means, "appliance") != 0)
		return cli_fail_text(c, ERR_USAGE,
		    "--means %s: terminal or appliance was expected", o.means);
	e = cli_station(c, &station, &fault);
	if (e == ERR_OK)
		e = client_open(&front, &station, CLIENT_FRONT, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	if (strcmp(what, "list") == 0)
		code = list(c, front);
	else if (strcmp(what, "show") == 0)
		code = show(c, front, id);
	else if (strcmp(what, "close") == 0)
		code = close_batch(c, front, id, &o);
	else if (strcmp(what, "remove-item") == 0)
		code = remove_items(c, front, id, &o);
	else if (strcmp(what, "approve") == 0)
		code = approve(c, front, &station, id, &o);
	else if (strcmp(what, "refuse") == 0)
		code = refuse(c, front, &station, id);
	else
		code = cli_fail_text(
		    c, ERR_USAGE, "there is no 'zegel batch %s'", what);
	client_close(front);
	return code;
}
