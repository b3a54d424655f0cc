#include "hsm/provision.h"

#include <stdlib.h>
#include <string.h>

#include "hsm/detail.h"
#include "hsm/key.h"
#include "hsm/module.h"
#include "hsm/public.h"
#include "hsm/slot.h"
#include "hsm/uri.h"

#define LABEL_CAP 32

/* PKCS#11 takes no const. */
struct octets {
	uint8_t v[PIN_CAP];
	CK_ULONG len;
};

static enum err
copy_pin(struct octets *out, const uint8_t *pin, size_t len,
    const CK_TOKEN_INFO *info, const char *whose, struct token_detail *detail)
{
	if (pin == NULL || len == 0 || len > PIN_CAP ||
	    len < info->ulMinPinLen ||
	    (info->ulMaxPinLen != 0 && len > info->ulMaxPinLen))
		return detail_set(detail, ERR_PIN_LENGTH,
		    "the token takes %s PINs of %lu to %lu octets", whose,
		    info->ulMinPinLen, info->ulMaxPinLen);
	memcpy(out->v, pin, len);
	out->len = len;
	return ERR_OK;
}

static void
pad_label(CK_UTF8CHAR *out, const char *label)
{
	memset(out, ' ', LABEL_CAP);
	memcpy(out, label, strlen(label));
}

static enum err
check_label(const char *label, struct token_detail *detail)
{
	size_t n = strlen(label);

	if (n == 0 || n > LABEL_CAP)
		return detail_set(detail, ERR_NAME_INVALID,
		    "a label has 1 to %d octets", LABEL_CAP);
	return ERR_OK;
}

/* The first slot with a token that nobody has initialised; none may have the
 * label, since a URI would then be ambiguous. */
static enum err
find_empty(struct module *m, const char *label, CK_SLOT_ID *slot,
    CK_TOKEN_INFO *found, struct token_detail *detail)
{
	CK_UTF8CHAR padded[LABEL_CAP];
	CK_TOKEN_INFO info;
	CK_SLOT_ID *ids;
	CK_ULONG count, i;
	bool empty = false;
	enum err e;

	pad_label(padded, label);
	e = module_slots(m, true, &ids, &count, detail);
	for (i = 0; e == ERR_OK && i < count; i++) {
		memset(&info, 0, sizeof(info));
		if (m->f->C_GetTokenInfo(ids[i], &info) != CKR_OK)
			continue;
		if (info.flags & CKF_TOKEN_INITIALIZED) {
			if (memcmp(info.label, padded, LABEL_CAP) == 0)
				e = detail_set(detail, ERR_EXISTS,
				    "a token with the label %s is there "
				    "already",
				    label);
		} else if (!empty) {
			empty = true;
			*slot = ids[i];
			*found = info;
		}
	}
	free(ids);
	if (e == ERR_OK && !empty)
		e = detail_set(
		    detail, ERR_TOKEN_ABSENT, "no slot with an empty token");
	return e;
}

static enum err
set_user_pin(CK_FUNCTION_LIST *f, CK_SLOT_ID slot, struct octets *so,
    struct octets *user, struct token_detail *detail)
{
	CK_SESSION_HANDLE session;
	CK_RV rv;
	enum err e;

	rv = f->C_OpenSession(
	    slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session);
	if (rv != CKR_OK)
		return detail_ckr(detail, "C_OpenSession", rv);
	rv = f->C_Login(session, CKU_SO, so->v, so->len);
	e = rv == CKR_OK ? ERR_OK : detail_ckr(detail, "C_Login (SO)", rv);
	if (e == ERR_OK) {
		rv = f->C_InitPIN(session, user->v, user->len);
		if (rv != CKR_OK)
			e = detail_ckr(detail, "C_InitPIN", rv);
		(void)f->C_Logout(session);
	}
	(void)f->C_CloseSession(session);
	return e;
}

enum err
provision_token(const char *module, const char *label, const uint8_t *pin,
    size_t pin_len, const uint8_t *so_pin, size_t so_pin_len,
    struct token_detail *detail)
{
	CK_UTF8CHAR padded[LABEL_CAP];
	struct octets so, user;
	CK_TOKEN_INFO info = {0};
	struct module *m;
	CK_SLOT_ID slot = 0;
	CK_RV rv;
	enum err e;

	detail_set(detail, ERR_OK, "%s", "");
	e = check_label(label, detail);
	if (e == ERR_OK)
		e = module_open(&m, module, detail);
	if (e != ERR_OK)
		return e;
	e = find_empty(m, label, &slot, &info, detail);
	if (e == ERR_OK)
		e = copy_pin(&so, so_pin, so_pin_len, &info, "SO", detail);
	if (e == ERR_OK)
		e = copy_pin(&user, pin, pin_len, &info, "user", detail);
	if (e != ERR_OK)
		goto out;
	pad_label(padded, label);
	rv = m->f->C_InitToken(slot, so.v, so.len, padded);
	if (rv != CKR_OK) {
		e = detail_ckr(detail, "C_InitToken", rv);
		goto out;
	}
	e = set_user_pin(m->f, slot, &so, &user, detail);
out:
	explicit_bzero(&so, sizeof(so));
	explicit_bzero(&user, sizeof(user));
	module_close(m);
	return e;
}

enum err
provision_check(
    const char *text, const char *module, struct token_detail *detail)
{
	P11KitUri *uri;
	char *real;
	enum err e;

	e = uri_parse(&uri, text, detail);
	if (e != ERR_OK)
		return e;
	e = module_find(&real, uri_module(uri, module), detail);
	free(real);
	p11_kit_uri_free(uri);
	return e;
}

enum err
provision_names(const char *text, char label[static 33], uint8_t id[static 64],
    size_t *id_len, struct token_detail *detail)
{
	CK_ATTRIBUTE *name, *number;
	P11KitUri *uri;
	enum err e;

	label[0] = '\0';
	*id_len = 0;
	e = uri_parse(&uri, text, detail);
	if (e != ERR_OK)
		return e;
	name = p11_kit_uri_get_attribute(uri, CKA_LABEL);
	number = p11_kit_uri_get_attribute(uri, CKA_ID);
	if ((name != NULL && name->ulValueLen > LABEL_CAP) ||
	    (number != NULL && number->ulValueLen > 64)) {
		e = detail_set(detail, ERR_TOKEN_URI,
		    "object of more than %d octets, or id of more than 64",
		    LABEL_CAP);
		goto out;
	}
	if (name != NULL) {
		memcpy(label, name->pValue, name->ulValueLen);
		label[name->ulValueLen] = '\0';
	}
	if (number != NULL) {
		memcpy(id, number->pValue, number->ulValueLen);
		*id_len = number->ulValueLen;
	}
out:
	p11_kit_uri_free(uri);
	return e;
}
