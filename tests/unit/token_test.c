/* hsm/token.h and hsm/provision.h with SoftHSM2 as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hsm/provision.h"
#include "hsm/token.h"
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_algorithm_makes_valid_signatures),
	};
	int failed;

	softhsm_begin();
	softhsm_token("one");
	softhsm_key("one", TOKEN_P256, 0, "p256", 1);
	softhsm_key("one", TOKEN_P384, 0, "p384", 2);
	softhsm_key("one", TOKEN_P521, 0, "p521", 3);
	softhsm_key("one", TOKEN_RSA, 3072, "rsa", 4);
	failed = cmocka_run_group_tests_name("token", tests, NULL, NULL);
	softhsm_end();
	return failed;
}
