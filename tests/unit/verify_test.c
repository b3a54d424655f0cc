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
#include "common/bounds.h"
#include "common/jades.h"
#include "host/seal/sealed.h"
#include "host/seal/verify.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/make_seal.h"
#include "tests/unit/support/soft_key.h"
#include "tests/unit/support/verify_expect.h"

#define PAYLOAD                                                                \
	"{\"issuer\":{\"eIDASIdentifier\":{\"notation\":\"" MAKE_SEAL_ID       \
	"\"},\"legalName\":{\"en\":\"Test "                                    \
	"University\",\"fr\":\"" MAKE_SEAL_ORGANISATION                        \
	"\"}},\"type\":[\"VerifiableCredential\","                             \
	"\"EuropeanDigitalCredential\"]}"

static int
end(void **state)
{
	(void)state;
	make_seal_end();
	return 0;
}

/* What common/ composes into. */
struct text_sink {
	struct sink sink;
	char text[8000];
	size_t len;
};

static void
put_text(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct text_sink *t = (struct text_sink *)sink;

	assert_true(t->len + len <= sizeof(t->text));
	memcpy(t->text + t->len, buf, len);
	t->len += len;
}

static void
seal_with_common(unsigned alg, enum signing_time form, int64_t time,
    uint8_t **out, size_t *len)
{
	const struct cert *c = make_seal_certificate(alg);
	struct jades_header h = {.profile = PROFILE_EDC,
	    .alg = alg,
	    .chain = {{c->der, c->len}},
	    .chain_len = 1,
	    .signing_time = form,
	    .time = time};
	struct text_sink header = {{put_text}, "", 0};
	uint8_t payload_digest[SHA256_SIZE], digest[SHA512_SIZE];
	uint8_t signature[BOUND_SIGNATURE];
	struct jades_tbs t;
	size_t n, signature_len;

	assert_int_equal(jades_tbs_init(&t, &h, &header.sink), ERR_OK);
	jades_tbs_push(&t, (const uint8_t *)PAYLOAD, strlen(PAYLOAD));
	jades_tbs_finish(&t, payload_digest, digest, &n);
	make_seal_sign(
	    alg, digest, n, signature, sizeof(signature), &signature_len);
	assert_int_equal(
	    sealed_compose(profile_get(PROFILE_EDC), (const uint8_t *)PAYLOAD,
		strlen(PAYLOAD), header.text, header.len, signature,
		signature_len, out, len),
	    ERR_OK);
}

static void
our_own_seals_pass_every_check(void **state)
{
	static const char *const checks[] = {"header", "thumbprint",
	    "certificate", "signing-time", "signature", "chain", "issuer-name",
	    "issuer-identifier"};
	struct verify_result r;
	uint8_t *file;
	unsigned alg;
	size_t len, i;

	(void)state;
	for (alg = ALG_RS256; alg <= ALG_ES512; alg++) {
		seal_with_common(
		    alg, SIGNING_TIME_IAT, MAKE_SEAL_NOW, &file, &len);
		if (verify_now(&r, (char *)file, len) != ERR_OK)
			verify_show(&r);
		assert_int_equal(r.err, ERR_OK);
		for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
			assert_int_equal(
			    verify_verdict_of(&r, 0, checks[i]), VERIFY_PASSED);
		assert_int_equal(verify_verdict_of(&r, UINT_MAX, "canonical"),
		    VERIFY_PASSED);
		assert_int_equal(
		    verify_verdict_of(&r, 0, "timestamp"), VERIFY_NOT_CHECKED);
		assert_int_equal(r.reports[0].level, SEAL_LEVEL_B);
		assert_int_equal(r.reports[0].form, SEAL_LEVEL_B);
		assert_int_equal(r.reports[0].verdict.sub, SUB_NONE);
		assert_int_equal(r.reports[0].claimed, MAKE_SEAL_NOW);
		assert_false(r.reports[0].proven);
		verify_result_free(&r);
		free(file);
	}
}

