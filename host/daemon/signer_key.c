#include "host/daemon/signer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "host/base/say.h"
#include "host/log/entry.h"
#include "host/x509/spki.h"

/* Opens the token when it can be: an absent one is looked for again. */
static enum err
open_token(struct signer *s, struct signer_key *k, struct fault *fault)
{
	struct token_public_key expected;
	struct token_detail detail = {""};
	struct token_config c = {0};
	char pins[STATION_PATH + 16];
	struct token *token;
	enum err e;

	snprintf(pins, sizeof(pins), "%s/pins", s->folder);
	c.uri = k->config->uri;
	c.module = k->config->module[0] != '\0' ? k->config->module : NULL;
	c.sessions = k->config->sessions;
	c.pin_state = pins;
	if (k->chain.count > 0) {
		e = spki_to_token_key(k->chain.cert[0].spki,
		    k->chain.cert[0].spki_len, &expected);
		if (e != ERR_OK)
			return fault_set(fault, e, FAULT_NO_OFFSET,
			    "key %s: certificate's public key",
			    k->config->name);
		c.expected = &expected;
	}
	e = token_open(&token, &c, &detail);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "key %s: %s",
		    k->config->name, detail.text);
	k->token = token;
	return ERR_OK;
}

enum err
signer_key_open(struct signer *s, struct signer_key *k, struct fault *fault)
{
	enum err e;

	e = key_chain_load(
	    &k->chain, s->p->config, k->config, s->p->station, fault);
	/* Without a certificate the key can still make a request for one. */
	if (e == ERR_CERT_ABSENT)
		k->reason = e;
	else if (e != ERR_OK)
		return e;
	return open_token(s, k, fault);
}

void
signer_key_close(struct signer_key *k)
{
	token_close(k->token);
	k->token = NULL;
	key_chain_free(&k->chain);
}

struct signer_key *
signer_key_find(struct signer *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->key_count; i++)
		if (strcmp(s->key[i].config->name, name) == 0)
			return &s->key[i];
	return NULL;
}

enum key_state
signer_key_state(struct signer_key *k, enum err *reason)
{
	*reason = ERR_OK;
	if (k->token == NULL) {
		*reason = k->reason;
		return k->reason == ERR_TOKEN_ABSENT ? KEY_ABSENT
						     : KEY_UNUSABLE;
	}
	switch (token_state(k->token)) {
	case TOKEN_READY:
		break;
	case TOKEN_NEEDS_PIN:
		return KEY_NEEDS_PIN;
	case TOKEN_IS_ABSENT:
		/* It is there, but another key has its name. */
		if (k->trouble == ERR_TOKEN_KEY_MISMATCH) {
			*reason = k->trouble;
			return KEY_UNUSABLE;
		}
		return KEY_ABSENT;
	case TOKEN_STOPPED:
		return KEY_STOPPED;
	}
	if (k->chain.count == 0) {
		*reason = k->reason;
		return KEY_UNUSABLE;
	}
	if (token_waits(k->token) >= TOKEN_SILENT_S) {
		*reason = ERR_TOKEN_SILENT;
		return KEY_SILENT;
	}
	return KEY_READY;
}

/* Front hears of every change; the log of tokens that go and come back. */
static void
tell(struct signer *s, struct signer_key *k, enum key_state state,
    enum err reason)
{
	struct msg_key_state m;
	struct msg_log_note note;
	enum key_state before = k->state;
	enum err e;

	memset(&m, 0, sizeof(m));
	m.head.type = MSG_KEY_STATE;
	snprintf(m.key, sizeof(m.key), "%s", k->config->name);
	m.state = state;
	m.reason = reason;
	if (state == KEY_SILENT)
		m.since = (int64_t)time(NULL) - token_waits(k->token);
	k->state = state;
	k->told = reason;
	e = ipc_send(s->p->front, &m, sizeof(m));
	if (e != ERR_OK)
		say(SAY_WARNING, "news to front: %s", err_text(e));
	say(SAY_INFO, "key %s is %s%s%s", k->config->name,
	    msg_key_state_name(state), reason == ERR_OK ? "" : ": ",
	    reason == ERR_OK ? "" : err_text(reason));
	if (before == 0)
		return;
	memset(&note, 0, sizeof(note));
	note.head.type = MSG_LOG_NOTE;
	note.head.tag = CALL_TAG | SIGNER_CALLS; /* nobody waits for it */
	note.kind = ENTRY_TOKEN;
	snprintf(note.key, sizeof(note.key), "%s", k->config->name);
	snprintf(
	    note.state, sizeof(note.state), "%s", msg_key_state_name(state));
	e = ipc_send(s->p->logger, &note, sizeof(note));
	if (e != ERR_OK)
		say(SAY_WARNING, "note to logger: %s", err_text(e));
}

