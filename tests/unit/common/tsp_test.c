#include "common/tsp.h"

#include "common/oid.h"
#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"
#include "tests/unit/common/tsp_vectors.h"

static uint8_t octets[4096], nonce[32], imprint[64];
static size_t len;

static void
take(const char *hex)
{
	len = hex_octets(hex, octets);
}

static void
requests_are_written_as_openssl_reads_them(void)
{
	static const uint8_t policy[] = {0x2a, 0x03, 0x04, 0x01};
	struct tsp_request q = {.imprint = imprint, .imprint_len = 32};
	uint8_t out[TSP_REQUEST_CAP];
	size_t n;

	for (n = 0; n < 32; n++)
		imprint[n] = (uint8_t)n;
	CHECK(tsp_request_encode(&q, out, sizeof(out), &len) == ERR_OK);
	CHECK(hex_equal(out, len, TSP_BARE_QUERY));
	q.nonce = nonce;
	q.nonce_len = hex_octets("0000a1b2c3d4e5f60718", nonce);
	q.policy = der_reader(policy, sizeof(policy));
	q.want_certificate = true;
	CHECK(tsp_request_encode(&q, out, sizeof(out), &len) == ERR_OK);
	CHECK(hex_equal(out, len, TSP_FULL_QUERY));
	CHECK(tsp_request_encode(&q, out, len, &n) == ERR_OK && n == len);
	for (; n > 0; n--)
		CHECK(tsp_request_encode(&q, out, n - 1, &len) == ERR_BUFFER);
}

static void
requests_have_limits(void)
{
	struct tsp_request q = {.imprint = imprint, .imprint_len = 64};
	uint8_t out[TSP_REQUEST_CAP], policy[OID_CAP] = {0x2a};

	memset(nonce, 0xff, sizeof(nonce));
	q.nonce = nonce;
	q.nonce_len = TSP_NONCE_MAX;
	q.policy = der_reader(policy, sizeof(policy));
	q.want_certificate = true;
	CHECK(tsp_request_encode(&q, out, sizeof(out), &len) == ERR_OK);
	q.nonce_len++;
	CHECK(tsp_request_encode(&q, out, sizeof(out), &len) == ERR_DER_RANGE);
	q.nonce_len = 1;
	q.imprint_len = 20;
	CHECK(tsp_request_encode(&q, out, sizeof(out), &len) == ERR_ALGORITHM);
}

static void
a_response_gives_its_token(void)
{
	struct tsp_response r;
	size_t i;

	take(TSP_FULL_RESPONSE);
	CHECK(tsp_response_decode(octets, len, &r) == ERR_OK);
	CHECK(r.status == TSP_GRANTED && r.failure == 0 && r.text.len == 0);
	CHECK(hex_equal(r.token.p, r.token.len, TSP_FULL_TOKEN));
	for (i = 0; i < len; i++)
		CHECK(tsp_response_decode(octets, i, &r) != ERR_OK);
	octets[len] = 0;
	CHECK(tsp_response_decode(octets, len + 1, &r) == ERR_DER_SYNTAX);
}

static void
a_refusal_gives_its_reason(void)
{
	struct tsp_response r;
	size_t i;

	/* rejection, "no", badAlg and timeNotAvailable */
	take("3012"
	     "3010"
	     "020102"
	     "3004"
	     "0c026e6f"
	     "0305"
	     "0080020000");
	CHECK(tsp_response_decode(octets, len, &r) == ERR_OK);
	CHECK(r.status == 2 && r.token.len == 0);
	CHECK(r.text.len == 2 && r.text.p[0] == 'n');
	CHECK(r.failure == (1u | 1u << 14));
	CHECK(strcmp(tsp_failure_name(r.failure), "badAlg") == 0);
	CHECK(strcmp(tsp_failure_name(1u << 14), "timeNotAvailable") == 0);
	CHECK(strcmp(tsp_failure_name(1u << 25), "systemFailure") == 0);
	CHECK(strcmp(tsp_failure_name(1u << 30), "unknown failure") == 0);
	CHECK(strcmp(tsp_failure_name(0), "") == 0);
	for (i = 0; i < len; i++)
		CHECK(tsp_response_decode(octets, i, &r) != ERR_OK);
}

