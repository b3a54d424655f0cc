/* The key store: what opens it, what counts, what is left of it. */
#include "tests/unit/firmware/vault_device.h"

static void
nothing_is_kept_before_it_is_said(void)
{
	memset(store, 0, sizeof(store));
	CHECK(boot() == ERR_OK);
	CHECK(v.state.key == MSG_KEY_NONE);
	CHECK(login("123456") == ERR_TOKEN_KEY_ABSENT);
	CHECK(vault_calls.keep(&v) == ERR_TOKEN_KEY_ABSENT);
	CHECK(make(ALG_ES256) == ERR_OK);
	CHECK(v.state.key == MSG_KEY_NONE && !v.state.is_open);
	CHECK(!signs());
	vault_calls.drop(&v);
	CHECK(vault_calls.keep(&v) == ERR_TOKEN_KEY_ABSENT);
	CHECK(make(ALG_ES256) == ERR_OK);
	CHECK(boot() == ERR_OK);
	CHECK(v.state.key == MSG_KEY_NONE);
}

static void
a_key_comes_back_with_its_pin(void)
{
	static const enum alg_number algs[] = {ALG_ES256, ALG_ES384};
	size_t i;

	for (i = 0; i < 2; i++) {
		begin(algs[i]);
		CHECK(v.state.key == MSG_KEY_READY && v.state.alg == algs[i]);
		CHECK(v.state.pin_tries == VAULT_PIN_TRIES);
		CHECK(v.state.puk_tries == VAULT_PUK_TRIES);
		CHECK(v.state.station_len == 10);
		CHECK(memcmp(v.state.station, "Hochschule", 10) == 0);
		CHECK(v.state.certificate_len == 0);
		CHECK(!v.state.is_open && !signs());
		CHECK(login("123456") == ERR_OK);
		CHECK(v.state.is_open && signs());
		vault_calls.logout(&v);
		CHECK(!v.state.is_open && !signs());
		CHECK(make(algs[i]) == ERR_KEY_EXISTS);
	}
}

static void
only_what_has_a_form_is_made(void)
{
	struct key_wish wish = {ALG_ES512, 0, octets("S"), octets("123456")};
	static const char *const bad[] = {
	    "", "12345", "123456789", "12345a", "12345/", "12345:"};
	size_t i;

	memset(store, 0, sizeof(store));
	CHECK(boot() == ERR_OK);
	CHECK(vault_calls.make(&v, &wish, puk) == ERR_ALGORITHM);
	wish.alg = ALG_ES256;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		wish.pin = octets(bad[i]);
		CHECK(vault_calls.make(&v, &wish, puk) == ERR_PIN_LENGTH);
	}
	wish.pin = octets("12345678");
	CHECK(vault_calls.make(&v, &wish, puk) == ERR_OK);
	begin(ALG_ES256);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(login(bad[i]) == ERR_PIN_LENGTH);
		CHECK(change("123456", bad[i]) == ERR_PIN_LENGTH);
		CHECK(unblock(puk, bad[i]) == ERR_PIN_LENGTH);
	}
	CHECK(v.state.pin_tries == VAULT_PIN_TRIES);
	CHECK(v.state.puk_tries == VAULT_PUK_TRIES);
}

static void
a_try_is_counted_before_the_pin_is_looked_at(void)
{
	unsigned i;

	begin(ALG_ES256);
	for (i = 1; i < VAULT_PIN_TRIES; i++) {
		CHECK(login("654321") == ERR_PIN_WRONG);
		CHECK(v.state.pin_tries == VAULT_PIN_TRIES - i);
		/* also for who takes the power away at once */
		CHECK(boot() == ERR_OK);
		CHECK(v.state.pin_tries == VAULT_PIN_TRIES - i);
	}
	/* the power goes when it is counted: then not even the right one */
	CHECK(login_by_buttons("123456") == ERR_OK);
	writes_left = 0;
	torn = 0;
	CHECK(login("123456") == ERR_IO);
	CHECK(!v.state.is_open && !signs());
	/* between count and reset */
	CHECK(boot() == ERR_OK);
	writes_left = 1;
	CHECK(login("123456") == ERR_IO);
	CHECK(!v.state.is_open && !signs());
	CHECK(boot() == ERR_OK);
	CHECK(v.state.pin_tries == VAULT_PIN_TRIES - 1);
}

