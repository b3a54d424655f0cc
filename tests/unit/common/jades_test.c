#include "common/jades.h"

#include "common/base64.h"
#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

/* As much of two certificates as the composer reads, and the outside of a
 * timestamp token. The texts and digests below were computed elsewhere. */
static const char first_hex[] =
    "30663064a003020102020800c0ffee01020304300a06082a8648ce3d040302304031"
    "0b300906035504060c024e4c31193017060355040a0c1054657374756e6976657273"
    "69746569743116301406035504030c0d5a6567656c20546573742043410405666972"
    "7374";
static const char second_hex[] =
    "30673065a003020102020800c0ffee01020304300a06082a8648ce3d040302304031"
    "0b300906035504060c024e4c31193017060355040a0c1054657374756e6976657273"
    "69746569743116301406035504030c0d5a6567656c20546573742043410406736563"
    "6f6e64";
static const char token_hex[] = "300b06092a864886f70d010702";

#define KID                                                                    \
	"MFAwRKRCMEAxCzAJBgNVBAYMAk5MMRkwFwYDVQQKDBBUZXN0dW5pdmVyc2l0ZWl0MR"   \
	"YwFAYDVQQDDA1aZWdlbCBUZXN0IENBAggAwP/uAQIDBA=="
#define THUMBPRINT "HxudTzVryph00rDVTOlC76lQ5KNZhCzAvs0zGHS5zNo"
#define FIRST                                                                  \
	"MGYwZKADAgECAggAwP/uAQIDBDAKBggqhkjOPQQDAjBAMQswCQYDVQQGDAJOTDEZMB"   \
	"cGA1UECgwQVGVzdHVuaXZlcnNpdGVpdDEWMBQGA1UEAwwNWmVnZWwgVGVzdCBDQQQF"   \
	"Zmlyc3Q="
#define SECOND                                                                 \
	"MGcwZaADAgECAggAwP/uAQIDBDAKBggqhkjOPQQDAjBAMQswCQYDVQQGDAJOTDEZMB"   \
	"cGA1UECgwQVGVzdHVuaXZlcnNpdGVpdDEWMBQGA1UEAwwNWmVnZWwgVGVzdCBDQQQG"   \
	"c2Vjb25k"
#define BEGIN(alg)                                                             \
	"{\"alg\":\"" alg "\",\"cty\":\"octet-stream\",\"kid\":\"" KID         \
	"\",\"x5t#S256\":\"" THUMBPRINT "\",\"x5c\":[\"" FIRST "\""
#define MIDDLE "],\"typ\":\"jose+json\",\"b64\":false"
#define TOKEN ",\"adoTst\":{\"tstTokens\":[{\"val\":\"MAsGCSqGSIb3DQEHAg==\"}]}"

#define PLAIN BEGIN("ES256") MIDDLE ",\"iat\":1764000000,\"crit\":[\"b64\"]}"

static uint8_t first[128], second[128], token[32];

static struct jades_header
sample(void)
{
	struct jades_header h;

	memset(&h, 0, sizeof(h));
	h.profile = PROFILE_EDC;
	h.alg = ALG_ES256;
	h.chain[0].der = first;
	h.chain[0].len = hex_octets(first_hex, first);
	h.chain_len = 1;
	h.signing_time = SIGNING_TIME_IAT;
	h.time = 1764000000;
	return h;
}

static void
add_second(struct jades_header *h)
{
	h->chain[1].der = second;
	h->chain[1].len = hex_octets(second_hex, second);
	h->chain_len = 2;
}

static void
add_token(struct jades_header *h)
{
	h->content_timestamp = token;
	h->content_timestamp_len = hex_octets(token_hex, token);
}

struct text {
	struct sink sink;
	size_t len;
	char text[2048];
};

static void
append(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct text *t = (struct text *)sink;

	if (len > 0 && len <= sizeof(t->text) - t->len) {
		memcpy(t->text + t->len, buf, len);
		t->len += len;
	}
}

static enum err
compose(const struct jades_header *h, const char *json)
{
	struct text t = {{append}, 0, {0}};
	uint8_t plain[2048];
	size_t len = 0;
	enum err e = jades_header_put(h, &t.sink);

	if (e != ERR_OK) {
		CHECK(t.len == 0);
		return e;
	}
	CHECK(base64url_decode(t.text, t.len, plain, sizeof(plain), &len) ==
	    ERR_OK);
	CHECK(len == strlen(json) && memcmp(plain, json, len) == 0);
	return e;
}

static void
composes_the_header_of_the_standard(void)
{
	struct jades_header h = sample();

	CHECK(compose(&h, PLAIN) == ERR_OK);
	h.alg = ALG_PS384;
	h.time = 0;
	add_second(&h);
	CHECK(compose(&h,
		  BEGIN("PS384") ",\"" SECOND "\"" MIDDLE
				 ",\"iat\":0,\"crit\":[\"b64\"]}") == ERR_OK);
}

