#include <string.h>

#include "hsm/detail.h"
#include "hsm/key.h"
#include "hsm/module.h"
#include "hsm/provision.h"
#include "hsm/public.h"
#include "hsm/slot.h"
#include "hsm/uri.h"

#define LABEL_CAP 32

/* A new key and its names, in the form that templates want. */
struct wanted {
	enum token_key_type type;
	CK_ULONG bits;
	uint8_t label[LABEL_CAP];
	CK_ULONG label_len;
	uint8_t id[KEY_ID];
	CK_ULONG id_len;
};

static enum err
set_wanted(struct wanted *w, enum token_key_type type, unsigned bits,
    const char *label, const uint8_t *id, size_t id_len,
    struct token_detail *detail)
{
	size_t n = strlen(label);

	if (type == TOKEN_RSA ? bits != 3072 && bits != 4096
			      : public_coordinate(type) == 0)
		return detail_set(detail, ERR_ALGORITHM,
		    "a key is P-256, P-384, P-521, or RSA of 3072 or 4096 "
		    "bits");
	if (n == 0 || n > LABEL_CAP)
		return detail_set(detail, ERR_NAME_INVALID,
		    "a label has 1 to %d octets", LABEL_CAP);
	if (id_len == 0 || id_len > KEY_ID)
		return detail_set(detail, ERR_NAME_INVALID,
		    "an id has 1 to %d octets", KEY_ID);
	memset(w, 0, sizeof(*w));
	w->type = type;
	w->bits = bits;
	memcpy(w->label, label, n);
	w->label_len = n;
	memcpy(w->id, id, id_len);
	w->id_len = id_len;
	return ERR_OK;
}

/* Label and id must both be free, among private and public keys: what is
 * there of either would make the key's names ambiguous. */
static enum err
check_names(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session, struct wanted *w,
    struct token_detail *detail)
{
	CK_OBJECT_CLASS classes[] = {CKO_PRIVATE_KEY, CKO_PUBLIC_KEY};
	CK_ATTRIBUTE names[] = {
	    {CKA_LABEL, w->label, w->label_len}, {CKA_ID, w->id, w->id_len}};
	CK_ATTRIBUTE pattern[2];
	CK_OBJECT_HANDLE object;
	CK_ULONG count;
	unsigned i;
	enum err e;

	for (i = 0; i < 4; i++) {
		pattern[0] = (CK_ATTRIBUTE){
		    CKA_CLASS, &classes[i / 2], sizeof(classes[0])};
		pattern[1] = names[i % 2];
		e = key_objects(
		    f, session, pattern, 2, &object, 1, &count, detail);
		if (e != ERR_OK)
			return e;
		if (count > 0)
			return detail_set(detail, ERR_EXISTS,
			    "the token has a key with that %s already",
			    i % 2 == 0 ? "label" : "id");
	}
	return ERR_OK;
}

static CK_RV
generate(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session, struct wanted *w,
    CK_OBJECT_HANDLE *public, CK_OBJECT_HANDLE *private)
{
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_BYTE exponent[] = {0x01, 0x00, 0x01};
	uint8_t oid[16];
	size_t oid_len = 0;
	const uint8_t *curve;
	CK_MECHANISM mechanism = {CKM_EC_KEY_PAIR_GEN, NULL, 0};
	CK_ATTRIBUTE pub[8] = {
	    {CKA_TOKEN, &yes, sizeof(yes)},
	    {CKA_PRIVATE, &no, sizeof(no)},
	    {CKA_VERIFY, &yes, sizeof(yes)},
	    {CKA_LABEL, w->label, w->label_len},
	    {CKA_ID, w->id, w->id_len},
	};
	CK_ATTRIBUTE priv[] = {
	    {CKA_TOKEN, &yes, sizeof(yes)},
	    {CKA_PRIVATE, &yes, sizeof(yes)},
	    {CKA_SENSITIVE, &yes, sizeof(yes)},
	    {CKA_EXTRACTABLE, &no, sizeof(no)},
	    {CKA_SIGN, &yes, sizeof(yes)},
	    {CKA_LABEL, w->label, w->label_len},
	    {CKA_ID, w->id, w->id_len},
	};
	CK_ULONG n = 5;

	if (w->type == TOKEN_RSA) {
		mechanism.mechanism = CKM_RSA_PKCS_KEY_PAIR_GEN;
		pub[n++] = (CK_ATTRIBUTE){
		    CKA_MODULUS_BITS, &w->bits, sizeof(w->bits)};
		pub[n++] = (CK_ATTRIBUTE){
		    CKA_PUBLIC_EXPONENT, exponent, sizeof(exponent)};
	} else {
		curve = public_curve_oid(w->type, &oid_len);
		memcpy(oid, curve, oid_len);
		pub[n++] = (CK_ATTRIBUTE){CKA_EC_PARAMS, oid, oid_len};
	}
	return f->C_GenerateKeyPair(session, &mechanism, pub, n, priv,
	    sizeof(priv) / sizeof(priv[0]), public, private);
}

