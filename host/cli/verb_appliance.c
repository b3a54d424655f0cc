/* zegel appliance: the device on whose screen batches are approved, and the
 * keys in it. */
#include <stdio.h>
#include <string.h>

#include "host/base/secret.h"
#include "host/cli/appliance.h"
#include "host/daemon/reply.h"

struct options {
	const char *type;
	int64_t pin_fd;
};

/* A PIN twice, so that nobody keeps one he did not mean to give. */
static enum err
read_new(const char *question, const struct options *o, uint8_t **pin,
    size_t *len, struct fault *fault)
{
	uint8_t *again = NULL;
	size_t again_len;
	enum err e;

	e = cli_read_pin(question, o->pin_fd, pin, len, fault);
	if (e != ERR_OK || o->pin_fd >= 0)
		return e;
	e = cli_read_pin("Once more: ", -1, &again, &again_len, fault);
	if (e == ERR_OK &&
	    (again_len != *len || !secret_equal(again, *pin, again_len)))
		e = fault_set(fault, ERR_PIN_LENGTH, FAULT_NO_OFFSET,
		    "the two are not the same; nothing was changed");
	secret_free(again, CLI_PIN);
	return e;
}

static enum err
send(struct client *signer, cJSON *request, const uint8_t *old, size_t old_len,
    const uint8_t *pin, size_t pin_len, cJSON **reply, struct fault *fault)
{
	enum err e;

	cJSON_AddNumberToObject(request, "old", (double)old_len);
	cJSON_AddNumberToObject(request, "pin", (double)pin_len);
	e = client_send(signer, request, -1, fault);
	if (e == ERR_OK && old_len > 0)
		e = client_send_octets(signer, old, old_len, fault);
	if (e == ERR_OK && pin_len > 0)
		e = client_send_octets(signer, pin, pin_len, fault);
	return e == ERR_OK ? client_receive(signer, reply, fault) : e;
}

static const struct deed {
	const char *name, *old, *pin; /* questions, or NULL */
	const char *look, *done;
} deeds[] = {
    {"init", NULL, "New PIN of the appliance (6 to 8 digits): ",
	"hold select to make a seal key, then write down the PUK that it "
	"shows, and hold select again",
	"there is a seal key; next: 'zegel key csr'"},
    {"enrol", NULL, NULL,
	"it must show the approval key above; hold select to enrol, left to "
	"refuse",
	"enrolled; the log has its key"},
    {"change-pin", "PIN of the appliance: ", "New PIN (6 to 8 digits): ",
	"hold select to change its PIN, left to refuse", "the PIN is changed"},
    {"unblock", "PUK of the appliance: ", "New PIN (6 to 8 digits): ",
	"hold select for a new PIN, left to refuse", "the PIN is a new one"},
    {"reset", NULL, NULL,
	"hold select to WIPE its seal key for good, left to refuse",
	"its seal key is wiped"},
};

static const struct deed *
find_deed(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(deeds[i].name, name) == 0)
			return &deeds[i];
	return NULL;
}

/* What the person has to compare with the screen. */
static enum err
show_device(struct cli *c, struct client *signer, struct fault *fault)
{
	char text[APPLIANCE_GROUPS];
	cJSON *a = NULL;
	enum err e;

	e = client_call(signer, client_request("appliance"), &a, fault);
	if (e == ERR_OK && reply_text(a, "board")[0] == '\0')
		e = fault_set(fault, ERR_APPLIANCE_ABSENT, FAULT_NO_OFFSET,
		    "%s",
		    reply_text(a, "console")[0] == '\0'
			? "zegel.conf has no [appliance] console"
			: reply_text(a, "trouble"));
	if (e == ERR_OK) {
		cli_say(c, "board         %s", reply_text(a, "board"));
		cli_say(c, "firmware      %s",
		    appliance_groups(reply_text(a, "firmware"), text));
		cli_say(c, "approval key  %s",
		    appliance_groups(reply_text(a, "approvalKey"), text));
	}
	cJSON_Delete(a);
	return e;
}

static int
carry_out(struct cli *c, struct client *signer, const struct deed *d,
    const struct options *o)
{
	cJSON *request = client_request("appliance-do"), *reply = NULL;
	uint8_t *old = NULL, *pin = NULL;
	size_t old_len = 0, pin_len = 0;
	struct fault fault;
	enum err e;

	cJSON_AddStringToObject(request, "deed", d->name);
	cJSON_AddStringToObject(request, "type", o->type);
	e = show_device(c, signer, &fault);
	if (e == ERR_OK && d->old != NULL)
		e = cli_read_pin(d->old, o->pin_fd, &old, &old_len, &fault);
	if (e == ERR_OK && d->pin != NULL)
		e = read_new(d->pin, o, &pin, &pin_len, &fault);
	if (e == ERR_OK) {
		cli_note(c, "look at the appliance: %s", d->look);
		e = send(signer, request, old, old_len, pin, pin_len, &reply,
		    &fault);
	} else {
		cJSON_Delete(request);
	}
	secret_free(old, CLI_PIN);
	secret_free(pin, CLI_PIN);
	if (e != ERR_OK) {
		cJSON_Delete(reply);
		return cli_fail(c, &fault, NULL);
	}
	cli_say(c, "%s", d->done);
	cli_result(c, reply);
	return 0;
}

int
verb_appliance(struct cli *c)
{
	struct options o = {.type = "p256", .pin_fd = -1};
	struct client *signer = NULL;
	const struct deed *deed;
	struct station station;
	struct fault fault;
	const struct cli_option options[] = {
	    {"type", CLI_TEXT, &o.type, "TYPE", "init: p256 (default) or p384"},
	    {"pin-fd", CLI_NUMBER, &o.pin_fd, "N",
		"read PINs, and the PUK, line by line from there, not the\n"
		"                     terminal"},
	    CLI_END};
	enum err e;
	int code;

	code = cli_parse(c, options,
	    "init [--type TYPE] [--pin-fd N]\nenrol\nstatus\n"
	    "change-pin [--pin-fd N]\nunblock [--pin-fd N]\nreset",
	    "The appliance shows a batch on a screen of its own and signs the\n"
	    "approval; it can hold the seal key, too. enrol makes the station\n"
	    "believe the one that is connected, and only that one. init makes\n"
	    "a seal key in it, reset wipes it; each is consented to on the\n"
	    "appliance.");
	if (code == 0)
		code = cli_count(c, 1, 1);
	if (code != 0)
		return cli_exit(code);
	deed = find_deed(c->argv[0]);
	if (deed == NULL && strcmp(c->argv[0], "status") != 0)
		return cli_fail_text(c, ERR_USAGE,
		    "there is no 'zegel appliance %s'", c->argv[0]);
	if (strcmp(o.type, "p256") != 0 && strcmp(o.type, "p384") != 0)
		return cli_fail_text(
		    c, ERR_USAGE, "--type %s: p256 or p384", o.type);
	e = cli_station(c, &station, &fault);
	if (e == ERR_OK)
		e = client_open(&signer, &station, CLIENT_SIGNER, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	code = deed != NULL ? carry_out(c, signer, deed, &o)
			    : appliance_status(c, signer);
	client_close(signer);
	return code;
}
