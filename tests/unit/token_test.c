/* hsm/token.h and hsm/provision.h with SoftHSM2 as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hsm/key.h"
#include "hsm/module.h"
#include "hsm/provision.h"
#include "hsm/token.h"
#include "hsm/uri.h"
#include "tests/unit/support/signature.h"
#include "tests/unit/support/softhsm.h"

#define PIN ((const uint8_t *)SOFTHSM_PIN)
#define PIN_LEN (strlen(SOFTHSM_PIN))

static struct token_detail detail;

static enum err
open_key(struct token **t, const char *uri)
{
	struct token_config c = {.uri = uri, .module = SOFTHSM_MODULE};

	return token_open(t, &c, &detail);
}

static struct token *
open_and_login(const char *uri)
{
	struct token *t;
	enum err e;

	e = open_key(&t, uri);
	if (e == ERR_OK)
		e = token_login(t, PIN, PIN_LEN, &detail);
	if (e != ERR_OK)
		print_error("%s: %s\n", err_text(e), detail.text);
	assert_int_equal(e, ERR_OK);
	return t;
}

static void
sign_and_verify(struct token *t, unsigned number)
{
	const struct alg *alg = alg_get(number);
	struct token_public_key key;
	uint8_t digest[64], sig[512];
	size_t len, i;

	for (i = 0; i < sizeof(digest); i++)
		digest[i] = (uint8_t)(i * 7 + number);
	assert_int_equal(token_public_key(t, &key, &detail), ERR_OK);
	assert_int_equal(token_sign(t, alg, digest, alg->hash_size, sig,
			     sizeof(sig), &len, &detail),
	    ERR_OK);
	assert_true(signature_is_valid(&key, alg, digest, sig, len));
	digest[0] ^= 1;
	assert_false(signature_is_valid(&key, alg, digest, sig, len));
}

static void
every_algorithm_makes_valid_signatures(void **state)
{
	struct token *t;
	unsigned n;

	(void)state;
	t = open_and_login("pkcs11:token=one;object=p256");
	sign_and_verify(t, ALG_ES256);
	token_close(t);
	t = open_and_login("pkcs11:token=one;object=p384");
	sign_and_verify(t, ALG_ES384);
	token_close(t);
	t = open_and_login("pkcs11:token=one;id=%03");
	sign_and_verify(t, ALG_ES512);
	token_close(t);
	t = open_and_login("pkcs11:token=one;object=rsa;type=private");
	for (n = ALG_RS256; n <= ALG_PS512; n++)
		sign_and_verify(t, n);
	token_close(t);
}

static void
the_module_comes_from_the_uri_or_else_from_the_configuration(void **state)
{
	struct token_config c = {
	    .uri = "pkcs11:token=one;object=p256?module-path=" SOFTHSM_MODULE};
	struct token_info info;
	struct token *t;

	(void)state;
	assert_int_equal(token_open(&t, &c, &detail), ERR_OK);
	assert_int_equal(token_info(t, &info), ERR_OK);
	assert_string_equal(info.label, "one");
	assert_string_equal(info.model, "SoftHSM v2");
	assert_non_null(strstr(info.module, "libsofthsm2.so"));
	assert_int_equal(info.sessions, 2);
	token_close(t);
	c.uri = "pkcs11:token=one;object=p256";
	assert_int_equal(token_open(&t, &c, &detail), ERR_TOKEN_MODULE);
	c.module = "libsofthsm2.so";
	assert_int_equal(token_open(&t, &c, &detail), ERR_TOKEN_MODULE);
	c.module = "/nowhere/module.so";
	assert_int_equal(token_open(&t, &c, &detail), ERR_TOKEN_MODULE);
	/* A library, but no PKCS#11 module. */
	c.module = "/lib/x86_64-linux-gnu/libc.so.6";
	assert_int_equal(token_open(&t, &c, &detail), ERR_TOKEN_MODULE);
	c.module = "/etc/passwd";
	assert_int_equal(token_open(&t, &c, &detail), ERR_TOKEN_MODULE);
	assert_int_not_equal(detail.text[0], '\0');
	assert_null(t);
}

static void
a_uri_that_means_nothing_or_holds_a_pin_is_refused(void **state)
{
	const char *uris[] = {
	    NULL,
	    "",
	    "seal",
	    "http://example.org/",
	    "pkcs11:id=%zz",
	    "pkcs11:token=one;no-such-attribute=1",
	    "pkcs11:token=one;object=p256?pin-value=123456",
	    "pkcs11:token=one;object=p256?pin-source=file:/etc/pin",
	};
	struct token *t;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		assert_int_equal(open_key(&t, uris[i]), ERR_TOKEN_URI);
		assert_null(t);
		assert_int_not_equal(detail.text[0], '\0');
		assert_null(strstr(detail.text, "123456"));
	}
}

