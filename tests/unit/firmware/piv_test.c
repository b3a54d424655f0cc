/* The card: the closed list of what it answers, and everything else. */
#include "common/der.h"
#include "tests/unit/firmware/usb_host.h"

#define SELECT "00 a4 04 00 05 a000000308"
#define PIN_RIGHT "00 20 00 80 08 313233343536ffff"
#define PIN_WRONG "00 20 00 80 08 313233343537ffff"
#define GET(tag) "00 cb 3f ff 05 5c03" tag
#define ONES32                                                                 \
	"1111111111111111111111111111111111111111111111111111111111111111"
#define SIGN256 "00 87 11 9a 26 7c24 8200 8120" ONES32 "00"
#define SIGN384                                                                \
	"00 87 14 9a 36 7c34 8200 8130" ONES32                                 \
	"11111111111111111111111111111111 00"

static struct device *d;
static uint8_t out[PIV_ANSWER];
static size_t len;

static void
begin(enum alg_number alg)
{
	free(d);
	d = device_new(alg);
	CHECK(card(d, SELECT) == 0x6113);
}

static void
selects_by_its_name_whole_or_begun(void)
{
	begin(ALG_ES256);
	CHECK(card_apdu(d, "00 a4 04 00 0b a000000308000010000100 00", out,
		  &len) == 0x9000);
	CHECK(len == 19 && out[0] == 0x61);
	CHECK(card(d, "00 a4 04 00 09 a00000030800001000 00") == 0x9000);
	CHECK(card(d, "00 a4 04 00 04 a0000003 00") == 0x6a82);
	CHECK(card(d, "00 a4 04 00 05 a000000309 00") == 0x6a82);
	CHECK(card(d, "00 a4 04 00 0c a00000030800001000010000 00") == 0x6a82);
	CHECK(card(d, "00 a4 00 00 02 3f00") == 0x6a86);
	CHECK(card(d, "00 a4 04 00") == 0x6a82);
}

static void
nothing_before_it_is_selected(void)
{
	free(d);
	d = device_new(ALG_ES256);
	device_arm(d, 0x11);
	CHECK(card(d, PIN_RIGHT) == 0x6985);
	CHECK(card(d, SIGN256) == 0x6985);
	CHECK(card(d, GET("5fc102")) == 0x6985);
	CHECK(d->logins == 0 && d->signatures == 0);
}

