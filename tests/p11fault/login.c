#include "tests/p11fault/login.h"

#include <string.h>

static CK_RV
compare(
    struct state_session *s, CK_USER_TYPE type, CK_UTF8CHAR *pin, CK_ULONG len)
{
	if (state.control.wrong_pin)
		return CKR_PIN_INCORRECT;
	if (type == CKU_USER)
		return state.real->C_Login(s->real, type, pin, len);
	if (!s->signing)
		return CKR_OPERATION_NOT_INITIALIZED;
	if (len == state.good_pin_len && memcmp(pin, state.good_pin, len) == 0)
		return CKR_OK;
	return CKR_PIN_INCORRECT;
}

static CK_RV
count_tries(
    struct state_session *s, CK_USER_TYPE type, CK_UTF8CHAR *pin, CK_ULONG len)
{
	unsigned long left = control_tries(&state.control);
	CK_RV rv;

	if (state.control.tries == 0)
		return compare(s, type, pin, len);
	if (left == 0)
		return CKR_PIN_LOCKED;
	rv = compare(s, type, pin, len);
	if (rv == CKR_PIN_INCORRECT)
		control_set_tries(left - 1);
	else if (rv == CKR_OK)
		control_set_tries(state.control.tries);
	return rv;
}

CK_RV
login_call(
    struct state_session *s, CK_USER_TYPE type, CK_UTF8CHAR *pin, CK_ULONG len)
{
	CK_RV rv;

	if (type == CKU_SO)
		return state.real->C_Login(s->real, type, pin, len);
	if (pin == NULL) {
		if (!state.control.pinpad)
			return CKR_ARGUMENTS_BAD;
		if (state.control.pinpad_cancel)
			return CKR_FUNCTION_CANCELED;
		pin = (CK_UTF8CHAR *)state.control.pinpad_pin;
		len = strlen(state.control.pinpad_pin);
	}
	rv = count_tries(s, type, pin, len);
	if (rv != CKR_OK)
		return rv;
	if (type == CKU_CONTEXT_SPECIFIC) {
		s->has_login = true;
		return CKR_OK;
	}
	if (len < sizeof(state.good_pin)) {
		memcpy(state.good_pin, pin, len);
		state.good_pin_len = len;
	}
	state_number_keys(s->real);
	return CKR_OK;
}

void
login_flags(CK_TOKEN_INFO *info)
{
	const struct control *c = &state.control;
	unsigned long left;

	if (!(info->flags & CKF_TOKEN_INITIALIZED))
		return;
	if (c->serial[0] != '\0') {
		memset(info->serialNumber, ' ', sizeof(info->serialNumber));
		memcpy(info->serialNumber, c->serial, strlen(c->serial));
	}
	if (c->pinpad)
		info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
	if (c->to_be_changed)
		info->flags |= CKF_USER_PIN_TO_BE_CHANGED;
	if (c->pin_unset)
		info->flags &= ~CKF_USER_PIN_INITIALIZED;
	if (c->sessions != 0)
		info->ulMaxSessionCount = c->sessions;
	if (c->tries == 0)
		return;
	/* SoftHSM2 sets the first of them, but never locks. */
	info->flags &= ~(CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY |
	    CKF_USER_PIN_LOCKED);
	left = control_tries(c);
	if (c->no_flags || left >= c->tries)
		return;
	info->flags |= CKF_USER_PIN_COUNT_LOW;
	if (left == 1)
		info->flags |= CKF_USER_PIN_FINAL_TRY;
	if (left == 0)
		info->flags |= CKF_USER_PIN_LOCKED;
}
