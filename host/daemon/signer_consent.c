/* Consent: approving and refusing a batch's root. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "host/base/say.h"
#include "host/base/secret.h"
#include "host/daemon/persons.h"
#include "host/daemon/reply.h"
#include "host/daemon/signer_verbs.h"
#include "host/log/entry.h"

bool
signer_is_approver(const struct signer *s, uid_t uid)
{
	unsigned i;

	for (i = 0; i < s->approvers.uid_count; i++)
		if (s->approvers.uids[i] == uid)
			return true;
	return false;
}

static cJSON *
deny(const struct terminal *t)
{
	char text[96];

	say(SAY_WARNING, "uid %u is not among the approvers",
	    (unsigned)t->peer.uid);
	snprintf(text, sizeof(text),
	    "uid %u is not among the users of approval.conf",
	    (unsigned)t->peer.uid);
	return reply_error(ERR_APPROVER_UNKNOWN, text);
}

/* The pseudonym is made at the first use, by one thread at a time. */
enum err
signer_person(
    struct terminal *t, char person[static PERSON_SIZE], struct fault *fault)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	enum err e;

	pthread_mutex_lock(&lock);
	e = persons_get(t->signer->folder, t->peer.uid, person, fault);
	pthread_mutex_unlock(&lock);
	return e;
}

static cJSON *
granted_reply(const struct granted *g)
{
	cJSON *reply = cJSON_CreateObject();
	cJSON *result = cJSON_AddObjectToObject(reply, "result");

	cJSON_AddStringToObject(result, "means", g->means);
	cJSON_AddNumberToObject(result, "approval", (double)g->entry);
	cJSON_AddNumberToObject(result, "expires", (double)g->approval.expires);
	return reply;
}

static enum err
tell_front(struct signer *s, enum msg_type type, const struct granted *g)
{
	struct msg_approval m;

	memset(&m, 0, sizeof(m));
	m.head.type = type;
	memcpy(m.root, g->approval.root, SHA256_SIZE);
	m.approval = g->entry;
	m.expires = (int64_t)g->approval.expires;
	return ipc_send(s->p->front, &m, sizeof(m));
}

/* What the person saw must be what this process would sign with. */
static enum err
check_key(struct signer_key *k, const char *name,
    const uint8_t certificate[static SHA256_SIZE], struct fault *fault)
{
	unsigned findings;
	enum err e, reason;

	if (k == NULL)
		return fault_set(fault, ERR_CONFIG_MISSING_KEY, FAULT_NO_OFFSET,
		    "there is no section [key %s] in zegel.conf", name);
	if (k->chain.count == 0)
		return fault_set(fault, ERR_CERT_SYNTAX, FAULT_NO_OFFSET,
		    "key %s has no certificate", k->config->name);
	if (memcmp(k->chain.cert[0].sha256, certificate, SHA256_SIZE) != 0)
		return fault_set(fault, ERR_CERT_CHANGED, FAULT_NO_OFFSET,
		    "the batch was closed for another certificate than key %s "
		    "has now: reopen it with 'zegel batch refuse'",
		    k->config->name);
	e = cert_check_seal(&k->chain.cert[0], time(NULL), &findings);
	if (e != ERR_OK)
		return fault_set(
		    fault, e, FAULT_NO_OFFSET, "key %s", k->config->name);
	switch (signer_key_state(k, &reason)) {
	case KEY_READY:
		return ERR_OK;
	case KEY_NEEDS_PIN:
		return fault_set(fault, ERR_TOKEN_LOGGED_OUT, FAULT_NO_OFFSET,
		    "key %s: run 'zegel unlock'", k->config->name);
	case KEY_ABSENT:
		return fault_set(fault, ERR_TOKEN_ABSENT, FAULT_NO_OFFSET,
		    "key %s", k->config->name);
	case KEY_STOPPED:
		return fault_set(fault, ERR_PIN_STOPPED, FAULT_NO_OFFSET,
		    "key %s: run 'zegel unlock' with the right PIN",
		    k->config->name);
	case KEY_UNUSABLE:
	case KEY_SILENT:
		break;
	}
	return fault_set(
	    fault, reason, FAULT_NO_OFFSET, "key %s", k->config->name);
}

/* One root, one approval: two people who press at once, or one who presses
 * again because the log did not answer in time, mean the same. A second entry
 * would be one whose leaves nobody ever signs or abandons. */
