#include "hsm/detail.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	CK_RV rv;
	const char *name;
} names[] = {
#define NAME(x)                                                                \
	{                                                                      \
		x, #x                                                          \
	}
    NAME(CKR_OK),
    NAME(CKR_CANCEL),
    NAME(CKR_HOST_MEMORY),
    NAME(CKR_SLOT_ID_INVALID),
    NAME(CKR_GENERAL_ERROR),
    NAME(CKR_FUNCTION_FAILED),
    NAME(CKR_ARGUMENTS_BAD),
    NAME(CKR_NEED_TO_CREATE_THREADS),
    NAME(CKR_CANT_LOCK),
    NAME(CKR_ATTRIBUTE_READ_ONLY),
    NAME(CKR_ATTRIBUTE_SENSITIVE),
    NAME(CKR_ATTRIBUTE_TYPE_INVALID),
    NAME(CKR_ATTRIBUTE_VALUE_INVALID),
    NAME(CKR_ACTION_PROHIBITED),
    NAME(CKR_DATA_INVALID),
    NAME(CKR_DATA_LEN_RANGE),
    NAME(CKR_DEVICE_ERROR),
    NAME(CKR_DEVICE_MEMORY),
    NAME(CKR_DEVICE_REMOVED),
    NAME(CKR_FUNCTION_CANCELED),
    NAME(CKR_FUNCTION_NOT_SUPPORTED),
    NAME(CKR_KEY_HANDLE_INVALID),
    NAME(CKR_KEY_SIZE_RANGE),
    NAME(CKR_KEY_TYPE_INCONSISTENT),
    NAME(CKR_KEY_FUNCTION_NOT_PERMITTED),
    NAME(CKR_MECHANISM_INVALID),
    NAME(CKR_MECHANISM_PARAM_INVALID),
    NAME(CKR_OBJECT_HANDLE_INVALID),
    NAME(CKR_OPERATION_ACTIVE),
    NAME(CKR_OPERATION_NOT_INITIALIZED),
    NAME(CKR_PIN_INCORRECT),
    NAME(CKR_PIN_INVALID),
    NAME(CKR_PIN_LEN_RANGE),
    NAME(CKR_PIN_EXPIRED),
    NAME(CKR_PIN_LOCKED),
    NAME(CKR_SESSION_CLOSED),
    NAME(CKR_SESSION_COUNT),
    NAME(CKR_SESSION_HANDLE_INVALID),
    NAME(CKR_SESSION_PARALLEL_NOT_SUPPORTED),
    NAME(CKR_SESSION_READ_ONLY),
    NAME(CKR_SESSION_EXISTS),
    NAME(CKR_SESSION_READ_ONLY_EXISTS),
    NAME(CKR_SESSION_READ_WRITE_SO_EXISTS),
    NAME(CKR_TEMPLATE_INCOMPLETE),
    NAME(CKR_TEMPLATE_INCONSISTENT),
    NAME(CKR_TOKEN_NOT_PRESENT),
    NAME(CKR_TOKEN_NOT_RECOGNIZED),
    NAME(CKR_TOKEN_WRITE_PROTECTED),
    NAME(CKR_USER_ALREADY_LOGGED_IN),
    NAME(CKR_USER_NOT_LOGGED_IN),
    NAME(CKR_USER_PIN_NOT_INITIALIZED),
    NAME(CKR_USER_TYPE_INVALID),
    NAME(CKR_USER_ANOTHER_ALREADY_LOGGED_IN),
    NAME(CKR_USER_TOO_MANY_TYPES),
    NAME(CKR_RANDOM_NO_RNG),
    NAME(CKR_DOMAIN_PARAMS_INVALID),
    NAME(CKR_CURVE_NOT_SUPPORTED),
    NAME(CKR_BUFFER_TOO_SMALL),
    NAME(CKR_CRYPTOKI_NOT_INITIALIZED),
    NAME(CKR_CRYPTOKI_ALREADY_INITIALIZED),
    NAME(CKR_MUTEX_BAD),
    NAME(CKR_FIPS_SELF_TEST_FAILED),
    NAME(CKR_LIBRARY_LOAD_FAILED),
    NAME(CKR_PIN_TOO_WEAK),
    NAME(CKR_FUNCTION_REJECTED),
#undef NAME
};

const char *
ckr_name(CK_RV rv)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].rv == rv)
			return names[i].name;
	return NULL;
}

bool
ckr_is_vanished(CK_RV rv)
{
	switch (rv) {
	case CKR_DEVICE_ERROR:
	case CKR_DEVICE_REMOVED:
	case CKR_TOKEN_NOT_PRESENT:
	case CKR_TOKEN_NOT_RECOGNIZED:
	case CKR_SESSION_HANDLE_INVALID:
	case CKR_SESSION_CLOSED:
	case CKR_SLOT_ID_INVALID:
	case CKR_KEY_HANDLE_INVALID:
	case CKR_OBJECT_HANDLE_INVALID:
	case CKR_CRYPTOKI_NOT_INITIALIZED:
	/* The login or an operation was left over from somebody else. */
	case CKR_USER_NOT_LOGGED_IN:
	case CKR_OPERATION_ACTIVE:
		return true;
	default:
		return false;
	}
}

enum err
ckr_err(CK_RV rv)
{
	switch (rv) {
	case CKR_OK:
		return ERR_OK;
	case CKR_PIN_INCORRECT:
		return ERR_PIN_WRONG;
	case CKR_PIN_LOCKED:
		return ERR_PIN_LOCKED;
	case CKR_PIN_INVALID:
	case CKR_PIN_LEN_RANGE:
		return ERR_PIN_LENGTH;
	case CKR_PIN_EXPIRED:
	case CKR_USER_PIN_NOT_INITIALIZED:
		return ERR_PIN_NOT_SET;
	case CKR_CANCEL:
	case CKR_FUNCTION_CANCELED:
	case CKR_FUNCTION_REJECTED:
		return ERR_CANCELLED;
	case CKR_HOST_MEMORY:
		return ERR_NO_MEMORY;
	case CKR_USER_NOT_LOGGED_IN:
		return ERR_TOKEN_LOGGED_OUT;
	case CKR_MECHANISM_INVALID:
	case CKR_MECHANISM_PARAM_INVALID:
	case CKR_KEY_TYPE_INCONSISTENT:
	case CKR_KEY_SIZE_RANGE:
	case CKR_KEY_FUNCTION_NOT_PERMITTED:
	case CKR_CURVE_NOT_SUPPORTED:
	case CKR_DOMAIN_PARAMS_INVALID:
	case CKR_FUNCTION_NOT_SUPPORTED:
		return ERR_TOKEN_MECHANISM;
	default:
		return ckr_is_vanished(rv) ? ERR_TOKEN_ABSENT
					   : ERR_TOKEN_FAILED;
	}
}

enum err
detail_set(struct token_detail *detail, enum err e, const char *format, ...)
{
	va_list ap;

	if (detail == NULL)
		return e;
	va_start(ap, format);
	vsnprintf(detail->text, sizeof(detail->text), format, ap);
	va_end(ap);
	return e;
}

enum err
detail_ckr(struct token_detail *detail, const char *call, CK_RV rv)
{
	const char *name = ckr_name(rv);

	if (name != NULL)
		return detail_set(detail, ckr_err(rv), "%s: %s", call, name);
	return detail_set(detail, ckr_err(rv), "%s: CKR 0x%08lx", call, rv);
}
