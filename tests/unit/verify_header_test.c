#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/support/make_seal.h"
#include "tests/unit/support/verify_expect.h"

static int
end(void **state)
{
	(void)state;
	make_seal_end();
	return 0;
}

#define CERT_PART "\"x5t#S256\":\"@T\",\"x5c\":[\"@C\"]"
#define TIME_PART "\"iat\":1760000000"

static void
every_header_rule_is_enforced(void **state)
{
	static const char *const bad[] = {/* alg */
	    "{" CERT_PART "," TIME_PART "}",
	    "{\"alg\":\"none\"," CERT_PART "," TIME_PART "}",
	    "{\"alg\":7," CERT_PART "," TIME_PART "}",
	    "{\"alg\":\"HS256\"," CERT_PART "," TIME_PART "}",
	    /* signing time */
	    "{\"alg\":\"@A\"," CERT_PART "}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART
	    ",\"sigT\":\"2025-01-01T00:00:00Z\"}",
	    "{\"alg\":\"@A\"," CERT_PART ",\"iat\":1760000000.0}",
	    "{\"alg\":\"@A\"," CERT_PART ",\"iat\":176e7}",
	    "{\"alg\":\"@A\"," CERT_PART ",\"iat\":\"1760000000\"}",
	    "{\"alg\":\"@A\"," CERT_PART ",\"iat\":-1}",
	    "{\"alg\":\"@A\"," CERT_PART ",\"iat\":1760000000000}",
	    "{\"alg\":\"@A\"," CERT_PART ",\"sigT\":\"2025-07-01\"}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART ",\"exp\":1759999999}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART ",\"exp\":\"x\"}",
	    /* references to the certificate */
	    "{\"alg\":\"@A\",\"x5c\":[\"@C\"]," TIME_PART "}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART
	    ",\"x5t#o\":{\"digAlg\":\"S256\",\"digVal\":\"@T\"}}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART ",\"x5t\":\"AAAA\"}",
	    /* crit */
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART ",\"crit\":[]}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART ",\"crit\":\"iat\"}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART ",\"crit\":[1]}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART ",\"crit\":[\"alg\"]}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART
	    ",\"new\":1,\"crit\":[\"new\"]}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART ",\"crit\":[\"sigPl\"]}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART
	    ",\"crit\":[\"iat\",\"iat\"]}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART ",\"sigD\":{}}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART ",\"b64\":true}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART
	    ",\"b64\":0,\"crit\":[\"b64\"]}",
	    /* not an object, a name twice, not JSON */
	    "[]", "{\"alg\":\"@A\",\"alg\":\"@A\"," CERT_PART "," TIME_PART "}",
	    "{\"alg\":\"@A\"," CERT_PART "," TIME_PART "", ""};
	struct make_seal m = {.payload = "e30"};
	struct verify_result r;
	size_t i, len;
	char *file;

	(void)state;
	m.header = "{\"alg\":\"@A\"," CERT_PART "," TIME_PART "}";
	verify_expect(&m, "header", VERIFY_PASSED);
	m.header = "{\"alg\":\"@A\"," CERT_PART
		   ",\"sigT\":\"2025-07-14T23:59:59Z\"}";
	file = make_seal(&m, &len); /* before the certificate */
	assert_int_equal(verify_now(&r, file, len), ERR_VERIFY_INVALID);
	assert_int_equal(verify_verdict_of(&r, 0, "header"), VERIFY_PASSED);
	assert_int_equal(
	    verify_verdict_of(&r, 0, "signing-time"), VERIFY_FAILED);
	assert_int_equal(r.reports[0].form, SEAL_LEVEL_B);
	verify_result_free(&r);
	free(file);
	/* a second later it is no baseline signature any more */
	m.header = "{\"alg\":\"@A\"," CERT_PART
		   ",\"sigT\":\"2025-07-15T00:00:00Z\"}";
	file = make_seal(&m, &len);
	assert_int_equal(verify_now(&r, file, len), ERR_VERIFY_INVALID);
	assert_int_equal(r.reports[0].form, SEAL_LEVEL_NONE);
	verify_result_free(&r);
	free(file);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		m.header = bad[i];
		verify_expect(&m, "header", VERIFY_FAILED);
	}
}

static void
all_ways_to_name_the_certificate_are_compared(void **state)
{
	static const char *const good[] = {"\"x5t#S256\":\"@T\"",
	    "\"x5t#o\":{\"digAlg\":\"S256\",\"digVal\":\"@T\"}",
	    "\"sigX5ts\":[{\"digAlg\":\"S256\",\"digVal\":\"@T\"},"
	    "{\"digAlg\":\"S256\",\"digVal\":\"AAAA\"}]"};
	static const char *const wrong[] = {
	    "\"x5t#S256\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
	    "\"x5t#S256\":\"AAAA\"", "\"x5t#S256\":1", "\"x5t#S256\":\"@T=\"",
	    "\"x5t#o\":{\"digAlg\":\"S512\",\"digVal\":\"@T\"}",
	    "\"sigX5ts\":[{\"digAlg\":\"S256\",\"digVal\":\"AAAA\"},"
	    "{\"digAlg\":\"S256\",\"digVal\":\"@T\"}]"};
	struct make_seal m = {.payload = "e30"};
	char header[300];
	size_t i;

	(void)state;
	m.header = header;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(header, sizeof(header),
		    "{\"alg\":\"@A\",%s,\"x5c\":[\"@C\"]," TIME_PART "}",
		    good[i]);
		verify_expect(&m, "thumbprint", VERIFY_PASSED);
	}
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(header, sizeof(header),
		    "{\"alg\":\"@A\",%s,\"x5c\":[\"@C\"]," TIME_PART "}",
		    wrong[i]);
		verify_expect(&m, "thumbprint", VERIFY_FAILED);
	}
	snprintf(header, sizeof(header),
	    "{\"alg\":\"@A\",\"x5t#o\":{\"digAlg\":\"X\",\"digVal\":\"@T\"},"
	    "\"x5c\":[\"@C\"]," TIME_PART "}");
	verify_expect(&m, "thumbprint", VERIFY_UNKNOWN);
	snprintf(header, sizeof(header),
	    "{\"alg\":\"@A\",\"x5t#S256\":\"@T\",\"x5c\":[\"AAAA\"]," TIME_PART
	    "}");
	verify_expect(&m, "certificate", VERIFY_FAILED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_header_rule_is_enforced),
	    cmocka_unit_test(all_ways_to_name_the_certificate_are_compared),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