static void
sigt_is_no_baseline_from_july_2025_on(void **state)
{
	struct verify_result r;
	uint8_t *file;
	size_t len;

	(void)state;
	seal_with_common(
	    ALG_ES256, SIGNING_TIME_SIGT, MAKE_SEAL_NOW, &file, &len);
	assert_int_equal(verify_now(&r, (char *)file, len), ERR_OK);
	assert_int_equal(verify_count(&r, VERIFY_REMARK), 2);
	assert_int_equal(r.reports[0].verdict.sub, SUB_NONE);
	assert_int_equal(r.reports[0].form, SEAL_LEVEL_NONE);
	assert_int_equal(r.reports[0].level, SEAL_LEVEL_NONE);
	verify_result_free(&r);
	free(file);
}

/* Every octet of the file, one bit of it: never valid again. Only changes in
 * the escapes and the letter case of hex digits would be harmless, and this
 * file has none of them in its payload but quotes. */
static void
one_changed_octet_makes_a_seal_invalid(void **state)
{
	struct make_seal m = {.payload = "{\"a\":1}"};
	struct verify_result r;
	size_t len, i;
	char *file = make_seal(&m, &len);

	(void)state;
	assert_int_equal(verify_now(&r, file, len), ERR_OK);
	verify_result_free(&r);
	for (i = 0; i < len; i++) {
		file[i] ^= 1;
		assert_int_not_equal(verify_now(&r, file, len), ERR_OK);
		verify_result_free(&r);
		file[i] ^= 1;
	}
	for (i = 0; i < len; i++) {
		assert_int_not_equal(verify_now(&r, file, i), ERR_OK);
		verify_result_free(&r);
	}
	free(file);
}

#define CERT_PART "\"x5t#S256\":\"@T\",\"x5c\":[\"@C\"]"
#define TIME_PART "\"iat\":1760000000"

static void
every_serialisation_is_read_with_and_without_b64(void **state)
{
	struct make_seal m = {0};
	enum jws_form form;

	(void)state;
	for (form = JWS_COMPACT; form <= JWS_GENERAL; form++) {
		m.form = form;
		m.header = NULL;
		m.payload = "{\"a\":[1,2]}";
		verify_expect(&m, "signature", VERIFY_PASSED);
		m.header = "{\"alg\":\"@A\"," CERT_PART "," TIME_PART "}";
		m.payload = "eyJhIjoxfQ";
		verify_expect(&m, "signature", VERIFY_PASSED);
	}
}

static void
format_is(const char *file, enum err e)
{
	struct verify_result r;

	assert_int_equal(verify_now(&r, file, strlen(file)), e);
	assert_int_equal(
	    verify_verdict_of(&r, UINT_MAX, "format"), VERIFY_FAILED);
	verify_result_free(&r);
}

