/* The token at a terminal: unlock, lock, states, self-test, request. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/utc.h"
#include "host/base/hex.h"
#include "host/base/say.h"
#include "host/base/secret.h"
#include "host/daemon/reply.h"
#include "host/daemon/signer_verbs.h"
#include "host/log/entry.h"
#include "host/x509/issue.h"
#include "host/x509/spki.h"

#define PIN_MAX 256
#define SELFTEST APPLIANCE_SELFTEST_LABEL

static cJSON *
no_such_key(const char *name)
{
	struct fault fault;

	(void)!fault_set(&fault, ERR_CONFIG_MISSING_KEY, FAULT_NO_OFFSET,
	    "there is no section [key %.100s] in zegel.conf", name);
	return reply_fault(&fault);
}

/* The key a request names, or the station's default one. */
static struct signer_key *
find_key(
    struct terminal *t, const cJSON *request, bool without_token, cJSON **error)
{
	const char *name = reply_text(request, "key");
	struct signer_key *k;

	*error = NULL;
	if (name[0] == '\0')
		name = t->signer->p->config->default_key;
	k = signer_key_find(t->signer, name);
	if (!signer_is_approver(t->signer, t->peer.uid))
		*error = reply_error(ERR_APPROVER_UNKNOWN,
		    "not among the users of approval.conf");
	else if (k == NULL)
		*error = no_such_key(name);
	else if (k->token == NULL && !without_token)
		*error = reply_error(k->reason, k->config->name);
	return *error == NULL ? k : NULL;
}

static struct signer_key *
key_of(struct terminal *t, const cJSON *request, cJSON **error)
{
	return find_key(t, request, false, error);
}

static void
note_pin_failure(struct signer *s, const struct signer_key *k)
{
	struct msg_log_note m;

	memset(&m, 0, sizeof(m));
	m.head.type = MSG_LOG_NOTE;
	m.kind = ENTRY_PIN_FAILURE;
	snprintf(m.key, sizeof(m.key), "%s", k->config->name);
	if (signer_call_logger(s, &m, sizeof(m), NULL) != ERR_OK)
		say(SAY_ERROR, "a wrong PIN could not be logged");
}

cJSON *
signer_verb_unlock(struct terminal *t, const cJSON *request)
{
	int64_t len = reply_number(request, "pin", 0);
	struct token_detail detail = {""};
	struct signer_key *k;
	char text[sizeof(detail.text) + sizeof(k->config->name) + 8];
	uint8_t *pin = NULL;
	cJSON *reply;
	enum err e;

	if (len < 0 || len > PIN_MAX)
		return reply_error(ERR_PIN_LENGTH, "");
	if (len > 0) {
		pin = secret_alloc(PIN_MAX);
		if (pin == NULL)
			return reply_error(ERR_NO_MEMORY, "");
		if (!signer_terminal_octets(t, pin, (size_t)len)) {
			secret_free(pin, PIN_MAX);
			return reply_error(ERR_MESSAGE_SYNTAX, "no PIN came");
		}
	}
	k = key_of(t, request, &reply);
	if (k == NULL)
		goto out;
	/* A person gives a PIN on purpose: one more try after a wrong one. */
	if (token_state(k->token) == TOKEN_STOPPED)
		token_unstop(k->token);
	e = token_login(k->token, pin, (size_t)len, &detail);
	k->trouble = e;
	if (e == ERR_PIN_WRONG)
		note_pin_failure(t->signer, k);
	if (e != ERR_OK) {
		snprintf(text, sizeof(text), "key %s: %s", k->config->name,
		    detail.text);
		reply = reply_error(e, text);
		goto out;
	}
	reply = cJSON_CreateObject();
	cJSON_AddStringToObject(
	    cJSON_AddObjectToObject(reply, "result"), "key", k->config->name);
	signer_look(t->signer);
out:
	secret_free(pin, PIN_MAX);
	return reply;
}

cJSON *
signer_verb_lock(struct terminal *t, const cJSON *request)
{
	struct token_detail detail = {""};
	struct signer_key *k;
	cJSON *reply;
	enum err e;

	k = key_of(t, request, &reply);
	if (k == NULL)
		return reply;
	e = token_logout(k->token, &detail);
	signer_look(t->signer);
	if (e != ERR_OK)
		return reply_error(e, detail.text);
	reply = cJSON_CreateObject();
	cJSON_AddStringToObject(
	    cJSON_AddObjectToObject(reply, "result"), "key", k->config->name);
	return reply;
}

