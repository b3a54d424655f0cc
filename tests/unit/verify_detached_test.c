#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/sha256.h"
#include "host/seal/verify.h"
#include "tests/unit/support/make_seal.h"
#include "tests/unit/support/verify_expect.h"

#define CERT_PART "\"x5t#S256\":\"@T\",\"x5c\":[\"@C\"]"
#define TIME_PART "\"iat\":1760000000"

static int
end(void **state)
{
	(void)state;
	make_seal_end();
	return 0;
}

/* Takes a member and the comma behind it out of the file. */
static void
remove_member(char *file, char *member, size_t *len)
{
	char *next = strstr(member, "\",\"") + 2;

	memmove(member, next, *len - (size_t)(next - file));
	*len -= (size_t)(next - member);
}

static void
detached_seals_are_never_called_valid(void **state)
{
	struct make_seal m = {.payload = "", .form = JWS_COMPACT};
	struct verify_result r;
	size_t len;
	char *file = make_seal(&m, &len);

	(void)state;
	assert_int_equal(verify_now(&r, file, len), ERR_VERIFY_INDETERMINATE);
	assert_int_equal(verify_verdict_of(&r, 0, "payload"), VERIFY_UNKNOWN);
	verify_result_free(&r);
	free(file);
}

/* With what is sealed beside it, as it is or in base64url. */
static void
detached_seals_are_valid_with_what_is_sealed(void **state)
{
	static const char payload[] = "{\"a\":1}";
	struct verify_options o = {.anchors = make_seal_ca(),
	    .anchor_count = 1,
	    .time = MAKE_SEAL_NOW,
	    .detached = (const uint8_t *)payload,
	    .detached_len = 7};
	struct make_seal m = {.form = JWS_COMPACT, .payload = "eyJhIjoxfQ"};
	struct verify_result r;
	char *file, *at;
	size_t len;

	(void)state;
	m.header = "{\"alg\":\"@A\"," CERT_PART "," TIME_PART "}";
	file = make_seal(&m, &len);
	/* it is in the file: nothing to be given */
	assert_int_equal(verify_file(&r, (uint8_t *)file, len, &o, NULL),
	    ERR_VERIFY_INDETERMINATE);
	verify_result_free(&r);
	at = strchr(file, '.') + 1;
	memmove(at, at + 10, len - (size_t)(at - file) - 10);
	assert_int_equal(
	    verify_file(&r, (uint8_t *)file, len - 10, &o, NULL), ERR_OK);
	verify_result_free(&r);
	o.detached_len = 6;
	assert_int_equal(verify_file(&r, (uint8_t *)file, len - 10, &o, NULL),
	    ERR_VERIFY_INVALID);
	verify_result_free(&r);
	free(file);
	o.detached_len = 7;
	m = (struct make_seal){.form = JWS_FLATTENED, .payload = payload};
	file = make_seal(&m, &len);
	at = strstr(file, "\"payload\":\"");
	assert_non_null(at);
	remove_member(file, at, &len);
	assert_int_equal(
	    verify_file(&r, (uint8_t *)file, len, &o, NULL), ERR_OK);
	verify_result_free(&r);
	free(file);
}

/* The header holds the digest of what is sealed, in base64url. */
static void
detached_seals_by_digest_are_held_against_it(void **state)
{
	struct verify_options o = {.anchors = make_seal_ca(),
	    .anchor_count = 1,
	    .time = MAKE_SEAL_NOW,
	    .detached = (const uint8_t *)"{\"a\":1}",
	    .detached_len = 7};
	struct make_seal m = {.form = JWS_COMPACT, .payload = ""};
	uint8_t digest[SHA256_SIZE];
	char header[600], hash[64];
	struct verify_result r;
	char *file;
	size_t len;

	(void)state;
	sha256("eyJhIjoxfQ", 10, digest);
	hash[base64url_encode(digest, sizeof(digest), hash)] = '\0';
	snprintf(header, sizeof(header),
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART
	    ",\"sigD\":{\"mId\":\"http://uri.etsi.org/19182/"
	    "ObjectIdByURIHash\",\"pars\":[\"a\"],\"hashM\":\"S256\","
	    "\"hashV\":[\"%s\"]},\"crit\":[\"sigD\"]}",
	    hash);
	m.header = header;
	file = make_seal(&m, &len);
	if (verify_file(&r, (uint8_t *)file, len, &o, NULL) != ERR_OK)
		verify_show(&r);
	assert_int_equal(r.err, ERR_OK);
	verify_result_free(&r);
	o.detached_len = 6;
	assert_int_equal(verify_file(&r, (uint8_t *)file, len, &o, NULL),
	    ERR_VERIFY_INVALID);
	verify_result_free(&r);
	o.detached = NULL;
	assert_int_equal(verify_file(&r, (uint8_t *)file, len, &o, NULL),
	    ERR_VERIFY_INDETERMINATE);
	verify_result_free(&r);
	free(file);
}

