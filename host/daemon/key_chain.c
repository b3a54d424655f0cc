#include "host/daemon/key_chain.h"

#include <stdio.h>
#include <string.h>

#include "common/cms.h"
#include "common/tsp.h"

enum err
key_chain_path(const struct station *station, const char *name,
    char out[static STATION_PATH], struct fault *fault)
{
	int n;

	if (name[0] == '/')
		n = snprintf(out, STATION_PATH, "%s", name);
	else
		n = snprintf(out, STATION_PATH, "%s/%s", station->dir, name);
	if (n < 0 || n >= STATION_PATH)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "path %s is too long", name);
	return ERR_OK;
}

/* RS for RSA keys, unless the configuration says PS. */
static const struct alg *
default_alg(const struct cert *c)
{
	switch (c->key) {
	case KEY_RSA:
		return alg_get(ALG_RS256);
	case KEY_P256:
		return alg_get(ALG_ES256);
	case KEY_P384:
		return alg_get(ALG_ES384);
	case KEY_P521:
		return alg_get(ALG_ES512);
	}
	return NULL;
}

enum err
key_chain_load(struct key_chain *k, const struct config *config,
    const struct config_key *key, const struct station *station,
    struct fault *fault)
{
	char path[STATION_PATH];
	enum err e;

	memset(k, 0, sizeof(*k));
	k->config = key;
	k->signing_time = config->signing_time;
	if (key->certificate[0] == '\0')
		return fault_set(fault, ERR_CERT_ABSENT, FAULT_NO_OFFSET,
		    "key %s has no certificate yet: see 'zegel key csr' and "
		    "'zegel key import-cert'",
		    key->name);
	e = key_chain_path(station, key->certificate, path, fault);
	if (e == ERR_OK)
		e = cert_load(path, k->cert, BOUND_CHAIN, &k->count, fault);
	if (e == ERR_NOT_FOUND)
		e = fault_set(fault, ERR_CERT_ABSENT, FAULT_NO_OFFSET,
		    "key %s: there is no %s", key->name, path);
	if (e == ERR_OK && k->count == 0)
		e = fault_set(fault, ERR_CERT_ABSENT, FAULT_NO_OFFSET,
		    "%s holds no certificate", path);
	if (e != ERR_OK)
		return e;
	if (config->mode == MODE_PRODUCTION && cert_says_test(&k->cert[0])) {
		key_chain_free(k);
		return fault_set(fault, ERR_STATION_MODE, FAULT_NO_OFFSET,
		    "key %s: a production station takes no TEST certificate",
		    key->name);
	}
	if (key->alg[0] != '\0')
		k->alg = alg_find(key->alg, strlen(key->alg));
	else
		k->alg = default_alg(&k->cert[0]);
	if (k->alg == NULL || !cert_fits_alg(&k->cert[0], k->alg)) {
		key_chain_free(k);
		return fault_set(fault, ERR_ALGORITHM, FAULT_NO_OFFSET,
		    "key %s: algorithm %s does not fit the certificate's key",
		    key->name, key->alg);
	}
	return ERR_OK;
}

void
key_chain_free(struct key_chain *k)
{
	size_t i;

	for (i = 0; i < k->count; i++)
		cert_free(&k->cert[i]);
	k->count = 0;
}

void
key_chain_header(const struct key_chain *k, enum item_profile profile,
    int64_t time, struct jades_header *header)
{
	size_t i;

	memset(header, 0, sizeof(*header));
	header->profile = profile;
	header->alg = k->alg->number;
	for (i = 0; i < k->count; i++) {
		header->chain[i].der = k->cert[i].der;
		header->chain[i].len = k->cert[i].len;
	}
	header->chain_len = k->count;
	header->signing_time = k->signing_time;
	header->time = time;
}

enum err
key_chain_stamp(struct jades_header *header, const uint8_t *token, size_t len,
    const uint8_t *payload, size_t payload_len)
{
	uint8_t imprint[SHA256_SIZE];
	struct cms_signed cms;
	struct tsp_info info;

	if (len > BOUND_TIMESTAMP ||
	    cms_signed_decode(token, len, &cms) != ERR_OK ||
	    tsp_info_decode(cms.content.p, cms.content.len, &info) != ERR_OK)
		return ERR_TSP_TOKEN;
	if (info.hash_size != SHA256_SIZE ||
	    jades_content_digest(
		header->profile, payload, payload_len, imprint) != ERR_OK ||
	    memcmp(info.imprint.p, imprint, SHA256_SIZE) != 0)
		return ERR_TSP_IMPRINT;
	if (info.time + (info.nanoseconds > 0) > header->time)
		return ERR_TSP_CLOCK;
	header->content_timestamp = token;
	header->content_timestamp_len = len;
	header->crit_content_timestamp = KEY_CHAIN_CRIT_TIMESTAMP;
	return ERR_OK;
}
