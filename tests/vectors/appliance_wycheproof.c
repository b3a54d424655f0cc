/*
 * appliance_wycheproof FILE...: the verification behind which the appliance
 * gives out its signatures, by the cases of wycheproof_vectors that are of its
 * two curves. In a program of its own, since firmware/ is never in one with
 * host/.
 */
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <string.h>

#include "boards/board.h"
#include "common/der.h"
#include "common/sha256.h"
#include "common/sha512.h"
#include "firmware/crypto.h"
#include "tests/unit/common/hex.h"
#include "tests/vectors/support.h"

/* What of the board is linked, and not used here. */
_Noreturn void
board_halt(const char *reason)
{
	printf("Bail out! %s\n", reason);
	exit(1);
}

bool
board_entropy(uint8_t *out, size_t len)
{
	(void)out;
	(void)len;
	return false;
}

static const char *
text_of(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(
	    cJSON_GetObjectItem(object, name));

	return text == NULL ? "" : text;
}

/* false: of another curve, or hashed otherwise. */
static bool
read_key(const cJSON *group, struct crypto_key *key)
{
	const cJSON *json = cJSON_GetObjectItem(group, "publicKey");
	const char *point = text_of(json, "uncompressed");
	const char *curve = text_of(json, "curve"),
		   *sha = text_of(group, "sha");
	uint8_t octets[1 + sizeof(key->point)];

	memset(key, 0, sizeof(*key));
	if (strcmp(curve, "secp256r1") == 0 && strcmp(sha, "SHA-256") == 0)
		key->curve = CRYPTO_P256;
	else if (strcmp(curve, "secp384r1") == 0 && strcmp(sha, "SHA-384") == 0)
		key->curve = CRYPTO_P384;
	else
		return false;
	if (strlen(point) != 2 * (1 + 2 * (size_t)key->curve))
		return false;
	hex_octets(point, octets);
	memcpy(key->point, octets + 1, 2 * (size_t)key->curve);
	return octets[0] == 4;
}

static bool
is_valid(const struct crypto_key *key, const cJSON *test, bool is_der)
{
	const char *text = text_of(test, "msg"), *sig = text_of(test, "sig");
	uint8_t *message = malloc(strlen(text) / 2 + 1);
	uint8_t *signature = malloc(strlen(sig) / 2 + 1);
	uint8_t digest[CRYPTO_SCALAR_MAX], raw[CRYPTO_SIGNATURE_MAX];
	size_t message_len, len;
	struct sha512 h;
	bool good;

	if (message == NULL || signature == NULL)
		abort();
	message_len = hex_octets(text, message);
	len = hex_octets(sig, signature);
	if (key->curve == CRYPTO_P256) {
		sha256(message, message_len, digest);
	} else {
		sha512_init(&h, SHA384_SIZE);
		sha512_push(&h, message, message_len);
		sha512_finish(&h, digest);
	}
	if (is_der) {
		good = der_ecdsa_to_raw(signature, len, raw, key->curve) ==
		    ERR_OK;
	} else {
		good = len == 2 * (size_t)key->curve;
		if (good)
			memcpy(raw, signature, len);
	}
	good = good && crypto_verify(key, digest, key->curve, raw) == ERR_OK;
	free(message);
	free(signature);
	return good;
}

static void
run(const char *path)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	unsigned valid = 0, invalid = 0, wrong = 0;
	const cJSON *group, *test;
	const char *expected;
	struct crypto_key key;
	bool is_der, good;
	size_t len;
	char *buf = read_file(path, &len);
	cJSON *file = buf == NULL ? NULL : cJSON_Parse(buf);

	cJSON_ArrayForEach(group, cJSON_GetObjectItem(file, "testGroups"))
	{
		if (!read_key(group, &key))
			continue;
		is_der = strcmp(text_of(group, "type"), "EcdsaVerify") == 0;
		cJSON_ArrayForEach(test, cJSON_GetObjectItem(group, "tests"))
		{
			expected = text_of(test, "result");
			if (strcmp(expected, "acceptable") == 0)
				continue; /* either is right */
			good = strcmp(expected, "valid") == 0;
			good ? valid++ : invalid++;
			if (is_valid(&key, test, is_der) == good)
				continue;
			wrong++;
			printf("# %s %d: %s (%s)\n", name,
			    (int)cJSON_GetNumberValue(
				cJSON_GetObjectItem(test, "tcId")),
			    text_of(test, "comment"), expected);
		}
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
