/* What a terminal can ask about the appliance, and have done to its keys. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/base/hex.h"
#include "host/base/secret.h"
#include "host/daemon/reply.h"
#include "host/daemon/signer_verbs.h"

#define PIN_MAX 64

static const char *
waiting_name(unsigned waiting)
{
	static const char *const name[] = {
	    "nothing", "host", "consent", "pin", "puk", "sealing"};

	return waiting < sizeof(name) / sizeof(name[0]) ? name[waiting] : "?";
}

/* The seal key in it. */
static void
add_key(cJSON *to, const struct appliance_key *k)
{
	static const char *const state[] = {"none", "ready", "damaged"};
	const struct alg *alg = alg_get(k->alg);

	cJSON_AddStringToObject(to, "waitingFor", waiting_name(k->waiting));
	to = cJSON_AddObjectToObject(to, "key");
	cJSON_AddStringToObject(to, "state",
	    k->state < sizeof(state) / sizeof(state[0]) ? state[k->state]
							: "?");
	if (alg == NULL)
		return;
	cJSON_AddStringToObject(to, "algorithm", alg->name);
	cJSON_AddStringToObject(to, "station", k->station);
	cJSON_AddNumberToObject(to, "pinTries", k->pin_tries);
	cJSON_AddNumberToObject(to, "pukTries", k->puk_tries);
	cJSON_AddBoolToObject(to, "loggedIn", k->logged_in);
	reply_add_hex(to, "certificate", k->certificate, SHA256_SIZE);
}

static void
add_device(cJSON *to, const struct appliance_status *a)
{
	uint8_t digest[SHA256_SIZE];

	if (a->board_class == 0)
		return;
	sha256(a->point, APPLIANCE_POINT, digest);
	reply_add_hex(to, "approvalKey", digest, SHA256_SIZE);
	reply_add_hex(to, "firmware", a->firmware, SHA256_SIZE);
	cJSON_AddStringToObject(
	    to, "board", appliance_class_name(a->board_class));
	cJSON_AddNumberToObject(to, "counter", (double)a->counter);
	if (a->log_size > 0)
		cJSON_AddNumberToObject(to, "logSize", (double)a->log_size);
	cJSON_AddBoolToObject(to, "logBackwards", a->fork);
	cJSON_AddBoolToObject(to, "sealing", a->sealing);
	add_key(to, &a->key);
}

static void
add_enrolled(cJSON *to, const struct appliance_status *a)
{
	uint8_t digest[SHA256_SIZE];

	if (!a->enrolled)
		return;
	sha256(a->pin.point, APPLIANCE_POINT, digest);
	to = cJSON_AddObjectToObject(to, "enrolled");
	reply_add_hex(to, "approvalKey", digest, SHA256_SIZE);
	reply_add_hex(to, "firmware", a->pin.firmware, SHA256_SIZE);
	cJSON_AddStringToObject(
	    to, "board", appliance_class_name(a->pin.board_class));
	cJSON_AddNumberToObject(to, "counter", (double)a->pin.counter);
}

static void
add_batch(cJSON *to, const struct appliance_status *a)
{
	if (a->outcome == APPLIANCE_NOTHING)
		return;
	to = cJSON_AddObjectToObject(to, "batch");
	reply_add_hex(to, "root", a->root, SHA256_SIZE);
	cJSON_AddNumberToObject(to, "count", a->count);
	cJSON_AddNumberToObject(to, "sent", a->sent);
	cJSON_AddStringToObject(
	    to, "outcome", appliance_outcome_name(a->outcome));
	if (a->reason != ERR_OK) {
		cJSON_AddStringToObject(to, "reason", err_text(a->reason));
		cJSON_AddNumberToObject(to, "reasonNumber", a->reason);
		cJSON_AddStringToObject(to, "detail", a->detail);
	}
	if (a->outcome == APPLIANCE_APPROVED) {
		cJSON_AddNumberToObject(to, "approval", (double)a->entry);
		cJSON_AddNumberToObject(to, "expires", (double)a->expires);
	}
}

cJSON *
signer_verb_appliance(struct terminal *t, const cJSON *request)
{
	struct signer *s = t->signer;
	cJSON *reply = cJSON_CreateObject();
	cJSON *result = cJSON_AddObjectToObject(reply, "result");
	struct appliance_status a;
	bool appliance = false;

	(void)request;
	if (signer_choose_means(s, "", &appliance, NULL) == ERR_OK)
		cJSON_AddStringToObject(
		    result, "means", appliance ? "appliance" : "terminal");
	cJSON_AddBoolToObject(result, "configured", s->appliance != NULL);
	if (s->appliance == NULL)
		return reply;
	appliance_get(s->appliance, &a);
	cJSON_AddStringToObject(result, "console", s->p->config->console);
	cJSON_AddStringToObject(result, "state", appliance_state_name(a.state));
	if (a.trouble != ERR_OK) {
		cJSON_AddStringToObject(result, "trouble", err_text(a.trouble));
		cJSON_AddNumberToObject(result, "troubleNumber", a.trouble);
	}
	add_device(result, &a);
	add_enrolled(result, &a);
	add_batch(result, &a);
	return reply;
}

