#include <string.h>

#include "common/bounds.h"
#include "hsm/detail.h"
#include "hsm/sign.h"
#include "hsm/token_struct.h"

/* The key as it is in one connection. */
struct view {
	unsigned generation;
	CK_OBJECT_HANDLE handle;
	enum token_key_type type;
	size_t signature_len;
	bool always_authenticate;
	bool can;
};

static struct view
view_of(struct token *t, enum alg_family family)
{
	struct view v;

	pthread_mutex_lock(&t->slot->mutex);
	v.generation = t->generation;
	v.handle = t->key.handle;
	v.type = t->key.public.type;
	v.signature_len = sign_length(&t->key.public);
	v.always_authenticate = t->key.always_authenticate;
	v.can = t->can[family];
	pthread_mutex_unlock(&t->slot->mutex);
	return v;
}

/* What a failed call means for the session and the connection. */
static void
give_after(struct slot *s, CK_SESSION_HANDLE session, const struct view *v,
    CK_RV rv, enum err e)
{
	if (ckr_is_vanished(rv))
		slot_mark_absent(s, v->generation);
	/* An operation may still be open in the session. */
	if (e != ERR_OK && !ckr_is_vanished(rv))
		slot_give_used_up(s, session, v->generation);
	else
		slot_give(s, session);
}

static enum err
sign_in(struct token *t, CK_SESSION_HANDLE session, const struct view *v,
    struct sign_request *r, uint8_t *signature, size_t *len, CK_RV *rv,
    struct token_detail *detail)
{
	CK_FUNCTION_LIST *f = t->slot->f;
	/* Room for what is too long, so that it is seen as such. */
	uint8_t buf[2 * BOUND_SIGNATURE];
	CK_ULONG n = sizeof(buf);
	enum err e;

	*rv = f->C_SignInit(session, &r->mechanism, v->handle);
	if (*rv != CKR_OK)
		return detail_ckr(detail, "C_SignInit", *rv);
	if (v->always_authenticate) {
		e = slot_login_again(t->slot, session, t->pin_state, detail);
		if (e != ERR_OK)
			return e;
	}
	*rv = f->C_Sign(session, r->data, r->data_len, buf, &n);
	if (*rv != CKR_OK)
		return detail_ckr(detail, "C_Sign", *rv);
	if (n != v->signature_len)
		return detail_set(detail, ERR_SIGNATURE_INVALID,
		    "C_Sign: signature of %lu octets, %zu expected", n,
		    v->signature_len);
	memcpy(signature, buf, n);
	*len = n;
	return ERR_OK;
}

enum err
token_sign(struct token *t, const struct alg *alg, const uint8_t *digest,
    size_t digest_len, uint8_t *signature, size_t cap, size_t *signature_len,
    struct token_detail *detail)
{
	struct slot *s = t->slot;
	CK_SESSION_HANDLE session;
	struct sign_request r;
	CK_RV rv = CKR_OK;
	struct view v;
	enum err e;

	*signature_len = 0;
	e = token_check_process(t, detail);
	if (e != ERR_OK)
		return e;
	v = view_of(t, alg->family);
	e = slot_ready(s, v.generation, detail);
	if (e == ERR_OK)
		e = sign_request(&r, alg, v.type, digest, digest_len, detail);
	if (e != ERR_OK)
		return e;
	if (!v.can)
		return detail_set(detail, ERR_TOKEN_MECHANISM,
		    "the token has no mechanism for %s", alg->name);
	if (cap < v.signature_len)
		return detail_set(detail, ERR_BUFFER,
		    "%zu octets are needed for the signature", v.signature_len);
	/* Cards demand that nothing comes between this login and its
	 * signature, whatever session it comes from. */
	if (v.always_authenticate)
		slot_lock(s);
	e = slot_take(s, v.generation, &session, detail);
	if (e == ERR_OK) {
		e = sign_in(
		    t, session, &v, &r, signature, signature_len, &rv, detail);
		give_after(s, session, &v, rv, e);
	}
	if (v.always_authenticate) {
		if (e != ERR_OK && s->stopped)
			slot_logout(s);
		slot_unlock(s);
	}
	return e;
}