static void
objects_are_well_formed_and_others_are_absent(void)
{
	static const char *const absent[] = {GET("5fc10a"), GET("5fc10b"),
	    GET("5fc101"), GET("5fc103"), GET("5fc109"), GET("5fc10c"),
	    GET("5fc121"), "00 cb 3f ff 03 5c017f", "00 cb 3f ff 04 5c027f61"};
	struct der_reader all, inside;
	size_t i;

	begin(ALG_ES256);
	CHECK(card_apdu(d, "00 cb 3f ff 03 5c017e 00", out, &len) == 0x9000);
	CHECK(len == 20 && out[0] == 0x7e);
	CHECK(card_apdu(d, GET("5fc102") "00", out, &len) == 0x9000);
	all = der_reader(out, len);
	CHECK(der_enter(&all, 0x53, &inside) == ERR_OK && der_is_end(&all));
	/* SIMPLE-TLV of SP 800-73: tags that DER has not */
	for (i = 2; i < len; i += 2u + out[i + 1])
		CHECK(out[i] != 0x34 || out[i + 1] == 16);
	CHECK(i == len && out[29] == 0x34);
	CHECK(card_apdu(d, GET("5fc107") "00", out, &len) == 0x9000);
	all = der_reader(out, len);
	CHECK(der_enter(&all, 0x53, &inside) == ERR_OK && der_is_end(&all));
	for (i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		CHECK(card(d, absent[i]) == 0x6a82);
	CHECK(card(d, "00 cb 3f fe 03 5c017e 00") == 0x6a86);
	CHECK(card(d, "00 cb 3f ff") == 0x6a80);
	CHECK(card(d, "00 cb 3f ff 02 5c00") == 0x6a80);
	CHECK(card(d, "00 cb 3f ff 05 5c045fc102") == 0x6a80);
	CHECK(card(d, "00 cb 3f ff 05 5c025fc102") == 0x6a80);
	CHECK(card(d, "00 cb 3f ff 06 5c045fc10200") == 0x6a80);
}

/* Fetches all of the certificate's object with that Le. */
static size_t
fetch(unsigned le, uint8_t *object)
{
	char get[40], more[20];
	unsigned status;
	size_t total = 0;

	snprintf(get, sizeof(get), GET("5fc105") "%02x", le & 0xff);
	snprintf(more, sizeof(more), "00c00000%02x", le & 0xff);
	status = card_apdu(d, get, out, &len);
	for (;;) {
		memcpy(object + total, out, len);
		total += len;
		if (status >> 8 != 0x61)
			break;
		status = card_apdu(d, more, out, &len);
	}
	CHECK(status == 0x9000);
	return total;
}

static void
the_certificate_comes_in_pieces_of_any_size(void)
{
	static uint8_t object[BOUND_CERTIFICATE + 100];
	struct der_reader all, inside, value;
	unsigned le;

	for (le = 1; le <= 256; le++) {
		begin(ALG_ES256);
		len = fetch(le, object);
		all = der_reader(object, len);
		CHECK(der_enter(&all, 0x53, &inside) == ERR_OK);
		CHECK(der_is_end(&all));
		CHECK(der_enter(&inside, 0x70, &value) == ERR_OK);
		CHECK(value.len == 900);
		CHECK(memcmp(value.p, d->certificate, 900) == 0);
	}
	begin(ALG_ES256);
	d->key.certificate_len = BOUND_CERTIFICATE;
	CHECK(fetch(0, object) == BOUND_CERTIFICATE + 13);
	d->key.certificate_len = 0;
	CHECK(card(d, GET("5fc105")) == 0x6a82);
}

static void
a_certificate_that_changes_under_way_is_an_error(void)
{
	begin(ALG_ES256);
	CHECK(card(d, GET("5fc105") "00") == 0x6100);
	d->key.certificate_len++;
	CHECK(card(d, "00 c0 00 00 00") == 0x6f00);
	CHECK(card(d, "00 c0 00 00 00") == 0x6985);
	begin(ALG_ES256);
	d->store_fails = true;
	CHECK(card(d, GET("5fc105") "00") == 0x6f00);
}

static void
what_is_left_is_fetched_only_by_the_next_command(void)
{
	begin(ALG_ES256);
	CHECK(card(d, "00 c0 00 00 00") == 0x9000);
	CHECK(card(d, "00 c0 00 00 00") == 0x6985);
	CHECK(card(d, GET("5fc102")) == 0x613d);
	CHECK(card(d, "00 c0 00 00") == 0x6700);
	CHECK(card(d, "00 c0 01 00 00") == 0x6a86);
	CHECK(card_apdu(d, "00 c0 00 00 10", out, &len) == 0x612d && len == 16);
	CHECK(card(d, "00 20 00 80") == 0x63c4);
	CHECK(card(d, "00 c0 00 00 00") == 0x6985);
}

static void
the_pin_opens_and_its_tries_are_told(void)
{
	begin(ALG_ES256);
	CHECK(card(d, "00 20 00 80") == 0x63c4);
	CHECK(card(d, PIN_WRONG) == 0x63c3);
	CHECK(card(d, PIN_RIGHT) == 0x9000);
	CHECK(strcmp(d->pin, "123456") == 0);
	CHECK(card(d, "00 20 00 80") == 0x9000);
	CHECK(card(d, "00 20 ff 80") == 0x9000);
	CHECK(card(d, "00 20 00 80") == 0x63c4);
	CHECK(card(d, "00 20 00 80 08 3132333435363738") == 0x63c3);
	CHECK(strcmp(d->pin, "12345678") == 0);
}

static void
the_last_try_is_not_a_hosts(void)
{
	int i;

	begin(ALG_ES256);
	for (i = 3; i > 0; i--)
		CHECK(card(d, PIN_WRONG) == 0x63c0u + (unsigned)i);
	CHECK(card(d, PIN_WRONG) == 0x6983);
	CHECK(d->key.pin_tries == 1);
	CHECK(card(d, PIN_RIGHT) == 0x6983);
	CHECK(card(d, "00 20 00 80") == 0x6983);
	CHECK(d->key.pin_tries == 1 && !d->key.is_open);
}

static void
what_is_no_pin_costs_no_try(void)
{
	begin(ALG_ES256);
	CHECK(card(d, "00 20 00 80 06 313233343536") == 0x6700);
	CHECK(card(d, "00 20 00 80 09 313233343536ffffff") == 0x6700);
	CHECK(card(d, "00 20 00 81 08 313233343536ffff") == 0x6a86);
	CHECK(card(d, "00 20 00 00 08 313233343536ffff") == 0x6a86);
	CHECK(card(d, "00 20 01 80 08 313233343536ffff") == 0x6a86);
	CHECK(card(d, "00 20 ff 80 08 313233343536ffff") == 0x6700);
	CHECK(card(d, "10 20 00 80 08 313233343536ffff") == 0x6884);
	CHECK(d->logins == 0);
	CHECK(card(d, "00 20 00 80 08 ffffffffffffffff") == 0x6a80);
	CHECK(d->key.pin_tries == 5);
	d->key.key = MSG_KEY_NONE;
	CHECK(card(d, PIN_RIGHT) == 0x6985);
	CHECK(card(d, "00 20 00 80") == 0x6983);
}

static void
signs_what_is_armed_once(void)
{
	uint8_t raw[64];

	begin(ALG_ES256);
	device_arm(d, 0x11);
	CHECK(card(d, SIGN256) == 0x6982);
	CHECK(card(d, PIN_RIGHT) == 0x9000);
	device_arm(d, 0x11);
	CHECK(card_apdu(d, SIGN256, out, &len) == 0x9000);
	CHECK(out[0] == 0x7c && out[1] == len - 2 && out[2] == 0x82);
	CHECK(der_ecdsa_to_raw(out + 4, len - 4, raw, 32) == ERR_OK);
	CHECK(raw[0] == 0x80 && raw[63] == 1 && raw[62] == 0);
	CHECK(d->signatures == 1 && d->counter == 1);
	CHECK(card(d, SIGN256) == 0x6985);
	CHECK(d->signatures == 1 && d->counter == 1);
}

static void
signs_with_p384(void)
{
	uint8_t raw[96];

	begin(ALG_ES384);
	CHECK(card(d, PIN_RIGHT) == 0x9000);
	CHECK(card(d, SIGN384) == 0x6985);
	device_arm(d, 0x11);
	CHECK(card_apdu(d, SIGN384, out, &len) == 0x9000);
	CHECK(der_ecdsa_to_raw(out + 4, len - 4, raw, 48) == ERR_OK);
	device_arm(d, 0x11);
	CHECK(card(d, SIGN256) == 0x6a86);
	CHECK(card(d, "00 87 14 9a 26 7c24 8200 8120" ONES32) == 0x6a80);
	CHECK(d->signatures == 1);
}

static void
an_unapproved_digest_is_refused(void)
{
	begin(ALG_ES256);
	CHECK(card(d, PIN_RIGHT) == 0x9000);
	CHECK(card(d, SIGN256) == 0x6985);
	device_arm(d, 0x12);
	CHECK(card(d, SIGN256) == 0x6985);
	device_arm(d, 0x11);
	d->ctx.state = STATE_REVIEW;
	CHECK(card(d, SIGN256) == 0x6985);
	device_arm(d, 0x11);
	d->ctx.armed = false;
	CHECK(card(d, SIGN256) == 0x6985);
	CHECK(d->signatures == 0 && d->counter == 0);
	device_arm(d, 0x11);
	d->key_fails = true;
	CHECK(card_apdu(d, SIGN256, out, &len) == 0x6985 && len == 0);
}

static void
no_other_slot_algorithm_or_use(void)
{
	unsigned i;
	char apdu[200];

	begin(ALG_ES256);
	CHECK(card(d, PIN_RIGHT) == 0x9000);
	device_arm(d, 0x11);
	for (i = 0; i < 256; i++) {
		snprintf(apdu, sizeof(apdu),
		    "00 87 11 %02x 26 7c24 8200 8120%s", i, ONES32);
		if (i != 0x9a)
			CHECK(card(d, apdu) == 0x6a81);
		snprintf(apdu, sizeof(apdu),
		    "00 87 %02x 9a 26 7c24 8200 8120%s", i, ONES32);
		if (i != 0x11)
			CHECK(card(d, apdu) == 0x6a86);
	}
	/* ECDH, witness, challenge to a host, mutual authentication */
	CHECK(card(d, "00 87 11 9a 26 7c24 8200 8520" ONES32) == 0x6a81);
	CHECK(card(d, "00 87 11 9a 04 7c02 8000") == 0x6a80);
	CHECK(card(d, "00 87 11 9a 04 7c02 8100") == 0x6a80);
	CHECK(card(d, "00 87 03 9b 04 7c02 8000") == 0x6a81);
	CHECK(d->signatures == 0 && d->ctx.armed);
}

static void
malformed_templates_are_refused(void)
{
	static const char *const bad[] = {"00 87 11 9a", "00 87 11 9a 00",
	    "00 87 11 9a 02 7c00", "00 87 11 9a 01 7c", "00 87 11 9a 02 7c01",
	    "00 87 11 9a 04 7c02 8200", "00 87 11 9a 24 7c22 8120" ONES32,
	    "00 87 11 9a 26 7c24 8200 8121" ONES32,
	    "00 87 11 9a 27 7c24 8200 8120" ONES32 "00 00",
	    "00 87 11 9a 27 7c25 8200 8120" ONES32 "82",
	    "00 87 11 9a 28 7c26 8200 8200 8120" ONES32,
	    "00 87 11 9a 28 7c26 8200 8120" ONES32 "8100",
	    "00 87 11 9a 27 7c25 820111 8120" ONES32,
	    "00 87 11 9a 26 7d24 8200 8120" ONES32,
	    "00 87 11 9a 27 7c8124 8200 8120" ONES32,
	    "00 87 11 9a 25 7c23 8200 811f" ONES32};
	size_t i;

	begin(ALG_ES256);
	CHECK(card(d, PIN_RIGHT) == 0x9000);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		device_arm(d, 0x11);
		CHECK(card(d, bad[i]) == 0x6a80);
	}
	CHECK(d->signatures == 0);
	device_arm(d, 0x11);
	CHECK(card(d, "00 87 11 9a 26 7c24 8120" ONES32 "8200 00") == 0x9000);
}

