#include "host/seal/imprint.h"

#include "host/x509/digest.h"

static struct der_reader
part(const char *text, size_t len)
{
	return der_reader((const uint8_t *)text, len);
}

static struct der_reader
stamped(const struct jws *j)
{
	return j->attached != NULL ? part(j->attached, j->attached_len)
				   : part(j->payload, j->payload_len);
}

void
imprint_content(
    const struct jws *j, size_t hash_size, uint8_t digest[static SHA512_SIZE])
{
	struct der_reader payload = stamped(j);

	digest_of(hash_size, &payload, 1, digest);
}

void
imprint_signature(const struct jws_seal *s, size_t hash_size,
    uint8_t digest[static SHA512_SIZE])
{
	struct der_reader signature = part(s->signature, s->signature_len);

	digest_of(hash_size, &signature, 1, digest);
}

void
imprint_archive(const struct jws *j, const struct jws_seal *s,
    const struct etsiu *u, size_t count, size_t hash_size,
    uint8_t digest[static SHA512_SIZE])
{
	struct der_reader parts[6 + ETSIU_MAX];
	size_t n = 0, i;

	parts[n] = stamped(j);
	/* detached: there is none */
	if (parts[n].len > 0)
		n++;
	parts[n++] = part(".", 1);
	parts[n++] = part(s->protected, s->protected_len);
	parts[n++] = part(".", 1);
	parts[n++] = part(s->signature, s->signature_len);
	parts[n++] = part(".", 1);
	for (i = 0; i < count && i < ETSIU_MAX; i++)
		parts[n++] = part(u->element[i].text, u->element[i].len);
	digest_of(hash_size, parts, n, digest);
}