static void
add_certificate(cJSON *to, const struct signer_key *k)
{
	const struct cert *c = &k->chain.cert[0];
	char time[UTC_SIZE];

	reply_add_hex(to, "certificate", c->sha256, SHA256_SIZE);
	cJSON_AddStringToObject(to, "organisation", c->organisation);
	cJSON_AddStringToObject(to, "organisationId", c->organisation_id);
	cJSON_AddStringToObject(to, "commonName", c->common_name);
	cJSON_AddStringToObject(to, "algorithm", k->chain.alg->name);
	utc_format(c->not_before, time);
	cJSON_AddStringToObject(to, "notBefore", time);
	utc_format(c->not_after, time);
	cJSON_AddStringToObject(to, "notAfter", time);
}

/* The public value, as far as the token shows it before the login. */
static void
add_public_key(cJSON *to, const struct signer_key *k)
{
	struct token_public_key key;
	struct token_detail detail;
	char text[2 * SPKI_CAP + 1];
	uint8_t spki[SPKI_CAP];
	size_t len;

	if (token_public_key(k->token, &key, &detail) != ERR_OK ||
	    spki_from_token_key(&key, spki, sizeof(spki), &len) != ERR_OK)
		return;
	hex_encode(spki, len, text);
	cJSON_AddStringToObject(to, "publicKey", text);
}

static void
add_token(cJSON *to, const struct signer_key *k)
{
	struct token_info info;

	if (k->token == NULL || token_info(k->token, &info) != ERR_OK)
		return;
	add_public_key(to, k);
	cJSON_AddStringToObject(to, "token", info.label);
	cJSON_AddStringToObject(to, "manufacturer", info.manufacturer);
	cJSON_AddStringToObject(to, "model", info.model);
	cJSON_AddStringToObject(to, "serial", info.serial);
	cJSON_AddStringToObject(to, "module", info.module);
	cJSON_AddStringToObject(to, "keyLabel", info.key_label);
	reply_add_hex(to, "keyId", info.key_id, info.key_id_len);
	cJSON_AddNumberToObject(to, "sessions", info.sessions);
	cJSON_AddBoolToObject(
	    to, "alwaysAuthenticate", info.always_authenticate);
	cJSON_AddBoolToObject(to, "pinpad", token_has_pinpad(k->token));
}

cJSON *
signer_verb_keys(struct terminal *t, const cJSON *request)
{
	struct signer *s = t->signer;
	cJSON *reply = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(
	    cJSON_AddObjectToObject(reply, "result"), "keys");
	enum key_state state;
	enum err reason;
	cJSON *one;
	size_t i;

	(void)request;
	for (i = 0; i < s->key_count; i++) {
		one = cJSON_CreateObject();
		cJSON_AddItemToArray(list, one);
		cJSON_AddStringToObject(one, "key", s->key[i].config->name);
		state = signer_key_state(&s->key[i], &reason);
		cJSON_AddStringToObject(
		    one, "state", msg_key_state_name(state));
		if (reason != ERR_OK) {
			cJSON_AddStringToObject(
			    one, "reason", err_text(reason));
			cJSON_AddNumberToObject(one, "reasonNumber", reason);
		}
		add_token(one, &s->key[i]);
		if (s->key[i].chain.count > 0)
			add_certificate(one, &s->key[i]);
	}
	return reply;
}

/* digest by alg's hash of (text, len). */
static void
digest_of(const struct alg *alg, const void *text, size_t len,
    uint8_t out[static SHA512_SIZE])
{
	struct sha512 h;

	if (alg->hash_size == SHA256_SIZE) {
		sha256(text, len, out);
		return;
	}
	sha512_init(&h, alg->hash_size);
	sha512_push(&h, text, len);
	sha512_finish(&h, out);
}

static enum err
note_signed(struct signer *s, enum entry_kind kind, const struct signer_key *k,
    const void *text, size_t len)
{
	struct msg_log_note m;

	memset(&m, 0, sizeof(m));
	m.head.type = MSG_LOG_NOTE;
	m.kind = kind;
	snprintf(m.key, sizeof(m.key), "%s", k->config->name);
	snprintf(m.name, sizeof(m.name), "%s", k->config->name);
	sha256(text, len, m.digest);
	return signer_call_logger(s, &m, sizeof(m), NULL);
}

/* The appliance composes the message itself, and asks its person. */
static enum err
test_appliance(struct signer *s, const uint8_t nonce[static 32],
    uint8_t signature[static BOUND_SIGNATURE], size_t *len,
    struct token_detail *detail)
{
	uint8_t out[APPLIANCE_OUT];
	struct appliance_order order = {
	    .deed = APPLIANCE_SELFTEST, .out = out, .out_len = len};
	struct fault fault;
	enum err e;