static void
chains_of_any_cut_are_one_command(void)
{
	static const char digits[] = "7c2482008120" ONES32;
	char apdu[120];
	unsigned cut;

	begin(ALG_ES256);
	CHECK(card(d, PIN_RIGHT) == 0x9000);
	for (cut = 1; cut < 38; cut++) {
		device_arm(d, 0x11);
		snprintf(apdu, sizeof(apdu), "1087119a%02x%.*s", cut,
		    (int)(2 * cut), digits);
		CHECK(card(d, apdu) == 0x9000);
		snprintf(apdu, sizeof(apdu), "0087119a%02x%s00", 38 - cut,
		    digits + 2 * (size_t)cut);
		CHECK(card(d, apdu) == 0x9000);
	}
	CHECK(d->signatures == 37);
}

static void
broken_chains_sign_nothing(void)
{
	static const char first[] = "10 87 11 9a 06 7c24 8200 8120";
	static const char last[] = "00 87 11 9a 20" ONES32;
	static const char *const others[] = {"00 cb 3f ff 03 5c017e",
	    "00 87 14 9a 20" ONES32, "00 87 11 9c 20" ONES32, SELECT, PIN_RIGHT,
	    "00 c0 00 00 00", "00 ff 00 00", "10 20 00 80"};
	size_t i;

	begin(ALG_ES256);
	CHECK(card(d, PIN_RIGHT) == 0x9000);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		device_arm(d, 0x11);
		CHECK(card(d, first) == 0x9000);
		CHECK(card(d, others[i]) == 0x6883);
		CHECK(card(d, last) == 0x6a80);
	}
	CHECK(card(d, first) == 0x9000);
	CHECK(card(d, "00 87") == 0x6700);
	CHECK(card(d, last) == 0x6a80);
	/* room for PIV_ROOM octets, and not for one more */
	for (i = 0; i < PIV_ROOM / 32; i++)
		CHECK(card(d, "10 87 11 9a 20" ONES32) == 0x9000);
	CHECK(card(d, "10 87 11 9a") == 0x9000);
	CHECK(card(d, "10 87 11 9a 01 11") == 0x6700);
	CHECK(card(d, last) == 0x6a80);
	/* power goes in the middle */
	CHECK(card(d, first) == 0x9000);
	piv_reset(&d->ctx);
	CHECK(card(d, SELECT) == 0x6113);
	CHECK(card(d, PIN_RIGHT) == 0x9000);
	CHECK(card(d, last) == 0x6a80);
	CHECK(d->signatures == 0);
}

