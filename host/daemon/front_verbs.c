/* What the command line can ask of front (client.h lists it). */
#include "host/daemon/front.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/version.h"
#include "host/base/file.h"
#include "host/edc/edc.h"

#define BATCHES_A_REPLY 100
#define ITEMS_A_REPLY 50
#define FAILURES_A_REPLY 50

static cJSON *
new_result(cJSON **result)
{
	cJSON *reply = cJSON_CreateObject();

	*result = cJSON_AddObjectToObject(reply, "result");
	return reply;
}

/* The latest that is done under a name which is free again. */
static enum err
find_done(struct front *f, const char *name, struct batch *b)
{
	struct batch one = {.id = 0};

	b->id = 0;
	while (queue_batch_next(f->queue, one.id, BATCH_DONE, &one) == ERR_OK)
		if (strcmp(one.name, name) == 0)
			*b = one;
	return b->id == 0 ? ERR_BATCH_UNKNOWN : ERR_OK;
}

enum err
front_find_batch(struct front *f, const cJSON *request, struct batch *b)
{
	int64_t id = reply_number(request, "batch", 0);
	const char *name = reply_text(request, "batch");
	char *end;

	if (id == 0 && name[0] >= '0' && name[0] <= '9') {
		id = strtoll(name, &end, 10);
		if (*end != '\0')
			id = 0;
	}
	if (id != 0 && queue_batch_get(f->queue, id, b) == ERR_OK)
		return ERR_OK;
	if (name[0] == '\0')
		return ERR_BATCH_UNKNOWN;
	if (queue_batch_find(f->queue, name, b) == ERR_OK)
		return ERR_OK;
	return find_done(f, name, b);
}

static cJSON *
reply_extended(const struct front_extended *x)
{
	cJSON *reply, *result;

	reply = new_result(&result);
	if (x->pending) {
		cJSON_AddBoolToObject(result, "pending", true);
		cJSON_AddNumberToObject(result, "ticket", (double)x->ticket);
	} else {
		cJSON_AddNumberToObject(result, "entry", (double)x->entry);
	}
	return reply;
}

static cJSON *
unknown_batch(const cJSON *request)
{
	return reply_error(ERR_BATCH_UNKNOWN, reply_text(request, "batch"));
}

/* A released file got a longer form. */
static cJSON *
verb_extend(struct front *f, const cJSON *request, int fd)
{
	struct front_extended x;
	struct fault fault;

	if (fd < 0)
		return reply_error(ERR_MESSAGE_SYNTAX, "no file came along");
	if (front_extend(f, request, fd, &x, &fault) != ERR_OK)
		return reply_fault(&fault);
	return reply_extended(&x);
}

/* What became of it. */
static cJSON *
verb_extended(struct front *f, const cJSON *request, int fd)
{
	uint64_t ticket = (uint64_t)reply_number(request, "ticket", 0);
	struct front_extended x;
	struct fault fault;

	(void)fd;
	if (front_extended(f, ticket, &x, &fault) != ERR_OK)
		return reply_fault(&fault);
	return reply_extended(&x);
}

static void
add_failures(cJSON *reply, const struct edc_report *report)
{
	const struct edc_failure *x;
	cJSON *list, *one;
	size_t i;

	if (report->kept == 0)
		return;
	list = cJSON_AddArrayToObject(reply, "failures");
	for (i = 0; i < report->kept && i < FAILURES_A_REPLY; i++) {
		x = &report->failures[i];
		one = cJSON_CreateObject();
		cJSON_AddItemToArray(list, one);
		cJSON_AddStringToObject(one, "message", x->message);
		cJSON_AddStringToObject(one, "path", x->path);
		cJSON_AddStringToObject(one, "text", x->text);
		cJSON_AddBoolToObject(one, "warning", x->warning);
		if (x->offset != FAULT_NO_OFFSET)
			cJSON_AddNumberToObject(
			    one, "offset", (double)x->offset);
	}
	cJSON_AddNumberToObject(reply, "errors", (double)report->errors);
	cJSON_AddNumberToObject(reply, "warnings", (double)report->warnings);
}