static void
the_last_try_is_for_the_buttons(void)
{
	unsigned i;

	begin(ALG_ES256);
	for (i = 1; i < VAULT_PIN_TRIES; i++)
		CHECK(login("000000") == ERR_PIN_WRONG);
	CHECK(v.state.pin_tries == 1);
	CHECK(login("123456") == ERR_PIN_FINAL_TRY);
	CHECK(change("123456", "222222") == ERR_PIN_FINAL_TRY);
	CHECK(v.state.pin_tries == 1 && !v.state.is_open);
	CHECK(login_by_buttons("123456") == ERR_OK);
	CHECK(v.state.pin_tries == VAULT_PIN_TRIES && signs());
	for (i = 1; i < VAULT_PIN_TRIES; i++)
		CHECK(login("000000") == ERR_PIN_WRONG);
	CHECK(login_by_buttons("000000") == ERR_PIN_WRONG);
	CHECK(v.state.pin_tries == 0);
	CHECK(login("123456") == ERR_PIN_LOCKED);
	CHECK(login_by_buttons("123456") == ERR_PIN_LOCKED);
	CHECK(boot() == ERR_OK);
	CHECK(login_by_buttons("123456") == ERR_PIN_LOCKED);
	/* the PUK leads on */
	CHECK(unblock(puk, "777777") == ERR_OK);
	CHECK(v.state.pin_tries == VAULT_PIN_TRIES && signs());
	CHECK(boot() == ERR_OK);
	CHECK(login("123456") == ERR_PIN_WRONG);
	CHECK(login("777777") == ERR_OK && signs());
}

/* Once for each number of tries there are. */
static void
spend_pin(void)
{
	while (v.state.pin_tries > 1)
		CHECK(login("000000") == ERR_PIN_WRONG);
}

static void
spend_puk(const uint8_t *wrong)
{
	while (v.state.puk_tries > 1)
		CHECK(unblock(wrong, "222222") == ERR_PUK_WRONG);
}

static void
without_pin_and_puk_the_key_is_wiped(void)
{
	uint8_t wrong[MSG_PUK];

	begin(ALG_ES256);
	CHECK(
	    vault_calls.put_certificate(&v, secret, sizeof(secret)) == ERR_OK);
	memcpy(wrong, puk, sizeof(wrong));
	wrong[7] ^= 1;
	spend_puk(wrong);
	CHECK(boot() == ERR_OK);
	CHECK(v.state.puk_tries == 1);
	CHECK(unblock(puk, "123456") == ERR_OK);
	CHECK(v.state.puk_tries == VAULT_PUK_TRIES);
	/* without a PUK there is still the PIN */
	spend_puk(wrong);
	CHECK(unblock(wrong, "222222") == ERR_PUK_WRONG);
	CHECK(v.state.puk_tries == 0);
	CHECK(boot() == ERR_OK);
	CHECK(unblock(puk, "222222") == ERR_PUK_LOCKED);
	CHECK(login("123456") == ERR_OK && signs());
	/* without either, nothing */
	spend_pin();
	CHECK(login_by_buttons("000000") == ERR_KEY_WIPED);
	CHECK(is_wiped());
	CHECK(boot() == ERR_OK);
	CHECK(is_wiped());
	/* the other way round */
	CHECK(make(ALG_ES384) == ERR_OK && vault_calls.keep(&v) == ERR_OK);
	memcpy(wrong, puk, sizeof(wrong));
	wrong[0] ^= 1;
	spend_pin();
	CHECK(login_by_buttons("000000") == ERR_PIN_WRONG);
	spend_puk(wrong);
	CHECK(unblock(wrong, "222222") == ERR_KEY_WIPED);
	CHECK(is_wiped());
	CHECK(make(ALG_ES384) == ERR_OK && vault_calls.keep(&v) == ERR_OK);
	CHECK(signs());
}

static void
an_old_pin_is_good_for_nothing(void)
{
	uint8_t before[2][BOARD_SECTOR];
	unsigned i;

	begin(ALG_ES256);
	memcpy(before, store[VAULT_KEY], sizeof(before));
	CHECK(change("000000", "222222") == ERR_PIN_WRONG);
	CHECK(v.state.pin_tries == VAULT_PIN_TRIES - 1);
	CHECK(change("123456", "87654321") == ERR_OK);
	for (i = 0; i < 2; i++) {
		/* whichever sector is damaged afterwards */
		uint8_t kept[BOARD_SECTOR];

		CHECK(
		    memcmp(before[i], store[VAULT_KEY + i], BOARD_SECTOR) != 0);
		memcpy(kept, store[VAULT_KEY + i], BOARD_SECTOR);
		memset(store[VAULT_KEY + i], 0xff, BOARD_SECTOR);
		CHECK(boot() == ERR_OK);
		CHECK(login("123456") == ERR_PIN_WRONG);
		CHECK(login("87654321") == ERR_OK && signs());
		/* the start has mended it */
		CHECK(memcmp(kept + TWIN_VALUE,
			  store[VAULT_KEY + i] + TWIN_VALUE, 389) == 0);
	}
}

static uint8_t one[BOUND_CERTIFICATE], two[700];

