/* What the log holds of an appliance's approval: anybody can check it, and no
 * octet of it may be another one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "host/log/device.h"
#include "host/log/rules.h"
#include "host/x509/spki.h"
#include "tests/unit/support/soft_key.h"

#define NOW 1790000000

static struct {
	struct soft_key *key;
	uint8_t octets[APPROVAL_SIZE], signature[DEVICE_SIGNATURE];
	uint8_t point[DEVICE_POINT], pinned[SHA256_SIZE];
	struct entry e;
} f;

static int
set_up(void **state)
{
	const struct x509_signer *s;
	struct approval a = {.count = 3, .counter = 7, .board_class = 2};
	struct spki key;
	size_t len;

	(void)state;
	memset(&f, 0, sizeof(f));
	f.key = soft_key_new(ALG_ES256);
	s = soft_key_signer(f.key);
	assert_int_equal(spki_read(s->spki, s->spki_len, &key), ERR_OK);
	memcpy(f.point, key.value.p + 1, DEVICE_POINT);
	sha256(f.point, sizeof(f.point), f.pinned);
	memset(a.root, 1, sizeof(a.root));
	memset(a.certificate, 2, sizeof(a.certificate));
	memset(a.nonce, 3, sizeof(a.nonce));
	a.time = NOW;
	a.expires = NOW + 3600;
	approval_encode(&a, f.octets);
	f.e.kind = ENTRY_APPROVAL;
	f.e.time = NOW + 1;
	f.e.expires = NOW + 3600;
	f.e.count = 3;
	snprintf(f.e.person, sizeof(f.e.person), "p-0123456789abcdef");
	snprintf(f.e.means, sizeof(f.e.means), "appliance");
	snprintf(f.e.key, sizeof(f.e.key), "default");
	memcpy(f.e.root, a.root, SHA256_SIZE);
	memcpy(f.e.certificate, a.certificate, SHA256_SIZE);
	memcpy(f.e.nonce, a.nonce, sizeof(a.nonce));
	approval_digest(&a, f.e.digest);
	assert_int_equal(s->sign(s->arg, f.e.digest, SHA256_SIZE, f.signature,
			     sizeof(f.signature), &len),
	    ERR_OK);
	device_put(f.octets, f.signature, f.point, f.e.device);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	soft_key_free(f.key);
	return 0;
}

static void
what_the_appliance_signed_is_right(void **state)
{
	struct entry back;
	char json[ENTRY_MAX];
	size_t len;

	(void)state;
	assert_null(device_check(&f.e, f.pinned));
	assert_int_equal(entry_compose(&f.e, json, sizeof(json), &len), ERR_OK);
	assert_int_equal(
	    entry_parse(&back, (uint8_t *)json, len, NULL), ERR_OK);
	assert_string_equal(back.device, f.e.device);
	assert_null(device_check(&back, f.pinned));
	/* Others have none. */
	f.e.device[0] = '\0';
	assert_int_equal(entry_compose(&f.e, json, sizeof(json), &len), ERR_OK);
	assert_null(strstr(json, "device"));
}

static void
no_octet_may_change(void **state)
{
	uint8_t *part[] = {f.octets, f.signature, f.point};
	const size_t size[] = {
	    sizeof(f.octets), sizeof(f.signature), sizeof(f.point)};
	size_t p, i;

	(void)state;
	for (p = 0; p < 3; p++) {
		for (i = 0; i < size[p]; i++) {
			part[p][i] ^= 1;
			device_put(f.octets, f.signature, f.point, f.e.device);
			assert_non_null(device_check(&f.e, f.pinned));
			part[p][i] ^= 1;
		}
	}
	device_put(f.octets, f.signature, f.point, f.e.device);
	assert_null(device_check(&f.e, f.pinned));
}

static void
it_must_be_about_its_entry(void **state)
{
	uint8_t *field[] = {
	    f.e.root, f.e.certificate, f.e.nonce, f.e.digest, f.pinned};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(field) / sizeof(field[0]); i++) {
		field[i][0] ^= 1;
		assert_non_null(device_check(&f.e, f.pinned));
		field[i][0] ^= 1;
	}
	f.e.count++;
	assert_non_null(device_check(&f.e, f.pinned));
	f.e.count--;
	f.e.expires++;
	assert_non_null(device_check(&f.e, f.pinned));
	f.e.expires--;
	assert_null(device_check(&f.e, f.pinned));
}

static void
another_form_is_no_entry(void **state)
{
	char json[ENTRY_MAX];
	size_t len;

	(void)state;
	f.e.device[7] = '+';
	assert_int_equal(
	    entry_compose(&f.e, json, sizeof(json), &len), ERR_LOG_ENTRY);
	f.e.device[7] = '\0';
	assert_int_equal(
	    entry_compose(&f.e, json, sizeof(json), &len), ERR_LOG_ENTRY);
}

/* The log's rules know the appliance by the key entry before. */
static void
an_audit_checks_it(void **state)
{
	struct entry key = {.kind = ENTRY_KEY, .time = NOW};
	struct audit_result r;
	struct rules *rules;

	(void)state;
	snprintf(key.name, sizeof(key.name), DEVICE_KEY);
	memcpy(key.digest, f.pinned, SHA256_SIZE);
	rules = rules_new();
	assert_int_equal(rules_push(rules, 0, &f.e, NULL), ERR_LOG_ENTRY);
	rules_free(rules);
	rules = rules_new();
	assert_int_equal(rules_push(rules, 0, &key, NULL), ERR_OK);
	assert_int_equal(rules_push(rules, 1, &f.e, NULL), ERR_OK);
	rules_count(rules, &r);
	assert_int_equal(r.devices, 1);
	assert_int_equal(r.approvals, 1);
	/* Another one was enrolled since. */
	key.time = f.e.time;
	key.digest[0] ^= 1;
	assert_int_equal(rules_push(rules, 2, &key, NULL), ERR_OK);
	assert_int_equal(rules_push(rules, 3, &f.e, NULL), ERR_LOG_ENTRY);
	rules_free(rules);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_the_appliance_signed_is_right),
	    TEST(no_octet_may_change),
	    TEST(it_must_be_about_its_entry),
	    TEST(another_form_is_no_entry),
	    TEST(an_audit_checks_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
