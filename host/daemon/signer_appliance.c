/* The appliance as signer has it: what it asks of signer, and by which means
 * is approved. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/file.h"
#include "host/base/say.h"
#include "host/daemon/reply.h"
#include "host/daemon/signer_verbs.h"
#include "host/log/checkpoint.h"
#include "host/log/device.h"
#include "host/log/entry.h"

_Static_assert(APPLIANCE_PAGE == MSG_GROUP, "a page is an answer of front");

static enum err
host_leaves(void *arg, const uint8_t root[static SHA256_SIZE], int64_t after,
    struct appliance_page *out)
{
	const struct msg_leaf *from;
	struct signer *s = arg;
	struct msg_leaves m;
	uint32_t i;
	enum err e;

	memset(&m, 0, ipc_size(MSG_LEAVES_QUERY, 0));
	m.head.type = MSG_LEAVES_QUERY;
	memcpy(m.root, root, SHA256_SIZE);
	m.after = after;
	e = signer_call(
	    s, s->p->front, &m, ipc_size(MSG_LEAVES_QUERY, 0), NULL);
	if (e != ERR_OK)
		return e;
	pthread_mutex_lock(&s->lock);
	out->after = s->leaves.after;
	out->signing_time = s->leaves.signing_time;
	out->count = s->leaves.head.count;
	for (i = 0; i < out->count; i++) {
		from = &s->leaves.leaf[i];
		memcpy(out->leaf[i].leaf, from->leaf, LEAF_SIZE);
		memcpy(out->leaf[i].timestamp, from->timestamp, SHA256_SIZE);
	}
	pthread_mutex_unlock(&s->lock);
	return ERR_OK;
}

static enum err
host_payload(void *arg, const uint8_t digest[static SHA256_SIZE], uint8_t **buf,
    size_t *len)
{
	return signer_payload(arg, digest, buf, len);
}

static enum err
host_log_head(void *arg, uint64_t *size, uint8_t root[static SHA256_SIZE])
{
	char dir[STATION_PATH], path[STATION_PATH + 16];
	struct signer *s = arg;
	struct checkpoint c;
	uint8_t *text;
	size_t len;
	enum err e;

	station_path(s->p->station, STATION_LOG, dir);
	snprintf(path, sizeof(path), "%s/checkpoint", dir);
	e = file_read(path, NOTE_MAX, &text, &len, NULL);
	if (e != ERR_OK)
		return e;
	e = checkpoint_open(&c, (const char *)text, len, &s->log_key);
	free(text);
	*size = c.size;
	memcpy(root, c.root, SHA256_SIZE);
	return e;
}

static enum err
host_approved(void *arg, struct granted *g, struct fault *fault)
{
	struct signer *s = arg;
	enum err e;

	/* A person may have read for long: is it still what waits? */
	e = signer_check_waiting(s, g->approval.root, fault);
	return e == ERR_OK ? signer_grant(s, g, fault) : e;
}

static enum err
host_refused(void *arg, const struct appliance_batch *b, enum err reason,
    struct fault *fault)
{
	enum err e;

	e = signer_refuse(arg, b->root, b->count, b->person, "appliance",
	    reason == ERR_TIMEOUT ? "nobody decided in time" : "refused");
	return e == ERR_OK
	    ? e
	    : fault_set(fault, e, FAULT_NO_OFFSET, "log of the refusal");
}

static enum err
note_device(
    struct signer *s, uint32_t kind, const uint8_t digest[static SHA256_SIZE])
{
	struct msg_log_note m;

	memset(&m, 0, sizeof(m));
	m.head.type = MSG_LOG_NOTE;
	m.kind = kind;
	snprintf(m.name, sizeof(m.name), DEVICE_KEY);
	memcpy(m.digest, digest, SHA256_SIZE);
	return signer_call_logger(s, &m, sizeof(m), NULL);
}

/* As at a start: see note_pin. */
static enum err
host_enrolled(void *arg, const struct appliance_pin *pin)
{
	uint8_t digest[SHA256_SIZE];
	enum err e;

	e = appliance_pin_digest(pin->point, digest);
	if (e == ERR_OK)
		e = note_device(arg, ENTRY_KEY, digest);
	if (e != ERR_OK)
		return e;
	appliance_pin_whom(pin, digest);
	return note_device(arg, ENTRY_CONFIGURATION, digest);
}

