#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/bounds.h"
#include "host/json/doc.h"
#include "host/seal/jws.h"
#include "host/seal/sealed.h"

#define HEADER "eyJhbGciOiJFUzI1NiJ9"

/* What the next seal is one of. */
static enum item_profile profile = PROFILE_EDC;

static const uint8_t signature[64] = {1, 2, 3, 0xff, 0xfe};

static void
seal(const void *payload, size_t len, uint8_t **out, size_t *out_len)
{
	assert_int_equal(
	    sealed_compose(profile_get(profile), payload, len, HEADER,
		strlen(HEADER), signature, sizeof(signature), out, out_len),
	    ERR_OK);
}

static enum err
check(const uint8_t *file, size_t len, const void *payload, size_t n)
{
	struct fault f;

	return sealed_check(profile_get(profile), file, len, HEADER,
	    strlen(HEADER), payload, n, signature, sizeof(signature), &f);
}

static void
the_file_is_exactly_the_shape_of_edc(void **state)
{
	static const char payload[] =
	    "{\"a\":\"\xc3\xa9 \xe2\x82\xac \xf0\x9d\x84\x9e \\n\x7f/\"}";
	static const char expected[] =
	    "{\"payload\":\"{\\\"a\\\":\\\"\\u00e9 \\u20ac \\ud834\\udd1e "
	    "\\\\n\x7f/\\\"}\",\"signatures\":[{\"protected\":\"" HEADER
	    "\",\"signature\":\"";
	uint8_t *out;
	size_t len;

	(void)state;
	seal(payload, sizeof(payload) - 1, &out, &len);
	assert_true(len > sizeof(expected));
	assert_memory_equal(out, expected, sizeof(expected) - 1);
	assert_memory_equal(out + len - 4, "\"}]}", 4);
	assert_int_equal(check(out, len, payload, sizeof(payload) - 1), ERR_OK);
	free(out);
}