	memcpy(order.nonce, nonce, sizeof(order.nonce));
	e = appliance_do(s->appliance, &order, &fault);
	if (e == ERR_OK && *len > BOUND_SIGNATURE)
		e = ERR_SIGNATURE_INVALID;
	if (e == ERR_OK)
		memcpy(signature, out, *len);
	else
		snprintf(
		    detail->text, sizeof(detail->text), "%.150s", fault.detail);
	return e;
}

/* Signs the fixed, labelled message; logged before it is signed. */
static enum err
self_test(struct signer *s, struct signer_key *k, struct token_detail *detail)
{
	uint8_t message[sizeof(SELFTEST) - 1 + 32];
	uint8_t digest[SHA512_SIZE], signature[BOUND_SIGNATURE];
	const struct alg *alg = k->chain.alg;
	size_t len;
	enum err e;

	memcpy(message, SELFTEST, sizeof(SELFTEST) - 1);
	secret_random(message + sizeof(SELFTEST) - 1, 32);
	digest_of(alg, message, sizeof(message), digest);
	e = note_signed(s, ENTRY_SELFTEST, k, message, sizeof(message));
	if (e == ERR_OK && k->config->appliance)
		e = test_appliance(
		    s, message + sizeof(SELFTEST) - 1, signature, &len, detail);
	else if (e == ERR_OK)
		e = token_sign(k->token, alg, digest, alg->hash_size, signature,
		    sizeof(signature), &len, detail);
	if (e != ERR_OK)
		return e;
	return cert_verify_digest(
	    &k->chain.cert[0], alg, digest, alg->hash_size, signature, len);
}