static enum err
load_log_key(struct signer *s, struct fault *fault)
{
	char dir[STATION_PATH], path[STATION_PATH + 16];
	uint8_t *text;
	size_t len;
	enum err e;

	station_path(s->p->station, STATION_LOG, dir);
	snprintf(path, sizeof(path), "%s/vkey", dir);
	e = file_read(path, NOTE_VKEY + 1, &text, &len, fault);
	if (e != ERR_OK)
		return e;
	while (len > 0 && text[len - 1] == '\n')
		len--;
	e = note_key_parse(&s->log_key, (const char *)text, len);
	free(text);
	return e == ERR_OK ? e
			   : fault_set(fault, e, FAULT_NO_OFFSET, "%s", path);
}

enum err
signer_appliance_open(struct signer *s, struct fault *fault)
{
	const struct config *c = s->p->config;
	char pin[STATION_PATH + 16];
	struct appliance_config a = {
	    .path = c->console,
	    .pin = pin,
	    .station = c->name,
	    .origin = c->origin,
	    .language = c->language,
	    .production = c->mode == MODE_PRODUCTION,
	    .window = c->approval_window,
	    .host = {s, host_leaves, host_payload, host_log_head, host_approved,
		host_refused, host_enrolled},
	};
	enum err e;

	if (c->console[0] == '\0') {
		if (s->approvers.appliance)
			say(SAY_WARNING,
			    "approval.conf allows an appliance, but zegel.conf "
			    "has no [appliance] console");
		return ERR_OK;
	}
	snprintf(pin, sizeof(pin), "%s/appliance", s->folder);
	e = load_log_key(s, fault);
	return e == ERR_OK ? appliance_open(&s->appliance, &a, fault) : e;
}

enum err
signer_check_means(struct signer *s, const struct granted *g)
{
	enum err e;

	if (s->appliance != NULL) {
		e = appliance_allows_any(s->appliance);
		if (e != ERR_OK)
			return e;
	}
	if (strcmp(g->means, "terminal") == 0)
		return s->approvers.terminal ? ERR_OK : ERR_APPROVAL_MEANS;
	if (strcmp(g->means, "appliance") != 0 || !s->approvers.appliance ||
	    s->appliance == NULL)
		return ERR_APPROVAL_MEANS;
	return appliance_allows(s->appliance, g);
}

enum err
signer_choose_means(const struct signer *s, const char *means, bool *appliance,
    struct fault *fault)
{
	bool can = s->approvers.appliance && s->appliance != NULL;

	*appliance = means[0] == '\0' ? can : strcmp(means, "appliance") == 0;
	if (*appliance ? can : s->approvers.terminal)
		return ERR_OK;
	return fault_set(fault, ERR_APPROVAL_MEANS, FAULT_NO_OFFSET, "%s",
	    *appliance
		? "approval.conf or [appliance] says nothing of an appliance"
		: s->appliance == NULL && s->approvers.appliance
		? "approval.conf wants an appliance, but zegel.conf has no "
		  "[appliance] console"
		: "approval.conf wants another means than the terminal");
}

cJSON *
signer_appliance_ask(
    struct terminal *t, const struct granted *g, const struct signer_key *k)
{
	struct signer *s = t->signer;
	struct appliance_batch b;
	struct fault fault;
	cJSON *reply;
	enum err e;

	memset(&b, 0, sizeof(b));
	memcpy(b.root, g->approval.root, SHA256_SIZE);
	b.count = g->approval.count;
	b.chain = &k->chain;
	e = signer_check_waiting(s, b.root, &fault);
	if (e == ERR_OK)
		e = signer_person(t, b.person, &fault);
	if (e == ERR_OK)
		e = appliance_ask(s->appliance, &b, &fault);
	if (e != ERR_OK)
		return reply_fault(&fault);
	reply = cJSON_CreateObject();
	cJSON_AddStringToObject(
	    cJSON_AddObjectToObject(reply, "result"), "means", "appliance");
	return reply;
}
