#include "hsm/token.h"

#include <stdlib.h>
#include <string.h>

#include "hsm/detail.h"
#include "hsm/sign.h"
#include "hsm/token_struct.h"
#include "hsm/uri.h"

#define SESSIONS_DEFAULT 2

enum err
token_check_process(const struct token *t, struct token_detail *detail)
{
	if (module_is_ours(t->module))
		return ERR_OK;
	return detail_set(detail, ERR_TOKEN_MODULE,
	    "the token was opened before fork(): not usable in the child");
}

/* Is what was found the key of the certificate, or the one that was there
 * before? */
static enum err
check_public(
    const struct token *t, const struct key *found, struct token_detail *detail)
{
	if (!found->has_public)
		return detail_set(detail, ERR_TOKEN_KEY_MISMATCH,
		    "the token does not show the key's public value, or it is "
		    "neither RSA up to 4096 bits nor P-256, P-384, P-521");
	if (t->has_expected && !key_same_public(&found->public, &t->expected))
		return detail_set(detail, ERR_TOKEN_KEY_MISMATCH,
		    "the key of that name in the token has another public "
		    "value than the certificate");
	if (t->generation != 0 &&
	    !key_same_public(&found->public, &t->key.public))
		return detail_set(detail, ERR_TOKEN_KEY_MISMATCH,
		    "the key of that name in the token is not the one that was "
		    "there before");
	return ERR_OK;
}

static bool
can_sign(struct slot *s, enum alg_family family)
{
	CK_MECHANISM_INFO info;

	memset(&info, 0, sizeof(info));
	return s->f->C_GetMechanismInfo(s->id, sign_mechanism(family), &info) ==
	    CKR_OK &&
	    (info.flags & CKF_SIGN) != 0;
}

enum err
token_connect_key(struct token *t, struct token_detail *detail)
{
	struct slot *s = t->slot;
	CK_SESSION_HANDLE session;
	bool can[ALG_ECDSA + 1] = {false};
	struct key key;
	unsigned i;
	enum err e;

	if (t->generation == s->generation)
		return ERR_OK;
	e = slot_take(s, 0, &session, detail);
	if (e != ERR_OK)
		return e;
	e = key_find(s->f, session, t->uri, t->generation != 0 ? &t->key : NULL,
	    &key, detail);
	slot_give(s, session);
	if (e == ERR_TOKEN_ABSENT || e == ERR_TOKEN_LOGGED_OUT)
		slot_mark_absent(s, s->generation);
	if (e == ERR_OK)
		e = check_public(t, &key, detail);
	if (e != ERR_OK)
		return e;
	for (i = ALG_RSA_PKCS1; i <= ALG_ECDSA; i++)
		can[i] = can_sign(s, (enum alg_family)i);
	pthread_mutex_lock(&s->mutex);
	t->key = key;
	memcpy(t->can, can, sizeof(can));
	t->generation = s->generation;
	pthread_mutex_unlock(&s->mutex);
	return ERR_OK;
}

enum err
token_open(struct token **out, const struct token_config *c,
    struct token_detail *detail)
{
	struct token *t;
	enum err e;

	*out = NULL;
	detail_set(detail, ERR_OK, "%s", "");
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return ERR_NO_MEMORY;
	t->wanted = c->sessions != 0 ? c->sessions : SESSIONS_DEFAULT;
	if (c->expected != NULL) {
		t->has_expected = true;
		t->expected = *c->expected;
	}
	if (c->pin_state != NULL) {
		t->pin_state = strdup(c->pin_state);
		if (t->pin_state == NULL) {
			e = ERR_NO_MEMORY;
			goto out;
		}
	}
	e = uri_parse(&t->uri, c->uri, detail);
	if (e == ERR_OK)
		e = module_open(
		    &t->module, uri_module(t->uri, c->module), detail);
	if (e == ERR_OK)
		e = slot_attach(&t->slot, t->module, t->uri, t->wanted, detail);
	if (e != ERR_OK)
		goto out;
	/* No login needed, or another key of this token has logged in. */
	slot_lock(t->slot);
	if (slot_ready(t->slot, t->slot->generation, NULL) == ERR_OK)
		e = token_connect_key(t, detail);
	slot_unlock(t->slot);
out:
	if (e != ERR_OK) {
		token_close(t);
		t = NULL;
	}
	*out = t;
	return e;
}

/* To a thread that is in a call which does not return: it closes it then. */
static bool
leave_to_login(struct token *t)
{
	bool left;

	if (t->slot == NULL)
		return false;
	pthread_mutex_lock(&t->slot->mutex);
	left = t->closed = t->logins > 0;
	pthread_mutex_unlock(&t->slot->mutex);
	return left;
}

void
token_close(struct token *t)
{
	if (t == NULL || leave_to_login(t))
		return;
	slot_detach(t->slot, t->wanted);
	module_close(t->module);
	p11_kit_uri_free(t->uri);
	free(t->pin_state);
	free(t);
}

/* ERR_OK if it is ready, else what is missing. */
static enum err
state_error(struct token *t, struct token_detail *detail)
{
	unsigned generation;

	pthread_mutex_lock(&t->slot->mutex);
	generation = t->generation;
	pthread_mutex_unlock(&t->slot->mutex);
	return slot_ready(t->slot, generation, detail);
}

