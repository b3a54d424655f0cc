#include "common/leaf.h"

#include <string.h>

#include "common/be.h"
#include "common/bounds.h"
#include "common/merkle.h"

static const uint8_t label[13] = "zegel-leaf-v1";

enum {
	AT_KIND = 13,
	AT_PROFILE = 14,
	AT_ALG = 15,
	AT_INDEX = 16,
	AT_CERTIFICATE = 20,
	AT_PAYLOAD = 52,
	AT_TBS = 84,
	AT_SUMMARY = LEAF_AT_SUMMARY,
	AT_SALT = 180,
};

_Static_assert(AT_SALT + LEAF_SALT == LEAF_SIZE, "the table in leaf.h");

void
leaf_encode(const struct leaf *l, uint8_t out[static LEAF_SIZE])
{
	const struct alg *alg = alg_get(l->alg);

	memset(out, 0, LEAF_SIZE);
	memcpy(out, label, sizeof(label));
	out[AT_KIND] = (uint8_t)l->kind;
	out[AT_PROFILE] = (uint8_t)l->profile;
	out[AT_ALG] = (uint8_t)l->alg;
	be32_put(out + AT_INDEX, l->index);
	memcpy(out + AT_CERTIFICATE, l->certificate, SHA256_SIZE);
	memcpy(out + AT_PAYLOAD, l->payload, SHA256_SIZE);
	/* what the caller left behind a short digest must not matter */
	if (alg != NULL)
		memcpy(out + AT_TBS, l->tbs, alg->hash_size);
	memcpy(out + AT_SUMMARY, l->summary, SHA256_SIZE);
	memcpy(out + AT_SALT, l->salt, LEAF_SALT);
}

enum err
leaf_decode(struct leaf *l, const uint8_t in[static LEAF_SIZE])
{
	const struct alg *alg = alg_get(in[AT_ALG]);
	size_t i;

	if (memcmp(in, label, sizeof(label)) != 0 || alg == NULL ||
	    in[AT_KIND] < KIND_JADES || in[AT_KIND] > KIND_FOREIGN ||
	    in[AT_PROFILE] < PROFILE_EDC ||
	    in[AT_PROFILE] > PROFILE_JSON_COMPACT ||
	    be32_get(in + AT_INDEX) >= BOUND_BATCH)
		return ERR_LEAF_SYNTAX;
	for (i = alg->hash_size; i < SHA512_SIZE; i++) {
		if (in[AT_TBS + i] != 0)
			return ERR_LEAF_SYNTAX;
	}
	l->kind = (enum item_kind)in[AT_KIND];
	l->profile = (enum item_profile)in[AT_PROFILE];
	l->alg = alg->number;
	l->index = be32_get(in + AT_INDEX);
	memcpy(l->certificate, in + AT_CERTIFICATE, SHA256_SIZE);
	memcpy(l->payload, in + AT_PAYLOAD, SHA256_SIZE);
	memcpy(l->tbs, in + AT_TBS, SHA512_SIZE);
	memcpy(l->summary, in + AT_SUMMARY, SHA256_SIZE);
	memcpy(l->salt, in + AT_SALT, LEAF_SALT);
	return ERR_OK;
}

void
leaf_hash(const struct leaf *l, uint8_t out[static SHA256_SIZE])
{
	uint8_t octets[LEAF_SIZE];

	leaf_encode(l, octets);
	merkle_leaf(octets, sizeof(octets), out);
}
