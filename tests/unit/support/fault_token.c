#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/support/fault_token.h"
#include "tests/unit/support/p11fault.h"
#include "tests/unit/support/signature.h"
#include "tests/unit/support/softhsm.h"

void
fault_token_begin(void)
{
	softhsm_begin();
	softhsm_token("one");
	softhsm_key("one", TOKEN_P256, 0, "a", 1);
	softhsm_key("one", TOKEN_P256, 0, "b", 2);
	p11fault_begin();
}

void
fault_token_end(void)
{
	softhsm_end();
}

int
fault_token_fresh(void **state)
{
	(void)state;
	p11fault_set("");
	return 0;
}

const char *
fault_token_record(void)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/pin-state", softhsm_folder());
	return path;
}

int
fault_token_fresh_record(void **state)
{
	unlink(fault_token_record());
	return fault_token_fresh(state);
}

struct token *
fault_token_recorded(const char *uri, struct token_detail *detail)
{
	struct token_config c = {.uri = uri,
	    .module = p11fault_module(),
	    .pin_state = fault_token_record()};
	struct token *t;
	enum err e;

	e = token_open(&t, &c, detail);
	if (e != ERR_OK)
		print_error("%s: %s\n", err_text(e), detail->text);
	assert_int_equal(e, ERR_OK);
	return t;
}

enum err
fault_token_login(struct token *t, const char *pin, struct token_detail *detail)
{
	return token_login(
	    t, (const uint8_t *)pin, pin != NULL ? strlen(pin) : 0, detail);
}

struct token *
fault_token_open(const char *uri, unsigned sessions,
    const struct token_public_key *expected, struct token_detail *detail)
{
	struct token_config c = {.uri = uri,
	    .module = p11fault_module(),
	    .sessions = sessions,
	    .expected = expected};
	struct token *t;
	enum err e;

	e = token_open(&t, &c, detail);
	if (e == ERR_OK)
		e = fault_token_login(t, SOFTHSM_PIN, detail);
	if (e != ERR_OK)
		print_error("%s: %s\n", err_text(e), detail->text);
	assert_int_equal(e, ERR_OK);
	return t;
}

enum err
fault_token_sign_as(struct token *t, const struct token_public_key *key,
    struct token_detail *detail)
{
	const struct alg *alg = alg_get(ALG_ES256);
	uint8_t digest[32] = {4, 5, 6}, sig[512];
	size_t len;
	enum err e;

	e = token_sign(t, alg, digest, 32, sig, sizeof(sig), &len, detail);
	if (e == ERR_OK && !signature_is_valid(key, alg, digest, sig, len))
		e = ERR_SIGNATURE_INVALID;
	return e;
}

enum err
fault_token_sign(struct token *t, struct token_detail *detail)
{
	struct token_public_key key;

	assert_int_equal(token_public_key(t, &key, detail), ERR_OK);
	return fault_token_sign_as(t, &key, detail);
}
