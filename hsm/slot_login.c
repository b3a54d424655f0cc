#include <stdio.h>
#include <string.h>

#include "hsm/detail.h"
#include "hsm/pin_state.h"
#include "hsm/slot.h"
#include "hsm/uri.h"

/* Recorded failures at which a token that does not tell how many tries are
 * left is taken to have one: most cards have three. */
#define FAILURES_MAX 2

/* A token's line in the record: serial number and label without white space.
 * The label tells the PINs of one card apart. */
static void
record_name(char *out, const CK_TOKEN_INFO *info)
{
	char text[64];
	const char *p;
	size_t n = 0;

	uri_field(text, 17, info->serialNumber, sizeof(info->serialNumber));
	snprintf(text + strlen(text), 2, "/");
	uri_field(text + strlen(text), 33, info->label, sizeof(info->label));
	for (p = text; *p != '\0'; p++) {
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || strchr("-._/", *p) != NULL)
			out[n++] = *p;
		else
			n += (size_t)snprintf(
			    out + n, 4, "%%%02X", (unsigned)(uint8_t)*p);
	}
	out[n] = '\0';
}

static void
stop(struct slot *s)
{
	pin_wipe(s->pin);
	pthread_mutex_lock(&s->mutex);
	s->stopped = true;
	s->logged_in = false;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->mutex);
}

/* What the token itself says about its PIN. */
static enum err
check_flags(const CK_TOKEN_INFO *info, const struct pin_state *record,
    struct token_detail *detail)
{
	unsigned failures = pin_state_failures(record);

	if (info->flags & CKF_USER_PIN_LOCKED)
		return detail_set(detail, ERR_PIN_LOCKED,
		    "the token says that its PIN is locked");
	if (info->flags & CKF_USER_PIN_FINAL_TRY)
		return detail_set(detail, ERR_PIN_FINAL_TRY,
		    "the token says that one try is left; enter the right PIN "
		    "with the token's own tool");
	if (!(info->flags & CKF_USER_PIN_INITIALIZED))
		return detail_set(detail, ERR_PIN_NOT_SET,
		    "the token says that no user PIN is set");
	if (info->flags & CKF_USER_PIN_TO_BE_CHANGED)
		return detail_set(detail, ERR_PIN_NOT_SET,
		    "the token says that the user PIN must be changed first");
	if (failures >= FAILURES_MAX && !(info->flags & CKF_USER_PIN_COUNT_LOW))
		return detail_set(detail, ERR_PIN_FINAL_TRY,
		    "%u failed tries are recorded and the token does not say "
		    "how many are left; when the right PIN was entered "
		    "elsewhere, remove the token's line from %s",
		    failures, record->path != NULL ? record->path : "memory");
	return ERR_OK;
}

/* Whoever gave it may have wiped it meanwhile. */
static size_t
copy_pin(struct slot *s, const struct pin *pin, uint8_t copy[static PIN_CAP])
{
	size_t len;

	pthread_mutex_lock(&s->mutex);
	len = pin->len;
	memcpy(copy, pin->value, len);
	pthread_mutex_unlock(&s->mutex);
	return len;
}

static enum err
given_up(struct token_detail *detail)
{
	return detail_set(
	    detail, ERR_TOKEN_SILENT, "nobody waits for this login any more");
}

static enum err
check_length(struct slot *s, const CK_TOKEN_INFO *info, const struct pin *pin,
    struct token_detail *detail)
{
	size_t len;

	if (pin == NULL) {
		if (info->flags & CKF_PROTECTED_AUTHENTICATION_PATH)
			return ERR_OK;
		return detail_set(detail, ERR_TOKEN_LOGGED_OUT,
		    "the token has no pinpad: its PIN must be given");
	}
	pthread_mutex_lock(&s->mutex);
	len = pin->len;
	pthread_mutex_unlock(&s->mutex);
	if (len == 0)
		return given_up(detail);
	/* 0 means that the token does not tell. */
	if (len < info->ulMinPinLen ||
	    (info->ulMaxPinLen != 0 && len > info->ulMaxPinLen))
		return detail_set(detail, ERR_PIN_LENGTH,
		    "the token takes PINs of %lu to %lu octets",
		    info->ulMinPinLen, info->ulMaxPinLen);
	return ERR_OK;
}

/* The call failed before any PIN was compared. */
static bool
no_try_was_made(CK_RV rv)
{
	switch (rv) {
	case CKR_CANCEL:
	case CKR_FUNCTION_CANCELED:
	case CKR_ARGUMENTS_BAD:
	case CKR_SESSION_HANDLE_INVALID:
	case CKR_SESSION_CLOSED:
	case CKR_CRYPTOKI_NOT_INITIALIZED:
	case CKR_OPERATION_NOT_INITIALIZED:
	case CKR_USER_TYPE_INVALID:
	case CKR_USER_PIN_NOT_INITIALIZED:
	case CKR_USER_ANOTHER_ALREADY_LOGGED_IN:
	case CKR_USER_ALREADY_LOGGED_IN:
	case CKR_USER_TOO_MANY_TYPES:
		return true;
	default:
		return false;
	}
}

