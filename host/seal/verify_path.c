#include "host/seal/verify_parts.h"

#include <stdlib.h>

#include "host/x509/path.h"

static bool
ask(struct path_pool *pool, const struct cert *c)
{
	struct verify_seal *s = pool->arg;
	const struct verify_source *source = s->options->source;
	uint8_t *der;
	size_t len;

	if (source->issuer(source->arg, c, &der, &len, NULL) != ERR_OK)
		return false;
	(void)evidence_add_fetched(&s->evidence, der, len);
	free(der);
	if (s->evidence.cert_count == pool->count)
		return false;
	pool->count = s->evidence.cert_count;
	return true;
}

enum err
verify_path(struct verify_seal *s, const struct cert *leaf, int64_t time,
    struct chain_path *path, struct fault *fault)
{
	const struct verify_options *o = s->options;
	bool online = o->source != NULL && o->source->issuer != NULL;
	struct path_pool pool = {.certs = s->evidence.cert,
	    .count = s->evidence.cert_count,
	    .ask = online ? ask : NULL,
	    .arg = s};

	return path_find(
	    leaf, &pool, o->anchors, o->anchor_count, time, path, fault);
}