static void
other_members_and_shapes_are_refused(void **state)
{
	static const char *const bad[] = {"", "{", "[]", "null", "{}", " {}",
	    "\xef\xbb\xbf{}", "a.b", "a.b.c.d", "<?xml version=\"1.0\"?>",
	    "{\"payload\":\"\"}", "{\"payload\":\"\",\"signatures\":[]}",
	    "{\"payload\":\"\",\"signatures\":{}}",
	    "{\"payload\":\"\",\"signatures\":[1]}",
	    "{\"payload\":{},\"signatures\":[{\"protected\":\"\","
	    "\"signature\":\"\"}]}",
	    "{\"payload\":\"\",\"signatures\":[{\"signature\":\"\"}]}",
	    "{\"payload\":\"\",\"signatures\":[{\"protected\":\"\"}]}",
	    "{\"payload\":\"\",\"signatures\":[{\"protected\":\"\","
	    "\"signature\":\"\",\"x\":1}]}",
	    "{\"payload\":\"\",\"signatures\":[{\"protected\":\"\","
	    "\"signature\":\"\",\"header\":{}}]}",
	    "{\"payload\":\"\",\"signatures\":[{\"protected\":\"\","
	    "\"signature\":\"\",\"header\":{\"alg\":\"ES256\"}}]}",
	    "{\"payload\":\"\",\"signatures\":[{\"protected\":\"\","
	    "\"signature\":\"\",\"header\":{\"etsiU\":[],\"kid\":\"\"}}]}",
	    "{\"payload\":\"\",\"protected\":\"\",\"signature\":\"\","
	    "\"signatures\":[{\"protected\":\"\",\"signature\":\"\"}]}",
	    "{\"payload\":\"\",\"signatures\":[{\"protected\":\"\","
	    "\"signature\":\"\"}],\"x\":0}",
	    "{\"payload\":\"\",\"payload\":\"\",\"signatures\":[{"
	    "\"protected\":\"\",\"signature\":\"\"}]}",
	    "{\"payload\":\"\",\"p\\u0061yload\":\"\",\"signatures\":[{"
	    "\"protected\":\"\",\"signature\":\"\"}]}"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		format_is(bad[i], ERR_VERIFY_FORMAT);
}

static void
seals_are_judged_one_by_one(void **state)
{
	struct make_seal m = {.payload = PAYLOAD, .seals = 3};
	struct verify_result r;
	size_t len;
	char *file = make_seal(&m, &len);

	(void)state;
	assert_int_equal(verify_now(&r, file, len), ERR_OK);
	assert_int_equal(r.seals, 3);
	verify_result_free(&r);
	free(file);
	m.break_last = true;
	file = make_seal(&m, &len);
	assert_int_equal(verify_now(&r, file, len), ERR_VERIFY_INVALID);
	assert_int_equal(verify_verdict_of(&r, 0, "signature"), VERIFY_PASSED);
	assert_int_equal(verify_verdict_of(&r, 1, "signature"), VERIFY_PASSED);
	assert_int_equal(verify_verdict_of(&r, 2, "signature"), VERIFY_FAILED);
	assert_int_equal(verify_count(&r, VERIFY_FAILED), 1);
	assert_int_equal(r.reports[1].verdict.sub, SUB_NONE);
	assert_int_equal(r.reports[2].verdict.sub, SUB_SIG_CRYPTO_FAILURE);
	verify_result_free(&r);
	free(file);
	m.break_last = false;
	m.seals = JWS_SEALS;
	file = make_seal(&m, &len);
	assert_int_equal(verify_now(&r, file, len), ERR_OK);
	verify_result_free(&r);
	free(file);
	m.seals = JWS_SEALS + 1;
	file = make_seal(&m, &len);
	format_is(file, ERR_VERIFY_FORMAT);
	free(file);
}

static void
trust_comes_from_the_anchors_alone(void **state)
{
	struct make_seal m = {.payload = PAYLOAD};
	struct verify_options o = {.time = MAKE_SEAL_NOW};
	struct soft_key *key = soft_key_new(ALG_ES256);
	struct make_cert other = {.cn = "Other",
	    .issuer_cn = "Other",
	    .key = soft_key_signer(key),
	    .issuer = soft_key_signer(key),
	    .ca = true,
	    .path_len = -1};
	struct verify_result r;
	struct cert stranger;
	struct fault f;
	size_t len;
	char *file = make_seal(&m, &len);
	const uint8_t *p = (const uint8_t *)file;

	(void)state;
	assert_int_equal(
	    verify_file(&r, p, len, &o, &f), ERR_VERIFY_INDETERMINATE);
	assert_int_equal(verify_verdict_of(&r, 0, "chain"), VERIFY_UNKNOWN);
	verify_result_free(&r);
	make_cert(&other, &stranger);
	o.anchors = &stranger;
	o.anchor_count = 1;
	assert_int_equal(
	    verify_file(&r, p, len, &o, &f), ERR_VERIFY_INDETERMINATE);
	assert_int_equal(verify_verdict_of(&r, 0, "chain"), VERIFY_UNKNOWN);
	assert_int_equal(verify_count(&r, VERIFY_FAILED), 0);
	verify_result_free(&r);
	o.anchors = make_seal_ca();
	/* EN 319 102-1 5.5.4: it may be older than that, nothing proves it */
	o.time = make_seal_certificate(ALG_ES256)->not_after + 1;
	assert_int_equal(
	    verify_file(&r, p, len, &o, &f), ERR_VERIFY_INDETERMINATE);
	assert_int_equal(verify_verdict_of(&r, 0, "chain"), VERIFY_UNKNOWN);
	assert_int_equal(r.reports[0].verdict.sub, SUB_OUT_OF_BOUNDS_NO_POE);
	verify_result_free(&r);
	cert_free(&stranger);
	soft_key_free(key);
	free(file);
}

/* etsiU with the CA of the seal in xVals, as text and as base64url. */
static void
certificates_of_etsiu_are_no_anchors_but_help_find_the_leaf(void **state)
{
	static char unprotected[9000], json[4000], base64[4000];
	const struct cert *leaf = make_seal_certificate(ALG_ES256);
	struct make_seal m = {.payload = "e30", .unprotected = unprotected};
	size_t n;

	(void)state;
	/* no x5c: found by its thumbprint in etsiU */
	m.header = "{\"alg\":\"@A\",\"x5t#S256\":\"@T\"," TIME_PART "}";
	base64[base64_encode(leaf->der, leaf->len, base64)] = '\0';
	n = (size_t)snprintf(json, sizeof(json),
	    "{\"xVals\":[{\"x509Cert\":{\"val\":\"%s\"}}]}", base64);
	snprintf(unprotected, sizeof(unprotected),
	    ",\"header\":{\"etsiU\":[%s]}", json);
	verify_expect(&m, "signature", VERIFY_PASSED);
	base64[base64url_encode((uint8_t *)json, n, base64)] = '\0';
	snprintf(unprotected, sizeof(unprotected),
	    ",\"header\":{\"etsiU\":[\"%s\"]}", base64);
	verify_expect(&m, "signature", VERIFY_PASSED);
	m.unprotected = NULL;
	verify_expect(&m, "signature", VERIFY_UNKNOWN);
	/* mixed, empty, or of two members */
	m.header = NULL;
	m.payload = PAYLOAD;
	m.unprotected = unprotected;
	snprintf(unprotected, sizeof(unprotected),
	    ",\"header\":{\"etsiU\":[\"%s\",{\"a\":1}]}", base64);
	verify_expect(&m, "etsiU", VERIFY_FAILED);
	m.unprotected = ",\"header\":{\"etsiU\":[]}";
	verify_expect(&m, "etsiU", VERIFY_FAILED);
	m.unprotected = ",\"header\":{\"etsiU\":[{\"a\":1,\"b\":2}]}";
	verify_expect(&m, "etsiU", VERIFY_FAILED);
	m.unprotected = ",\"header\":{\"etsiU\":[\"e30=\"]}";
	verify_expect(&m, "etsiU", VERIFY_FAILED);
	m.unprotected = ",\"header\":{\"etsiU\":{}}";
	verify_expect(&m, "etsiU", VERIFY_FAILED);
}

static void
a_seal_key_cannot_speak_for_another_organisation(void **state)
{
	static const struct {
		const char *payload, *check;
		enum verify_verdict verdict;
	} cases[] = {
	    {"{\"issuer\":{\"legalName\":{\"en\":\"Other\"}}}", "issuer-name",
		VERIFY_FAILED},
	    {"{\"issuer\":{\"legalName\":{\"en\":[\"Other\","
	     "\"" MAKE_SEAL_ORGANISATION "\"]}}}",
		"issuer-name", VERIFY_PASSED},
	    {"{\"issuer\":{\"legalName\":\"" MAKE_SEAL_ORGANISATION "\"}}",
		"issuer-name", VERIFY_PASSED},
	    {"{\"issuer\":[{\"legalName\":\"" MAKE_SEAL_ORGANISATION "\"}]}",
		"issuer-name", VERIFY_PASSED},
	    {"{\"issuer\":{\"legalName\":{\"en\":\"" MAKE_SEAL_ORGANISATION
	     " \"}}}",
		"issuer-name", VERIFY_FAILED},
	    {"{\"issuer\":{\"legalName\":[]}}", "issuer-name", VERIFY_FAILED},
	    {"{\"issuer\":{\"eIDASIdentifier\":{\"notation\":"
	     "\"VATBE-0123456780\"}}}",
		"issuer-identifier", VERIFY_FAILED},
	    {"{\"issuer\":{\"eIDASIdentifier\":{\"notation\":7}}}",
		"issuer-identifier", VERIFY_FAILED},
	    {"{\"issuer\":\"https://example.invalid\"}", "issuer-name",
		VERIFY_NOT_CHECKED},
	    {"{\"type\":[\"EuropeanDigitalCredential\"],\"issuer\":{"
	     "\"legalName\":\"" MAKE_SEAL_ORGANISATION "\"}}",
		"issuer-identifier", VERIFY_FAILED},
	    {"no JSON", "issuer-name", VERIFY_NOT_CHECKED},
	};
	struct make_seal m = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		m.payload = cases[i].payload;
		verify_expect(&m, cases[i].check, cases[i].verdict);
	}
}

