/* The only file of the log that touches wolfCrypt; <wolfssl/options.h> first,
 * or its structs have another layout than the library's. */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/ed25519.h>

#include <limits.h>
#include <string.h>

#include "common/base64.h"
#include "host/base/hex.h"
#include "host/base/known.h"
#include "host/base/secret.h"
#include "host/log/ed25519.h"
#include "host/log/note.h"

#define SKEY_START "PRIVATE+KEY+"
#define SKEY_START_LEN 12

struct note_signer {
	struct note_key key;
	uint8_t seed[NOTE_SEED];
	ed25519_key wolf;
};

bool
ed25519_verify(const uint8_t public_key[static NOTE_PUBLIC],
    const void *message, size_t len,
    const uint8_t signature[static ED25519_SIGNATURE])
{
	/* a thousand proofs come with one checkpoint */
	const struct der_reader parts[3] = {der_reader(public_key, NOTE_PUBLIC),
	    der_reader(message, len), der_reader(signature, ED25519_SIGNATURE)};
	struct known known;
	ed25519_key key;
	int good = 0, rc;

	known_digest(&known, KNOWN_NOTE, parts, 3);
	if (known_is(&known))
		return true;
	if (len > INT_MAX || wc_ed25519_init(&key) != 0)
		return false;
	rc = wc_ed25519_import_public(public_key, NOTE_PUBLIC, &key);
	if (rc == 0)
		rc = wc_ed25519_verify_msg(signature, ED25519_SIGNATURE,
		    message, (word32)len, &good, &key);
	wc_ed25519_free(&key);
	if (rc != 0 || good != 1)
		return false;
	known_add(&known);
	return true;
}

enum err
note_signer_make(struct note_signer **s, const char *name,
    const uint8_t seed[static NOTE_SEED])
{
	uint8_t public_key[NOTE_PUBLIC];
	struct note_signer *p;
	enum err e = ERR_INTERNAL;

	*s = NULL;
	p = secret_alloc(sizeof(*p));
	if (p == NULL)
		return ERR_NO_MEMORY;
	if (wc_ed25519_init(&p->wolf) != 0)
		goto out;
	memcpy(p->seed, seed, NOTE_SEED);
	if (wc_ed25519_import_private_only(seed, NOTE_SEED, &p->wolf) != 0 ||
	    wc_ed25519_make_public(&p->wolf, public_key, NOTE_PUBLIC) != 0 ||
	    wc_ed25519_import_private_key(
		seed, NOTE_SEED, public_key, NOTE_PUBLIC, &p->wolf) != 0)
		goto out;
	e = note_key_make(&p->key, name, public_key);
	if (e != ERR_OK)
		goto out;
	*s = p;
	p = NULL;
out:
	note_signer_free(p);
	return e;
}

enum err
note_signer_parse(struct note_signer **s, const char *skey, size_t len)
{
	uint8_t octets[1 + NOTE_SEED], id[NOTE_KEY_ID];
	char name[NOTE_NAME + 1];
	const char *p, *plus;
	size_t name_len, n;
	enum err e = ERR_LOG_KEY;

	*s = NULL;
	if (len < SKEY_START_LEN ||
	    memcmp(skey, SKEY_START, SKEY_START_LEN) != 0)
		return ERR_LOG_KEY;
	p = skey + SKEY_START_LEN;
	len -= SKEY_START_LEN;
	plus = memchr(p, '+', len);
	if (plus == NULL)
		return ERR_LOG_KEY;
	name_len = (size_t)(plus - p);
	if (!note_name_is_valid(p, name_len) ||
	    len != name_len + 1 + 8 + 1 + BASE64_LEN(sizeof(octets)) ||
	    plus[9] != '+')
		return ERR_LOG_KEY;
	if (hex_decode(plus + 1, 8, id, sizeof(id)) != ERR_OK ||
	    base64_decode(plus + 10, BASE64_LEN(sizeof(octets)), octets,
		sizeof(octets), &n) != ERR_OK ||
	    n != sizeof(octets) || octets[0] != 0x01)
		goto out;
	memcpy(name, p, name_len);
	name[name_len] = '\0';
	e = note_signer_make(s, name, octets + 1);
	if (e == ERR_OK && memcmp((*s)->key.id, id, sizeof(id)) != 0) {
		note_signer_free(*s);
		*s = NULL;
		e = ERR_LOG_KEY;
	}
out:
	secret_wipe(octets, sizeof(octets));
	return e;
}

void
note_signer_free(struct note_signer *s)
{
	if (s == NULL)
		return;
	wc_ed25519_free(&s->wolf);
	secret_free(s, sizeof(*s));
}

const struct note_key *
note_signer_key(const struct note_signer *s)
{
	return &s->key;
}

void
note_signer_format(const struct note_signer *s, char out[static NOTE_SKEY])
{
	uint8_t octets[1 + NOTE_SEED];
	size_t n = strlen(s->key.name), at = SKEY_START_LEN;

	octets[0] = 0x01;
	memcpy(octets + 1, s->seed, NOTE_SEED);
	memcpy(out, SKEY_START, SKEY_START_LEN);
	memcpy(out + at, s->key.name, n);
	at += n;
	out[at++] = '+';
	hex_encode(s->key.id, NOTE_KEY_ID, out + at);
	at += 8;
	out[at++] = '+';
	at += base64_encode(octets, sizeof(octets), out + at);
	out[at] = '\0';
	secret_wipe(octets, sizeof(octets));
}

enum err
note_signer_sign(const struct note_signer *s, const void *message, size_t len,
    uint8_t out[static ED25519_SIGNATURE])
{
	word32 out_len = ED25519_SIGNATURE;
	ed25519_key key = s->wolf; /* the library wants it writable */
	int rc;

	if (len > INT_MAX)
		return ERR_INTERNAL;
	rc = wc_ed25519_sign_msg(message, (word32)len, out, &out_len, &key);
	secret_wipe(&key, sizeof(key));
	if (rc != 0 || out_len != ED25519_SIGNATURE ||
	    !ed25519_verify(s->key.public_key, message, len, out))
		return ERR_INTERNAL;
	return ERR_OK;
}
