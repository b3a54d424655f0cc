#include <string.h>

#include "common/jades_inside.h"

/* Of a context whose init failed the algorithm is none: it hashes nothing. */
static size_t
hash_size(const struct jades_tbs *t)
{
	const struct alg *alg = alg_get(t->alg);

	return alg == NULL ? 0 : alg->hash_size;
}

static void
hash_text(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct jades_tbs *t = (struct jades_tbs *)((uint8_t *)sink -
	    offsetof(struct jades_tbs, hash));

	jades_tbs_header(t, buf, len);
}

void
jades_tbs_open(
    struct jades_tbs *t, const struct profile *profile, const struct alg *alg)
{
	memset(t, 0, sizeof(*t));
	t->alg = alg->number;
	t->encoded = profile->encoded;
	t->hash.put = hash_text;
	base64url_sink_init(&t->text, &t->hash);
	sha256_init(&t->payload);
	if (alg->hash_size == SHA256_SIZE)
		sha256_init(&t->tbs.sha256);
	else
		sha512_init(&t->tbs.sha512, alg->hash_size);
}

void
jades_tbs_header(struct jades_tbs *t, const void *buf, size_t len)
{
	if (hash_size(t) == SHA256_SIZE)
		sha256_push(&t->tbs.sha256, buf, len);
	else
		sha512_push(&t->tbs.sha512, buf, len);
}

struct tee {
	struct sink sink;
	struct jades_tbs *t;
	struct sink *copy;
};

static void
hash_and_copy(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct tee *tee = (struct tee *)sink;

	jades_tbs_header(tee->t, buf, len);
	if (tee->copy != NULL)
		tee->copy->put(tee->copy, buf, len);
}

struct digest_sink {
	struct sink sink;
	struct sha256 hash;
};

static void
hash_octets(struct sink *sink, const uint8_t *buf, size_t len)
{
	sha256_push(&((struct digest_sink *)sink)->hash, buf, len);
}

enum err
jades_content_digest(enum item_profile number, const uint8_t *payload,
    size_t len, uint8_t out[static SHA256_SIZE])
{
	const struct profile *profile = profile_get(number);
	struct digest_sink digest = {.sink = {hash_octets}};
	struct base64_sink encoder;

	if (profile == NULL)
		return ERR_PROFILE;
	sha256_init(&digest.hash);
	if (profile->encoded) {
		base64url_sink_init(&encoder, &digest.sink);
		encoder.sink.put(&encoder.sink, payload, len);
		base64_sink_finish(&encoder);
	} else {
		sha256_push(&digest.hash, payload, len);
	}
	sha256_finish(&digest.hash, out);
	return ERR_OK;
}

enum err
jades_tbs_under(struct jades_tbs *t, enum item_profile number,
    enum alg_number alg_number, const char *text_of_header, size_t len)
{
	const struct profile *profile = profile_get(number);
	const struct alg *alg = alg_get(alg_number);

	memset(t, 0, sizeof(*t));
	if (profile == NULL)
		return ERR_PROFILE;
	if (alg == NULL)
		return ERR_ALGORITHM;
	jades_tbs_open(t, profile, alg);
	jades_tbs_header(t, text_of_header, len);
	jades_tbs_header(t, ".", 1);
	return ERR_OK;
}

enum err
jades_tbs_init(
    struct jades_tbs *t, const struct jades_header *h, struct sink *copy)
{
	struct tee tee = {{hash_and_copy}, t, copy};
	const struct profile *profile = profile_get(h->profile);
	const struct alg *alg = alg_get(h->alg);
	enum err e;

	memset(t, 0, sizeof(*t));
	if (profile == NULL)
		return ERR_PROFILE;
	if (alg == NULL)
		return ERR_ALGORITHM;
	jades_tbs_open(t, profile, alg);
	e = jades_header_put(h, &tee.sink);
	if (e == ERR_OK)
		jades_tbs_header(t, ".", 1);
	else
		memset(t, 0, sizeof(*t));
	return e;
}

/* A copy's sink is its own. */
static struct sink *
text(struct jades_tbs *t)
{
	t->text.next = &t->hash;
	return &t->text.sink;
}

void
jades_tbs_push(struct jades_tbs *t, const uint8_t *buf, size_t len)
{
	size_t size = hash_size(t);

	if (size == 0)
		return;
	if (t->encoded) {
		sha256_push(&t->payload, buf, len);
		text(t)->put(&t->text.sink, buf, len);
		return;
	}
	if (size == SHA256_SIZE) {
		sha256_push_two(
		    &t->payload, buf, len, &t->tbs.sha256, buf, len);
		return;
	}
	sha256_push(&t->payload, buf, len);
	sha512_push(&t->tbs.sha512, buf, len);
}

void
jades_tbs_finish(struct jades_tbs *t,
    uint8_t payload_digest[static SHA256_SIZE],
    uint8_t tbs_digest[static SHA512_SIZE], size_t *tbs_digest_len)
{
	size_t size = hash_size(t);

	memset(payload_digest, 0, SHA256_SIZE);
	memset(tbs_digest, 0, SHA512_SIZE);
	*tbs_digest_len = size;
	if (size == 0)
		return;
	if (t->encoded) {
		(void)text(t);
		base64_sink_finish(&t->text);
	}
	sha256_finish(&t->payload, payload_digest);
	if (size == SHA256_SIZE)
		sha256_finish(&t->tbs.sha256, tbs_digest);
	else
		sha512_finish(&t->tbs.sha512, tbs_digest);
}