static void
add_findings(cJSON *to, unsigned findings)
{
	static const struct {
		unsigned bit;
		const char *name;
	} name[] = {
	    {CERT_FINDING_EXPIRED, "expired"},
	    {CERT_FINDING_NOT_YET, "not-yet-valid"},
	    {CERT_FINDING_NO_ESEAL, "no-qctype-eseal"},
	    {CERT_FINDING_NO_QC, "no-qccompliance"},
	    {CERT_FINDING_KEY_USAGE, "key-usage"},
	    {CERT_FINDING_NO_ORGANISATION, "no-organisation"},
	    {CERT_FINDING_NO_ORGANISATION_ID, "no-organisation-identifier"},
	    {CERT_FINDING_IS_CA, "is-ca"},
	    {CERT_FINDING_NO_QSCD, "no-qcsscd"},
	    {CERT_FINDING_AMBIGUOUS, "ambiguous-name"},
	};
	cJSON *list = cJSON_AddArrayToObject(to, "findings");
	size_t i;

	for (i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		if (findings & name[i].bit)
			cJSON_AddItemToArray(
			    list, cJSON_CreateString(name[i].name));
}

cJSON *
signer_verb_test(struct terminal *t, const cJSON *request)
{
	struct token_detail detail = {""};
	unsigned findings = 0;
	struct signer_key *k;
	cJSON *reply, *result;
	enum err e, judged;

	k = key_of(t, request, &reply);
	if (k == NULL)
		return reply;
	if (k->chain.count == 0)
		return reply_error(
		    ERR_CERT_SYNTAX, "there is no certificate for the key yet");
	judged = cert_check_seal(&k->chain.cert[0], time(NULL), &findings);
	e = self_test(t->signer, k, &detail);
	if (e != ERR_OK)
		return reply_error(e, detail.text);
	reply = cJSON_CreateObject();
	result = cJSON_AddObjectToObject(reply, "result");
	cJSON_AddStringToObject(result, "key", k->config->name);
	add_token(result, k);
	add_certificate(result, k);
	cJSON_AddBoolToObject(result, "sealCertificate", judged == ERR_OK);
	if (judged != ERR_OK)
		cJSON_AddStringToObject(result, "reason", err_text(judged));
	add_findings(result, findings);
	return reply;
}

struct csr_context {
	struct signer *s;
	struct signer_key *k;
	const struct alg *alg;
	struct token_detail detail;
};

static enum err
csr_sign(void *arg, const uint8_t *digest, size_t digest_len,
    uint8_t *signature, size_t cap, size_t *signature_len)
{
	struct csr_context *c = arg;
	enum err e;

	e = note_signed(c->s, ENTRY_KEY, c->k, digest, digest_len);
	if (e != ERR_OK)
		return e;
	return token_sign(c->k->token, c->alg, digest, digest_len, signature,
	    cap, signature_len, &c->detail);
}

static const struct alg *
csr_alg(const struct token_public_key *key)
{
	switch (key->type) {
	case TOKEN_RSA:
		return alg_get(ALG_RS256);
	case TOKEN_P256:
		return alg_get(ALG_ES256);
	case TOKEN_P384:
		return alg_get(ALG_ES384);
	case TOKEN_P521:
		return alg_get(ALG_ES512);
	}
	return NULL;
}

/* The appliance composes it, asks its person, and signs. It is in the log
 * before anybody else has it. */
static cJSON *
csr_of_appliance(struct terminal *t, const cJSON *request, struct signer_key *k)
{
	int64_t pin_len = reply_number(request, "pin", 0);
	uint8_t out[APPLIANCE_OUT], *pin = secret_alloc(PIN_MAX);
	char text[2 * APPLIANCE_OUT + 1];
	struct fault fault;
	size_t len = 0;
	struct appliance_order order = {.deed = APPLIANCE_CSR,
	    .pin = pin,
	    .country = reply_text(request, "country"),
	    .organisation = reply_text(request, "organisation"),
	    .organisation_id = reply_text(request, "organisationId"),
	    .common_name = reply_text(request, "commonName"),
	    .out = out,
	    .out_len = &len};
	cJSON *reply;
	enum err e = ERR_OK;

	if (pin == NULL || pin_len < 0 || pin_len > PIN_MAX ||
	    !signer_terminal_octets(t, pin, (size_t)pin_len))
		e = fault_set(
		    &fault, ERR_PIN_LENGTH, FAULT_NO_OFFSET, "no PIN came");
	order.pin_len = (size_t)pin_len;
	if (e == ERR_OK)
		e = appliance_do(t->signer->appliance, &order, &fault);
	secret_free(pin, PIN_MAX);
	if (e == ERR_OK) {
		e = note_signed(t->signer, ENTRY_KEY, k, out, len);
		if (e != ERR_OK)
			fault_set(&fault, e, FAULT_NO_OFFSET, "log");
	}
	if (e != ERR_OK)
		return reply_fault(&fault);
	hex_encode(out, len, text);
	reply = cJSON_CreateObject();
	cJSON_AddStringToObject(
	    cJSON_AddObjectToObject(reply, "result"), "der", text);
	return reply;
}

cJSON *
signer_verb_csr(struct terminal *t, const cJSON *request)
{
	struct x509_subject subject = {reply_text(request, "organisation"),
	    reply_text(request, "organisationId"),
	    reply_text(request, "country"), reply_text(request, "commonName")};
	struct csr_context c = {.s = t->signer};
	struct token_public_key key;
	struct msg_log_note m;
	struct x509_signer signer;
	uint8_t spki[1024], *der;
	char text[2 * 4096 + 1];
	size_t spki_len, len;
	cJSON *reply;
	enum err e;

	c.k = find_key(t, request, true, &reply);
	if (c.k == NULL)
		return reply;
	if (c.k->token == NULL && !c.k->config->appliance)
		return reply_error(c.k->reason, c.k->config->name);
	if (subject.organisation[0] == '\0' ||
	    subject.organisation_id[0] == '\0' || strlen(subject.country) != 2)
		return reply_error(ERR_USAGE,
		    "organisation, organisationId and a country of two "
		    "letters are needed");
	if (c.k->config->appliance)
		return csr_of_appliance(t, request, c.k);
	e = token_public_key(c.k->token, &key, &c.detail);
	c.alg = e == ERR_OK ? csr_alg(&key) : NULL;
	if (e == ERR_OK)
		e = spki_from_token_key(&key, spki, sizeof(spki), &spki_len);
	if (e != ERR_OK || c.alg == NULL)
		return reply_error(e, c.detail.text);
	e = signer_key_public(c.k, &key, &m);
	if (e == ERR_OK)
		e = signer_call_logger(t->signer, &m, sizeof(m), NULL);
	if (e != ERR_OK)
		return reply_error(e, "log");
	signer = (struct x509_signer){
	    c.alg->number, spki, spki_len, csr_sign, &c};
	e = csr_compose(&subject, &signer, &der, &len);
	if (e != ERR_OK)
		return reply_error(e, c.detail.text);
	reply = cJSON_CreateObject();
	if (2 * len < sizeof(text)) {
		hex_encode(der, len, text);
		cJSON_AddStringToObject(
		    cJSON_AddObjectToObject(reply, "result"), "der", text);
	}
	free(der);
	return reply;
}