static void
no_token_or_two_tokens_of_that_name_are_said_apart(void **state)
{
	struct token *t;

	(void)state;
	assert_int_equal(
	    open_key(&t, "pkcs11:token=three;object=p256"), ERR_TOKEN_ABSENT);
	assert_int_equal(
	    open_key(&t, "pkcs11:object=p256"), ERR_TOKEN_AMBIGUOUS);
	assert_int_equal(open_key(&t, "pkcs11:token=one;serial=0000;id=%01"),
	    ERR_TOKEN_ABSENT);
	assert_int_equal(open_key(&t, "pkcs11:token=one;slot-id=77777;id=%01"),
	    ERR_TOKEN_ABSENT);
	assert_int_equal(
	    open_key(&t, "pkcs11:token=one;library-manufacturer=Nobody"),
	    ERR_TOKEN_ABSENT);
}

static enum err
login_error(const char *uri)
{
	struct token *t;
	enum err e;

	assert_int_equal(open_key(&t, uri), ERR_OK);
	e = token_login(t, PIN, PIN_LEN, &detail);
	assert_int_not_equal(token_state(t), TOKEN_READY);
	token_close(t);
	return e;
}

static void
no_key_or_two_keys_of_that_name_are_said_apart(void **state)
{
	(void)state;
	assert_int_equal(
	    login_error("pkcs11:token=one;object=none"), ERR_TOKEN_KEY_ABSENT);
	assert_int_equal(login_error("pkcs11:token=one;object=p256;id=%02"),
	    ERR_TOKEN_KEY_ABSENT);
	assert_int_equal(login_error("pkcs11:token=one"), ERR_TOKEN_AMBIGUOUS);
}

static void
an_algorithm_that_does_not_fit_the_key_or_the_digest_is_refused(void **state)
{
	const struct {
		const char *uri;
		unsigned alg;
	} wrong[] = {
	    {"pkcs11:token=one;object=p256", ALG_ES384},
	    {"pkcs11:token=one;object=p256", ALG_RS256},
	    {"pkcs11:token=one;object=p521", ALG_ES256},
	    {"pkcs11:token=one;object=rsa", ALG_ES256},
	};
	uint8_t digest[65] = {0}, sig[512];
	const struct alg *alg;
	struct token *t;
	unsigned i;
	size_t n;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		t = open_and_login(wrong[i].uri);
		alg = alg_get(wrong[i].alg);
		assert_int_equal(token_sign(t, alg, digest, alg->hash_size, sig,
				     sizeof(sig), &n, &detail),
		    ERR_ALGORITHM);
		assert_int_equal(n, 0);
		token_close(t);
	}
	t = open_and_login("pkcs11:token=one;object=p256");
	alg = alg_get(ALG_ES256);
	for (n = 0; n <= 65; n++)
		if (n != 32)
			assert_int_equal(
			    token_sign(t, alg, digest, n, sig, sizeof(sig),
				&(size_t){0}, &detail),
			    ERR_ALGORITHM);
	assert_int_equal(
	    token_sign(t, alg, digest, 32, sig, 63, &n, &detail), ERR_BUFFER);
	assert_int_equal(
	    token_sign(t, alg, digest, 32, sig, 64, &n, &detail), ERR_OK);
	assert_int_equal(n, 64);
	token_close(t);
}

static void
nothing_is_signed_before_login(void **state)
{
	struct token_public_key before, after;
	uint8_t digest[32] = {0}, sig[64];
	struct token *t;
	size_t n;

	(void)state;
	assert_int_equal(open_key(&t, "pkcs11:token=one;object=p256"), ERR_OK);
	assert_int_equal(token_state(t), TOKEN_NEEDS_PIN);
	assert_int_equal(token_sign(t, alg_get(ALG_ES256), digest, 32, sig,
			     sizeof(sig), &n, &detail),
	    ERR_TOKEN_LOGGED_OUT);
	/* The public half is there for everybody. */
	assert_int_equal(token_public_key(t, &before, &detail), ERR_OK);
	assert_int_equal(token_login(t, PIN, PIN_LEN, &detail), ERR_OK);
	assert_int_equal(token_public_key(t, &after, &detail), ERR_OK);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(after.type, TOKEN_P256);
	assert_int_equal(after.value_len, 65);
	token_close(t);
}

