#include "host/cli/daemon.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/base/secret.h"
#include "host/cli/daemon_start.h"
#include "host/daemon/reply.h"

#define PAUSE_NS 200000000

/* A daemon that is just beginning or ending holds the lock and has no socket
 * yet, or none any more. */
static enum err
connect_or_start(struct daemon *d, struct fault *fault)
{
	const struct timespec pause = {0, PAUSE_NS};
	time_t end = time(NULL) + DAEMON_WAIT_S;
	enum err e;

	for (;;) {
		e = client_open(&d->front, &d->station, CLIENT_FRONT, fault);
		if (e != ERR_DAEMON_ABSENT)
			return e;
		e = daemon_start(&d->station, &d->pid, &d->lifetime, fault);
		if (e == ERR_OK)
			return client_open(
			    &d->front, &d->station, CLIENT_FRONT, fault);
		if (e != ERR_STATION_BUSY || time(NULL) >= end)
			return e;
		nanosleep(&pause, NULL);
	}
}

enum err
daemon_join(struct daemon *d, const struct cli *c, struct fault *fault)
{
	enum err e;

	memset(d, 0, sizeof(*d));
	d->lifetime = -1;
	e = cli_station(c, &d->station, fault);
	if (e == ERR_OK)
		e = connect_or_start(d, fault);
	if (e == ERR_OK)
		e = client_open(&d->signer, &d->station, CLIENT_SIGNER, fault);
	return e;
}

enum err
daemon_key(struct daemon *d, const char *key, cJSON **out, struct fault *fault)
{
	cJSON *reply, *list, *one;
	enum err e;

	*out = NULL;
	e = client_call(d->signer, client_request("keys"), &reply, fault);
	if (e == ERR_OK) {
		list = cJSON_GetObjectItemCaseSensitive(reply, "keys");
		cJSON_ArrayForEach(one, list)
		{
			if (strcmp(reply_text(one, "key"), key) == 0)
				break;
		}
		if (one != NULL)
			*out = cJSON_DetachItemViaPointer(list, one);
		else
			e = fault_set(fault, ERR_CONFIG_MISSING_KEY,
			    FAULT_NO_OFFSET,
			    "the daemon knows no key %s; it reads zegel.conf "
			    "when it starts",
			    key);
	}
	cJSON_Delete(reply);
	return e;
}

enum err
daemon_send_pin(struct client *signer, const char *key, const uint8_t *pin,
    size_t len, cJSON **reply, struct fault *fault)
{
	cJSON *request = client_request("unlock");
	enum err e;

	*reply = NULL;
	cJSON_AddStringToObject(request, "key", key);
	cJSON_AddNumberToObject(request, "pin", (double)len);
	e = client_send(signer, request, -1, fault);
	if (e == ERR_OK && len > 0)
		e = client_send_octets(signer, pin, len, fault);
	return e == ERR_OK ? client_receive(signer, reply, fault) : e;
}

enum err
daemon_unlock(struct daemon *d, const struct cli *c, const char *key,
    int64_t pin_fd, struct fault *fault)
{
	cJSON *state, *reply = NULL;
	uint8_t *pin = NULL;
	bool pinpad;
	size_t len = 0;
	enum err e;

	e = daemon_key(d, key, &state, fault);
	if (e != ERR_OK)
		return e;
	pinpad = cJSON_IsTrue(
	    cJSON_GetObjectItemCaseSensitive(state, "pinpad"));
	if (strcmp(reply_text(state, "state"), "needs-pin") != 0 &&
	    strcmp(reply_text(state, "state"), "stopped") != 0)
		goto out;
	if (pinpad)
		cli_note(c, "enter the PIN at the reader's keys");
	else
		e = cli_read_pin("PIN: ", pin_fd, &pin, &len, fault);
	if (e == ERR_OK)
		e = daemon_send_pin(d->signer, key, pin, len, &reply, fault);
	secret_free(pin, CLI_PIN);
	cJSON_Delete(reply);
	if (e == ERR_OK)
		snprintf(d->unlocked, sizeof(d->unlocked), "%s", key);
out:
	cJSON_Delete(state);
	return e;
}

void
daemon_leave(struct daemon *d)
{
	struct fault fault;
	cJSON *request, *reply;

	if (d->unlocked[0] != '\0' && d->pid == 0) {
		request = client_request("lock");
		cJSON_AddStringToObject(request, "key", d->unlocked);
		(void)!client_call(d->signer, request, &reply, &fault);
		cJSON_Delete(reply);
	}
	client_close(d->front);
	client_close(d->signer);
	if (d->lifetime >= 0)
		close(d->lifetime);
	if (d->pid > 0)
		waitpid(d->pid, NULL, 0);
	d->front = d->signer = NULL;
	d->pid = 0;
	d->lifetime = -1;
}