/* White space behind the document is JSON. */
static void
files_have_a_limit(void **state)
{
	struct make_seal m = {.payload = PAYLOAD};
	char *file, *big = malloc(JWS_FILE + 1);
	struct verify_result r;
	size_t len;

	(void)state;
	assert_non_null(big);
	file = make_seal(&m, &len);
	memcpy(big, file, len);
	memset(big + len, ' ', JWS_FILE + 1 - len);
	assert_int_equal(verify_now(&r, big, JWS_FILE), ERR_OK);
	verify_result_free(&r);
	assert_int_equal(verify_now(&r, big, JWS_FILE + 1), ERR_VERIFY_FORMAT);
	verify_result_free(&r);
	free(file);
	free(big);
}

static void
an_algorithm_of_another_key_is_refused(void **state)
{
	struct make_seal m = {.payload = PAYLOAD, .alg = ALG_ES384};

	(void)state;
	m.header = "{\"alg\":\"ES256\"," CERT_PART ",\"b64\":false," TIME_PART
		   ",\"crit\":[\"b64\"]}";
	verify_expect(&m, "signature", VERIFY_FAILED);
	m.alg = ALG_PS256;
	m.header = "{\"alg\":\"RS256\"," CERT_PART ",\"b64\":false," TIME_PART
		   ",\"crit\":[\"b64\"]}";
	verify_expect(&m, "signature", VERIFY_FAILED);
}