static CK_RV
call_login(struct slot *s, CK_SESSION_HANDLE session, CK_USER_TYPE type,
    const struct pin *pin)
{
	uint8_t copy[PIN_CAP];
	size_t len = 0;
	CK_RV rv;

	/* The call takes no const; a module has no business with our copy. */
	if (pin != NULL) {
		len = copy_pin(s, pin, copy);
		if (len == 0)
			return CKR_CANCEL;
	}
	rv = s->f->C_Login(session, type, pin != NULL ? copy : NULL, len);
	/* Left behind by somebody else in this process: whether this PIN is
	 * right is not known before it has been tried. */
	if (rv == CKR_USER_ALREADY_LOGGED_IN && type == CKU_USER &&
	    s->f->C_Logout(session) == CKR_OK)
		rv = s->f->C_Login(
		    session, type, pin != NULL ? copy : NULL, len);
	explicit_bzero(copy, sizeof(copy));
	return rv;
}

/* One try, or none. Holds the record's lock over the call, so that two
 * processes cannot take the last two tries at once. */
static enum err
try_pin(struct slot *s, CK_SESSION_HANDLE session, CK_USER_TYPE type,
    const struct pin *pin, const char *path, struct token_detail *detail)
{
	struct token_detail ignored;
	char name[PIN_STATE_NAME];
	struct pin_state record;
	CK_TOKEN_INFO info;
	enum err e;
	CK_RV rv;

	record_name(name, &s->identity);
	e = pin_state_open(&record, path, name, detail);
	if (e != ERR_OK)
		goto out;
	memset(&info, 0, sizeof(info));
	rv = s->f->C_GetTokenInfo(s->id, &info);
	if (rv != CKR_OK) {
		e = detail_ckr(detail, "C_GetTokenInfo", rv);
		goto out;
	}
	/* A kept PIN must not be tried on a card that took the place of ours.
	 */
	if (!uri_same_token(&info, &s->identity)) {
		e = detail_set(
		    detail, ERR_TOKEN_ABSENT, "another token is in the slot");
		goto out;
	}
	e = check_flags(&info, &record, detail);
	if (e == ERR_OK)
		e = check_length(s, &info, pin, detail);
	if (e == ERR_OK)
		e = pin_state_count(&record, detail);
	if (e != ERR_OK)
		goto out;
	rv = call_login(s, session, type, pin);
	if (rv == CKR_OK) {
		/* If this fails, one try too many stays recorded. */
		(void)!pin_state_clear(&record, &ignored);
		goto out;
	}
	e = detail_ckr(detail, "C_Login", rv);
	if (no_try_was_made(rv))
		(void)!pin_state_uncount(&record, &ignored);
	/* A length that the token refuses although its limits allow it may
	 * have cost a try. */
	if (e == ERR_PIN_LENGTH)
		stop(s);
out:
	pin_state_close(&record);
	if (e == ERR_PIN_WRONG || e == ERR_PIN_LOCKED || e == ERR_PIN_FINAL_TRY)
		stop(s);
	else if (e == ERR_PIN_LENGTH || e == ERR_PIN_NOT_SET)
		pin_wipe(s->pin);
	else if (e == ERR_TOKEN_ABSENT)
		slot_mark_absent(s, s->generation);
	return e;
}

/* A right one, unless it was wiped since. */
static bool
keep_pin(struct slot *s, const struct pin *pin)
{
	bool kept;

	pthread_mutex_lock(&s->mutex);
	kept = pin_set(s->pin, pin->value, pin->len) == ERR_OK;
	pthread_mutex_unlock(&s->mutex);
	return kept;
}

enum err
slot_pin(struct pin **out, const uint8_t *pin, size_t len,
    struct token_detail *detail)
{
	*out = pin_new();
	if (*out == NULL)
		return ERR_NO_MEMORY;
	if (pin_set(*out, pin, len) == ERR_OK)
		return ERR_OK;
	return detail_set(
	    detail, ERR_PIN_LENGTH, "a PIN has 1 to %d octets", PIN_CAP);
}

enum err
slot_login(struct slot *s, const struct pin *pin, const char *path,
    struct token_detail *detail)
{
	CK_SESSION_HANDLE session;
	enum err e;

	e = slot_take(s, 0, &session, detail);
	if (e != ERR_OK)
		return e;
	e = try_pin(s, session, CKU_USER, pin, path, detail);
	slot_give(s, session);
	if (e == ERR_OK && pin == NULL)
		pin_wipe(s->pin);
	else if (e == ERR_OK && !keep_pin(s, pin))
		e = given_up(detail);
	if (s->stopped || e == ERR_TOKEN_SILENT)
		slot_logout(s);
	if (e != ERR_OK)
		return e;
	pthread_mutex_lock(&s->mutex);
	s->logged_in = true;
	pthread_mutex_unlock(&s->mutex);
	return ERR_OK;
}

enum err
slot_login_again(struct slot *s, CK_SESSION_HANDLE session, const char *path,
    struct token_detail *detail)
{
	const struct pin *pin = s->pin->len > 0 ? s->pin : NULL;

	return try_pin(s, session, CKU_CONTEXT_SPECIFIC, pin, path, detail);
}