static void
every_other_instruction_and_class_is_refused(void)
{
	char apdu[40];
	unsigned i, status;

	begin(ALG_ES256);
	d->key.is_open = true;
	device_arm(d, 0x11);
	for (i = 0; i < 256; i++) {
		/* not 47, DB, FF, FA, 2C, 24 either: nothing is written */
		snprintf(apdu, sizeof(apdu), "00 %02x 00 00 01 00", i);
		status = card(d, apdu);
		if (i != 0x20 && i != 0x87 && i != 0xa4 && i != 0xc0 &&
		    i != 0xcb)
			CHECK(status == 0x6d00);
		CHECK(status != 0x9000);
		snprintf(apdu, sizeof(apdu), "%02x cb 3f ff 03 5c017e 00", i);
		status = card(d, apdu);
		if (i != 0)
			CHECK(status == (i == 0x10 ? 0x6884 : 0x6e00));
	}
	CHECK(d->signatures == 0 && d->logins == 0);
}

static void
lengths_that_are_none_are_refused(void)
{
	static uint8_t apdu[CCID_APDU];
	size_t n, lc;

	begin(ALG_ES256);
	for (n = 0; n <= CCID_APDU; n++) {
		for (lc = 0; lc < 256; lc++) {
			memset(apdu, 0, sizeof(apdu));
			apdu[1] = 0xcb;
			apdu[4] = (uint8_t)lc;
			len = piv_apdu(&d->ctx, apdu, n);
			CHECK(len == 2);
			CHECK((apdu[0] == 0x67) ==
			    (n < 4 ||
				(n > 5 &&
				    (lc == 0 ||
					(n != 5 + lc && n != 6 + lc)))));
		}
	}
}