static void
a_token_and_its_status_go_together(void)
{
	struct tsp_response r;

	/* granted, and nothing */
	take("30053003020100");
	CHECK(tsp_response_decode(octets, len, &r) == ERR_DER_TRUNCATED);
	/* refused, and something */
	take("300730030201023000");
	CHECK(tsp_response_decode(octets, len, &r) == ERR_DER_SYNTAX);
	/* two tokens */
	take("3009300302010030003000");
	CHECK(tsp_response_decode(octets, len, &r) == ERR_DER_SYNTAX);
	take("300730030201013000");
	CHECK(tsp_response_decode(octets, len, &r) == ERR_OK);
}

static void
what_is_no_response_is_refused(void)
{
	struct tsp_response r;
	const char *html = "<!DOCTYPE html><title>503</title>";

	CHECK(tsp_response_decode((const uint8_t *)html, strlen(html), &r) !=
	    ERR_OK);
	/* failure information of 33 bits, of none, with a wrong first octet */
	take("300d300b0201020306008000000080");
	CHECK(tsp_response_decode(octets, len, &r) == ERR_DER_RANGE);
	take("300730050201020300");
	CHECK(tsp_response_decode(octets, len, &r) == ERR_DER_SYNTAX);
	take("30093007020102030208ff");
	CHECK(tsp_response_decode(octets, len, &r) == ERR_DER_SYNTAX);
}

static void
openssls_timestamp_says_what_openssl_says(void)
{
	struct tsp_info i;
	char text[OID_TEXT];
	size_t n;

	take(TSP_FULL_INFO);
	CHECK(tsp_info_decode(octets, len, &i) == ERR_OK);
	CHECK(oid_to_text(&i.policy, text, sizeof(text)) == ERR_OK);
	CHECK(strcmp(text, "1.2.3.4.1") == 0);
	CHECK(i.hash_size == 32 && i.imprint.len == 32);
	CHECK(i.imprint.p[0] == 0 && i.imprint.p[31] == 31);
	CHECK(i.serial.len == 3 && i.serial.p[2] == TSP_FULL_SERIAL);
	CHECK(i.time == TSP_FULL_SECONDS && i.nanoseconds == TSP_FULL_NANOS);
	CHECK(i.has_accuracy && i.accuracy_seconds == 1);
	CHECK(i.accuracy_micros == 500100 && i.ordering);
	CHECK(i.tsa.len > 0 && i.tsa.p[0] == DER_CONTEXT(4));
	n = hex_octets("00a1b2c3d4e5f60718", nonce);
	CHECK(tsp_nonce_equal(&i, nonce, n));
	CHECK(tsp_nonce_equal(&i, nonce + 1, n - 1));
	CHECK(!tsp_nonce_equal(&i, nonce + 1, n - 2));
	CHECK(!tsp_nonce_equal(&i, nonce + 2, n - 2));
	nonce[n - 1] ^= 1;
	CHECK(!tsp_nonce_equal(&i, nonce, n));
	for (n = 0; n < len; n++)
		CHECK(tsp_info_decode(octets, n, &i) != ERR_OK);
}

static void
what_may_be_absent_is_absent(void)
{
	struct tsp_info i;
	uint8_t zero[1] = {0};

	take(TSP_BARE_INFO);
	CHECK(tsp_info_decode(octets, len, &i) == ERR_OK);
	CHECK(i.time == TSP_BARE_SECONDS && i.nanoseconds == 0);
	CHECK(!i.has_accuracy && !i.ordering && !i.has_nonce);
	CHECK(i.tsa.len == 0);
	CHECK(!tsp_nonce_equal(&i, zero, 1) && !tsp_nonce_equal(&i, zero, 0));
}