static enum err
store_pending(struct signer *s, struct granted *g, struct fault *fault)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	const uint8_t *root = g->approval.root;
	struct granted known;
	enum err e = ERR_OK;

	g->entry = APPROVAL_PENDING;
	pthread_mutex_lock(&lock);
	if ((approvals_find_pending_root(&s->approvals, root, &known) ||
		approvals_find_root(&s->approvals, root, &known)) &&
	    known.approval.expires > g->approval.time)
		*g = known;
	else
		e = approvals_put(&s->approvals, g, fault);
	pthread_mutex_unlock(&lock);
	return e;
}

enum err
signer_grant(struct signer *s, struct granted *g, struct fault *fault)
{
	struct msg_log_approval m;
	enum err e;

	e = store_pending(s, g, fault);
	if (e == ERR_OK && g->entry == APPROVAL_PENDING) {
		signer_approval_message(s, g, &m);
		/* An approval that is not in the log gives no right. */
		e = signer_call_logger(s, &m, sizeof(m), &g->entry);
		/* Who is told that it failed does not expect it later. */
		if (approvals_is_void(e))
			approvals_drop(&s->approvals, g);
		if (e != ERR_OK)
			return fault_set(
			    fault, e, FAULT_NO_OFFSET, "log of approval");
		e = approvals_put(&s->approvals, g, fault);
	}
	if (e != ERR_OK)
		return e;
	e = tell_front(s, MSG_APPROVED, g);
	if (e != ERR_OK)
		fault_set(fault, e, FAULT_NO_OFFSET, "news to front");
	return e;
}

/* Is there a batch that waits for this very root? Asked so that no consent is
 * logged whose leaves nobody will seal or abandon; front could only say no to
 * what it could refuse to seal anyway. */
enum err
signer_check_waiting(struct signer *s, const uint8_t root[static SHA256_SIZE],
    struct fault *fault)
{
	struct msg_approval m;
	enum err e;

	memset(&m, 0, sizeof(m));
	m.head.type = MSG_WAITING_QUERY;
	memcpy(m.root, root, SHA256_SIZE);
	e = signer_call(s, s->p->front, &m, sizeof(m), NULL);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET,
		    "no closed batch has this root (any more): look at it "
		    "again");
	return ERR_OK;
}

/* The request's members; what of it must be right before a person is asked. */
static enum err
take_request(struct signer *s, const cJSON *request, struct granted *g,
    struct signer_key **k, struct fault *fault)
{
	const char *name = reply_text(request, "key");
	int64_t count = reply_number(request, "count", 0);

	memset(g, 0, sizeof(*g));
	if (reply_hex(request, "root", g->approval.root, SHA256_SIZE) !=
		ERR_OK ||
	    reply_hex(request, "certificate", g->approval.certificate,
		SHA256_SIZE) != ERR_OK ||
	    count < 1 || count > BOUND_BATCH || strlen(name) >= sizeof(g->key))
		return fault_set(
		    fault, ERR_MESSAGE_SYNTAX, FAULT_NO_OFFSET, "approve");
	g->approval.count = (uint32_t)count;
	snprintf(g->key, sizeof(g->key), "%s", name);
	*k = signer_key_find(s, name);
	return check_key(*k, name, g->approval.certificate, fault);
}

static enum err
approve_at_terminal(struct terminal *t, struct granted *g, struct fault *fault)
{
	struct signer *s = t->signer;
	int64_t now = (int64_t)time(NULL);
	struct granted known;
	enum err e;

	secret_random(g->approval.nonce, sizeof(g->approval.nonce));
	memcpy(g->approval.station, s->station_digest, SHA256_SIZE);
	memcpy(g->approval.origin, s->origin_digest, SHA256_SIZE);
	g->approval.time = (uint64_t)now;
	g->approval.expires = (uint64_t)(now + s->p->config->approval_window);
	snprintf(g->means, sizeof(g->means), "terminal");
	/* Pressed twice: the same consent, though nothing waits any more. */
	e = approvals_find_root(&s->approvals, g->approval.root, &known)
	    ? ERR_OK
	    : signer_check_waiting(s, g->approval.root, fault);
	if (e == ERR_OK)
		e = signer_person(t, g->person, fault);
	return e == ERR_OK ? signer_grant(s, g, fault) : e;
}

/* Everything but the person's own yes. */
static enum err
check_request(struct signer *s, const cJSON *request, struct granted *g,
    struct signer_key **k, bool *appliance, struct fault *fault)
{
	const char *means = reply_text(request, "means");
	enum err e;

