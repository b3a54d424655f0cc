/*
 * card_sign: one login at a PKCS#11 module, then as many C_Sign as there are
 * lines on stdin.
 *
 *	build/tests/e2e/card_sign MODULE PIN
 *
 * First "ready FLAGS" (of the token: locked, final-try, or -), or the name of
 * what went wrong; then for each digest in hexadecimal "signed HEX", r and s,
 * or "refused CKR", the number in hexadecimal.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <p11-kit/pkcs11.h>

#define LINE 300

static CK_FUNCTION_LIST *p11;
static CK_SESSION_HANDLE session;
static CK_OBJECT_HANDLE key;

static int
fail(const char *what, CK_RV rv)
{
	printf("failed %s %lx\n", what, (unsigned long)rv);
	return 1;
}

static const char *
flags(CK_SLOT_ID slot)
{
	CK_TOKEN_INFO info;

	if (p11->C_GetTokenInfo(slot, &info) != CKR_OK)
		return "none";
	if ((info.flags & CKF_USER_PIN_LOCKED) != 0)
		return "locked";
	return (info.flags & CKF_USER_PIN_FINAL_TRY) != 0 ? "final-try" : "-";
}

static int
start(const char *module, char *pin)
{
	CK_C_GetFunctionList get;
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE private = {CKA_CLASS, &class, sizeof(class)};
	CK_BBOOL always = CK_FALSE;
	CK_ATTRIBUTE each = {CKA_ALWAYS_AUTHENTICATE, &always, sizeof(always)};
	CK_SLOT_ID slots[8];
	CK_ULONG n = 8;
	CK_RV rv;
	void *library = dlopen(module, RTLD_NOW | RTLD_LOCAL);

	if (library == NULL)
		return fail("dlopen", 0);
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	if (get == NULL || get(&p11) != CKR_OK)
		return fail("C_GetFunctionList", 0);
	rv = p11->C_Initialize(NULL);
	if (rv == CKR_OK)
		rv = p11->C_GetSlotList(CK_TRUE, slots, &n);
	if (rv != CKR_OK || n != 1)
		return fail("C_GetSlotList", rv);
	printf("ready %s\n", flags(slots[0]));
	fflush(stdout);
	rv = p11->C_OpenSession(
	    slots[0], CKF_SERIAL_SESSION, NULL, NULL, &session);
	if (rv != CKR_OK)
		return fail("C_OpenSession", rv);
	rv = p11->C_Login(session, CKU_USER, (CK_UTF8CHAR_PTR)pin, strlen(pin));
	if (rv != CKR_OK)
		return fail("C_Login", rv);
	rv = p11->C_FindObjectsInit(session, &private, 1);
	if (rv == CKR_OK)
		rv = p11->C_FindObjects(session, &key, 1, &n);
	if (rv == CKR_OK)
		rv = p11->C_FindObjectsFinal(session);
	if (rv != CKR_OK || n != 1)
		return fail("C_FindObjects", rv);
	rv = p11->C_GetAttributeValue(session, key, &each, 1);
	printf("key %s\n", rv == CKR_OK && always ? "always" : "once");
	fflush(stdout);
	return 0;
}

static void
sign(const char *hex)
{
	CK_MECHANISM ecdsa = {CKM_ECDSA, NULL, 0};
	unsigned char digest[LINE], signature[200];
	CK_ULONG len = sizeof(signature), i;
	unsigned octet;
	size_t n = 0;
	CK_RV rv;

	while (sscanf(hex + 2 * n, "%2x", &octet) == 1)
		digest[n++] = (unsigned char)octet;
	rv = p11->C_SignInit(session, &ecdsa, key);
	if (rv == CKR_OK)
		rv = p11->C_Sign(session, digest, n, signature, &len);
	if (rv != CKR_OK) {
		printf("refused %lx\n", (unsigned long)rv);
		return;
	}
	printf("signed ");
	for (i = 0; i < len; i++)
		printf("%02x", signature[i]);
	printf("\n");
}

int
main(int argc, char **argv)
{
	char line[LINE];

	if (argc != 3)
		return 64;
	if (start(argv[1], argv[2]) != 0)
		return 1;
	while (fgets(line, sizeof(line), stdin) != NULL) {
		sign(line);
		fflush(stdout);
	}
	p11->C_Finalize(NULL);
	return 0;
}