static void
composes_the_header_that_edc_wrote_until_2026(void)
{
	struct jades_header h = sample();

	h.alg = ALG_RS256;
	h.signing_time = SIGNING_TIME_SIGT;
	CHECK(compose(&h,
		  BEGIN("RS256") MIDDLE
		  ",\"sigT\":\"2025-11-24T16:00:00Z\","
		  "\"crit\":[\"b64\",\"sigT\"]}") == ERR_OK);
	add_token(&h);
	CHECK(compose(&h,
		  BEGIN("RS256") MIDDLE
		  ",\"sigT\":\"2025-11-24T16:00:00Z\"" TOKEN
		  ",\"crit\":[\"b64\",\"sigT\",\"adoTst\"]}") == ERR_OK);
}

static void
names_a_timestamp_in_crit_only_where_wanted(void)
{
	struct jades_header h = sample();

	/* wanted, but there is none */
	h.crit_content_timestamp = true;
	CHECK(compose(&h, PLAIN) == ERR_OK);
	add_token(&h);
	CHECK(compose(&h,
		  BEGIN("ES256") MIDDLE
		  ",\"iat\":1764000000" TOKEN
		  ",\"crit\":[\"b64\",\"adoTst\"]}") == ERR_OK);
	h.crit_content_timestamp = false;
	CHECK(compose(&h,
		  BEGIN("ES256") MIDDLE ",\"iat\":1764000000" TOKEN
					",\"crit\":[\"b64\"]}") == ERR_OK);
}

static void
refuses_what_has_no_header(void)
{
	struct jades_header h = sample();

	h.profile = PROFILE_XADES;
	CHECK(compose(&h, "") == ERR_PROFILE);
	h = sample();
	h.alg = (enum alg_number)10;
	CHECK(compose(&h, "") == ERR_ALGORITHM);
	h = sample();
	h.chain_len = 0;
	CHECK(compose(&h, "") == ERR_HEADER_COMPOSE);
	h.chain_len = BOUND_CHAIN + 1;
	CHECK(compose(&h, "") == ERR_HEADER_COMPOSE);
	h.chain_len = 2; /* of which the second is not there */
	CHECK(compose(&h, "") == ERR_HEADER_COMPOSE);
	h = sample();
	h.signing_time = (enum signing_time)0;
	CHECK(compose(&h, "") == ERR_HEADER_COMPOSE);
	h = sample();
	h.chain[0].len--;
	CHECK(compose(&h, "") == ERR_CERT_SYNTAX);
	h = sample();
	add_token(&h);
	h.content_timestamp_len++; /* an octet that nobody signed */
	CHECK(compose(&h, "") == ERR_HEADER_COMPOSE);
	h.content_timestamp_len = 0;
	CHECK(compose(&h, "") == ERR_HEADER_COMPOSE);
}

static void
times_have_the_bounds_of_utc(void)
{
	struct jades_header h = sample();

	h.time = 253402300799;
	CHECK(compose(&h,
		  BEGIN("ES256") MIDDLE ",\"iat\":253402300799,"
					"\"crit\":[\"b64\"]}") == ERR_OK);
	h.time++;
	CHECK(compose(&h, "") == ERR_HEADER_COMPOSE);
	h.time = -1;
	CHECK(compose(&h, "") == ERR_HEADER_COMPOSE);
	h.time = INT64_MIN;
	CHECK(compose(&h, "") == ERR_HEADER_COMPOSE);
}

/* A certificate and a token of just that many octets. */
static uint8_t big_certificate[BOUND_CERTIFICATE + 1];
static uint8_t big_token[BOUND_TIMESTAMP + 1];

static void
fill(uint8_t *buf, size_t size, const uint8_t *body, size_t body_len)
{
	memset(buf, 0, size);
	buf[0] = 0x30;
	buf[1] = 0x82;
	buf[2] = (uint8_t)((size - 4) >> 8);
	buf[3] = (uint8_t)(size - 4);
	if (body_len > 0)
		memcpy(buf + 4, body, body_len);
}

static void
count(struct sink *sink, const uint8_t *buf, size_t len)
{
	(void)buf;
	((struct text *)sink)->len += len;
}

static void
certificates_and_tokens_have_bounds(void)
{
	struct jades_header h = sample();
	struct text t = {{count}, 0, {0}};
	size_t i;

	fill(big_certificate, BOUND_CERTIFICATE, first + 2, h.chain[0].len - 2);
	for (i = 0; i < BOUND_CHAIN; i++) {
		h.chain[i].der = big_certificate;
		h.chain[i].len = BOUND_CERTIFICATE;
	}
	h.chain_len = BOUND_CHAIN;
	CHECK(jades_header_put(&h, &t.sink) == ERR_OK);
	CHECK(t.len <= BOUND_HEADER);
	fill(big_token, BOUND_TIMESTAMP, NULL, 0);
	h.content_timestamp = big_token;
	h.content_timestamp_len = BOUND_TIMESTAMP;
	CHECK(jades_header_put(&h, &t.sink) == ERR_OK);

	t.len = 0;
	fill(big_token, BOUND_TIMESTAMP + 1, NULL, 0);
	h.content_timestamp_len++;
	CHECK(jades_header_put(&h, &t.sink) == ERR_HEADER_COMPOSE);
	h.content_timestamp = NULL;
	fill(big_certificate, BOUND_CERTIFICATE + 1, first + 2, 0);
	h.chain[3].len++;
	CHECK(jades_header_put(&h, &t.sink) == ERR_HEADER_COMPOSE);
	CHECK(t.len == 0);
}

