/* tests/p11fault does what tests/p11fault/control.h says: a test that leans
 * on a fault that never happens would prove nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <p11-kit/pkcs11.h>

#include "tests/unit/support/p11fault.h"
#include "tests/unit/support/softhsm.h"

static CK_FUNCTION_LIST *f;
static CK_SLOT_ID slot;
static CK_SESSION_HANDLE session;

static CK_RV
login(CK_USER_TYPE type, const char *pin)
{
	CK_UTF8CHAR copy[64];

	memcpy(copy, pin, strlen(pin));
	return f->C_Login(session, type, copy, strlen(pin));
}

static CK_RV
open_session(void)
{
	return f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session);
}

static int
connect(void **state)
{
	CK_SLOT_ID slots[8];
	CK_ULONG n = 8;

	(void)state;
	p11fault_set("");
	assert_int_equal(f->C_Initialize(NULL), CKR_OK);
	assert_int_equal(f->C_GetSlotList(CK_TRUE, slots, &n), CKR_OK);
	assert_int_equal(n, 2);
	slot = slots[0];
	assert_int_equal(open_session(), CKR_OK);
	return 0;
}

static int
disconnect(void **state)
{
	(void)state;
	assert_int_equal(f->C_Finalize(NULL), CKR_OK);
	return 0;
}

static CK_OBJECT_HANDLE
find(const char *label)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_OBJECT_HANDLE object = 0;
	CK_UTF8CHAR name[8];
	CK_ATTRIBUTE pattern[] = {{CKA_CLASS, &class, sizeof(class)},
	    {CKA_LABEL, name, strlen(label)}};
	CK_ULONG n = 0;

	memcpy(name, label, strlen(label));
	assert_int_equal(f->C_FindObjectsInit(session, pattern, 2), CKR_OK);
	assert_int_equal(f->C_FindObjects(session, &object, 1, &n), CKR_OK);
	assert_int_equal(f->C_FindObjectsFinal(session), CKR_OK);
	assert_int_equal(n, 1);
	return object;
}

static CK_RV
sign(CK_OBJECT_HANDLE key)
{
	CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
	CK_BYTE digest[32] = {1}, sig[64];
	CK_ULONG n = sizeof(sig);
	CK_RV rv;

	rv = f->C_SignInit(session, &mechanism, key);
	return rv != CKR_OK ? rv : f->C_Sign(session, digest, 32, sig, &n);
}

static void
a_pull_kills_sessions_and_their_numbers_come_back(void **state)
{
	CK_SESSION_HANDLE before = session;
	CK_SESSION_INFO info;
	CK_SLOT_INFO reader;
	CK_ULONG n = 0;

	(void)state;
	p11fault_change("absent 1\n");
	assert_int_equal(
	    f->C_GetSessionInfo(session, &info), CKR_DEVICE_REMOVED);
	assert_int_equal(f->C_GetSlotList(CK_TRUE, NULL, &n), CKR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(f->C_GetSlotInfo(slot, &reader), CKR_OK);
	assert_false(reader.flags & CKF_TOKEN_PRESENT);
	assert_int_equal(open_session(), CKR_TOKEN_NOT_PRESENT);
	p11fault_change("");
	assert_int_equal(
	    f->C_GetSessionInfo(before, &info), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(open_session(), CKR_OK);
	assert_int_equal(session, before);
}

static void
old_handles_name_other_keys_after_a_return_when_stale(void **state)
{
	CK_OBJECT_HANDLE a, b;

	(void)state;
	p11fault_set("stale 1\n");
	assert_int_equal(login(CKU_USER, SOFTHSM_PIN), CKR_OK);
	a = find("a");
	b = find("b");
	p11fault_change("stale 1\nepoch 1\n");
	assert_int_equal(sign(a), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(open_session(), CKR_OK);
	assert_int_equal(login(CKU_USER, SOFTHSM_PIN), CKR_OK);
	assert_int_equal(find("a"), b);
	assert_int_equal(find("b"), a);
	/* And it signs, which is what makes a stale handle dangerous. */
	assert_int_equal(sign(a), CKR_OK);
}

