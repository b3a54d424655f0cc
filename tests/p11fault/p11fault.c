/*
 * p11fault.c: a PKCS#11 module for tests: SoftHSM2 (or the module named by
 * P11FAULT_MODULE) with the faults that control.h describes. Calls that the
 * project does not make are CKR_FUNCTION_NOT_SUPPORTED.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/p11fault/login.h"
#include "tests/p11fault/state.h"

#define DEFAULT_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define EXPORT __attribute__((visibility("default")))

static CK_FUNCTION_LIST *
load_real(void)
{
	const char *path = getenv("P11FAULT_MODULE");
	CK_C_GetFunctionList get;
	CK_FUNCTION_LIST *list = NULL;
	void *library, *symbol;

	library = dlopen(path != NULL ? path : DEFAULT_MODULE, RTLD_NOW);
	symbol = library != NULL ? dlsym(library, "C_GetFunctionList") : NULL;
	if (symbol == NULL)
		return NULL;
	memcpy(&get, &symbol, sizeof(get));
	return get(&list) == CKR_OK ? list : NULL;
}

static CK_RV
f_Initialize(void *args)
{
	CK_FUNCTION_LIST *real = load_real();
	CK_RV rv = CKR_GENERAL_ERROR;

	if (real != NULL)
		rv = real->C_Initialize(args);
	if (rv == CKR_OK) {
		memset(&state, 0, sizeof(state));
		control_read(&state.control);
		state.epoch = state.control.epoch;
		state.absent = state.control.absent;
		state.real = real;
	}
	control_log("C_Initialize", NULL, rv);
	return rv;
}

static CK_RV
f_Finalize(void *reserved)
{
	CK_RV rv = state_enter("C_Finalize", 0, NULL);

	if (rv == CKR_OK)
		rv = state.real->C_Finalize(reserved);
	if (rv == CKR_OK)
		state.real = NULL;
	return state_leave("C_Finalize", NULL, rv);
}

static CK_RV
f_GetInfo(CK_INFO *info)
{
	CK_RV rv = state_enter("C_GetInfo", 0, NULL);

	if (rv == CKR_OK)
		rv = state.real->C_GetInfo(info);
	return state_leave("C_GetInfo", NULL, rv);
}

static CK_RV
f_GetSlotList(unsigned char present, CK_SLOT_ID *list, CK_ULONG *count)
{
	CK_RV rv = state_enter("C_GetSlotList", 0, NULL);

	if (rv == CKR_OK && present && state.absent)
		*count = 0;
	else if (rv == CKR_OK)
		rv = state.real->C_GetSlotList(present, list, count);
	return state_leave("C_GetSlotList", NULL, rv);
}

static CK_RV
f_GetSlotInfo(CK_SLOT_ID slot, CK_SLOT_INFO *info)
{
	CK_RV rv = state_enter("C_GetSlotInfo", 0, NULL);

	if (rv == CKR_OK)
		rv = state.real->C_GetSlotInfo(slot, info);
	if (rv == CKR_OK && state.absent)
		info->flags &= ~CKF_TOKEN_PRESENT;
	return state_leave("C_GetSlotInfo", NULL, rv);
}

static CK_RV
f_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	CK_RV rv = state_enter("C_GetTokenInfo", 0, NULL);

	if (rv == CKR_OK && state.absent)
		rv = CKR_TOKEN_NOT_PRESENT;
	if (rv == CKR_OK)
		rv = state.real->C_GetTokenInfo(slot, info);
	if (rv == CKR_OK)
		login_flags(info);
	return state_leave("C_GetTokenInfo", NULL, rv);
}

static CK_RV
f_GetMechanismList(CK_SLOT_ID slot, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
	CK_RV rv = state_enter("C_GetMechanismList", 0, NULL);

	if (rv == CKR_OK)
		rv = state.real->C_GetMechanismList(slot, list, count);
	return state_leave("C_GetMechanismList", NULL, rv);
}

static CK_RV
f_GetMechanismInfo(
    CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	CK_RV rv = state_enter("C_GetMechanismInfo", 0, NULL);

	if (rv == CKR_OK)
		rv = state.real->C_GetMechanismInfo(slot, type, info);
	return state_leave("C_GetMechanismInfo", NULL, rv);
}

static CK_RV
f_InitToken(
    CK_SLOT_ID slot, unsigned char *pin, CK_ULONG len, unsigned char *label)
{
	CK_RV rv = state_enter("C_InitToken", 0, NULL);

	if (rv == CKR_OK)
		rv = state.real->C_InitToken(slot, pin, len, label);
	return state_leave("C_InitToken", NULL, rv);
}

static CK_RV
f_InitPIN(CK_SESSION_HANDLE session, unsigned char *pin, CK_ULONG len)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_InitPIN", session, &s);

	if (rv == CKR_OK)
		rv = state.real->C_InitPIN(s->real, pin, len);
	return state_leave("C_InitPIN", NULL, rv);
}

static CK_RV
f_OpenSession(CK_SLOT_ID slot, CK_FLAGS flags, void *application,
    CK_NOTIFY notify, CK_SESSION_HANDLE *session)
{
	CK_RV rv = state_enter("C_OpenSession", 0, NULL);
	CK_SESSION_HANDLE real;

	if (rv == CKR_OK && state.absent)
		rv = CKR_TOKEN_NOT_PRESENT;
	if (rv == CKR_OK)
		rv = state.real->C_OpenSession(
		    slot, flags, application, notify, &real);
	if (rv == CKR_OK) {
		rv = state_add_session(slot, real, session);
		if (rv != CKR_OK)
			(void)state.real->C_CloseSession(real);
	}
	return state_leave("C_OpenSession", NULL, rv);
}

static CK_RV
f_CloseSession(CK_SESSION_HANDLE session)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_CloseSession", session, &s);

	if (rv == CKR_OK) {
		state_lock();
		rv = state.real->C_CloseSession(s->real);
		memset(s, 0, sizeof(*s));
		state_unlock();
	}
	return state_leave("C_CloseSession", NULL, rv);
}

static CK_RV
f_CloseAllSessions(CK_SLOT_ID slot)
{
	CK_RV rv = state_enter("C_CloseAllSessions", 0, NULL);
	unsigned i;

	if (rv == CKR_OK) {
		state_lock();
		rv = state.real->C_CloseAllSessions(slot);
		for (i = 0; i < STATE_SESSIONS; i++)
			if (state.session[i].slot == slot)
				memset(&state.session[i], 0,
				    sizeof(state.session[i]));
		state_unlock();
	}
	return state_leave("C_CloseAllSessions", NULL, rv);
}

static CK_RV
f_GetSessionInfo(CK_SESSION_HANDLE session, CK_SESSION_INFO *info)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_GetSessionInfo", session, &s);

	if (rv == CKR_OK)
		rv = state.real->C_GetSessionInfo(s->real, info);
	return state_leave("C_GetSessionInfo", NULL, rv);
}

static CK_RV
f_Login(CK_SESSION_HANDLE session, CK_USER_TYPE type, unsigned char *pin,
    CK_ULONG len)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_Login", session, &s);

	if (rv == CKR_OK) {
		state_lock();
		rv = login_call(s, type, pin, len);
		state_unlock();
	}
	return state_leave("C_Login",
	    type == CKU_USER	 ? "user"
		: type == CKU_SO ? "so"
				 : "context",
	    rv);
}

static CK_RV
f_Logout(CK_SESSION_HANDLE session)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_Logout", session, &s);

	if (rv == CKR_OK) {
		state_lock();
		rv = state.real->C_Logout(s->real);
		state_forget_objects();
		state_unlock();
	}
	return state_leave("C_Logout", NULL, rv);
}

static CK_RV
f_DestroyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_DestroyObject", session, &s);

	if (rv == CKR_OK)
		rv = state.real->C_DestroyObject(s->real, state_real(object));
	return state_leave("C_DestroyObject", NULL, rv);
}

static void
say_always_authenticate(CK_ATTRIBUTE *a, CK_ULONG n)
{
	CK_ULONG i;

	for (i = 0; i < n; i++)
		if (a[i].type == CKA_ALWAYS_AUTHENTICATE &&
		    a[i].pValue != NULL && a[i].ulValueLen == sizeof(CK_BBOOL))
			*(CK_BBOOL *)a[i].pValue = CK_TRUE;
}

static CK_RV
f_GetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_GetAttributeValue", session, &s);

	if (rv == CKR_OK)
		rv = state.real->C_GetAttributeValue(
		    s->real, state_real(object), attributes, n);
	if (rv == CKR_OK && state.control.always_auth)
		say_always_authenticate(attributes, n);
	return state_leave("C_GetAttributeValue", NULL, rv);
}

static bool
asks_for_public(const CK_ATTRIBUTE *a, CK_ULONG n)
{
	CK_OBJECT_CLASS class;
	CK_ULONG i;

	for (i = 0; i < n; i++)
		if (a[i].type == CKA_CLASS &&
		    a[i].ulValueLen == sizeof(class)) {
			memcpy(&class, a[i].pValue, sizeof(class));
			return class == CKO_PUBLIC_KEY;
		}
	return false;
}

static CK_RV
f_FindObjectsInit(
    CK_SESSION_HANDLE session, CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_FindObjectsInit", session, &s);

	if (rv == CKR_OK) {
		s->find_nothing = state.control.hide_public &&
		    asks_for_public(attributes, n);
		rv = state.real->C_FindObjectsInit(s->real, attributes, n);
	}
	return state_leave("C_FindObjectsInit", NULL, rv);
}

static CK_RV
f_FindObjects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects,
    CK_ULONG cap, CK_ULONG *count)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_FindObjects", session, &s);
	CK_ULONG i;

	if (rv == CKR_OK && s->find_nothing)
		*count = 0;
	else if (rv == CKR_OK)
		rv = state.real->C_FindObjects(s->real, objects, cap, count);
	state_lock();
	for (i = 0; rv == CKR_OK && i < *count; i++)
		objects[i] = state_number(objects[i]);
	state_unlock();
	return state_leave("C_FindObjects", NULL, rv);
}

static CK_RV
f_FindObjectsFinal(CK_SESSION_HANDLE session)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_FindObjectsFinal", session, &s);

	if (rv == CKR_OK)
		rv = state.real->C_FindObjectsFinal(s->real);
	return state_leave("C_FindObjectsFinal", NULL, rv);
}

static CK_RV
f_SignInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_SignInit", session, &s);

	if (rv == CKR_OK)
		rv = state.real->C_SignInit(
		    s->real, mechanism, state_real(key));
	if (rv == CKR_OK) {
		s->signing = true;
		s->needs_login = state.control.always_auth;
		s->has_login = false;
	}
	return state_leave("C_SignInit", NULL, rv);
}

static CK_RV
f_Sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG len,
    unsigned char *signature, CK_ULONG *signature_len)
{
	struct timespec pause;
	struct state_session *s;
	CK_RV rv;

	/* Before the call proper, so that a pull can come in between. */
	if (state.control.slow > 0) {
		pause.tv_sec = (time_t)(state.control.slow / 1000);
		pause.tv_nsec = (long)(state.control.slow % 1000) * 1000000;
		nanosleep(&pause, NULL);
	}
	rv = state_enter("C_Sign", session, &s);
	if (rv == CKR_OK) {
		rv = state.real->C_Sign(
		    s->real, data, len, signature, signature_len);
		s->signing = false;
		if (s->needs_login && !s->has_login) {
			memset(signature, 0, *signature_len);
			rv = CKR_USER_NOT_LOGGED_IN;
		}
	}
	if (rv == CKR_OK && state.control.flip)
		signature[*signature_len / 2] ^= 0x10;
	return state_leave("C_Sign", NULL, rv);
}