	/* A key in the appliance signs only what was approved there. */
	*k = signer_key_find(s, reply_text(request, "key"));
	if (means[0] == '\0' && *k != NULL && (*k)->config->appliance)
		means = "appliance";
	e = signer_choose_means(s, means, appliance, fault);
	if (e == ERR_OK && !*appliance && *k != NULL && (*k)->config->appliance)
		e = fault_set(fault, ERR_APPROVAL_MEANS, FAULT_NO_OFFSET,
		    "key %s is in the appliance", (*k)->config->name);
	if (e == ERR_OK && s->appliance != NULL &&
	    appliance_allows_any(s->appliance) != ERR_OK)
		e = fault_set(fault, ERR_LOG_FORK, FAULT_NO_OFFSET,
		    "says the appliance, which has seen more");
	return e == ERR_OK ? take_request(s, request, g, k, fault) : e;
}

/* Asked before a person reads what could not be approved. */
cJSON *
signer_verb_may_approve(struct terminal *t, const cJSON *request)
{
	struct signer_key *k;
	struct granted g;
	struct fault fault;
	bool appliance;
	cJSON *reply;

	if (!signer_is_approver(t->signer, t->peer.uid))
		return deny(t);
	if (check_request(t->signer, request, &g, &k, &appliance, &fault) !=
	    ERR_OK)
		return reply_fault(&fault);
	reply = cJSON_CreateObject();
	cJSON_AddStringToObject(cJSON_AddObjectToObject(reply, "result"),
	    "means", appliance ? "appliance" : "terminal");
	return reply;
}

cJSON *
signer_verb_approve(struct terminal *t, const cJSON *request)
{
	struct signer *s = t->signer;
	struct signer_key *k;
	struct granted g, known;
	struct fault fault;
	bool appliance;
	enum err e;

	if (!signer_is_approver(s, t->peer.uid))
		return deny(t);
	e = check_request(s, request, &g, &k, &appliance, &fault);
	if (e == ERR_OK && appliance &&
	    !approvals_find_root(&s->approvals, g.approval.root, &known))
		return signer_appliance_ask(t, &g, k);
	if (e == ERR_OK && appliance)
		g = known;
	else if (e == ERR_OK)
		e = approve_at_terminal(t, &g, &fault);
	return e == ERR_OK ? granted_reply(&g) : reply_fault(&fault);
}

enum err
signer_refuse(struct signer *s, const uint8_t root[static SHA256_SIZE],
    uint32_t count, const char *person, const char *means, const char *reason)
{
	struct msg_log_note m;
	struct granted g;
	enum err e;

	memset(&g, 0, sizeof(g));
	memset(&m, 0, sizeof(m));
	memcpy(g.approval.root, root, SHA256_SIZE);
	m.head.type = MSG_LOG_NOTE;
	m.kind = ENTRY_REFUSAL;
	memcpy(m.root, root, SHA256_SIZE);
	m.leaves = count;
	snprintf(m.person, sizeof(m.person), "%s", person);
	snprintf(m.means, sizeof(m.means), "%s", means);
	snprintf(m.reason, sizeof(m.reason), "%s", reason);
	e = signer_call_logger(s, &m, sizeof(m), NULL);
	return e == ERR_OK ? tell_front(s, MSG_REFUSED, &g) : e;
}

cJSON *
signer_verb_refuse(struct terminal *t, const cJSON *request)
{
	struct signer *s = t->signer;
	int64_t count = reply_number(request, "count", 0);
	char person[PERSON_SIZE];
	struct granted g;
	struct fault fault;
	cJSON *reply;
	enum err e;

	if (!signer_is_approver(s, t->peer.uid))
		return deny(t);
	memset(&g, 0, sizeof(g));
	if (reply_hex(request, "root", g.approval.root, SHA256_SIZE) !=
		ERR_OK ||
	    count < 0 || count > BOUND_BATCH)
		return reply_error(ERR_MESSAGE_SYNTAX, "refuse");
	e = signer_person(t, person, &fault);
	if (e != ERR_OK)
		return reply_fault(&fault);
	if (s->appliance != NULL &&
	    !appliance_cancel(s->appliance, g.approval.root))
		return reply_error(ERR_BATCH_STATE,
		    "it is decided on the appliance at this moment");
	/* Not before: from here on no approval comes from there any more. */
	if (approvals_find_root(&s->approvals, g.approval.root, &g))
		return reply_error(
		    ERR_BATCH_STATE, "the batch is approved already");
	e = signer_refuse(
	    s, g.approval.root, (uint32_t)count, person, "terminal", "refused");
	if (e != ERR_OK)
		return reply_error(e, "refusal");
	reply = cJSON_CreateObject();
	cJSON_AddObjectToObject(reply, "result");
	return reply;
}
