#include "tests/unit/support/make_stamped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "host/seal/imprint.h"
#include "tests/unit/support/make_token.h"

#define CAP (1u << 20)

struct stamped {
	char *file; /* general, without etsiU */
	size_t len;
	struct jws jws;
	struct etsiu etsiu;
	char *json[ETSIU_MAX];
};

static void
must(int good)
{
	if (!good)
		abort();
}

struct stamped *
stamped_new(const char *payload)
{
	struct make_seal m = {.payload = payload};
	struct stamped *s = calloc(1, sizeof(*s));
	struct fault f;

	must(s != NULL);
	s->file = make_seal(&m, &s->len);
	must(jws_read(&s->jws, (uint8_t *)s->file, s->len, &f) == ERR_OK);
	return s;
}

void
stamped_free(struct stamped *s)
{
	size_t i;

	for (i = 0; i < s->etsiu.count; i++) {
		free(s->json[i]);
		free((char *)(uintptr_t)s->etsiu.element[i].text);
	}
	jws_free(&s->jws);
	free(s->file);
	free(s);
}

void
stamped_add(struct stamped *s, const char *json)
{
	struct etsiu_element *e = &s->etsiu.element[s->etsiu.count];
	size_t len = strlen(json);
	char *text = malloc(BASE64URL_LEN(len) + 1);

	must(text != NULL && s->etsiu.count < ETSIU_MAX);
	e->len = base64url_encode((const uint8_t *)json, len, text);
	text[e->len] = '\0';
	e->text = text;
	s->json[s->etsiu.count] = strdup(json);
	must(s->json[s->etsiu.count++] != NULL);
}

/* In base64, to be freed. */
static char *
token(const struct stamped *s, enum timestamp_kind kind, int64_t time,
    const struct cert *tsa, const struct x509_signer *key, bool other_digest)
{
	uint8_t digest[SHA512_SIZE], *der;
	struct make_token m = {.digest = digest,
	    .digest_len = 32,
	    .time = time,
	    .signer = tsa,
	    .key = key};
	char *base64;
	size_t len;

	if (kind == TIMESTAMP_SIGNATURE)
		imprint_signature(&s->jws.seals[0], 32, digest);
	else
		imprint_archive(&s->jws, &s->jws.seals[0], &s->etsiu,
		    s->etsiu.count, 32, digest);
	digest[31] ^= other_digest;
	make_token(&m, &der, &len);
	base64 = malloc(BASE64_LEN(len) + 1);
	must(base64 != NULL);
	base64[base64_encode(der, len, base64)] = '\0';
	free(der);
	return base64;
}

void
stamped_stamp(struct stamped *s, enum timestamp_kind kind, int64_t time,
    const struct cert *tsa, const struct x509_signer *key, bool other_digest)
{
	char *base64 = token(s, kind, time, tsa, key, other_digest);
	size_t cap = strlen(base64) + 100;
	char *json = malloc(cap);

	must(json != NULL);
	snprintf(json, cap, "{\"%s\":{\"tstTokens\":[{\"val\":\"%s\"}]}}",
	    kind == TIMESTAMP_SIGNATURE ? "sigTst" : "arcTst", base64);
	stamped_add(s, json);
	free(json);
	free(base64);
}

void
stamped_archive_two(struct stamped *s, const int64_t time[static 2],
    const struct cert *const tsa[static 2], const struct x509_signer *key)
{
	char *one = token(s, TIMESTAMP_ARCHIVE, time[0], tsa[0], key, false);
	char *two = token(s, TIMESTAMP_ARCHIVE, time[1], tsa[1], key, false);
	size_t cap = strlen(one) + strlen(two) + 100;
	char *json = malloc(cap);

	must(json != NULL);
	snprintf(json, cap,
	    "{\"arcTst\":{\"tstTokens\":[{\"val\":\"%s\"},{\"val\":\"%s\"}]}}",
	    one, two);
	stamped_add(s, json);
	free(json);
	free(one);
	free(two);
}

char *
stamped_file(const struct stamped *s, bool clear, size_t *len)
{
	const char *end = strstr(s->file, ",\"signature\":");
	char *out = malloc(CAP);
	size_t i, n;

	must(end != NULL && out != NULL);
	n = (size_t)(end - s->file);
	memcpy(out, s->file, n);
	n += (size_t)snprintf(out + n, CAP - n, ",\"header\":{\"etsiU\":[");
	for (i = 0; i < s->etsiu.count; i++)
		n += (size_t)snprintf(out + n, CAP - n,
		    clear ? "%s%s" : "%s\"%s\"", i == 0 ? "" : ",",
		    clear ? s->json[i] : s->etsiu.element[i].text);
	n += (size_t)snprintf(out + n, CAP - n, "]}%s", end);
	must(n < CAP);
	*len = n;
	return out;
}