/* A template is a wish: did the token grant it? */
static bool
is_kept_inside(
    CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE private)
{
	CK_BBOOL sensitive = CK_FALSE, extractable = CK_TRUE;
	size_t len;

	return public_attribute(f, session, private, CKA_SENSITIVE, &sensitive,
		   sizeof(sensitive), &len) &&
	    public_attribute(f, session, private, CKA_EXTRACTABLE, &extractable,
		sizeof(extractable), &len) &&
	    sensitive == CK_TRUE && extractable == CK_FALSE;
}

static enum err
generate_in(struct slot *s, struct wanted *w, struct token_detail *detail)
{
	CK_OBJECT_HANDLE public, private;
	CK_SESSION_HANDLE session;
	enum err e;
	CK_RV rv;

	rv = s->f->C_OpenSession(
	    s->id, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session);
	if (rv != CKR_OK)
		return detail_ckr(detail, "C_OpenSession", rv);
	e = check_names(s->f, session, w, detail);
	if (e != ERR_OK)
		goto out;
	rv = generate(s->f, session, w, &public, &private);
	if (rv != CKR_OK) {
		e = detail_ckr(detail, "C_GenerateKeyPair", rv);
		goto out;
	}
	if (!is_kept_inside(s->f, session, private)) {
		(void)s->f->C_DestroyObject(session, private);
		(void)s->f->C_DestroyObject(session, public);
		e = detail_set(detail, ERR_TOKEN_FAILED,
		    "the token would let the private key out; the key was "
		    "destroyed");
	}
out:
	(void)s->f->C_CloseSession(session);
	return e;
}

enum err
provision_key(const struct token_config *c, enum token_key_type type,
    unsigned bits, const char *label, const uint8_t *id, size_t id_len,
    const uint8_t *pin, size_t pin_len, struct token_detail *detail)
{
	struct pin *own = NULL;
	struct module *m = NULL;
	struct slot *s = NULL;
	P11KitUri *uri = NULL;
	struct wanted w;
	enum err e;

	detail_set(detail, ERR_OK, "%s", "");
	e = slot_pin(&own, pin, pin_len, detail);
	if (e == ERR_OK)
		e = set_wanted(&w, type, bits, label, id, id_len, detail);
	if (e == ERR_OK)
		e = uri_parse(&uri, c->uri, detail);
	if (e == ERR_OK)
		e = module_open(&m, uri_module(uri, c->module), detail);
	if (e == ERR_OK)
		e = slot_attach(&s, m, uri, 1, detail);
	if (e != ERR_OK)
		goto out;
	slot_lock(s);
	if (s->stopped)
		e = slot_ready(s, 0, detail);
	else if (!s->logged_in)
		e = slot_login(s, own, c->pin_state, detail);
	if (e == ERR_OK)
		e = generate_in(s, &w, detail);
	slot_unlock(s);
out:
	pin_free(own);
	slot_detach(s, 1);
	module_close(m);
	p11_kit_uri_free(uri);
	return e;
}
