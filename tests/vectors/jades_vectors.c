/*
 * jades_vectors FILE...: sealed credentials that others have made: the header
 * that this project composes from their certificates, time and content
 * timestamp is theirs to the octet, and their signature is one over the
 * to-be-signed octets that it hashes.
 */
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <string.h>

#include "common/base64.h"
#include "common/jades.h"
#include "common/utc.h"
#include "host/x509/cert.h"
#include "tests/vectors/support.h"

#define OCTETS_MAX (1 << 16)

struct octets {
	uint8_t buf[OCTETS_MAX];
	size_t len;
};

/* What the file says, in the terms of jades.h. */
struct sealed {
	struct jades_header header;
	struct octets chain[BOUND_CHAIN], token, signature;
	const char *protected, *payload;
	const char *skip;
};

static bool
decode(const cJSON *value, struct octets *o, bool url)
{
	const char *text = cJSON_GetStringValue(value);

	if (text == NULL)
		return false;
	return (url ? base64url_decode : base64_decode)(text, strlen(text),
		   o->buf, OCTETS_MAX - 1, &o->len) == ERR_OK;
}

static bool
read_header(const cJSON *json, struct sealed *s)
{
	struct jades_header *h = &s->header;
	const char *alg = cJSON_GetStringValue(
	    cJSON_GetObjectItem(json, "alg"));
	const char *cty = cJSON_GetStringValue(
	    cJSON_GetObjectItem(json, "cty"));
	const char *time = cJSON_GetStringValue(
	    cJSON_GetObjectItem(json, "sigT"));
	const cJSON *value,
	    *tokens = cJSON_GetObjectItem(
		cJSON_GetObjectItem(json, "adoTst"), "tstTokens");

	if (cty == NULL || strcmp(cty, "octet-stream") != 0)
		s->skip = "cty is not that of the profile";
	if (alg == NULL || alg_find(alg, strlen(alg)) == NULL || time == NULL)
		return false;
	h->profile = PROFILE_EDC;
	h->alg = alg_find(alg, strlen(alg))->number;
	h->signing_time = SIGNING_TIME_SIGT;
	if (utc_parse(time, strlen(time), &h->time) != ERR_OK)
		return false;
	cJSON_ArrayForEach(value, cJSON_GetObjectItem(json, "x5c"))
	{
		struct octets *o = &s->chain[h->chain_len];

		if (h->chain_len == BOUND_CHAIN || !decode(value, o, false))
			return false;
		h->chain[h->chain_len].der = o->buf;
		h->chain[h->chain_len++].len = o->len;
	}
	if (tokens == NULL)
		return true;
	h->content_timestamp = s->token.buf;
	if (!decode(cJSON_GetObjectItem(cJSON_GetArrayItem(tokens, 0), "val"),
		&s->token, false))
		return false;
	h->content_timestamp_len = s->token.len;
	return true;
}

static bool
is_signed(const struct sealed *s)
{
	uint8_t payload[SHA256_SIZE], tbs[SHA512_SIZE];
	struct jades_tbs t;
	struct fault fault;
	struct cert c;
	size_t len;
	bool good = false;

	if (cert_parse(&c, s->chain[0].buf, s->chain[0].len, &fault) != ERR_OK)
		return false;
	if (jades_tbs_init(&t, &s->header, NULL) == ERR_OK) {
		jades_tbs_push(
		    &t, (const uint8_t *)s->payload, strlen(s->payload));
		jades_tbs_finish(&t, payload, tbs, &len);
		good = cert_verify_digest(&c, alg_get(s->header.alg), tbs, len,
			   s->signature.buf, s->signature.len) == ERR_OK;
	}
	cert_free(&c);
	return good;
}

static void
run(const char *path)
{
	static struct octets text;
	static struct sealed s;
	const char *name = strrchr(path, '/');
	cJSON *file = NULL, *header = NULL;
	const cJSON *seal;
	size_t len;
	char *buf = read_file(path, &len);
	bool good = false;

	memset(&s, 0, sizeof(s));
	name = name == NULL ? path : name + 1;
	if (buf != NULL)
		file = cJSON_Parse(buf);
	seal = cJSON_GetArrayItem(cJSON_GetObjectItem(file, "signatures"), 0);
	s.payload = cJSON_GetStringValue(cJSON_GetObjectItem(file, "payload"));
	s.protected = cJSON_GetStringValue(
	    cJSON_GetObjectItem(seal, "protected"));
	if (s.payload != NULL &&
	    decode(cJSON_GetObjectItem(seal, "protected"), &text, true) &&
	    decode(
		cJSON_GetObjectItem(seal, "signature"), &s.signature, true)) {
		text.buf[text.len] = '\0';
		header = cJSON_Parse((const char *)text.buf);
		good = header != NULL && read_header(header, &s);
	}
	if (!good)
		s.skip = NULL;
	result(good &&
		jades_header_check(
		    &s.header, s.protected, strlen(s.protected)) == ERR_OK,
	    s.skip, "%s: header is the composed one", name);
	result(good && is_signed(&s), s.skip,
	    "%s: signature is over the composed octets", name);
	cJSON_Delete(header);
	cJSON_Delete(file);
	free(buf);
}

int
main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		run(argv[i]);
	return results_done();
}