static cJSON *
verb_submit(struct front *f, const cJSON *request, int fd)
{
	const char *batch = reply_text(request, "batch");
	bool again = cJSON_IsTrue(
	    cJSON_GetObjectItemCaseSensitive(request, "again"));
	struct edc_report report = {0};
	cJSON *reply, *result;
	struct fault fault;
	struct item item;
	struct stat st;
	uint8_t *draft;
	size_t len;
	enum err e;

	if (fd < 0)
		return reply_error(ERR_MESSAGE_SYNTAX, "no file came along");
	/* Reading from a pipe or a terminal might never end. */
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return reply_error(ERR_NOT_REGULAR, "draft");
	e = file_read_fd(fd, "draft", BOUND_PAYLOAD, &draft, &len, &fault);
	if (e != ERR_OK)
		return reply_fault(&fault);
	e = front_intake(f, batch[0] != '\0' ? batch : "inbox",
	    reply_text(request, "profile"), reply_text(request, "name"), draft,
	    len, again, &item, &report, &fault);
	free(draft);
	if (e != ERR_OK) {
		reply = reply_fault(&fault);
		add_failures(reply, &report);
	} else {
		reply = new_result(&result);
		cJSON_AddNumberToObject(result, "item", (double)item.id);
		cJSON_AddNumberToObject(result, "batch", (double)item.batch);
		cJSON_AddStringToObject(
		    result, "batchName", batch[0] != '\0' ? batch : "inbox");
		add_failures(result, &report);
	}
	edc_report_free(&report);
	return reply;
}

/* It was closing, and the station opened it again. */
static void
add_reopening(const struct front *f, cJSON *to, int64_t batch)
{
	const struct front_reopened *r;

	for (r = f->reopened; r < f->reopened + FRONT_REOPENED; r++) {
		if (r->batch != batch)
			continue;
		cJSON_AddNumberToObject(to, "reopened", (double)r->err);
		cJSON_AddStringToObject(to, "why", r->why);
		return;
	}
}

static void
add_batch(struct front *f, cJSON *to, const struct batch *b)
{
	struct queue_counts n;
	const bool closed = b->state == BATCH_CLOSED ||
	    b->state == BATCH_APPROVED || b->state == BATCH_DONE;
	char why[STAMPS_WHY];
	int64_t wait;
	int i;

	cJSON_AddNumberToObject(to, "id", (double)b->id);
	cJSON_AddStringToObject(to, "name", b->name);
	cJSON_AddStringToObject(to, "state", queue_batch_state_name(b->state));
	cJSON_AddStringToObject(to, "profile", profile_get(b->profile)->name);
	cJSON_AddNumberToObject(to, "created", (double)b->created);
	if (b->state == BATCH_OPEN)
		add_reopening(f, to, b->id);
	if (b->state == BATCH_STAMPING && f->stamps != NULL &&
	    front_stamps_waits(f->stamps, STAMPS_CONTENT, &wait, why)) {
		cJSON_AddNumberToObject(to, "wait", (double)wait);
		cJSON_AddStringToObject(to, "why", why);
	}
	if (closed) {
		cJSON_AddStringToObject(to, "key", b->key);
		cJSON_AddNumberToObject(to, "closed", (double)b->closed);
		cJSON_AddNumberToObject(
		    to, "signingTime", (double)b->signing_time);
		cJSON_AddNumberToObject(to, "count", b->count);
		reply_add_hex(to, "root", b->root, SHA256_SIZE);
		reply_add_hex(to, "certificate", b->certificate, SHA256_SIZE);
	}
	if (closed && b->state != BATCH_CLOSED) {
		cJSON_AddNumberToObject(to, "approval", (double)b->approval);
		cJSON_AddNumberToObject(to, "expires", (double)b->expires);
	}
	if (queue_count(f->queue, b->id, &n) != ERR_OK)
		return;
	to = cJSON_AddObjectToObject(to, "items");
	for (i = ITEM_QUEUED; i < ITEM_STATES; i++)
		if (n.by_state[i] > 0)
			cJSON_AddNumberToObject(to,
			    queue_item_state_name((enum item_state)i),
			    (double)n.by_state[i]);
}

