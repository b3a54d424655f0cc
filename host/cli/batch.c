#include "host/cli/batch.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/utc.h"
#include "host/daemon/reply.h"

#define POLL_NS 50000000
#define HEAR_POLLS 200 /* 10 s for front to hear of an approval */
#define STATUS_POLLS 40 /* 2 s between looks at the key */

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

static void
show_progress(struct cli *c, const cJSON *batch)
{
	const char *state = reply_text(batch, "state");
	uint64_t prepared = count_of(batch, "prepared");
	uint64_t stamped = count_of(batch, "stamped");
	uint64_t frozen = count_of(batch, "frozen");

	if (strcmp(state, "closing") == 0)
		cli_progress(c, "prepared", frozen + prepared,
		    frozen + prepared + stamped + count_of(batch, "queued"));
	else if (strcmp(state, "stamping") == 0)
		cli_progress(
		    c, "content timestamps", stamped, stamped + prepared);
	else
		cli_progress(c, "released", count_of(batch, "released"),
		    (uint64_t)reply_number(batch, "count", 0));
}

/* Nobody gives its content timestamps now. */
static bool
is_told_of_content(struct cli *c, const cJSON *batch)
{
	if (strcmp(reply_text(batch, "state"), "stamping") != 0 ||
	    reply_text(batch, "why")[0] == '\0')
		return false;
	cli_note(c,
	    "waiting %lld s for content timestamps: %s. It goes on by itself",
	    (long long)reply_number(batch, "wait", 0),
	    reply_text(batch, "why"));
	return true;
}

/* Content timestamps may be waited for as long as their authorities are away;
 * everything else comes to an end. */
static bool
is_given_up(const volatile sig_atomic_t *interrupted, const char *state)
{
	return interrupted != NULL && *interrupted &&
	    strcmp(state, "stamping") == 0;
}

/* Polls while the batch is in one of these states, so many times if not 0. */
static enum err
poll_states(struct cli *c, struct client *front, const char *id,
    const char *const *states, int times,
    const volatile sig_atomic_t *interrupted, cJSON **out, struct fault *fault)
{
	const struct timespec pause = {0, POLL_NS};
	bool told = false;
	const char *state;
	enum err e;
	int i;

	for (;;) {
		e = batch_get(front, id, out, fault);
		if (e != ERR_OK)
			return e;
		state = reply_text(*out, "state");
		for (i = 0; states[i] != NULL; i++)
			if (strcmp(states[i], state) == 0)
				break;
		if (states[i] == NULL || times == 1)
			return ERR_OK;
		if (is_given_up(interrupted, state))
			return fault_set(fault, ERR_CANCELLED, FAULT_NO_OFFSET,
			    "while it waited for content timestamps");
		if (times > 0)
			times--;
		told = told || is_told_of_content(c, *out);
		show_progress(c, *out);
		cJSON_Delete(*out);
		*out = NULL;
		nanosleep(&pause, NULL);
	}
}

enum err
batch_await(struct cli *c, struct client *front, const char *batch,
    const volatile sig_atomic_t *interrupted, cJSON **out, struct fault *fault)
{
	static const char *const states[] = {
	    "closing", "stamping", "approved", NULL};
	enum err e;

	e = poll_states(c, front, batch, states, 0, interrupted, out, fault);
	cli_progress_end(c);
	return e;
}

enum err
batch_close(struct cli *c, struct client *front, const char *batch,
    const char *key, bool wait, const volatile sig_atomic_t *interrupted,
    cJSON **out, struct fault *fault)
{
	cJSON *request = client_request("batch-close");
	int64_t reason;
	enum err e;

	cJSON_AddStringToObject(request, "batch", batch);
	cJSON_AddStringToObject(request, "key", key);
	e = client_call(front, request, out, fault);
	if (e != ERR_OK || !wait)
		return e;
	cJSON_Delete(*out);
	*out = NULL;
	e = batch_await(c, front, batch, interrupted, out, fault);
	reason = e == ERR_OK ? reply_number(*out, "reopened", 0) : 0;
	if (reason != 0)
		e = fault_set(fault, (enum err)reason, FAULT_NO_OFFSET,
		    "%s; the batch is open again", reply_text(*out, "why"));
	return e;
}

/* Nobody gives the timestamps now. */
static bool
is_told_of_stamps(struct cli *c, const cJSON *status)
{
	const cJSON *stamps = cJSON_GetObjectItemCaseSensitive(
	    status, "timestamps");

	if (stamps == NULL)
		return false;
	cli_note(c,
	    "sealed, and waiting %lld s for what the level needs: %s. It goes "
	    "on by itself",
	    (long long)reply_number(stamps, "wait", 0),
	    reply_text(stamps, "why"));
	return true;
}

/* A token that is locked or pulled makes a batch wait; say so. */
static bool
is_told(struct cli *c, struct client *front, const char *key)
{
	cJSON *reply, *one;
	const char *state;
	bool told = false;
	struct fault fault;

	if (client_call(front, client_request("status"), &reply, &fault) ==
	    ERR_OK) {
		cJSON_ArrayForEach(
		    one, cJSON_GetObjectItemCaseSensitive(reply, "keys"))
		{
			state = reply_text(one, "state");
			if (strcmp(reply_text(one, "key"), key) != 0 ||
			    strcmp(state, "ready") == 0)
				continue;
			cli_note(c, "waiting: key %s is %s%s", key, state,
			    strcmp(state, "absent") == 0
				? ""
				: "; see 'zegel unlock'");
			told = true;
		}
		told |= is_told_of_stamps(c, reply);
	}
	cJSON_Delete(reply);
	return told;
}