/* TSTInfo with a SHA-256 imprint of zeros, and what follows genTime. */
static enum err
info(const char *version, const char *policy, const char *rest)
{
	struct tsp_info out;
	struct der_writer w;
	uint8_t buf[512], part[256];

	der_writer_init(&w, buf, sizeof(buf));
	der_put(&w, part, hex_octets(rest, part));
	der_put_value(&w, DER_GENERALIZED_TIME, "20221221185021Z", 15);
	der_put(&w, part,
	    hex_octets("3031300d0609608648016503040201050004200000000000000000"
		       "000000000000000000000000000000000000000000000000020105",
		part));
	der_put(&w, part, hex_octets(policy, part));
	der_put(&w, part, hex_octets(version, part));
	der_wrap(&w, DER_SEQUENCE, w.cap);
	CHECK(w.err == ERR_OK);
	return tsp_info_decode(w.buf + w.pos, w.cap - w.pos, &out);
}

#define V1 "020101"
#define POLICY "06032a0304"

static void
parts_have_their_values_and_order(void)
{
	CHECK(info(V1, POLICY, "") == ERR_OK);
	CHECK(info("020102", POLICY, "") == ERR_DER_RANGE);
	CHECK(info(V1, "06032a0384", "") == ERR_DER_SYNTAX);
	CHECK(info(V1, "0600", "") == ERR_DER_SYNTAX);
	CHECK(info(V1, POLICY, "3000") == ERR_OK);
	CHECK(info(V1, POLICY, "3003020101") == ERR_OK);
	CHECK(info(V1, POLICY, "3003800101") == ERR_OK);
	CHECK(info(V1, POLICY, "3004800203e7") == ERR_OK); /* 999 */
	CHECK(info(V1, POLICY, "3004800203e8") == ERR_DER_RANGE);
	CHECK(info(V1, POLICY, "3003800100") == ERR_DER_RANGE);
	CHECK(info(V1, POLICY, "30048002007f") == ERR_DER_SYNTAX);
	CHECK(info(V1, POLICY, "30038001ff") == ERR_DER_SYNTAX);
	CHECK(info(V1, POLICY, "3006810101800101") == ERR_DER_SYNTAX);
	CHECK(info(V1, POLICY, "0101ff0201073000") == ERR_DER_SYNTAX);
	CHECK(info(V1, POLICY, "02020007") == ERR_DER_SYNTAX);
	CHECK(info(V1, POLICY, "a0028200") == ERR_OK);
	CHECK(info(V1, POLICY, "a00482008200") == ERR_DER_SYNTAX);
	CHECK(info(V1, POLICY, "a000") == ERR_DER_TRUNCATED);
}

static void
a_critical_extension_is_not_passed_over(void)
{
	CHECK(info(V1, POLICY, "a109300706032a03040400") == ERR_OK);
	CHECK(info(V1, POLICY, "a10c300a06032a03040101ff0400") ==
	    ERR_UNSUPPORTED);
	CHECK(info(V1, POLICY, "a10c300a06032a03040101000400") == ERR_OK);
	CHECK(info(V1, POLICY, "a10b300906032a030404000500") == ERR_DER_SYNTAX);
}

static void
imprints_by_other_hashes_are_refused(void)
{
	struct tsp_info i;

	take(TSP_BARE_INFO);
	CHECK(tsp_info_decode(octets, len, &i) == ERR_OK);
	/* the last octet of the hash's OID: 1 is SHA-256, 4 SHA-224 */
	CHECK(octets[i.imprint.p - octets - 3] == 1);
	octets[i.imprint.p - octets - 3] = 4;
	CHECK(tsp_info_decode(octets, len, &i) == ERR_ALGORITHM);
}

int
main(void)
{
	TAP_RUN(requests_are_written_as_openssl_reads_them);
	TAP_RUN(requests_have_limits);
	TAP_RUN(a_response_gives_its_token);
	TAP_RUN(a_refusal_gives_its_reason);
	TAP_RUN(a_token_and_its_status_go_together);
	TAP_RUN(what_is_no_response_is_refused);
	TAP_RUN(openssls_timestamp_says_what_openssl_says);
	TAP_RUN(what_may_be_absent_is_absent);
	TAP_RUN(parts_have_their_values_and_order);
	TAP_RUN(a_critical_extension_is_not_passed_over);
	TAP_RUN(imprints_by_other_hashes_are_refused);
	return tap_done();
}
