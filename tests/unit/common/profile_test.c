/* What the profiles of other JSON than EDC's change: header and what is
 * signed. Digests were computed elsewhere. */
#include "common/profile.h"

#include "common/base64.h"
#include "common/jades_stream.h"
#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

static const char certificate_hex[] =
    "30663064a003020102020800c0ffee01020304300a06082a8648ce3d040302304031"
    "0b300906035504060c024e4c31193017060355040a0c1054657374756e6976657273"
    "69746569743116301406035504030c0d5a6567656c20546573742043410405666972"
    "7374";
static const char token_hex[] = "300b06092a864886f70d010702";

#define BEGIN(alg)                                                             \
	"{\"alg\":\"" alg "\",\"cty\":\"json\",\"kid\":\"MFAwRKRCMEAxCzAJBgNV" \
	"BAYMAk5MMRkwFwYDVQQKDBBUZXN0dW5pdmVyc2l0ZWl0MRYwFAYDVQQDDA1aZWdlbCBU" \
	"ZXN0IENBAggAwP/uAQIDBA==\",\"x5t#S256\":\"HxudTzVryph00rDVTOlC76lQ5K" \
	"NZhCzAvs0zGHS5zNo\",\"x5c\":[\"MGYwZKADAgECAggAwP/uAQIDBDAKBggqhkjO"  \
	"PQQDAjBAMQswCQYDVQQGDAJOTDEZMBcGA1UECgwQVGVzdHVuaXZlcnNpdGVpdDEWMBQG" \
	"A1UEAwwNWmVnZWwgVGVzdCBDQQQFZmlyc3Q=\"]"
#define TOKEN ",\"adoTst\":{\"tstTokens\":[{\"val\":\"MAsGCSqGSIb3DQEHAg==\"}]}"

static uint8_t certificate[128], token[32], payload[511];