static void
the_information_names_token_and_key(void **state)
{
	struct token_info info;
	struct token *t;

	(void)state;
	t = open_and_login("pkcs11:token=one;id=%04");
	assert_int_equal(token_info(t, &info), ERR_OK);
	assert_string_equal(info.key_label, "rsa");
	assert_int_equal(info.key_id_len, 1);
	assert_int_equal(info.key_id[0], 4);
	assert_false(info.always_authenticate);
	assert_true(info.flags & CKF_USER_PIN_INITIALIZED);
	assert_false(token_has_pinpad(t));
	token_close(t);
}

static void
a_child_does_not_use_its_parents_token(void **state)
{
	uint8_t digest[32] = {0}, sig[64];
	struct token *t, *other;
	int status;
	size_t n;
	pid_t pid;

	(void)state;
	t = open_and_login("pkcs11:token=one;object=p256");
	pid = fork();
	if (pid == 0) {
		status = token_sign(t, alg_get(ALG_ES256), digest, 32, sig, 64,
			     &n, &detail) == ERR_TOKEN_MODULE &&
		    token_poll(t, &detail) == ERR_TOKEN_MODULE &&
		    token_login(t, PIN, PIN_LEN, &detail) == ERR_TOKEN_MODULE &&
		    open_key(&other, "pkcs11:token=one;object=p256") ==
			ERR_TOKEN_MODULE;
		token_close(t);
		_exit(status ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(
	    token_sign(t, alg_get(ALG_ES256), digest, 32, sig, 64, &n, &detail),
	    ERR_OK);
	token_close(t);
}

static enum err
provision(const char *token, enum token_key_type type, unsigned bits,
    const char *label, uint8_t id)
{
	struct token_config c = {.module = SOFTHSM_MODULE};
	char uri[64];

	snprintf(uri, sizeof(uri), "pkcs11:token=%s", token);
	c.uri = uri;
	return provision_key(
	    &c, type, bits, label, &id, id != 0, PIN, PIN_LEN, &detail);
}

static void
a_uri_and_a_module_are_checked_without_their_token(void **state)
{
	const char *inside = "pkcs11:token=none?module-path=" SOFTHSM_MODULE;

	(void)state;
	assert_int_equal(
	    provision_check("pkcs11:token=none", SOFTHSM_MODULE, &detail),
	    ERR_OK);
	assert_int_equal(provision_check(inside, NULL, &detail), ERR_OK);
	assert_int_equal(
	    provision_check("foo", SOFTHSM_MODULE, &detail), ERR_TOKEN_URI);
	assert_int_equal(
	    provision_check("pkcs11:token=none", "/nope/none.so", &detail),
	    ERR_TOKEN_MODULE);
	assert_int_equal(provision_check("pkcs11:token=none", NULL, &detail),
	    ERR_TOKEN_MODULE);
}

static void
a_name_that_is_taken_or_a_weak_key_is_not_provisioned(void **state)
{
	const char *longest = "0123456789abcdef0123456789abcdefX";

	(void)state;
	assert_int_equal(
	    provision("one", TOKEN_P256, 0, "p256", 9), ERR_EXISTS);
	assert_int_equal(provision("one", TOKEN_P256, 0, "new", 1), ERR_EXISTS);
	assert_int_equal(
	    provision("one", TOKEN_RSA, 2048, "new", 9), ERR_ALGORITHM);
	assert_int_equal(
	    provision("one", TOKEN_RSA, 0, "new", 9), ERR_ALGORITHM);
	assert_int_equal(provision("one", (enum token_key_type)9, 0, "new", 9),
	    ERR_ALGORITHM);
	assert_int_equal(
	    provision("one", TOKEN_P256, 0, "", 9), ERR_NAME_INVALID);
	assert_int_equal(
	    provision("one", TOKEN_P256, 0, longest, 9), ERR_NAME_INVALID);
	assert_int_equal(
	    provision("one", TOKEN_P256, 0, "new", 0), ERR_NAME_INVALID);
	assert_int_equal(
	    provision("none", TOKEN_P256, 0, "new", 9), ERR_TOKEN_ABSENT);
	assert_int_equal(
	    login_error("pkcs11:token=one;object=new"), ERR_TOKEN_KEY_ABSENT);
	assert_int_equal(provision_token(SOFTHSM_MODULE, "one", PIN, PIN_LEN,
			     PIN, PIN_LEN, &detail),
	    ERR_EXISTS);
	assert_int_equal(provision_token(SOFTHSM_MODULE, "new", PIN, 3, PIN,
			     PIN_LEN, &detail),
	    ERR_PIN_LENGTH);
	assert_int_equal(provision_token(SOFTHSM_MODULE, longest, PIN, PIN_LEN,
			     PIN, PIN_LEN, &detail),
	    ERR_NAME_INVALID);
}

static void
a_wrong_pin_generates_no_key(void **state)
{
	struct token_config c = {
	    .uri = "pkcs11:token=one", .module = SOFTHSM_MODULE};
	uint8_t id = 9;

	(void)state;
	assert_int_equal(provision_key(&c, TOKEN_P256, 0, "new", &id, 1,
			     (const uint8_t *)"654321", 6, &detail),
	    ERR_PIN_WRONG);
	assert_int_equal(
	    login_error("pkcs11:token=one;object=new"), ERR_TOKEN_KEY_ABSENT);
}

/* Through the module itself, as any other program would ask it. */
static void
check_boolean(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session,
    CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, CK_BBOOL want)
{
	CK_BBOOL is = 7;
	CK_ATTRIBUTE a = {type, &is, sizeof(is)};

	assert_int_equal(f->C_GetAttributeValue(session, object, &a, 1), 0);
	assert_int_equal(is, want);
}

static void
a_provisioned_private_key_cannot_leave_the_token(void **state)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE pattern = {CKA_CLASS, &class, sizeof(class)}, value;
	CK_OBJECT_HANDLE object[8];
	CK_SESSION_HANDLE session;
	uint8_t secret[1024];
	struct module *m;
	CK_SLOT_ID slot;
	CK_TOKEN_INFO info;
	CK_ULONG n, i;
	P11KitUri *uri;
	struct token *t;

	(void)state;
	t = open_and_login("pkcs11:token=one;object=p256");
	assert_int_equal(uri_parse(&uri, "pkcs11:token=one", &detail), ERR_OK);
	assert_int_equal(module_open(&m, SOFTHSM_MODULE, &detail), ERR_OK);
	assert_int_equal(
	    uri_find_slot(uri, m, NULL, &slot, &info, &detail), ERR_OK);
	assert_int_equal(
	    m->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session),
	    CKR_OK);
	assert_int_equal(
	    key_objects(m->f, session, &pattern, 1, object, 8, &n, &detail),
	    ERR_OK);
	assert_int_equal(n, 4);
	for (i = 0; i < n; i++) {
		check_boolean(m->f, session, object[i], CKA_SENSITIVE, 1);
		check_boolean(m->f, session, object[i], CKA_EXTRACTABLE, 0);
		check_boolean(
		    m->f, session, object[i], CKA_NEVER_EXTRACTABLE, 1);
		check_boolean(m->f, session, object[i], CKA_LOCAL, 1);
		check_boolean(m->f, session, object[i], CKA_PRIVATE, 1);
		check_boolean(m->f, session, object[i], CKA_TOKEN, 1);
		value = (CK_ATTRIBUTE){i < 3 ? CKA_VALUE : CKA_PRIVATE_EXPONENT,
		    secret, sizeof(secret)};
		assert_int_not_equal(
		    m->f->C_GetAttributeValue(session, object[i], &value, 1),
		    CKR_OK);
	}
	assert_int_equal(m->f->C_CloseSession(session), CKR_OK);
	module_close(m);
	p11_kit_uri_free(uri);
	token_close(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_algorithm_makes_valid_signatures),
	    cmocka_unit_test(
		the_module_comes_from_the_uri_or_else_from_the_configuration),
	    cmocka_unit_test(
		a_uri_that_means_nothing_or_holds_a_pin_is_refused),
	    cmocka_unit_test(
		no_token_or_two_tokens_of_that_name_are_said_apart),
	    cmocka_unit_test(no_key_or_two_keys_of_that_name_are_said_apart),
	    cmocka_unit_test(
		an_algorithm_that_does_not_fit_the_key_or_the_digest_is_refused),
	    cmocka_unit_test(nothing_is_signed_before_login),
	    cmocka_unit_test(the_information_names_token_and_key),
	    cmocka_unit_test(a_child_does_not_use_its_parents_token),
	    cmocka_unit_test(
		a_uri_and_a_module_are_checked_without_their_token),
	    cmocka_unit_test(
		a_name_that_is_taken_or_a_weak_key_is_not_provisioned),
	    cmocka_unit_test(a_wrong_pin_generates_no_key),
	    cmocka_unit_test(a_provisioned_private_key_cannot_leave_the_token),
	};
	int failed;

	softhsm_begin();
	softhsm_token("one");
	softhsm_token("two");
	softhsm_key("one", TOKEN_P256, 0, "p256", 1);
	softhsm_key("one", TOKEN_P384, 0, "p384", 2);
	softhsm_key("one", TOKEN_P521, 0, "p521", 3);
	softhsm_key("one", TOKEN_RSA, 3072, "rsa", 4);
	failed = cmocka_run_group_tests_name("token", tests, NULL, NULL);
	softhsm_end();
	return failed;
}
