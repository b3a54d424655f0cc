#include "host/log/device.h"

#include <string.h>

#include "common/base64.h"
#include "host/x509/spki.h"

_Static_assert(BASE64URL_LEN(DEVICE_OCTETS) + 1 == ENTRY_DEVICE, "entry.h");

void
device_put(const uint8_t octets[static APPROVAL_SIZE],
    const uint8_t signature[static DEVICE_SIGNATURE],
    const uint8_t point[static DEVICE_POINT], char out[static ENTRY_DEVICE])
{
	uint8_t all[DEVICE_OCTETS];

	memcpy(all, octets, APPROVAL_SIZE);
	memcpy(all + APPROVAL_SIZE, signature, DEVICE_SIGNATURE);
	memcpy(all + APPROVAL_SIZE + DEVICE_SIGNATURE, point, DEVICE_POINT);
	out[base64url_encode(all, sizeof(all), out)] = '\0';
}

static bool
is_signed(const uint8_t all[static DEVICE_OCTETS])
{
	static const struct signature_scheme es256 = {
	    ALG_ECDSA, SHA256_SIZE, 0};
	struct token_public_key k = {.type = TOKEN_P256};
	uint8_t der[SPKI_CAP], digest[SHA256_SIZE];
	struct spki key;
	size_t len;

	k.value[0] = 4;
	memcpy(
	    k.value + 1, all + APPROVAL_SIZE + DEVICE_SIGNATURE, DEVICE_POINT);
	k.value_len = 1 + DEVICE_POINT;
	sha256(all, APPROVAL_SIZE, digest);
	return spki_from_token_key(&k, der, sizeof(der), &len) == ERR_OK &&
	    spki_read(der, len, &key) == ERR_OK &&
	    spki_verify(&key, &es256, digest, sizeof(digest),
		all + APPROVAL_SIZE, DEVICE_SIGNATURE) == ERR_OK;
}

/* The digest covers every field; these are what the entry says of them. */
static bool
is_about(const struct entry *e, const uint8_t octets[static APPROVAL_SIZE])
{
	uint8_t digest[SHA256_SIZE];
	struct approval a;

	sha256(octets, APPROVAL_SIZE, digest);
	return memcmp(digest, e->digest, SHA256_SIZE) == 0 &&
	    approval_decode(&a, octets) == ERR_OK &&
	    memcmp(a.root, e->root, SHA256_SIZE) == 0 &&
	    memcmp(a.certificate, e->certificate, SHA256_SIZE) == 0 &&
	    memcmp(a.nonce, e->nonce, sizeof(a.nonce)) == 0 &&
	    a.count == e->count && a.expires == (uint64_t)e->expires;
}

const char *
device_check(const struct entry *e, const uint8_t pinned[static SHA256_SIZE])
{
	uint8_t all[DEVICE_OCTETS], key[SHA256_SIZE];
	size_t len;

	if (base64url_decode(e->device, strlen(e->device), all, sizeof(all),
		&len) != ERR_OK ||
	    len != sizeof(all))
		return "holds no approval of an appliance";
	if (!is_about(e, all))
		return "holds an appliance's approval of something else";
	sha256(all + APPROVAL_SIZE + DEVICE_SIGNATURE, DEVICE_POINT, key);
	if (memcmp(key, pinned, SHA256_SIZE) != 0)
		return "is of an appliance that was not enrolled before it";
	return is_signed(all) ? NULL : "is not signed by its appliance";
}
