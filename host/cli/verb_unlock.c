/* zegel unlock, zegel lock: the PIN goes to signer's own socket. */
#include <stdio.h>

#include "host/base/secret.h"
#include "host/cli/daemon.h"
#include "host/daemon/reply.h"

int
verb_unlock(struct cli *c)
{
	const char *key = "";
	int64_t pin_fd = -1;
	bool pinpad = false;
	const struct cli_option options[] = {
	    {"key", CLI_TEXT, &key, "NAME",
		"which key's token (default: the station's)"},
	    {"pin-fd", CLI_NUMBER, &pin_fd, "N",
		"read the PIN from this descriptor, not the terminal"},
	    {"pinpad", CLI_FLAG, &pinpad, NULL,
		"the PIN is entered at the reader's own keys"},
	    CLI_END};
	struct station station;
	struct client *client = NULL;
	cJSON *reply = NULL;
	uint8_t *pin = NULL;
	size_t len = 0;
	struct fault fault;
	enum err e;
	int code;

	code = cli_parse(c, options, "[--key NAME] [--pin-fd N | --pinpad]",
	    "Gives a token's PIN to the signer, which keeps it in locked\n"
	    "memory until 'zegel lock' or the end of the daemon. One try: a\n"
	    "wrong PIN is not tried again by itself.");
	if (code == 0)
		code = cli_count(c, 0, 0);
	if (code != 0)
		return cli_exit(code);
	if (pinpad && pin_fd >= 0)
		return cli_fail_text(
		    c, ERR_USAGE, "--pinpad or --pin-fd, not both");
	e = cli_station(c, &station, &fault);
	if (e == ERR_OK)
		e = client_open(&client, &station, CLIENT_SIGNER, &fault);
	if (e == ERR_OK && !pinpad)
		e = cli_read_pin("PIN: ", pin_fd, &pin, &len, &fault);
	if (e == ERR_OK)
		e = daemon_send_pin(client, key, pin, len, &reply, &fault);
	secret_free(pin, CLI_PIN);
	client_close(client);
	if (e != ERR_OK) {
		cJSON_Delete(reply);
		return cli_fail(c, &fault, NULL);
	}
	cli_say(c, "key %s is unlocked", reply_text(reply, "key"));
	cli_result(c, reply);
	return 0;
}

int
verb_lock(struct cli *c)
{
	const char *key = "";
	const struct cli_option options[] = {
	    {"key", CLI_TEXT, &key, "NAME",
		"which key's token (default: the station's)"},
	    CLI_END};
	struct station station;
	struct client *client = NULL;
	cJSON *request, *reply = NULL;
	struct fault fault;
	enum err e;
	int code;

	code = cli_parse(c, options, "[--key NAME]",
	    "Makes the signer forget the PIN and log out of the token.");
	if (code == 0)
		code = cli_count(c, 0, 0);
	if (code != 0)
		return cli_exit(code);
	e = cli_station(c, &station, &fault);
	if (e == ERR_OK)
		e = client_open(&client, &station, CLIENT_SIGNER, &fault);
	if (e == ERR_OK) {
		request = client_request("lock");
		cJSON_AddStringToObject(request, "key", key);
		e = client_call(client, request, &reply, &fault);
	}
	client_close(client);
	if (e != ERR_OK) {
		cJSON_Delete(reply);
		return cli_fail(c, &fault, NULL);
	}
	cli_say(c, "key %s is locked", reply_text(reply, "key"));
	cli_result(c, reply);
	return 0;
}