static struct jades_header
sample(enum item_profile profile)
{
	static const char letters[] = "\xc3\xa9\xe2\x86\x92";
	struct jades_header h;
	size_t i;

	memcpy(payload, "{\"id\":\"urn:uuid:1\",\"n\":\"", 24);
	for (i = 24; i < 509; i++)
		payload[i] = (uint8_t)letters[(i - 24) % 5];
	memcpy(payload + 509, "\"}", 2);
	memset(&h, 0, sizeof(h));
	h.profile = profile;
	h.alg = ALG_ES256;
	h.chain[0].der = certificate;
	h.chain[0].len = hex_octets(certificate_hex, certificate);
	h.chain_len = 1;
	h.signing_time = SIGNING_TIME_IAT;
	h.time = 1764000000;
	return h;
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

static bool
composes(const struct jades_header *h, const char *json)
{
	struct text t = {{append}, 0, {0}};
	uint8_t plain[2048];
	size_t len = 0;

	CHECK(jades_header_put(h, &t.sink) == ERR_OK);
	CHECK(base64url_decode(t.text, t.len, plain, sizeof(plain), &len) ==
	    ERR_OK);
	return len == strlen(json) && memcmp(plain, json, len) == 0;
}

static void
numbers_and_names_are_those_of_leaves_and_configurations(void)
{
	static const char *const names[] = {
	    "edc", NULL, "json", "json-flattened", "json-compact"};
	unsigned i;

	for (i = 0; i < 5; i++) {
		CHECK((profile_get(i + 1) == NULL) == (names[i] == NULL));
		if (names[i] == NULL)
			continue;
		CHECK(strcmp(profile_get(i + 1)->name, names[i]) == 0);
		CHECK(profile_find(names[i]) == profile_get(i + 1));
	}
	CHECK(profile_get(0) == NULL && profile_get(6) == NULL);
	CHECK(profile_find("") == NULL && profile_find("xades") == NULL);
}

static void
crit_names_what_is_there_and_is_never_empty(void)
{
	struct jades_header h = sample(PROFILE_JSON);

	CHECK(composes(
	    &h, BEGIN("ES256") ",\"typ\":\"jose+json\",\"iat\":1764000000}"));
	h.profile = PROFILE_JSON_FLATTENED;
	CHECK(composes(
	    &h, BEGIN("ES256") ",\"typ\":\"jose+json\",\"iat\":1764000000}"));
	h.signing_time = SIGNING_TIME_SIGT;
	CHECK(composes(&h,
	    BEGIN("ES256") ",\"typ\":\"jose+json\","
			   "\"sigT\":\"2025-11-24T16:00:00Z\","
			   "\"crit\":[\"sigT\"]}"));
	h.content_timestamp = token;
	h.content_timestamp_len = hex_octets(token_hex, token);
	CHECK(composes(&h,
	    BEGIN("ES256") ",\"typ\":\"jose+json\","
			   "\"sigT\":\"2025-11-24T16:00:00Z\"" TOKEN
			   ",\"crit\":[\"sigT\",\"adoTst\"]}"));
	h.signing_time = SIGNING_TIME_IAT;
	CHECK(composes(&h,
	    BEGIN("ES256") ",\"typ\":\"jose+json\",\"iat\":1764000000" TOKEN
			   "}"));
	h.crit_content_timestamp = true;
	CHECK(composes(&h,
	    BEGIN("ES256") ",\"typ\":\"jose+json\",\"iat\":1764000000" TOKEN
			   ",\"crit\":[\"adoTst\"]}"));
	h = sample(PROFILE_JSON_COMPACT);
	CHECK(composes(
	    &h, BEGIN("ES256") ",\"typ\":\"jose\",\"iat\":1764000000}"));
}

/* Of the first len octets of the payload, in two parts; from a copy. */
static void
digests(const struct jades_header *h, size_t len, size_t at,
    uint8_t digest[static 32], uint8_t tbs[static 64])
{
	struct jades_tbs first, t;
	size_t tbs_len = 0;

	CHECK(jades_tbs_init(&first, h, NULL) == ERR_OK);
	jades_tbs_push(&first, payload, at);
	t = first;
	memset(&first, 0xee, sizeof(first));
	jades_tbs_push(&t, payload + at, len - at);
	jades_tbs_finish(&t, digest, tbs, &tbs_len);
	CHECK(tbs_len == alg_get(h->alg)->hash_size);
	CHECK(tbs_len == 64 || tbs[tbs_len] == 0);
}

static void
a_header_that_was_kept_signs_the_same(void)
{
	struct jades_header h = sample(PROFILE_JSON);
	struct text kept = {{append}, 0, {0}};
	uint8_t digest[32], whole[64], tbs[64];
	struct jades_tbs t;
	size_t len;

	h.alg = ALG_ES384;
	digests(&h, sizeof(payload), 7, digest, whole);
	CHECK(jades_header_put(&h, &kept.sink) == ERR_OK);
	CHECK(jades_tbs_under(
		  &t, PROFILE_JSON, ALG_ES384, kept.text, kept.len) == ERR_OK);
	jades_tbs_push(&t, payload, sizeof(payload));
	jades_tbs_finish(&t, digest, tbs, &len);
	CHECK(len == 48 && memcmp(whole, tbs, sizeof(whole)) == 0);
	CHECK(jades_tbs_under(&t, PROFILE_XADES, ALG_ES384, kept.text,
		  kept.len) == ERR_PROFILE);
	CHECK(jades_tbs_under(&t, PROFILE_JSON, (enum alg_number)0, kept.text,
		  kept.len) == ERR_ALGORITHM);
}

static void
signs_the_payload_in_base64url_however_split(void)
{
	static const struct {
		enum alg_number alg;
		const char *tbs;
	} expected[] = {
	    {ALG_ES256,
		"0997fae37534fd7ded07e652ac46ce5fa1f5d0ca4440bd7a79b8d93762411f"
		"91"},
	    {ALG_PS384,
		"a016430d82914077bd24f9e90f1ead118998a982f23c586183d667b4b23d0e"
		"d8e25656ed28380ef2f83d751b050d649a"},
	    {ALG_RS512,
		"147f378c0ced852347c6d68af8d3dfbd6ea3e5100a65d67716f0dbddca271f"
		"bf4ac81cf8f65971b718010f70d31c8747b67c56152c2d90036007bcec1eb9"
		"081c"},
	};
	struct jades_header h = sample(PROFILE_JSON_COMPACT);
	uint8_t digest[32], tbs[64];
	size_t i, at;

	for (i = 0; i < 3; i++) {
		h.alg = expected[i].alg;
		for (at = 0; at <= sizeof(payload); at++) {
			digests(&h, sizeof(payload), at, digest, tbs);
			CHECK(hex_equal(
			    tbs, alg_get(h.alg)->hash_size, expected[i].tbs));
			CHECK(hex_equal(digest, 32,
			    "7f53756e64df06768704553f0e47900e64fda9fbfa5c302cfa"
			    "0edf566e1583be"));
		}
	}
}

static void
a_content_timestamp_is_over_what_is_signed(void)
{
	char text[BASE64URL_LEN(sizeof(payload))];
	uint8_t digest[32], expected[32];

	(void)sample(PROFILE_JSON);
	sha256(payload, sizeof(payload), expected);
	CHECK(jades_content_digest(
		  PROFILE_EDC, payload, sizeof(payload), digest) == ERR_OK);
	CHECK(memcmp(digest, expected, 32) == 0);
	sha256(
	    text, base64url_encode(payload, sizeof(payload), text), expected);
	CHECK(jades_content_digest(
		  PROFILE_JSON, payload, sizeof(payload), digest) == ERR_OK);
	CHECK(memcmp(digest, expected, 32) == 0);
	CHECK(jades_content_digest(PROFILE_XADES, payload, 1, digest) ==
	    ERR_PROFILE);
}

static void
ends_in_the_middle_of_a_group_too(void)
{
	static const char *const expected[] = {
	    "c10cad611a3f0418cfae096b8123bf23a6a0eb52562a5fa73c1ecb4e7091dc5f",
	    "daf5589f7dea331ce3436395fa784d6adf61540e33400bd08caea9436de5c0cd",
	    "9d04ef779c82f4baa935cf756f862869f102f393a75106f662814991cfd04e24",
	    "fe807564677baabbf5d9784a407fb6c629eb05edb7e80ad0126a2e14762c8870"};
	struct jades_header h = sample(PROFILE_JSON_COMPACT);
	uint8_t digest[32], tbs[64];
	size_t len;

	for (len = 0; len < 4; len++) {
		digests(&h, len, len / 2, digest, tbs);
		CHECK(hex_equal(tbs, 32, expected[len]));
	}
}

/* Item after item from a copy of the batch's header, as an appliance does. */
static void
a_stream_signs_the_same(void)
{
	uint8_t digest[32], whole[64], tbs[64];
	struct jades_stream batch, item;
	struct jades_header h;
	size_t at, len;
	unsigned number;

	for (number = PROFILE_JSON; number <= PROFILE_JSON_COMPACT; number++) {
		h = sample((enum item_profile)number);
		digests(&h, sizeof(payload), 0, digest, whole);
		CHECK(jades_stream_begin(&batch, h.profile, h.alg, certificate,
			  h.chain[0].len) == ERR_OK);
		CHECK(jades_stream_time(&batch, h.signing_time, h.time) ==
		    ERR_OK);
		for (at = 0; at <= sizeof(payload); at++) {
			item = batch;
			jades_stream_end(&item, false);
			jades_tbs_push(&item.tbs, payload, at);
			jades_tbs_push(
			    &item.tbs, payload + at, sizeof(payload) - at);
			jades_tbs_finish(&item.tbs, digest, tbs, &len);
			CHECK(memcmp(whole, tbs, sizeof(whole)) == 0);
		}
	}
}

int
main(void)
{
	TAP_RUN(numbers_and_names_are_those_of_leaves_and_configurations);
	TAP_RUN(crit_names_what_is_there_and_is_never_empty);
	TAP_RUN(signs_the_payload_in_base64url_however_split);
	TAP_RUN(a_content_timestamp_is_over_what_is_signed);
	TAP_RUN(ends_in_the_middle_of_a_group_too);
	TAP_RUN(a_header_that_was_kept_signs_the_same);
	TAP_RUN(a_stream_signs_the_same);
	return tap_done();
}
