#include "host/cli/extend_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "common/base64.h"
#include "host/base/file.h"
#include "host/cli/proof_file.h"
#include "host/daemon/reply.h"

#define POLL_NS 20000000

/* Before a timestamp is bought that nobody could enter. */
static enum err
reach_station(struct extend_log *x, struct fault *fault)
{
	enum err e = ERR_OK;

	if (x->front == NULL)
		e = client_open(&x->front, x->station, CLIENT_FRONT, fault);
	if (e == ERR_OK)
		return e;
	return fault_set(fault, e, FAULT_NO_OFFSET,
	    "it was sealed here: its station must run to log the longer form "
	    "(or --no-log)");
}

enum err
extend_log_find(struct extend_log *x, const char *path, const uint8_t *file,
    size_t len, struct fault *fault)
{
	char dir[STATION_PATH], *vkey = NULL;
	struct proof p = {.index = 0};
	struct fault other;
	bool foreign;
	enum err e;

	x->ours = false;
	station_path(x->station, STATION_LOG, dir);
	/* Where there is no log, or no proof, nothing was released from it. */
	if (proof_file_vkey(dir, &vkey, &other) != ERR_OK)
		return ERR_OK;
	e = proof_file_load(path, file, len, vkey, &p, &foreign, fault);
	if (e == ERR_NOT_FOUND || (e != ERR_OK && foreign)) {
		fault_clear(fault);
		e = ERR_OK;
	} else if (e == ERR_OK) {
		x->ours = true;
		x->seal = p.index;
		leaf_encode(&p.leaf, x->leaf);
		proof_free(&p);
		e = reach_station(x, fault);
	}
	free(vkey);
	return e;
}

/* In memory, so that the station reads just these octets. */
static enum err
descriptor(const uint8_t *file, size_t len, int *fd, struct fault *fault)
{
	enum err e;

	*fd = memfd_create("extended", MFD_CLOEXEC);
	if (*fd < 0)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "extended seal");
	e = file_write_all(*fd, "extended seal", file, len, fault);
	if (e == ERR_OK && lseek(*fd, 0, SEEK_SET) != 0)
		e = fault_set(fault, ERR_IO, FAULT_NO_OFFSET, "extended seal");
	if (e != ERR_OK)
		close(*fd);
	return e;
}

static enum err
send_file(
    struct extend_log *x, const uint8_t *file, size_t len, struct fault *fault)
{
	char leaf[BASE64URL_LEN(LEAF_SIZE) + 1];
	cJSON *request;
	enum err e;
	int fd;

	e = descriptor(file, len, &fd, fault);
	if (e != ERR_OK)
		return e;
	request = client_request("extend");
	cJSON_AddNumberToObject(request, "seal", (double)x->seal);
	leaf[base64url_encode(x->leaf, LEAF_SIZE, leaf)] = '\0';
	cJSON_AddStringToObject(request, "leaf", leaf);
	e = client_send(x->front, request, fd, fault);
	close(fd);
	return e;
}

static enum err
send_ticket(struct extend_log *x, int64_t ticket, struct fault *fault)
{
	cJSON *request = client_request("extended");

	cJSON_AddNumberToObject(request, "ticket", (double)ticket);
	return client_send(x->front, request, -1, fault);
}

/* The station takes the file, and gives a ticket for its answer; 0 when it has
 * no room just now. */
static enum err
ask_once(struct extend_log *x, const uint8_t *file, size_t len, int64_t *ticket,
    bool *pending, uint64_t *entry, struct fault *fault)
{
	cJSON *reply = NULL;
	enum err e;

	*pending = false;
	e = *ticket == 0 ? send_file(x, file, len, fault)
			 : send_ticket(x, *ticket, fault);
	if (e == ERR_OK)
		e = client_receive(x->front, &reply, fault);
	if (e == ERR_OK) {
		*pending = cJSON_IsTrue(
		    cJSON_GetObjectItemCaseSensitive(reply, "pending"));
		*ticket = reply_number(reply, "ticket", 0);
		*entry = (uint64_t)reply_number(reply, "entry", 0);
	}
	cJSON_Delete(reply);
	return e;
}

enum err
extend_log_enter(struct extend_log *x, const uint8_t *file, size_t len,
    uint64_t *entry, struct fault *fault)
{
	const struct timespec pause = {0, POLL_NS};
	const time_t end = time(NULL) + EXTEND_LOG_SECONDS;
	int64_t ticket = 0;
	bool pending;
	enum err e;

	for (;;) {
		e = ask_once(x, file, len, &ticket, &pending, entry, fault);
		if (e != ERR_OK || !pending)
			return e;
		if (time(NULL) >= end)
			return fault_set(fault, ERR_TIMEOUT, FAULT_NO_OFFSET,
			    "the station does not log it");
		nanosleep(&pause, NULL);
	}
}

void
extend_log_close(struct extend_log *x)
{
	client_close(x->front);
	x->front = NULL;
}