static CK_RV
f_GenerateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_ATTRIBUTE *public, CK_ULONG public_n, CK_ATTRIBUTE *private,
    CK_ULONG private_n, CK_OBJECT_HANDLE *public_key,
    CK_OBJECT_HANDLE *private_key)
{
	struct state_session *s;
	CK_RV rv = state_enter("C_GenerateKeyPair", session, &s);

	if (rv == CKR_OK)
		rv = state.real->C_GenerateKeyPair(s->real, mechanism, public,
		    public_n, private, private_n, public_key, private_key);
	if (rv == CKR_OK) {
		state_lock();
		*public_key = state_number(*public_key);
		*private_key = state_number(*private_key);
		state_unlock();
	}
	return state_leave("C_GenerateKeyPair", NULL, rv);
}

static CK_RV
f_not_supported(void)
{
	return CKR_FUNCTION_NOT_SUPPORTED;
}

EXPORT CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **out)
{
	static CK_FUNCTION_LIST list;
	CK_RV (*stub)(void) = f_not_supported;
	unsigned char *p = (unsigned char *)&list;
	size_t at;

	/* Every entry is a function that returns CK_RV, and callers clean up
	 * their own arguments, so that one stub serves all. */
	for (at = offsetof(CK_FUNCTION_LIST, C_Initialize);
	     at + sizeof(stub) <= sizeof(list); at += sizeof(stub))
		memcpy(p + at, &stub, sizeof(stub));
	list.version.major = 2;
	list.version.minor = 40;
	list.C_GetFunctionList = C_GetFunctionList;
#define SET(name) list.C_##name = f_##name
	SET(Initialize);
	SET(Finalize);
	SET(GetInfo);
	SET(GetSlotList);
	SET(GetSlotInfo);
	SET(GetTokenInfo);
	SET(GetMechanismList);
	SET(GetMechanismInfo);
	SET(InitToken);
	SET(InitPIN);
	SET(OpenSession);
	SET(CloseSession);
	SET(CloseAllSessions);
	SET(GetSessionInfo);
	SET(Login);
	SET(Logout);
	SET(DestroyObject);
	SET(GetAttributeValue);
	SET(FindObjectsInit);
	SET(FindObjects);
	SET(FindObjectsFinal);
	SET(SignInit);
	SET(Sign);
	SET(GenerateKeyPair);
#undef SET
	*out = &list;
	return CKR_OK;
}