#define REFERENCE                                                              \
	"{\"alg\":\"@A\"," CERT_PART "," TIME_PART                             \
	",\"sigD\":{\"mId\":\"http://uri.etsi.org/19182/ObjectIdByURI%s\","    \
	"\"pars\":[\"a\"]%s},\"crit\":[\"sigD\"]}"

/* A detached one, by the digest of that payload in base64url. NULL: not by
 * digest. */
static char *
seal_by_reference(const char *of)
{
	struct make_seal m = {.form = JWS_COMPACT, .payload = ""};
	char header[600], hash[64], more[120] = "";
	uint8_t digest[SHA256_SIZE];
	size_t len;

	if (of != NULL) {
		sha256(of, strlen(of), digest);
		hash[base64url_encode(digest, sizeof(digest), hash)] = '\0';
		snprintf(more, sizeof(more),
		    ",\"hashM\":\"S256\",\"hashV\":[\"%s\"]", hash);
	}
	snprintf(
	    header, sizeof(header), REFERENCE, of == NULL ? "" : "Hash", more);
	m.header = header;
	return make_seal(&m, &len);
}

/* Two of them side by side in one file, with {"a":1} as what is sealed. */
static enum err
verify_parallel(const char *first, const char *second, struct verify_result *r)
{
	struct verify_options o = {.anchors = make_seal_ca(),
	    .anchor_count = 1,
	    .time = MAKE_SEAL_NOW,
	    .detached = (const uint8_t *)"{\"a\":1}",
	    .detached_len = 7};
	char *one = seal_by_reference(first), *two = seal_by_reference(second);
	char file[12000];
	size_t len;

	len = (size_t)snprintf(file, sizeof(file),
	    "{\"signatures\":[{\"protected\":\"%.*s\",\"signature\":\"%s\"},"
	    "{\"protected\":\"%.*s\",\"signature\":\"%s\"}]}",
	    (int)strcspn(one, "."), one, strstr(one, "..") + 2,
	    (int)strcspn(two, "."), two, strstr(two, "..") + 2);
	assert_true(len < sizeof(file));
	free(one);
	free(two);
	return verify_file(r, (uint8_t *)file, len, &o, NULL);
}

static void
every_parallel_seal_is_held_against_what_is_sealed(void **state)
{
	struct verify_result r;

	(void)state;
	if (verify_parallel("eyJhIjoxfQ", "eyJhIjoxfQ", &r) != ERR_OK)
		verify_show(&r);
	assert_int_equal(r.err, ERR_OK);
	verify_result_free(&r);
	assert_int_equal(verify_parallel("eyJhIjoxfQ", "eyJhIjoyfQ", &r),
	    ERR_VERIFY_INVALID);
	assert_int_equal(
	    verify_verdict_of(&r, UINT_MAX, "payload"), VERIFY_FAILED);
	verify_result_free(&r);
	/* they would sign different payloads */
	assert_int_equal(
	    verify_parallel("eyJhIjoxfQ", NULL, &r), ERR_VERIFY_INDETERMINATE);
	assert_int_equal(
	    verify_verdict_of(&r, UINT_MAX, "payload"), VERIFY_UNKNOWN);
	verify_result_free(&r);
}

/* Else the digest would be of one thing and the file show another. */
static void
sigd_does_not_go_with_a_payload_in_the_file(void **state)
{
	static const char header[] =
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART
	    ",\"sigD\":{\"mId\":\"http://uri.etsi.org/19182/"
	    "ObjectIdByURIHash\",\"pars\":[\"a\"],\"hashM\":\"S256\","
	    "\"hashV\":[\"AAAA\"]},\"crit\":[\"sigD\"]}";
	struct make_seal m = {.header = header};
	enum jws_form form;

	(void)state;
	for (form = JWS_FLATTENED; form <= JWS_GENERAL; form++) {
		m.form = form;
		m.payload = "";
		verify_expect(&m, "header", VERIFY_FAILED);
		m.payload = "eyJhIjoxfQ";
		verify_expect(&m, "header", VERIFY_FAILED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(detached_seals_by_digest_are_held_against_it),
	    cmocka_unit_test(
		every_parallel_seal_is_held_against_what_is_sealed),
	    cmocka_unit_test(sigd_does_not_go_with_a_payload_in_the_file),
	    cmocka_unit_test(detached_seals_are_never_called_valid),
	    cmocka_unit_test(detached_seals_are_valid_with_what_is_sealed),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