static cJSON *
verb_batch_list(struct front *f, const cJSON *request, int fd)
{
	struct batch b = {.id = reply_number(request, "after", 0)};
	cJSON *reply, *result, *list, *one;
	int i;

	(void)fd;
	reply = new_result(&result);
	list = cJSON_AddArrayToObject(result, "batches");
	for (i = 0; i < BATCHES_A_REPLY; i++) {
		if (queue_batch_next(f->queue, b.id, 0, &b) != ERR_OK)
			break;
		one = cJSON_CreateObject();
		cJSON_AddItemToArray(list, one);
		add_batch(f, one, &b);
	}
	return reply;
}

static cJSON *
verb_batch_show(struct front *f, const cJSON *request, int fd)
{
	const struct front_key *k;
	cJSON *reply, *result;
	struct batch b;

	(void)fd;
	if (front_find_batch(f, request, &b) != ERR_OK)
		return unknown_batch(request);
	reply = new_result(&result);
	add_batch(f, result, &b);
	cJSON_AddStringToObject(result, "mode",
	    f->config->mode == MODE_TEST ? "test" : "production");
	k = front_key(f, b.key);
	if (k != NULL && k->chain.count > 0) {
		cJSON_AddStringToObject(
		    result, "organisation", k->chain.cert[0].organisation);
		cJSON_AddStringToObject(
		    result, "organisationId", k->chain.cert[0].organisation_id);
		cJSON_AddStringToObject(
		    result, "algorithm", k->chain.alg->name);
	}
	return reply;
}

static void
add_item(cJSON *to, const struct item *i)
{
	cJSON *summary;

	cJSON_AddNumberToObject(to, "id", (double)i->id);
	cJSON_AddStringToObject(to, "name", i->name);
	cJSON_AddStringToObject(to, "state", queue_item_state_name(i->state));
	if (i->payload_len > 0) {
		cJSON_AddNumberToObject(to, "index", i->index);
		cJSON_AddNumberToObject(to, "size", (double)i->payload_len);
	}
	if (i->state == ITEM_SEALED || i->state == ITEM_RELEASED)
		cJSON_AddNumberToObject(to, "seal", (double)i->seal);
	if (i->state == ITEM_RELEASED)
		cJSON_AddNumberToObject(to, "release", (double)i->release);
	if (i->state == ITEM_FAILED) {
		cJSON_AddStringToObject(to, "fault", err_text(i->fault));
		cJSON_AddStringToObject(to, "detail", i->fault_text);
	}
	summary = cJSON_ParseWithLength(
	    (const char *)i->summary, i->summary_len);
	if (summary != NULL)
		cJSON_AddItemToObject(to, "summary", summary);
}

static cJSON *
verb_batch_items(struct front *f, const cJSON *request, int fd)
{
	int64_t after = reply_number(request, "after", 0);
	cJSON *reply, *result, *list, *one;
	struct batch b;
	struct item item;
	int i;

	(void)fd;
	if (front_find_batch(f, request, &b) != ERR_OK)
		return unknown_batch(request);
	reply = new_result(&result);
	list = cJSON_AddArrayToObject(result, "items");
	for (i = 0; i < ITEMS_A_REPLY; i++) {
		if (queue_item_next(f->queue, b.id, after, 0, &item) != ERR_OK)
			break;
		after = item.id;
		one = cJSON_CreateObject();
		cJSON_AddItemToArray(list, one);
		add_item(one, &item);
	}
	return reply;
}

