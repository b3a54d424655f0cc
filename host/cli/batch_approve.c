/* A person's consent to a closed batch, at this terminal or on the appliance's
 * own screen. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "host/cli/batch.h"
#include "host/daemon/reply.h"

#define POLL_NS 200000000

static bool
is_interrupted(const struct batch_approving *b)
{
	return b->interrupted != NULL && *b->interrupted;
}

static enum err
at_terminal(const struct batch_approving *b, const cJSON *batch, cJSON **reply,
    struct fault *fault)
{
	enum err e = ERR_OK;

	if (!is_interrupted(b))
		e = batch_ask(b->cli, b->yes, b->otherwise, fault);
	if (is_interrupted(b))
		e = fault_set(
		    fault, ERR_CANCELLED, FAULT_NO_OFFSET, "%s", b->otherwise);
	return e == ERR_OK ? batch_consent(b->station, batch, "approve",
				 "terminal", reply, fault)
			   : e;
}

/* What a person at the terminal has to know now; said once. */
static void
tell(const struct batch_approving *b, const cJSON *a, const char *state,
    char said[static 32])
{
	const cJSON *job = cJSON_GetObjectItemCaseSensitive(a, "batch");

	if (strcmp(state, "receiving") == 0)
		cli_progress(b->cli, "shown to the appliance",
		    (uint64_t)reply_number(job, "sent", 0),
		    (uint64_t)reply_number(job, "count", 0));
	if (strcmp(state, said) == 0)
		return;
	snprintf(said, 32, "%s", state);
	if (strcmp(state, "absent") == 0)
		cli_note(b->cli,
		    "waiting for the appliance: connect it, and switch it on");
	else if (strcmp(state, "waiting-for-person") == 0)
		cli_say(b->cli,
		    "Look at the appliance: up and down to read, hold select "
		    "to sign, left to refuse.");
	fflush(stdout);
}

static enum err
failure(const struct batch_approving *b, const cJSON *job, struct fault *fault)
{
	enum err e = (enum err)reply_number(job, "reasonNumber", 0);
	const char *outcome = reply_text(job, "outcome");

	if (strcmp(outcome, "refused") == 0)
		return fault_set(fault, ERR_NOT_CONSENTED, FAULT_NO_OFFSET,
		    "%s; the batch is open again",
		    e == ERR_TIMEOUT ? "nobody decided in time"
				     : "by its left button");
	return fault_set(fault, e == ERR_OK ? ERR_APPLIANCE_ABSENT : e,
	    FAULT_NO_OFFSET, "%s%s%s", reply_text(job, "detail"),
	    reply_text(job, "detail")[0] == '\0' ? "" : "; ", b->otherwise);
}

/* Until it was decided on the appliance; true if it was. */
static bool
is_decided(const struct batch_approving *b, const cJSON *batch, const cJSON *a,
    char said[static 32], enum err *e, struct fault *fault)
{
	const cJSON *job = cJSON_GetObjectItemCaseSensitive(a, "batch");
	const char *outcome = reply_text(job, "outcome");

	if (strcmp(reply_text(job, "root"), reply_text(batch, "root")) != 0) {
		*e = fault_set(fault, ERR_APPLIANCE_BUSY, FAULT_NO_OFFSET,
		    "it was asked for another batch meanwhile; %s",
		    b->otherwise);
		return true;
	}
	if (strcmp(outcome, "pending") == 0) {
		tell(b, a, reply_text(a, "state"), said);
		return false;
	}
	cli_progress_end(b->cli);
	*e = strcmp(outcome, "approved") == 0 ? ERR_OK : failure(b, job, fault);
	return true;
}

/* Off the screen again, so that nobody approves what is not wanted any more. */
static enum err
take_back(
    const struct batch_approving *b, const cJSON *batch, struct fault *fault)
{
	cJSON *reply = NULL;
	enum err e;

	e = batch_consent(b->station, batch, "refuse", "", &reply, fault);
	cJSON_Delete(reply);
	return e != ERR_OK ? e
			   : fault_set(fault, ERR_CANCELLED, FAULT_NO_OFFSET,
				 "%s", b->otherwise);
}

static enum err
await(const struct batch_approving *b, struct client *signer,
    const cJSON *batch, cJSON **reply, struct fault *fault)
{
	const struct timespec pause = {0, POLL_NS};
	char said[32] = "";
	enum err e;
	cJSON *a;

	for (;;) {
		e = client_call(signer, client_request("appliance"), &a, fault);
		if (e != ERR_OK) {
			cJSON_Delete(a);
			return e;
		}
		if (is_decided(b, batch, a, said, &e, fault))
			break;
		cJSON_Delete(a);
		if (is_interrupted(b))
			return take_back(b, batch, fault);
		nanosleep(&pause, NULL);
	}
	*reply = cJSON_DetachItemFromObjectCaseSensitive(a, "batch");
	cJSON_Delete(a);
	return e;
}

static enum err
on_appliance(const struct batch_approving *b, struct client *signer,
    const cJSON *batch, cJSON **reply, struct fault *fault)
{
	enum err e;

	e = batch_consent(
	    b->station, batch, "approve", "appliance", reply, fault);
	/* Approved before: nothing to wait for. */
	if (e != ERR_OK || reply_number(*reply, "approval", -1) >= 0)
		return e;
	cJSON_Delete(*reply);
	*reply = NULL;
	return await(b, signer, batch, reply, fault);
}

enum err
batch_approve(const struct batch_approving *b, const cJSON *batch,
    cJSON **reply, struct fault *fault)
{
	struct client *signer = NULL;
	const char *means = b->means;
	cJSON *a = NULL;
	enum err e;

	*reply = NULL;
	e = client_open(&signer, b->station, CLIENT_SIGNER, fault);
	if (e == ERR_OK && means[0] == '\0') {
		e = client_call(signer, client_request("appliance"), &a, fault);
		means = reply_text(a, "means");
	}
	if (e == ERR_OK)
		e = strcmp(means, "appliance") == 0
		    ? on_appliance(b, signer, batch, reply, fault)
		    : at_terminal(b, batch, reply, fault);
	cJSON_Delete(a);
	client_close(signer);
	return e;
}
