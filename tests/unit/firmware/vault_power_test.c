/* The key store, over power that goes at any of its writes. */
#include "tests/unit/firmware/vault_device.h"

static uint8_t one[BOUND_CERTIFICATE], two[700];

/* What may be found after the power went. */
static bool
is_ready_with(const char *pin)
{
	return v.state.key == MSG_KEY_READY &&
	    login_by_buttons(pin) == ERR_OK && signs();
}

static enum err
do_keep(void)
{
	CHECK(make(ALG_ES256) == ERR_OK);
	return vault_calls.keep(&v);
}

static bool
keep_is_all_or_nothing(void)
{
	if (v.state.key == MSG_KEY_NONE)
		return make(ALG_ES256) == ERR_OK &&
		    vault_calls.keep(&v) == ERR_OK && is_ready_with("123456");
	return v.state.pin_tries == VAULT_PIN_TRIES &&
	    v.state.puk_tries == VAULT_PUK_TRIES && is_ready_with("123456");
}

static enum err
do_change(void)
{
	return change("123456", "222222");
}

static bool
one_pin_is_right(void)
{
	if (v.state.pin_tries < VAULT_PIN_TRIES - 1)
		return false;
	return is_ready_with("123456") != is_ready_with("222222");
}

static enum err
do_unblock(void)
{
	return unblock(puk, "222222");
}

static enum err
do_certificate(void)
{
	return vault_calls.put_certificate(&v, one, sizeof(one));
}

static bool
one_certificate_is_there(void)
{
	return has_certificate(one, sizeof(one)) !=
	    has_certificate(two, sizeof(two)) &&
	    is_ready_with("123456");
}

static enum err
do_wipe(void)
{
	return vault_calls.wipe(&v);
}

static bool
wiped_or_as_before(void)
{
	return is_wiped() || one_certificate_is_there();
}

static enum err
do_wrong_login(void)
{
	enum err e = login("999999");

	return e == ERR_PIN_WRONG ? ERR_OK : e;
}

static bool
no_try_is_won(void)
{
	return v.state.pin_tries >= VAULT_PIN_TRIES - 1 &&
	    v.state.pin_tries <= VAULT_PIN_TRIES && is_ready_with("123456");
}

static enum err
do_last_puk(void)
{
	uint8_t wrong[MSG_PUK];
	enum err e;

	memcpy(wrong, puk, sizeof(wrong));
	wrong[0] ^= 1;
	e = unblock(wrong, "222222");
	return e == ERR_KEY_WIPED ? ERR_OK : e;
}

static bool
no_puk_is_won(void)
{
	return is_wiped() ||
	    (v.state.key == MSG_KEY_READY && v.state.puk_tries == 1 &&
		v.state.pin_tries == 0);
}

/* The power goes in the first write, the second, and so on, with nothing, a
 * part, or all of it written; what is found at the next start is right, and
 * still there at the one after. */
static void
power_goes(enum err (*action)(void), bool (*is_right)(void))
{
	static uint8_t before[SECTORS][BOARD_SECTOR];
	static const size_t parts[] = {0, 100, BOARD_SECTOR};
	unsigned i, n = 0;
	enum err e;

	memcpy(before, store, sizeof(before));
	do {
		for (i = 0; i < 3; i++) {
			memcpy(store, before, sizeof(before));
			CHECK(boot() == ERR_OK);
			writes_left = (int)n;
			torn = parts[i];
			e = action();
			CHECK(e == ERR_OK || e == ERR_IO);
			CHECK(e == ERR_IO || power);
			CHECK(boot() == ERR_OK);
			CHECK(is_right());
			CHECK(boot() == ERR_OK);
			CHECK(v.state.key != MSG_KEY_DAMAGED);
		}
		n++;
	} while (e != ERR_OK);
	CHECK(n > 1);
	memcpy(store, before, sizeof(before));
	CHECK(boot() == ERR_OK);
}

static void
power_may_go_at_any_write(void)
{
	unsigned i;

	memset(store, 0, sizeof(store));
	power_goes(do_keep, keep_is_all_or_nothing);
	begin(ALG_ES256);
	power_goes(do_change, one_pin_is_right);
	power_goes(do_wrong_login, no_try_is_won);
	power_goes(do_unblock, one_pin_is_right);
	CHECK(vault_calls.put_certificate(&v, two, sizeof(two)) == ERR_OK);
	power_goes(do_certificate, one_certificate_is_there);
	power_goes(do_wipe, wiped_or_as_before);
	for (i = 1; i < VAULT_PUK_TRIES; i++)
		CHECK(do_last_puk() == ERR_PUK_WRONG);
	/* the last one, and it is right: the key is never lost */
	power_goes(do_unblock, one_pin_is_right);
	for (i = 0; i < VAULT_PIN_TRIES; i++)
		CHECK(login_by_buttons("999999") == ERR_PIN_WRONG);
	power_goes(do_last_puk, no_puk_is_won);
}

int
main(void)
{
	if (crypto_rng_init(&rng) != ERR_OK)
		return 1;
	memset(one, 1, sizeof(one));
	memset(two, 2, sizeof(two));
	TAP_RUN(power_may_go_at_any_write);
	return tap_done();
}