static void
a_header_with_any_other_octet_differs(void)
{
	struct jades_header h = sample();
	struct text t = {{append}, 0, {0}};
	size_t i;

	CHECK(jades_header_put(&h, &t.sink) == ERR_OK);
	CHECK(jades_header_check(&h, t.text, t.len) == ERR_OK);
	CHECK(jades_header_check(&h, t.text, t.len - 1) == ERR_HEADER_DIFFERS);
	CHECK(jades_header_check(&h, t.text, t.len + 1) == ERR_HEADER_DIFFERS);
	CHECK(jades_header_check(&h, "", 0) == ERR_HEADER_DIFFERS);
	for (i = 0; i < t.len; i++) {
		t.text[i] ^= 1;
		CHECK(jades_header_check(&h, t.text, t.len) ==
		    ERR_HEADER_DIFFERS);
		t.text[i] ^= 1;
	}
	h.time++;
	CHECK(jades_header_check(&h, t.text, t.len) == ERR_HEADER_DIFFERS);
}

static const char payload[] = "{\"id\":\"urn:credential:1\"}";
#define PAYLOAD_LEN (sizeof(payload) - 1)

/* The digests of a payload that comes in two parts. */
static void
digests(const struct jades_header *h, size_t at, const char *expected)
{
	struct text copy = {{append}, 0, {0}};
	uint8_t digest[32], tbs[64];
	struct jades_tbs t;
	size_t len = 0;

	CHECK(jades_tbs_init(&t, h, &copy.sink) == ERR_OK);
	jades_tbs_push(&t, (const uint8_t *)payload, at);
	jades_tbs_push(&t, (const uint8_t *)payload + at, PAYLOAD_LEN - at);
	jades_tbs_finish(&t, digest, tbs, &len);
	CHECK(hex_equal(digest, 32,
	    "bffcf5395ab44a2214999d6a8f3f33a9ba209d51871a6726ccd021e95fcdc1b"
	    "2"));
	CHECK(len == alg_get(h->alg)->hash_size);
	CHECK(hex_equal(tbs, len, expected));
	CHECK(len == 64 || tbs[len] == 0);
	CHECK(jades_header_check(h, copy.text, copy.len) == ERR_OK);
}

static void
signs_header_dot_payload_however_split(void)
{
	struct jades_header h = sample();
	size_t at;

	for (at = 0; at <= PAYLOAD_LEN; at++)
		digests(&h, at,
		    "79f3fdc44574ad08109e001205c5bd4f430e3724984b05596b0741f3"
		    "33fe34ba");
	h.alg = ALG_ES512;
	h.signing_time = SIGNING_TIME_SIGT;
	add_second(&h);
	add_token(&h);
	for (at = 0; at <= PAYLOAD_LEN; at++)
		digests(&h, at,
		    "45dceca087a4099802c6cb88d8a6ca2655aad47e839618ab3241b056"
		    "304093c2a1ff477ffa1981eed189026c8aff221e6ffea84c2c2fb080"
		    "390c5e35f8740d7d");
}

static void
a_context_that_failed_hashes_nothing(void)
{
	struct jades_header h = sample();
	uint8_t digest[32], tbs[64];
	struct jades_tbs t;
	size_t len = 1;

	h.chain_len = 0;
	CHECK(jades_tbs_init(&t, &h, NULL) == ERR_HEADER_COMPOSE);
	jades_tbs_push(&t, (const uint8_t *)payload, PAYLOAD_LEN);
	jades_tbs_finish(&t, digest, tbs, &len);
	CHECK(len == 0 && digest[0] == 0 && tbs[0] == 0);
}

int
main(void)
{
	TAP_RUN(composes_the_header_of_the_standard);
	TAP_RUN(composes_the_header_that_edc_wrote_until_2026);
	TAP_RUN(names_a_timestamp_in_crit_only_where_wanted);
	TAP_RUN(refuses_what_has_no_header);
	TAP_RUN(times_have_the_bounds_of_utc);
	TAP_RUN(certificates_and_tokens_have_bounds);
	TAP_RUN(a_header_with_any_other_octet_differs);
	TAP_RUN(signs_header_dot_payload_however_split);
	TAP_RUN(a_context_that_failed_hashes_nothing);
	return tap_done();
}