static void
findings_cannot_steer_a_terminal(void **state)
{
	struct make_seal m = {
	    .payload = "{\"issuer\":{\"legalName\":\"\\u001b[2J\\u009b"
		       "\xe2\x80\xae\xc3\xa9\xc3\xa9\"}}"};
	struct verify_result r;
	bool seen = false;
	size_t len, i;
	char *file = make_seal(&m, &len);

	(void)state;
	assert_int_equal(verify_now(&r, file, len), ERR_VERIFY_INVALID);
	for (i = 0; i < r.count; i++) {
		assert_null(strchr(r.findings[i].text, 0x1b));
		assert_null(strstr(r.findings[i].text, "\xc2\x9b"));
		assert_null(strstr(r.findings[i].text, "\xe2\x80\xae"));
		if (strstr(r.findings[i].text, "?[2J?????\xc3\xa9\xc3\xa9"))
			seen = true;
	}
	assert_true(seen);
	verify_result_free(&r);
	free(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(our_own_seals_pass_every_check),
	    cmocka_unit_test(sigt_is_no_baseline_from_july_2025_on),
	    cmocka_unit_test(one_changed_octet_makes_a_seal_invalid),
	    cmocka_unit_test(every_serialisation_is_read_with_and_without_b64),
	    cmocka_unit_test(other_members_and_shapes_are_refused),
	    cmocka_unit_test(seals_are_judged_one_by_one),
	    cmocka_unit_test(trust_comes_from_the_anchors_alone),
	    cmocka_unit_test(
		certificates_of_etsiu_are_no_anchors_but_help_find_the_leaf),
	    cmocka_unit_test(a_seal_key_cannot_speak_for_another_organisation),
	    cmocka_unit_test(files_have_a_limit),
	    cmocka_unit_test(an_algorithm_of_another_key_is_refused),
	    cmocka_unit_test(findings_cannot_steer_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
