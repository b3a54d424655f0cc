/* What is hashed piece by piece is what jades.c composes as a whole. */
#include "common/jades_stream.h"

#include <string.h>

#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

/* As much of a certificate as the composer reads, and more behind it. */
static const char certificate_hex[] =
    "30663064a003020102020800c0ffee01020304300a06082a8648ce3d040302304031"
    "0b300906035504060c024e4c31193017060355040a0c1054657374756e6976657273"
    "69746569743116301406035504030c0d5a6567656c20546573742043410405666972"
    "7374";
static const char payload[] = "{\"id\":\"urn:credential:1\"}";

static uint8_t signer[128], token[300], other[2][50];

static struct jades_header
sample(void)
{
	struct jades_header h;
	size_t i;

	memset(&h, 0, sizeof(h));
	for (i = 0; i < sizeof(other[0]); i++) {
		other[0][i] = (uint8_t)i;
		other[1][i] = (uint8_t)(0xff - i);
	}
	h.profile = PROFILE_EDC;
	h.alg = ALG_ES256;
	h.chain[0].der = signer;
	h.chain[0].len = hex_octets(certificate_hex, signer);
	h.chain[1].der = other[0];
	h.chain[1].len = 49;
	h.chain[2].der = other[1];
	h.chain[2].len = 50;
	h.chain_len = 1;
	h.signing_time = SIGNING_TIME_IAT;
	h.time = 1764000000;
	return h;
}

static void
put(struct jades_stream *s, const uint8_t *p, size_t len, size_t step)
{
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = step < len ? step : len;
		jades_stream_value(s, p, n);
	}
}

/* The items of a batch start from one header, each with a copy. */
static void
stream(const struct jades_header *h, size_t step, uint8_t tbs[static 64])
{
	struct jades_stream batch, item;
	uint8_t digest[SHA256_SIZE];
	size_t i, len;

	CHECK(jades_stream_begin(&batch, h->profile, h->alg, h->chain[0].der,
		  h->chain[0].len) == ERR_OK);
	for (i = 1; i < h->chain_len; i++) {
		jades_stream_certificate(&batch);
		put(&batch, h->chain[i].der, h->chain[i].len, step);
	}
	CHECK(jades_stream_time(&batch, h->signing_time, h->time) == ERR_OK);
	item = batch;
	memset(&batch, 0xee, sizeof(batch));
	if (h->content_timestamp != NULL) {
		jades_stream_token(&item);
		put(&item, h->content_timestamp, h->content_timestamp_len,
		    step);
	}
	jades_stream_end(&item, h->crit_content_timestamp);
	jades_tbs_push(
	    &item.tbs, (const uint8_t *)payload, sizeof(payload) - 1);
	jades_tbs_finish(&item.tbs, digest, tbs, &len);
	CHECK(len == alg_get(h->alg)->hash_size);
}

static void
compare(const struct jades_header *h)
{
	uint8_t digest[SHA256_SIZE], whole[64], parts[64];
	struct jades_tbs t;
	size_t len, step;

	CHECK(jades_tbs_init(&t, h, NULL) == ERR_OK);
	jades_tbs_push(&t, (const uint8_t *)payload, sizeof(payload) - 1);
	jades_tbs_finish(&t, digest, whole, &len);
	for (step = 1; step <= sizeof(token); step += step < 8 ? 1 : 73) {
		stream(h, step, parts);
		CHECK(memcmp(whole, parts, sizeof(whole)) == 0);
	}
}

static void
a_stream_is_the_header_of_the_whole(void)
{
	struct jades_header h = sample();
	unsigned alg, form, crit;

	for (alg = ALG_RS256; alg <= ALG_ES512; alg++) {
		h.alg = (enum alg_number)alg;
		for (h.chain_len = 1; h.chain_len <= 3; h.chain_len++) {
			for (form = 1; form <= 2; form++) {
				h.signing_time = (enum signing_time)form;
				compare(&h);
			}
		}
	}
	h.chain_len = 1;
	for (crit = 0; crit < 4; crit++) {
		h.signing_time = (enum signing_time)(1 + crit / 2);
		h.crit_content_timestamp = crit % 2 == 1;
		compare(&h);
	}
}

static void
a_token_of_any_length_is_part_of_it(void)
{
	struct jades_header h = sample();
	unsigned crit;
	size_t len, n;

	h.content_timestamp = token;
	for (len = 0; len <= sizeof(token); len++) {
		n = jades_token_head(len, token);
		/* 130: too long for one octet of length, too short for two */
		CHECK((n == 0) == (len < 2 || len == 130 || len == 259));
		h.content_timestamp_len = len;
		if (n == 0 || (len > 8 && len % 41 != 0))
			continue;
		for (crit = 0; crit < 4; crit++) {
			h.signing_time = (enum signing_time)(1 + crit / 2);
			h.crit_content_timestamp = crit % 2 == 1;
			compare(&h);
		}
	}
	CHECK(jades_token_head(BOUND_TIMESTAMP, token) == 4);
	CHECK(hex_equal(token, 4, "30823ffc"));
}

static void
refuses_what_has_no_header(void)
{
	struct jades_header h = sample();
	const uint8_t *der = h.chain[0].der;
	size_t len = h.chain[0].len;
	struct jades_stream s;

	CHECK(jades_stream_begin(&s, PROFILE_XADES, h.alg, der, len) ==
	    ERR_PROFILE);
	CHECK(jades_stream_begin(&s, PROFILE_EDC, (enum alg_number)10, der,
		  len) == ERR_ALGORITHM);
	CHECK(jades_stream_begin(&s, PROFILE_EDC, h.alg, der, len - 1) ==
	    ERR_CERT_SYNTAX);
	CHECK(jades_stream_begin(&s, PROFILE_EDC, h.alg, der, len) == ERR_OK);
	CHECK(jades_stream_time(&s, (enum signing_time)0, 0) ==
	    ERR_HEADER_COMPOSE);
	CHECK(
	    jades_stream_time(&s, SIGNING_TIME_SIGT, -1) == ERR_HEADER_COMPOSE);
	CHECK(jades_stream_time(&s, SIGNING_TIME_IAT, 253402300800) ==
	    ERR_HEADER_COMPOSE);
}

int
main(void)
{
	TAP_RUN(a_stream_is_the_header_of_the_whole);
	TAP_RUN(a_token_of_any_length_is_part_of_it);
	TAP_RUN(refuses_what_has_no_header);
	return tap_done();
}