static void
certificates_come_back_and_change(void)
{
	size_t i;

	for (i = 0; i < sizeof(one); i++)
		one[i] = (uint8_t)(i * 3);
	memset(two, 2, sizeof(two));
	begin(ALG_ES256);
	CHECK(has_certificate(one, 0));
	CHECK(vault_calls.put_certificate(&v, one, 0) == ERR_TOO_LARGE);
	CHECK(vault_calls.put_certificate(&v, one, sizeof(one) + 1) ==
	    ERR_TOO_LARGE);
	CHECK(vault_calls.put_certificate(&v, one, sizeof(one)) == ERR_OK);
	CHECK(has_certificate(one, sizeof(one)));
	CHECK(boot() == ERR_OK);
	CHECK(has_certificate(one, sizeof(one)));
	CHECK(vault_calls.put_certificate(&v, two, sizeof(two)) == ERR_OK);
	CHECK(has_certificate(two, sizeof(two)));
	CHECK(boot() == ERR_OK);
	CHECK(has_certificate(two, sizeof(two)));
	CHECK(vault_calls.put_certificate(&v, one, 1) == ERR_OK);
	CHECK(boot() == ERR_OK);
	CHECK(has_certificate(one, 1));
	/* one that is not what it was is none */
	CHECK(vault_calls.put_certificate(&v, two, sizeof(two)) == ERR_OK);
	store[VAULT_CERTIFICATE + VAULT_PLACE + 1][0] ^= 1;
	CHECK(boot() == ERR_OK);
	CHECK(has_certificate(two, 0) && login("123456") == ERR_OK);
}

static void
every_octet_that_counts_is_under_the_mac(void)
{
	static uint8_t before[SECTORS][BOARD_SECTOR];
	unsigned i, s;

	begin(ALG_ES256);
	memcpy(before, store, sizeof(before));
	for (s = VAULT_KEY; s <= VAULT_TRIES; s += VAULT_TRIES - VAULT_KEY) {
		for (i = 0; i < 24 + (s == VAULT_KEY ? 389 : 3) + 32; i += 1) {
			memcpy(store, before, sizeof(before));
			store[s][i] ^= 0x20;
			store[s + 1][i] ^= 0x20;
			CHECK(boot() == ERR_OK);
			CHECK(v.state.key == MSG_KEY_DAMAGED);
			CHECK(login("123456") == ERR_TOKEN_KEY_ABSENT);
		}
	}
	CHECK(make(ALG_ES256) == ERR_KEY_EXISTS);
	CHECK(vault_calls.wipe(&v) == ERR_OK && is_wiped());
	CHECK(boot() == ERR_OK);
	CHECK(is_wiped());
}

static void
the_store_of_another_device_opens_nothing(void)
{
	static const uint8_t other[BOARD_DEVICE_SECRET] = {4, 5, 7};

	begin(ALG_ES256);
	CHECK(vault_load(&v, &rng, other) == ERR_OK);
	CHECK(v.state.key == MSG_KEY_DAMAGED);
	CHECK(login("123456") == ERR_TOKEN_KEY_ABSENT);
}

static void
secrets_are_neither_in_the_store_nor_left_behind(void)
{
	uint8_t number[CRYPTO_P256];

	memset(store, 0, sizeof(store));
	CHECK(boot() == ERR_OK);
	CHECK(make(ALG_ES256) == ERR_OK);
	memcpy(number, v.seal.secret, sizeof(number));
	CHECK(holds(&v, sizeof(v), number, sizeof(number)));
	CHECK(vault_calls.keep(&v) == ERR_OK);
	CHECK(!holds(store, sizeof(store), number, sizeof(number)));
	CHECK(!holds(store, sizeof(store), "123456", 6));
	CHECK(!holds(store, sizeof(store), puk, sizeof(puk)));
	CHECK(!holds(store, sizeof(store), secret, sizeof(secret)));
	vault_calls.logout(&v);
	CHECK(!holds(&v, sizeof(v), number, sizeof(number)));
	CHECK(!holds(&v, sizeof(v), "123456", 6));
	CHECK(!holds(&v, sizeof(v), puk, sizeof(puk)));
	CHECK(!holds(&v, sizeof(v), secret, sizeof(secret)));
	CHECK(login("123456") == ERR_OK);
	CHECK(holds(&v, sizeof(v), number, sizeof(number)));
	CHECK(login("123457") == ERR_PIN_WRONG);
	CHECK(!holds(&v, sizeof(v), number, sizeof(number)));
	CHECK(login("123456") == ERR_OK);
	CHECK(vault_calls.wipe(&v) == ERR_OK);
	CHECK(!holds(&v, sizeof(v), number, sizeof(number)));
}

int
main(void)
{
	if (crypto_rng_init(&rng) != ERR_OK)
		return 1;
	TAP_RUN(nothing_is_kept_before_it_is_said);
	TAP_RUN(a_key_comes_back_with_its_pin);
	TAP_RUN(only_what_has_a_form_is_made);
	TAP_RUN(a_try_is_counted_before_the_pin_is_looked_at);
	TAP_RUN(the_last_try_is_for_the_buttons);
	TAP_RUN(without_pin_and_puk_the_key_is_wiped);
	TAP_RUN(an_old_pin_is_good_for_nothing);
	TAP_RUN(certificates_come_back_and_change);
	TAP_RUN(every_octet_that_counts_is_under_the_mac);
	TAP_RUN(the_store_of_another_device_opens_nothing);
	TAP_RUN(secrets_are_neither_in_the_store_nor_left_behind);
	return tap_done();
}
