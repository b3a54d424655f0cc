/* Which approvals of an appliance are believed: only those of the enrolled
 * key, about this batch and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "host/base/file.h"
#include "host/daemon/appliance_pin.h"
#include "host/x509/spki.h"
#include "tests/unit/support/scratch.h"
#include "tests/unit/support/soft_key.h"

#define NOW 1790000000

static struct {
	struct scratch scratch;
	char path[SCRATCH_PATH];
	struct soft_key *key, *other;
	struct appliance_pin pin;
	struct appliance_expected x;
	struct approval a;
} f;

static void
point_of(struct soft_key *k, uint8_t out[static APPLIANCE_POINT])
{
	const struct x509_signer *s = soft_key_signer(k);
	struct spki key;

	assert_int_equal(spki_read(s->spki, s->spki_len, &key), ERR_OK);
	assert_int_equal(key.value.len, 1 + APPLIANCE_POINT);
	memcpy(out, key.value.p + 1, APPLIANCE_POINT);
}

static int
set_up(void **state)
{
	(void)state;
	memset(&f, 0, sizeof(f));
	scratch_make(&f.scratch);
	scratch_path(&f.scratch, "appliance", f.path);
	f.key = soft_key_new(ALG_ES256);
	f.other = soft_key_new(ALG_ES256);
	point_of(f.key, f.pin.point);
	memset(f.pin.firmware, 3, SHA256_SIZE);
	f.pin.board_class = APPLIANCE_DEMONSTRATION;
	f.pin.counter = 41;
	memset(f.x.nonce, 4, 32);
	memset(f.x.root, 5, 32);
	memset(f.x.certificate, 6, 32);
	memset(f.x.station, 7, 32);
	memset(f.x.origin, 8, 32);
	f.x.count = 9;
	f.x.begun = NOW;
	f.x.now = NOW + 60;
	f.x.expires = NOW + 3600;
	/* An honest appliance's answer. */
	memcpy(f.a.nonce, f.x.nonce, 32);
	memcpy(f.a.root, f.x.root, 32);
	memcpy(f.a.certificate, f.x.certificate, 32);
	memcpy(f.a.station, f.x.station, 32);
	memcpy(f.a.origin, f.x.origin, 32);
	memcpy(f.a.firmware, f.pin.firmware, 32);
	f.a.count = 9;
	f.a.board_class = APPLIANCE_DEMONSTRATION;
	f.a.counter = 42;
	f.a.time = NOW + 58;
	f.a.expires = NOW + 3600;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	soft_key_free(f.key);
	soft_key_free(f.other);
	scratch_remove(&f.scratch);
	return 0;
}

/* What the check says of f.a, signed by k. */
static enum err
judge_signed(struct soft_key *k)
{
	const struct x509_signer *s = soft_key_signer(k);
	uint8_t octets[APPROVAL_SIZE], digest[SHA256_SIZE], signature[64];
	struct approval out;
	size_t len;

	approval_encode(&f.a, octets);
	approval_digest(&f.a, digest);
	assert_int_equal(s->sign(s->arg, digest, sizeof(digest), signature,
			     sizeof(signature), &len),
	    ERR_OK);
	assert_int_equal(len, 64);
	return appliance_pin_check(&f.pin, &f.x, octets, signature, &out, NULL);
}

static enum err
judge(void)
{
	return judge_signed(f.key);
}

static void
what_was_asked_for_is_believed(void **state)
{
	(void)state;
	assert_int_equal(judge(), ERR_OK);
	f.a.time = f.x.begun;
	assert_int_equal(judge(), ERR_OK);
	f.a.counter = UINT64_MAX;
	assert_int_equal(judge(), ERR_OK);
}

static void
another_key_signs_nothing(void **state)
{
	(void)state;
	assert_int_equal(judge_signed(f.other), ERR_APPROVAL_SIGNATURE);
}

static void
no_octet_of_approval_or_signature_may_change(void **state)
{
	const struct x509_signer *s = soft_key_signer(f.key);
	uint8_t octets[APPROVAL_SIZE], digest[SHA256_SIZE], signature[64];
	struct approval out;
	size_t len, i;

	(void)state;
	approval_encode(&f.a, octets);
	approval_digest(&f.a, digest);
	assert_int_equal(s->sign(s->arg, digest, 32, signature, 64, &len), 0);
	for (i = 0; i < sizeof(octets) + sizeof(signature); i++) {
		uint8_t *p = i < sizeof(octets) ? &octets[i]
						: &signature[i - APPROVAL_SIZE];

		*p ^= 1;
		assert_int_equal(appliance_pin_check(&f.pin, &f.x, octets,
				     signature, &out, NULL),
		    ERR_APPROVAL_SIGNATURE);
		*p ^= 1;
	}
	assert_int_equal(
	    appliance_pin_check(&f.pin, &f.x, octets, signature, &out, NULL),
	    ERR_OK);
}