enum token_state
token_state(struct token *t)
{
	switch (state_error(t, NULL)) {
	case ERR_OK:
		return TOKEN_READY;
	case ERR_PIN_STOPPED:
		return TOKEN_STOPPED;
	case ERR_TOKEN_LOGGED_OUT:
		return TOKEN_NEEDS_PIN;
	default:
		return TOKEN_IS_ABSENT;
	}
}

int64_t
token_waits(struct token *t)
{
	bool person;

	pthread_mutex_lock(&t->slot->mutex);
	person = t->slot->has_pinpad && t->key.always_authenticate;
	pthread_mutex_unlock(&t->slot->mutex);
	return person ? 0 : (int64_t)slot_waits(t->slot);
}

enum err
token_poll(struct token *t, struct token_detail *detail)
{
	struct slot *s = t->slot;
	enum err e;

	detail_set(detail, ERR_OK, "%s", "");
	e = token_check_process(t, detail);
	if (e != ERR_OK)
		return e;
	/* Somebody is at a pinpad, or signs with one login a signature. */
	if (!slot_try(s))
		return state_error(t, detail);
	if (s->stopped) {
		e = slot_ready(s, t->generation, detail);
		goto out;
	}
	slot_look(s);
	if (s->absent)
		e = slot_reconnect(s, t->uri, detail);
	/* the kept PIN, unless it is to be wiped since */
	if (e == ERR_OK && !s->logged_in && s->pin->len > 0 &&
	    !slot_is_leaving(s))
		e = slot_login(s, s->pin, t->pin_state, detail);
	if (e == ERR_OK && !s->logged_in)
		e = detail_set(
		    detail, ERR_TOKEN_LOGGED_OUT, "the token needs its PIN");
	if (e == ERR_OK)
		e = token_connect_key(t, detail);
out:
	slot_unlock(s);
	return e;
}

enum err
token_logout(struct token *t, struct token_detail *detail)
{
	enum err e;

	detail_set(detail, ERR_OK, "%s", "");
	e = token_check_process(t, detail);
	if (e != ERR_OK)
		return e;
	if (slot_leave(t->slot))
		return ERR_OK;
	return detail_set(detail, ERR_TOKEN_SILENT,
	    "nothing more is signed; the PIN is wiped when the call into the "
	    "token returns, or the station stops");
}

void
token_unstop(struct token *t)
{
	pthread_mutex_lock(&t->slot->mutex);
	t->slot->stopped = false;
	pthread_mutex_unlock(&t->slot->mutex);
}

bool
token_has_pinpad(struct token *t)
{
	bool has;

	pthread_mutex_lock(&t->slot->mutex);
	has = t->slot->has_pinpad;
	pthread_mutex_unlock(&t->slot->mutex);
	return has;
}

enum err
token_public_key(
    struct token *t, struct token_public_key *out, struct token_detail *detail)
{
	struct slot *s = t->slot;
	CK_SESSION_HANDLE session;
	bool found;
	enum err e;

	detail_set(detail, ERR_OK, "%s", "");
	e = token_check_process(t, detail);
	if (e != ERR_OK)
		return e;
	pthread_mutex_lock(&s->mutex);
	found = t->generation != 0;
	*out = t->key.public;
	pthread_mutex_unlock(&s->mutex);
	if (found)
		return ERR_OK;
	slot_lock(s);
	e = slot_take(s, 0, &session, detail);
	if (e != ERR_OK)
		goto out;
	e = key_find_public(s->f, session, t->uri, out, detail);
	slot_give(s, session);
out:
	slot_unlock(s);
	return e;
}

enum err
token_info(struct token *t, struct token_info *out)
{
	struct slot *s = t->slot;
	CK_TOKEN_INFO info = s->identity;
	enum err e;
	size_t n;

	memset(out, 0, sizeof(*out));
	e = token_check_process(t, NULL);
	if (e != ERR_OK)
		return e;
	uri_field(out->label, sizeof(out->label), info.label, 32);
	uri_field(out->manufacturer, sizeof(out->manufacturer),
	    info.manufacturerID, 32);
	uri_field(out->model, sizeof(out->model), info.model, 16);
	uri_field(out->serial, sizeof(out->serial), info.serialNumber, 16);
	n = strlen(t->module->path);
	if (n >= sizeof(out->module))
		n = sizeof(out->module) - 1;
	memcpy(out->module, t->module->path, n);
	out->flags = info.flags;
	/* What the token says now, unless it would have to be waited for. */
	if (slot_waits(s) == 0 && slot_wait_lock(s, SLOT_LEAVE_S)) {
		if (!s->absent && s->f->C_GetTokenInfo(s->id, &info) == CKR_OK)
			out->flags = info.flags;
		slot_unlock(s);
	}
	pthread_mutex_lock(&s->mutex);
	out->sessions = s->sessions;
	out->always_authenticate = t->key.always_authenticate;
	uri_field(out->key_label, sizeof(out->key_label), t->key.label,
	    t->key.label_len);
	memcpy(out->key_id, t->key.id, t->key.id_len);
	out->key_id_len = t->key.id_len;
	pthread_mutex_unlock(&s->mutex);
	return ERR_OK;
}
