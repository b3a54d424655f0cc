/*
 * wycheproof_vectors FILE...: signatures made to be wrong in every way that
 * was ever overlooked. ECDSA signatures in DER go through der_ecdsa_to_raw, as
 * those of tokens and certificates do.
 */
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <string.h>

#include "common/sha256.h"
#include "common/sha512.h"
#include "host/base/hex.h"
#include "host/x509/spki.h"
#include "tests/vectors/support.h"

static const char *
text_of(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(
	    cJSON_GetObjectItem(object, name));

	return text == NULL ? "" : text;
}

/* The octets of a member in hexadecimal digits, for free(). */
static uint8_t *
octets_of(const cJSON *object, const char *name, size_t *len)
{
	const char *text = text_of(object, name);
	uint8_t *out = malloc(strlen(text) / 2 + 1);

	*len = strlen(text) / 2;
	if (out == NULL || hex_decode(text, 2 * *len, out, *len) != ERR_OK)
		abort();
	return out;
}

/* What all cases of a group have in common. */
struct group {
	uint8_t *der;
	struct spki key;
	struct signature_scheme scheme;
	bool is_der; /* the signature */
};

/* false: a key that is not for sealing, so no case of it can be right */
static bool
read_group(const cJSON *json, struct group *g)
{
	const char *type = text_of(json, "type");
	const char *sha = text_of(json, "sha");
	size_t len;

	memset(g, 0, sizeof(*g));
	g->is_der = strcmp(type, "EcdsaVerify") == 0;
	g->scheme.family = strncmp(type, "Ecdsa", 5) == 0 ? ALG_ECDSA
	    : strcmp(type, "RsassaPssVerify") == 0	  ? ALG_RSA_PSS
							  : ALG_RSA_PKCS1;
	g->scheme.hash_size = strcmp(sha, "SHA-512") == 0 ? 64
	    : strcmp(sha, "SHA-384") == 0		  ? 48
							  : 32;
	g->scheme.salt_len = (size_t)cJSON_GetNumberValue(
	    cJSON_GetObjectItem(json, "sLen"));
	g->der = octets_of(json, "publicKeyDer", &len);
	return spki_read(g->der, len, &g->key) == ERR_OK;
}

static bool
is_valid(const struct group *g, const cJSON *test)
{
	uint8_t digest[SHA512_SIZE], raw[2 * 66], *message, *signature;
	size_t message_len, len;
	struct sha512 h;
	enum err e = ERR_OK;

	message = octets_of(test, "msg", &message_len);
	signature = octets_of(test, "sig", &len);
	if (g->scheme.hash_size == SHA256_SIZE) {
		sha256(message, message_len, digest);
	} else {
		sha512_init(&h, g->scheme.hash_size);
		sha512_push(&h, message, message_len);
		sha512_finish(&h, digest);
	}
	if (g->is_der) {
		e = der_ecdsa_to_raw(signature, len, raw, g->key.coordinate);
		len = 2 * g->key.coordinate;
	}
	if (e == ERR_OK)
		e = spki_verify(&g->key, &g->scheme, digest,
		    g->scheme.hash_size, g->is_der ? raw : signature, len);
	free(message);
	free(signature);
	return e == ERR_OK;
}

static void
run(const char *path)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	const cJSON *json, *test;
	unsigned valid = 0, invalid = 0, wrong = 0;
	const char *expected;
	struct group g;
	size_t len;
	char *buf = read_file(path, &len);
	cJSON *file = buf == NULL ? NULL : cJSON_Parse(buf);
	bool usable, good;

	cJSON_ArrayForEach(json, cJSON_GetObjectItem(file, "testGroups"))
	{
		usable = read_group(json, &g);
		cJSON_ArrayForEach(test, cJSON_GetObjectItem(json, "tests"))
		{
			expected = text_of(test, "result");
			if (strcmp(expected, "acceptable") == 0)
				continue; /* either is right */
			good = strcmp(expected, "valid") == 0;
			good ? valid++ : invalid++;
			if ((usable && is_valid(&g, test)) == good)
				continue;
			wrong++;
			printf("# %s %d: %s (%s)\n", name,
			    (int)cJSON_GetNumberValue(
				cJSON_GetObjectItem(test, "tcId")),
			    text_of(test, "comment"), expected);
		}
		free(g.der);
	}
	result(valid > 0 && invalid > 0 && wrong == 0, NULL,
	    "%s: %u accepted, %u refused", name, valid, invalid);
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