static void
handles_stay_when_not_stale(void **state)
{
	CK_OBJECT_HANDLE a;

	(void)state;
	assert_int_equal(login(CKU_USER, SOFTHSM_PIN), CKR_OK);
	a = find("a");
	p11fault_change("epoch 1\n");
	assert_int_equal(sign(a), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(open_session(), CKR_OK);
	assert_int_equal(login(CKU_USER, SOFTHSM_PIN), CKR_OK);
	assert_int_equal(find("a"), a);
}

static CK_FLAGS
flags(void)
{
	CK_TOKEN_INFO info;

	assert_int_equal(f->C_GetTokenInfo(slot, &info), CKR_OK);
	return info.flags &
	    (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY |
		CKF_USER_PIN_LOCKED);
}

static void
wrong_pins_lock_it(void **state)
{
	(void)state;
	p11fault_set("tries 3\n");
	assert_int_equal(flags(), 0);
	assert_int_equal(login(CKU_USER, "654321"), CKR_PIN_INCORRECT);
	assert_int_equal(flags(), CKF_USER_PIN_COUNT_LOW);
	assert_int_equal(login(CKU_USER, "654321"), CKR_PIN_INCORRECT);
	assert_int_equal(
	    flags(), CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
	p11fault_change("tries 3\nno-flags 1\n");
	assert_int_equal(flags(), 0);
	assert_int_equal(login(CKU_USER, "654321"), CKR_PIN_INCORRECT);
	assert_int_equal(login(CKU_USER, SOFTHSM_PIN), CKR_PIN_LOCKED);
	p11fault_change("tries 3\n");
	assert_int_equal(flags(), CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_LOCKED);
	assert_int_equal(p11fault_count("C_Login user"), 4);
}

static void
always_auth_refuses_a_signature_without_its_login(void **state)
{
	CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
	CK_BYTE digest[32] = {1}, sig[64];
	CK_ULONG n = sizeof(sig);
	CK_OBJECT_HANDLE a;

	(void)state;
	p11fault_set("always-auth 1\n");
	assert_int_equal(login(CKU_USER, SOFTHSM_PIN), CKR_OK);
	a = find("a");
	assert_int_equal(sign(a), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(login(CKU_CONTEXT_SPECIFIC, SOFTHSM_PIN),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(f->C_SignInit(session, &mechanism, a), CKR_OK);
	assert_int_equal(
	    login(CKU_CONTEXT_SPECIFIC, "654321"), CKR_PIN_INCORRECT);
	assert_int_equal(login(CKU_CONTEXT_SPECIFIC, SOFTHSM_PIN), CKR_OK);
	assert_int_equal(f->C_Sign(session, digest, 32, sig, &n), CKR_OK);
	assert_int_equal(sign(a), CKR_USER_NOT_LOGGED_IN);
}

static void
the_nth_call_fails_and_only_that_one(void **state)
{
	CK_SESSION_INFO info;
	CK_ULONG i;

	(void)state;
	p11fault_set("fail C_GetSessionInfo 3 0x30\n");
	for (i = 1; i <= 5; i++)
		assert_int_equal(f->C_GetSessionInfo(session, &info),
		    i == 3 ? CKR_DEVICE_ERROR : CKR_OK);
	assert_int_equal(p11fault_count("C_GetSessionInfo 0x30"), 1);
	assert_int_equal(p11fault_count("C_GetSessionInfo 0x0"), 4);
}

static void
sessions_are_limited(void **state)
{
	CK_TOKEN_INFO info;

	(void)state;
	p11fault_set("sessions 2\n");
	assert_int_equal(f->C_GetTokenInfo(slot, &info), CKR_OK);
	assert_int_equal(info.ulMaxSessionCount, 2);
	assert_int_equal(open_session(), CKR_OK);
	assert_int_equal(open_session(), CKR_SESSION_COUNT);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, connect, disconnect)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_pull_kills_sessions_and_their_numbers_come_back),
	    TEST(old_handles_name_other_keys_after_a_return_when_stale),
	    TEST(handles_stay_when_not_stale),
	    TEST(wrong_pins_lock_it),
	    TEST(always_auth_refuses_a_signature_without_its_login),
	    TEST(the_nth_call_fails_and_only_that_one),
	    TEST(sessions_are_limited),
	};
	CK_C_GetFunctionList get;
	void *library, *symbol;
	int failed;

	softhsm_begin();
	softhsm_token("one");
	softhsm_key("one", TOKEN_P256, 0, "a", 1);
	softhsm_key("one", TOKEN_P256, 0, "b", 2);
	p11fault_begin();
	library = dlopen(p11fault_module(), RTLD_NOW);
	symbol = library != NULL ? dlsym(library, "C_GetFunctionList") : NULL;
	if (symbol == NULL)
		return 1;
	memcpy(&get, &symbol, sizeof(get));
	if (get(&f) != CKR_OK)
		return 1;
	failed = cmocka_run_group_tests_name("p11fault", tests, NULL, NULL);
	softhsm_end();
	return failed;
}