/* Octets 0..0x7f, then code points of every length, often none of them. */
static size_t
make_payload(uint32_t *seed, uint8_t *p, size_t cap)
{
	static const char *const wide[] = {"\xc2\x80", "\xdf\xbf",
	    "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
	    "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
	size_t len, n = 0, k;
	uint32_t density;

	*seed = *seed * 1664525 + 1013904223;
	len = (*seed >> 16) % (cap - 4);
	*seed = *seed * 1664525 + 1013904223;
	density = 1 + (*seed >> 20) % 64;
	while (n < len) {
		*seed = *seed * 1664525 + 1013904223;
		if ((*seed >> 8) % density != 0) {
			p[n++] = (uint8_t)('A' + (*seed >> 16) % 26);
		} else if ((*seed >> 15) & 1) {
			p[n++] = (*seed >> 16) & 0x7f;
		} else {
			k = strlen(wide[(*seed >> 16) & 7]);
			memcpy(p + n, wide[(*seed >> 16) & 7], k);
			n += k;
		}
	}
	return n;
}

static void
any_payload_comes_back_unchanged(void **state)
{
	static uint8_t payload[9000];
	uint32_t seed = 20251124;
	const char *text;
	struct fault f;
	struct doc *d;
	uint8_t *out;
	size_t len, n, i, text_len;

	(void)state;
	for (i = 0; i < 3000; i++) {
		n = make_payload(&seed, payload, i < 2000 ? 80 : 9000);
		seal(payload, n, &out, &len);
		assert_int_equal(check(out, len, payload, n), ERR_OK);
		assert_int_equal(
		    doc_parse(&d, out, len, &DOC_LIMITS_CANON, &f), ERR_OK);
		doc_string(
		    d, doc_get(d, doc_root(d), "payload"), &text, &text_len);
		assert_int_equal(text_len, n);
		assert_memory_equal(text, payload, n);
		doc_free(d);
		free(out);
	}
}

static void
one_changed_octet_anywhere_is_found(void **state)
{
	static const char payload[] = "{\"\xc3\xa9\":\"\xf0\x9d\x84\x9e\\n\"}";
	uint8_t *out;
	size_t len, i;
	unsigned bit;

	(void)state;
	seal(payload, sizeof(payload) - 1, &out, &len);
	for (i = 0; i < len; i++) {
		for (bit = 0; bit < 8; bit++) {
			out[i] ^= (uint8_t)(1u << bit);
			assert_int_not_equal(
			    check(out, len, payload, sizeof(payload) - 1),
			    ERR_OK);
			out[i] ^= (uint8_t)(1u << bit);
		}
	}
	for (i = 0; i < len; i++)
		assert_int_not_equal(
		    check(out, i, payload, sizeof(payload) - 1), ERR_OK);
	out = realloc(out, len + 1);
	assert_non_null(out);
	out[len] = '\n';
	assert_int_equal(check(out, len + 1, payload, sizeof(payload) - 1),
	    ERR_VERIFY_FORMAT);
	free(out);
}

/* The same where whole blocks are compared, with quotation marks and wide
 * characters at every place of a block. */
static void
one_changed_octet_of_many_is_found(void **state)
{
	static uint8_t payload[700];
	uint8_t *out;
	size_t len, i, n = 0;

	(void)state;
	while (n + 2 < sizeof(payload)) {
		if (n % 67 == 5) {
			memcpy(payload + n, "\xc3\xa9", 2);
			n += 2;
		} else {
			payload[n] = n % 13 == 0 ? '"'
			    : n % 29 == 0	 ? '\\'
						 : (uint8_t)('A' + n % 26);
			n++;
		}
	}
	seal(payload, n, &out, &len);
	assert_int_equal(check(out, len, payload, n), ERR_OK);
	for (i = 0; i < 8 * len; i++) {
		out[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_int_not_equal(check(out, len, payload, n), ERR_OK);
		out[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	for (i = 0; i < 8 * n; i++) {
		payload[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_int_equal(
		    check(out, len, payload, n), ERR_VERIFY_INVALID);
		payload[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	free(out);
}

/* Longer, shorter, another octet: at every place of it. */
static void
a_file_of_another_payload_is_found(void **state)
{
	static const char payload[] =
	    "{\"0123456789abcdef\":\"\xc3\xa9 0123456789 \\n\"}";
	const size_t n = sizeof(payload) - 1;
	char other[sizeof(payload)];
	uint8_t *out;
	size_t len, i;

	(void)state;
	seal(payload, n, &out, &len);
	assert_int_equal(check(out, len, payload, n), ERR_OK);
	for (i = 0; i < n; i++) {
		assert_int_equal(
		    check(out, len, payload, i), ERR_VERIFY_INVALID);
		memcpy(other, payload, sizeof(other));
		other[i] ^= 1;
		assert_int_equal(check(out, len, other, n), ERR_VERIFY_INVALID);
	}
	assert_int_equal(check(out, len, payload, n + 1), ERR_VERIFY_INVALID);
	free(out);
}

static void
what_compose_does_not_write_is_refused(void **state)
{
	static const char *const bad[] = {"\\ud834", "\\udd1e", "\\ud834x",
	    "\\ud834\\u0041", "\\u00E9", "\\u00g9", "\\/", "\\0", "\\x41",
	    "\xc3\xa9", "\n", "\\u12"};
	static const char tail[] = "\",\"signatures\":[{\"protected\":\"" HEADER
				   "\",\"signature\":\"";
	char file[400], encoded[100];
	struct fault f;
	size_t i, n;

	(void)state;
	n = base64url_encode(signature, sizeof(signature), encoded);
	encoded[n] = '\0';
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		n = (size_t)snprintf(file, sizeof(file),
		    "{\"payload\":\"%s%s%s\"}]}", bad[i], tail, encoded);
		assert_int_equal(
		    sealed_check(profile_get(profile), (const uint8_t *)file, n,
			HEADER, strlen(HEADER), (const uint8_t *)"x", 1,
			signature, sizeof(signature), &f),
		    ERR_VERIFY_FORMAT);
	}
}

static void
payloads_that_are_no_utf8_are_not_sealed(void **state)
{
	static const char *const bad[] = {"\x80", "\xc0\x80", "\xe0\x80\x80",
	    "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "a\xe2\x82", "\xff",
	    "\xc3\xa9\xc3", "0123456789abcdef\x80"};
	uint8_t *out;
	size_t len, i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(sealed_compose(profile_get(profile),
				     (const uint8_t *)bad[i], strlen(bad[i]),
				     HEADER, strlen(HEADER), signature,
				     sizeof(signature), &out, &len),
		    ERR_UTF8_INVALID);
		assert_null(out);
	}
}

/* The three serialisations of other profiles. */
static void
other_profiles_have_their_serialisations(void **state)
{
	static const struct {
		enum item_profile profile;
		const char *before, *after;
	} forms[] = {
	    {PROFILE_JSON, "{\"payload\":\"",
		"\",\"signatures\":[{\"protected\":\"" HEADER
		"\",\"signature\":\"AQID__4\"}]}"},
	    {PROFILE_JSON_FLATTENED, "{\"payload\":\"",
		"\",\"protected\":\"" HEADER "\",\"signature\":\"AQID__4\"}"},
	    {PROFILE_JSON_COMPACT, HEADER ".", ".AQID__4"},
	};
	char expected[200];
	struct fault f;
	uint8_t *out;
	size_t len, i;

	(void)state;
	for (i = 0; i < 3; i++) {
		profile = forms[i].profile;
		snprintf(expected, sizeof(expected), "%s%s%s", forms[i].before,
		    "eyJhIjoiw6kifQ", forms[i].after);
		assert_int_equal(
		    sealed_compose(profile_get(profile),
			(const uint8_t *)"{\"a\":\"\xc3\xa9\"}", 10, HEADER,
			strlen(HEADER), signature, 5, &out, &len),
		    ERR_OK);
		assert_int_equal(len, strlen(expected));
		assert_memory_equal(out, expected, len);
		assert_int_equal(
		    sealed_check(profile_get(profile), out, len, HEADER,
			strlen(HEADER), (const uint8_t *)"{\"a\":\"\xc3\xa9\"}",
			10, signature, 5, &f),
		    ERR_OK);
		free(out);
	}
	profile = PROFILE_EDC;
}

static void
in_every_serialisation_another_octet_is_found(void **state)
{
	(void)state;
	for (profile = PROFILE_JSON; profile <= PROFILE_JSON_COMPACT;
	     profile++) {
		one_changed_octet_anywhere_is_found(state);
		a_file_of_another_payload_is_found(state);
	}
	profile = PROFILE_EDC;
}

/* Around the parts in which the check reads base64url. */
static void
a_payload_of_any_length_comes_back_from_base64url(void **state)
{
	static uint8_t payload[6200];
	uint8_t *out;
	struct jws j;
	size_t len, n, i;

	(void)state;
	for (i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)(i * 7);
	for (profile = PROFILE_JSON; profile <= PROFILE_JSON_COMPACT;
	     profile++) {
		for (n = 1; n < sizeof(payload); n += n < 3000 ? 61 : 1) {
			seal(payload, n, &out, &len);
			assert_int_equal(check(out, len, payload, n), ERR_OK);
			assert_int_equal(check(out, len, payload, n - 1),
			    ERR_VERIFY_INVALID);
			assert_int_equal(jws_read(&j, out, len, NULL), ERR_OK);
			assert_int_equal(j.form, profile_get(profile)->form);
			assert_int_equal(j.payload_len, BASE64URL_LEN(n));
			jws_free(&j);
			free(out);
		}
	}
	profile = PROFILE_EDC;
}

static void
bounds_hold_at_their_edge(void **state)
{
	uint8_t *payload = malloc(BOUND_PAYLOAD + 1), *out;
	uint8_t big[BOUND_SIGNATURE + 1] = {0};
	size_t len;

	(void)state;
	assert_non_null(payload);
	memset(payload, 0x01, BOUND_PAYLOAD + 1); /* the most escapes */
	seal(payload, BOUND_PAYLOAD, &out, &len);
	assert_true(len > 6u * BOUND_PAYLOAD);
	assert_int_equal(check(out, len, payload, BOUND_PAYLOAD), ERR_OK);
	free(out);
	profile = PROFILE_JSON_COMPACT;
	seal(payload, BOUND_PAYLOAD, &out, &len);
	assert_int_equal(check(out, len, payload, BOUND_PAYLOAD), ERR_OK);
	free(out);
	profile = PROFILE_EDC;
	assert_int_equal(sealed_compose(profile_get(profile), payload,
			     BOUND_PAYLOAD + 1, HEADER, strlen(HEADER),
			     signature, sizeof(signature), &out, &len),
	    ERR_TOO_LARGE);
	assert_int_equal(
	    sealed_compose(profile_get(profile), payload, 1, HEADER,
		strlen(HEADER), big, sizeof(big), &out, &len),
	    ERR_TOO_LARGE);
	assert_int_equal(
	    sealed_compose(profile_get(profile), payload, 1, "a\"b", 3,
		signature, sizeof(signature), &out, &len),
	    ERR_BASE64_SYNTAX);
	free(payload);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_file_is_exactly_the_shape_of_edc),
	    cmocka_unit_test(any_payload_comes_back_unchanged),
	    cmocka_unit_test(one_changed_octet_anywhere_is_found),
	    cmocka_unit_test(one_changed_octet_of_many_is_found),
	    cmocka_unit_test(a_file_of_another_payload_is_found),
	    cmocka_unit_test(what_compose_does_not_write_is_refused),
	    cmocka_unit_test(payloads_that_are_no_utf8_are_not_sealed),
	    cmocka_unit_test(other_profiles_have_their_serialisations),
	    cmocka_unit_test(in_every_serialisation_another_octet_is_found),
	    cmocka_unit_test(a_payload_of_any_length_comes_back_from_base64url),
	    cmocka_unit_test(bounds_hold_at_their_edge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