static void
a_card_without_key_signs_nothing(void)
{
	begin(ALG_ES256);
	CHECK(card(d, PIN_RIGHT) == 0x9000);
	device_arm(d, 0x11);
	d->key.key = MSG_KEY_NONE;
	CHECK(card(d, SIGN256) == 0x6985);
	CHECK(card(d, GET("5fc105")) == 0x6a82);
	CHECK(card(d, GET("5fc102") "00") == 0x9000);
}

static void
power_forgets_the_pin(void)
{
	begin(ALG_ES256);
	CHECK(card(d, PIN_RIGHT) == 0x9000);
	piv_reset(&d->ctx);
	CHECK(!d->key.is_open);
	CHECK(card(d, "00 20 00 80") == 0x6985);
}

int
main(void)
{
	TAP_RUN(selects_by_its_name_whole_or_begun);
	TAP_RUN(nothing_before_it_is_selected);
	TAP_RUN(objects_are_well_formed_and_others_are_absent);
	TAP_RUN(the_certificate_comes_in_pieces_of_any_size);
	TAP_RUN(a_certificate_that_changes_under_way_is_an_error);
	TAP_RUN(what_is_left_is_fetched_only_by_the_next_command);
	TAP_RUN(the_pin_opens_and_its_tries_are_told);
	TAP_RUN(the_last_try_is_not_a_hosts);
	TAP_RUN(what_is_no_pin_costs_no_try);
	TAP_RUN(signs_what_is_armed_once);
	TAP_RUN(signs_with_p384);
	TAP_RUN(an_unapproved_digest_is_refused);
	TAP_RUN(no_other_slot_algorithm_or_use);
	TAP_RUN(malformed_templates_are_refused);
	TAP_RUN(chains_of_any_cut_are_one_command);
	TAP_RUN(broken_chains_sign_nothing);
	TAP_RUN(every_other_instruction_and_class_is_refused);
	TAP_RUN(lengths_that_are_none_are_refused);
	TAP_RUN(a_card_without_key_signs_nothing);
	TAP_RUN(power_forgets_the_pin);
	free(d);
	return tap_done();
}