enum err
batch_await_end(struct cli *c, struct client *front, const char *batch,
    cJSON **out, struct fault *fault)
{
	static const char *const before[] = {"closed", NULL};
	static const char *const during[] = {"closing", "approved", NULL};
	bool told = false;
	enum err e;

	/* Front hears of the approval from signer, a moment after us. */
	e = poll_states(c, front, batch, before, HEAR_POLLS, NULL, out, fault);
	while (
	    e == ERR_OK && strcmp(reply_text(*out, "state"), "approved") == 0) {
		if (!told)
			told = is_told(c, front, reply_text(*out, "key"));
		cJSON_Delete(*out);
		e = poll_states(
		    c, front, batch, during, STATUS_POLLS, NULL, out, fault);
	}
	cli_progress_end(c);
	return e;
}

enum err
batch_discard(
    struct client *front, const char *batch, cJSON **out, struct fault *fault)
{
	cJSON *request = client_request("batch-discard");

	cJSON_AddStringToObject(request, "batch", batch);
	return client_call(front, request, out, fault);
}

enum err
batch_ask(
    const struct cli *c, bool yes, const char *otherwise, struct fault *fault)
{
	if (yes)
		return ERR_OK;
	if (c->json)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "with --json nobody is shown anything: consent needs "
		    "--yes");
	if (!cli_has_terminal())
		return fault_set(fault, ERR_REFUSED, FAULT_NO_OFFSET,
		    "there is no terminal to ask at (--yes answers); %s",
		    otherwise);
	if (!cli_ask_yes("Seal these credentials? [y/N] "))
		return fault_set(
		    fault, ERR_CANCELLED, FAULT_NO_OFFSET, "%s", otherwise);
	return ERR_OK;
}

/* An EDC's issuer is the institution, or its draft was refused. */
static void
print_issuer(struct cli *c, const cJSON *summary)
{
	char issuer[512], id[256];

	cli_say(c, "        issuer %s (%s)",
	    cli_clean(reply_text(summary, "issuer"), issuer, sizeof(issuer)),
	    cli_clean(reply_text(summary, "issuerId"), id, sizeof(id)));
}

static void
print_item(struct cli *c, const cJSON *item, bool edc)
{
	const cJSON *s = cJSON_GetObjectItemCaseSensitive(item, "summary");
	char learner[512], title[512], id[256], name[256], from[64], until[64];
	const char *state = reply_text(item, "state");
	/* W3C's first model has issuanceDate in validFrom's place */
	bool issued = !edc && reply_text(s, "validFrom")[0] == '\0';

	cli_clean(reply_text(item, "name"), name, sizeof(name));
	if (s == NULL) {
		cli_clean(reply_text(item, "detail"), title, sizeof(title));
		cli_say(c, "  %4lld  %s  (%s%s%s)",
		    (long long)reply_number(item, "id", 0), name, state,
		    title[0] != '\0' ? ": " : "", title);
		return;
	}
	cli_clean(reply_text(s, "learner"), learner, sizeof(learner));
	cli_clean(reply_text(s, "title"), title, sizeof(title));
	cli_clean(reply_text(s, "id"), id, sizeof(id));
	cli_clean(
	    reply_text(s, issued ? "issued" : "validFrom"), from, sizeof(from));
	cli_clean(reply_text(s, "validUntil"), until, sizeof(until));
	cli_say(c, "  %4lld  %s  |  %s  |  %lld claim%s",
	    (long long)reply_number(item, "id", 0),
	    learner[0] == '\0' ? "(no name in the credential)" : learner, title,
	    (long long)reply_number(s, "claims", 0),
	    reply_number(s, "claims", 0) == 1 ? "" : "s");
	cli_say(c, "        %s  %s %s%s%s%s%s", id,
	    issued ? "issued" : "valid from", from,
	    until[0] == '\0' ? "" : " until ", until,
	    strcmp(state, "frozen") == 0 ? "" : "  ",
	    strcmp(state, "frozen") == 0 ? "" : state);
	if (!edc)
		print_issuer(c, s);
	if (reply_text(item, "detail")[0] != '\0')
		cli_say(c, "        %s",
		    cli_clean(
			reply_text(item, "detail"), title, sizeof(title)));
	if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(s, "understood")))
		cli_say(c,
		    "        content not understood: its JSON-LD "
		    "context is not exactly %s",
		    edc ? "EDC's" : "W3C's, with or without 1EdTech's");
}

static enum err
print_items(struct cli *c, struct client *front, const char *batch, bool edc,
    struct fault *fault)
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
				print_item(c, item, edc);
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
	cli_say(c, "batch %s (%s), %s, profile %s", id,
	    cli_clean(reply_text(batch, "name"), name, sizeof(name)),
	    reply_text(batch, "state"), reply_text(batch, "profile"));
	if (reply_number(batch, "reopened", 0) != 0)
		cli_say(c, "opened again by the station: %s: %s",
		    err_text((enum err)reply_number(batch, "reopened", 0)),
		    reply_text(batch, "why"));
	else if (reply_text(batch, "why")[0] != '\0')
		cli_say(c, "waits %lld s more for content timestamps: %s",
		    (long long)reply_number(batch, "wait", 0),
		    reply_text(batch, "why"));
	e = print_items(c, front, id,
	    strcmp(reply_text(batch, "profile"), "edc") == 0, fault);
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
    const char *verb, const char *means, cJSON **reply, struct fault *fault)
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
	cJSON_AddStringToObject(request, "means", means);
	cJSON_AddStringToObject(
	    request, "certificate", reply_text(batch, "certificate"));
	cJSON_AddNumberToObject(
	    request, "count", (double)reply_number(batch, "count", 0));
	e = client_call(signer, request, reply, fault);
	client_close(signer);
	return e;
}