static void
an_approval_of_something_else_is_refused(void **state)
{
	uint8_t *field[] = {
	    f.a.nonce, f.a.root, f.a.certificate, f.a.station, f.a.origin};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(field) / sizeof(field[0]); i++) {
		field[i][31] ^= 1;
		assert_int_equal(judge(), ERR_APPROVAL_DIFFERS);
		field[i][31] ^= 1;
	}
	f.a.count++;
	assert_int_equal(judge(), ERR_APPROVAL_DIFFERS);
	f.a.count--;
	assert_int_equal(judge(), ERR_OK);
}

static void
times_outside_of_the_window_are_refused(void **state)
{
	(void)state;
	f.a.time = f.x.begun - 1;
	assert_int_equal(judge(), ERR_APPROVAL_DIFFERS);
	f.a.time = f.x.now + 31;
	assert_int_equal(judge(), ERR_APPROVAL_DIFFERS);
	f.a.time = f.x.now;
	f.a.expires++;
	assert_int_equal(judge(), ERR_APPROVAL_DIFFERS);
	f.a.expires--;
	f.x.now = f.x.expires;
	assert_int_equal(judge(), ERR_APPROVAL_EXPIRED);
	f.x.now--;
	assert_int_equal(judge(), ERR_OK);
}

static void
a_counter_that_does_not_grow_is_refused(void **state)
{
	(void)state;
	f.a.counter = 41;
	assert_int_equal(judge(), ERR_APPROVAL_COUNTER);
	f.a.counter = 0;
	assert_int_equal(judge(), ERR_APPROVAL_COUNTER);
}

static void
another_firmware_or_board_is_refused(void **state)
{
	(void)state;
	f.a.firmware[0] ^= 1;
	assert_int_equal(judge(), ERR_APPLIANCE_UNKNOWN);
	f.a.firmware[0] ^= 1;
	f.a.board_class = APPLIANCE_SIMULATOR;
	assert_int_equal(judge(), ERR_APPLIANCE_UNKNOWN);
}

static void
a_pin_outlives_a_restart_and_no_damage(void **state)
{
	struct appliance_pin back;
	uint8_t *text;
	size_t len, i;

	(void)state;
	assert_int_equal(
	    appliance_pin_load(&back, f.path, NULL), ERR_NOT_FOUND);
	assert_int_equal(appliance_pin_store(&f.pin, f.path, NULL), ERR_OK);
	assert_int_equal(appliance_pin_load(&back, f.path, NULL), ERR_OK);
	assert_memory_equal(&back, &f.pin, sizeof(back));
	assert_int_equal(file_read(f.path, 4096, &text, &len, NULL), ERR_OK);
	for (i = 0; i < len; i++) {
		/* Cut off anywhere: damaged, never another pin. */
		assert_int_equal(
		    file_replace(f.path, text, i, 0600, NULL), ERR_OK);
		assert_int_equal(
		    appliance_pin_load(&back, f.path, NULL), ERR_CONFIG_SYNTAX);
	}
	free(text);
}

static void
a_point_off_the_curve_is_no_key(void **state)
{
	uint8_t digest[SHA256_SIZE];

	(void)state;
	assert_int_equal(appliance_pin_digest(f.pin.point, digest), ERR_OK);
	f.pin.point[0] ^= 1;
	assert_int_not_equal(appliance_pin_digest(f.pin.point, digest), ERR_OK);
	assert_int_equal(judge(), ERR_APPROVAL_SIGNATURE);
}

/* What the log names changes with each of them, and with no approval. */
static void
whom_it_believes_is_key_firmware_and_board(void **state)
{
	uint8_t digest[SHA256_SIZE], other[SHA256_SIZE];
	uint8_t *const octet[] = {
	    &f.pin.point[63], &f.pin.firmware[31], &f.pin.board_class};
	size_t i;

	(void)state;
	appliance_pin_whom(&f.pin, digest);
	for (i = 0; i < sizeof(octet) / sizeof(octet[0]); i++) {
		*octet[i] ^= 1;
		appliance_pin_whom(&f.pin, other);
		assert_memory_not_equal(other, digest, sizeof(digest));
		*octet[i] ^= 1;
	}
	f.pin.counter++;
	appliance_pin_whom(&f.pin, other);
	assert_memory_equal(other, digest, sizeof(digest));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_was_asked_for_is_believed),
	    TEST(another_key_signs_nothing),
	    TEST(no_octet_of_approval_or_signature_may_change),
	    TEST(an_approval_of_something_else_is_refused),
	    TEST(times_outside_of_the_window_are_refused),
	    TEST(a_counter_that_does_not_grow_is_refused),
	    TEST(another_firmware_or_board_is_refused),
	    TEST(a_pin_outlives_a_restart_and_no_damage),
	    TEST(a_point_off_the_curve_is_no_key),
	    TEST(whom_it_believes_is_key_firmware_and_board),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