/* Whose approvals are believed, and whether there is a key, is the
 * administrator's to say. */
static bool
is_administrator(const struct terminal *t)
{
	return t->peer.uid == 0 || t->peer.uid == getuid();
}

static cJSON *
carry_out(struct terminal *t, const cJSON *request,
    const struct appliance_order *order)
{
	struct signer *s = t->signer;
	struct fault fault;
	enum err e;

	if (s->appliance == NULL)
		return reply_error(ERR_APPLIANCE_ABSENT,
		    "zegel.conf has no [appliance] console");
	e = appliance_do(s->appliance, order, &fault);
	return e == ERR_OK ? signer_verb_appliance(t, request)
			   : reply_fault(&fault);
}

/* The octets that follow the request: old, if there is one, then pin. */
static enum err
take_pins(struct terminal *t, const cJSON *request, uint8_t **buf,
    struct appliance_order *order)
{
	int64_t old = reply_number(request, "old", 0);
	int64_t pin = reply_number(request, "pin", 0);

	*buf = NULL;
	if (old < 0 || old > PIN_MAX || pin < 0 || pin > PIN_MAX)
		return ERR_PIN_LENGTH;
	*buf = secret_alloc(2 * PIN_MAX);
	if (*buf == NULL)
		return ERR_NO_MEMORY;
	if ((old > 0 && !signer_terminal_octets(t, *buf, (size_t)old)) ||
	    (pin > 0 &&
		!signer_terminal_octets(t, *buf + PIN_MAX, (size_t)pin)))
		return ERR_MESSAGE_SYNTAX;
	order->old = *buf;
	order->old_len = (size_t)old;
	order->pin = *buf + PIN_MAX;
	order->pin_len = (size_t)pin;
	return ERR_OK;
}

static enum err
take_certificate(const cJSON *request, uint8_t buf[static BOUND_CERTIFICATE],
    struct appliance_order *order)
{
	const char *hex = reply_text(request, "certificate");

	order->certificate_len = strlen(hex) / 2;
	if (order->certificate_len > BOUND_CERTIFICATE)
		return ERR_TOO_LARGE;
	return hex_decode(hex, strlen(hex), buf, order->certificate_len);
}

static const struct {
	const char *name;
	enum appliance_deed deed;
	bool administrator;
} deeds[] = {
    {"init", APPLIANCE_INIT, true},
    {"enrol", APPLIANCE_ENROL, true},
    {"change-pin", APPLIANCE_CHANGE_PIN, false},
    {"unblock", APPLIANCE_UNBLOCK, false},
    {"reset", APPLIANCE_RESET, true},
    {"certificate", APPLIANCE_CERTIFICATE, true},
};

cJSON *
signer_verb_appliance_do(struct terminal *t, const cJSON *request)
{
	const char *name = reply_text(request, "deed");
	uint8_t certificate[BOUND_CERTIFICATE];
	struct appliance_order order = {
	    .alg = ALG_ES256, .certificate = certificate};
	uint8_t *pins = NULL;
	cJSON *reply;
	size_t i;
	enum err e;

	/* PINs are on the line already, whoever asks. */
	e = take_pins(t, request, &pins, &order);
	if (e == ERR_OK)
		e = take_certificate(request, certificate, &order);
	for (i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(deeds[i].name, name) == 0)
			break;
	if (e != ERR_OK || i == sizeof(deeds) / sizeof(deeds[0])) {
		reply = reply_error(e == ERR_OK ? ERR_USAGE : e, name);
	} else if (!is_administrator(t) &&
	    (deeds[i].administrator ||
		!signer_is_approver(t->signer, t->peer.uid))) {
		reply = reply_error(ERR_DENIED,
		    deeds[i].administrator
			? "this is root's to do"
			: "not among the users of approval.conf");
	} else {
		order.deed = deeds[i].deed;
		if (strcmp(reply_text(request, "type"), "p384") == 0)
			order.alg = ALG_ES384;
		reply = carry_out(t, request, &order);
	}
	secret_free(pins, 2 * PIN_MAX);
	return reply;
}