static cJSON *
verb_batch_close(struct front *f, const cJSON *request, int fd)
{
	cJSON *reply, *result;
	struct fault fault;
	struct batch b;
	enum err e;

	(void)fd;
	if (front_find_batch(f, request, &b) != ERR_OK)
		return unknown_batch(request);
	e = front_close_begin(f, &b, reply_text(request, "key"), &fault);
	if (e != ERR_OK)
		return reply_fault(&fault);
	reply = new_result(&result);
	add_batch(f, result, &b);
	return reply;
}

/* It waits for a person, or for its content timestamps. */
static bool
may_reopen(const struct batch *b)
{
	return b->state == BATCH_CLOSED || b->state == BATCH_STAMPING;
}

static cJSON *
verb_batch_remove(struct front *f, const cJSON *request, int fd)
{
	cJSON *reply, *result;
	struct fault fault;
	struct batch b;
	struct item item;
	enum err e;

	(void)fd;
	if (front_find_batch(f, request, &b) != ERR_OK)
		return unknown_batch(request);
	if (queue_item_get(f->queue, reply_number(request, "item", 0), &item) !=
		ERR_OK ||
	    item.batch != b.id)
		return reply_error(ERR_ITEM_UNKNOWN, "");
	if (b.state != BATCH_OPEN && !may_reopen(&b))
		return reply_error(
		    ERR_BATCH_STATE, queue_batch_state_name(b.state));
	/* What a person might have approved changes: a new root is needed. */
	e = may_reopen(&b) ? front_reopen(f, &b, &fault)
			   : front_begin(f, &fault);
	if (e != ERR_OK)
		return reply_fault(&fault);
	if (queue_item_get(f->queue, item.id, &item) != ERR_OK)
		return reply_error(ERR_ITEM_UNKNOWN, "");
	item.state = ITEM_REMOVED;
	e = queue_item_update(f->queue, &item);
	if (e != ERR_OK)
		return reply_error(e, queue_item_state_name(item.state));
	reply = new_result(&result);
	add_batch(f, result, &b);
	return reply;
}

/* Of a batch that waits for its content timestamps: no person was asked yet,
 * so that nothing is logged. */
static cJSON *
verb_batch_reopen(struct front *f, const cJSON *request, int fd)
{
	cJSON *reply, *result;
	struct fault fault;
	struct batch b;

	(void)fd;
	if (front_find_batch(f, request, &b) != ERR_OK)
		return unknown_batch(request);
	if (b.state != BATCH_STAMPING)
		return reply_error(
		    ERR_BATCH_STATE, queue_batch_state_name(b.state));
	if (front_reopen(f, &b, &fault) != ERR_OK)
		return reply_fault(&fault);
	reply = new_result(&result);
	add_batch(f, result, &b);
	return reply;
}

/* Takes everything out and ends the batch: what was not approved is not
 * wanted. */
static cJSON *
verb_batch_discard(struct front *f, const cJSON *request, int fd)
{
	cJSON *reply, *result;
	struct fault fault;
	struct batch b;
	struct item item;
	int64_t after = 0;
	enum err e;

	(void)fd;
	if (front_find_batch(f, request, &b) != ERR_OK)
		return unknown_batch(request);
	if (b.state != BATCH_OPEN && !may_reopen(&b))
		return reply_error(
		    ERR_BATCH_STATE, queue_batch_state_name(b.state));
	e = may_reopen(&b) ? front_reopen(f, &b, &fault)
			   : front_begin(f, &fault);
	if (e != ERR_OK)
		return reply_fault(&fault);
	while (e == ERR_OK &&
	    queue_item_next(f->queue, b.id, after, ITEM_QUEUED, &item) ==
		ERR_OK) {
		after = item.id;
		item.state = ITEM_REMOVED;
		e = queue_item_update(f->queue, &item);
	}
	if (e == ERR_OK) {
		b.state = BATCH_DONE;
		e = queue_batch_update(f->queue, &b);
	}
	if (e != ERR_OK)
		return reply_error(e, "batch-discard");
	reply = new_result(&result);
	add_batch(f, result, &b);
	return reply;
}