void
signer_key_note_pin(struct signer *s, const struct signer_key *k)
{
	struct msg_log_note m;

	memset(&m, 0, sizeof(m));
	m.head.type = MSG_LOG_NOTE;
	m.head.tag = CALL_TAG | SIGNER_CALLS; /* nobody waits for it */
	m.kind = ENTRY_PIN_FAILURE;
	snprintf(m.key, sizeof(m.key), "%s", k->config->name);
	if (ipc_send(s->p->logger, &m, sizeof(m)) != ERR_OK)
		say(SAY_ERROR, "a wrong PIN could not be logged");
}

enum err
signer_key_public(const struct signer_key *k,
    const struct token_public_key *key, struct msg_log_note *m)
{
	uint8_t spki[SPKI_CAP];
	size_t len;
	enum err e;

	e = spki_from_token_key(key, spki, sizeof(spki), &len);
	if (e != ERR_OK)
		return e;
	memset(m, 0, sizeof(*m));
	m->head.type = MSG_LOG_NOTE;
	m->head.tag = CALL_TAG | SIGNER_CALLS; /* nobody waits for it */
	m->kind = ENTRY_CONFIGURATION;
	snprintf(m->name, sizeof(m->name), "key %.59s", k->config->name);
	sha256(spki, len, m->digest);
	return ERR_OK;
}

/* Whoever made it, by 'zegel key generate' or elsewhere: before front hears
 * that it is ready, and so before anything approved is signed. */
static void
note_public(struct signer *s, struct signer_key *k)
{
	struct token_detail detail = {""};
	struct token_public_key key;
	struct msg_log_note m;
	enum err e;

	if (token_state(k->token) != TOKEN_READY) {
		k->noted = false;
		return;
	}
	if (k->noted)
		return;
	e = token_public_key(k->token, &key, &detail);
	if (e == ERR_OK)
		e = signer_key_public(k, &key, &m);
	if (e == ERR_OK)
		e = ipc_send(s->p->logger, &m, sizeof(m));
	if (e != ERR_OK)
		say(SAY_WARNING, "key %s could not be logged: %s",
		    k->config->name, err_text(e));
	k->noted = e == ERR_OK;
}

/* One that is ready is looked at, too: an idle token may be pulled. */
static void
look_at(struct signer *s, struct signer_key *k)
{
	enum token_state before = token_state(k->token);
	struct token_detail detail = {""};
	enum err e;

	if (before == TOKEN_NEEDS_PIN || before == TOKEN_STOPPED)
		return;
	e = token_poll(k->token, &detail);
	/* The kept PIN, tried once after a return. */
	if (e == ERR_PIN_WRONG)
		signer_key_note_pin(s, k);
	if (e != ERR_OK && e != k->trouble)
		say(SAY_WARNING, "key %s: %s: %s", k->config->name, err_text(e),
		    detail.text);
	k->trouble = e;
}

void
signer_key_look(struct signer *s)
{
	struct signer_key *k;
	struct fault fault;
	enum err e;
	size_t i;

	for (i = 0; i < s->key_count; i++) {
		k = &s->key[i];
		if (k->token == NULL &&
		    (k->reason == ERR_TOKEN_ABSENT ||
			k->reason == ERR_TOKEN_MODULE)) {
			e = open_token(s, k, &fault);
			if (e != ERR_OK)
				k->reason = e;
		} else if (k->token != NULL) {
			look_at(s, k);
		}
	}
}

void *
signer_key_tender(void *arg)
{
	struct signer *s = arg;
	struct timespec until;

	pthread_mutex_lock(&s->lock);
	while (!s->stopping) {
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec++;
		while (!s->look && !s->stopping &&
		    pthread_cond_timedwait(&s->look_now, &s->lock, &until) == 0)
			;
		s->look = false;
		if (s->stopping)
			break;
		pthread_mutex_unlock(&s->lock);
		signer_key_look(s);
		signer_wake(s);
		pthread_mutex_lock(&s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

void
signer_key_tell(struct signer *s)
{
	enum key_state state;
	struct signer_key *k;
	enum err reason;
	size_t i;

	for (i = 0; i < s->key_count; i++) {
		k = &s->key[i];
		if (k->token != NULL)
			note_public(s, k);
		state = signer_key_state(k, &reason);
		if (state != k->state || reason != k->told)
			tell(s, k, state, reason);
	}
}