/* If the authorities are left alone for a while. */
static void
add_wait(struct front *f, cJSON *to, const char *name, enum stamps_use use)
{
	char why[STAMPS_WHY];
	int64_t wait;
	cJSON *one;

	if (f->stamps == NULL ||
	    !front_stamps_waits(f->stamps, use, &wait, why))
		return;
	one = cJSON_AddObjectToObject(to, name);
	cJSON_AddNumberToObject(one, "wait", (double)wait);
	cJSON_AddStringToObject(one, "why", why);
}

/* What was heard last of the key's certificate. */
static void
add_check(cJSON *to, const struct front_check *c)
{
	if (!c->known || c->asking)
		return;
	cJSON_AddStringToObject(to, "revocation",
	    c->err == ERR_OK		? "good"
		: c->err == ERR_REVOKED ? "revoked"
					: "unknown");
	if (c->err != ERR_OK)
		cJSON_AddStringToObject(
		    to, "revocationReason", c->fault.detail);
}

static cJSON *
verb_status(struct front *f, const cJSON *request, int fd)
{
	cJSON *reply, *result, *list, *one;
	struct queue_counts n;
	size_t k;
	int i;

	(void)request;
	(void)fd;
	reply = new_result(&result);
	cJSON_AddStringToObject(result, "version", ZEGEL_VERSION);
	cJSON_AddStringToObject(result, "station", f->config->name);
	cJSON_AddStringToObject(result, "mode",
	    f->config->mode == MODE_TEST ? "test" : "production");
	cJSON_AddStringToObject(
	    result, "separation", f->p->separated ? "full" : "reduced");
	cJSON_AddStringToObject(result, "origin", f->config->origin);
	if (f->broken != ERR_OK)
		cJSON_AddStringToObject(result, "trouble", err_text(f->broken));
	add_wait(f, result, "timestamps", STAMPS_SEAL);
	add_wait(f, result, "contentTimestamps", STAMPS_CONTENT);
	one = cJSON_AddObjectToObject(result, "items");
	if (queue_count(f->queue, 0, &n) == ERR_OK)
		for (i = ITEM_QUEUED; i < ITEM_STATES; i++)
			if (queue_is_item_state(i))
				cJSON_AddNumberToObject(one,
				    queue_item_state_name((enum item_state)i),
				    (double)n.by_state[i]);
	list = cJSON_AddArrayToObject(result, "keys");
	for (k = 0; k < f->key_count; k++) {
		one = cJSON_CreateObject();
		cJSON_AddItemToArray(list, one);
		cJSON_AddStringToObject(one, "key", f->config->keys[k].name);
		cJSON_AddStringToObject(
		    one, "state", msg_key_state_name(f->key[k].state));
		add_check(one, &f->key[k].check);
		if (f->key[k].state_reason != ERR_OK)
			cJSON_AddStringToObject(
			    one, "reason", err_text(f->key[k].state_reason));
		if (f->key[k].silent_since != 0)
			cJSON_AddNumberToObject(
			    one, "since", (double)f->key[k].silent_since);
	}
	return reply;
}

static const struct {
	const char *name;
	cJSON *(*handle)(struct front *f, const cJSON *request, int fd);
} verbs[] = {
    {"batch-close", verb_batch_close},
    {"batch-discard", verb_batch_discard},
    {"batch-items", verb_batch_items},
    {"batch-list", verb_batch_list},
    {"batch-remove", verb_batch_remove},
    {"batch-reopen", verb_batch_reopen},
    {"batch-show", verb_batch_show},
    {"extend", verb_extend},
    {"extended", verb_extended},
    {"status", verb_status},
    {"submit", verb_submit},
};

cJSON *
front_verb(struct front *f, const cJSON *request, int fd)
{
	const char *verb = reply_text(request, "verb");
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, verb) == 0)
			return verbs[i].handle(f, request, fd);
	return reply_error(ERR_USAGE, "unknown request to front");
}
