#include "host/seal/verify_parts.h"

#include <stdlib.h>
#include <string.h>

static bool
is_name(const struct der_reader *a, const struct der_reader *b)
{
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

/* The first certificate on the way up whose issuer is not there; NULL: it is
 * not for want of one. */
static const struct cert *
top(const struct evidence *e, const struct cert *c)
{
	size_t steps, i;

	for (steps = 0; steps < CHAIN_LEN; steps++) {
		if (is_name(&c->issuer, &c->subject))
			return NULL;
		for (i = 0; i < e->cert_count; i++) {
			if (is_name(&c->issuer, &e->cert[i].subject))
				break;
		}
		if (i == e->cert_count)
			return c;
		c = &e->cert[i];
	}
	return NULL;
}

static bool
fetch(struct verify_seal *s, const struct cert *leaf)
{
	const struct verify_source *source = s->options->source;
	const struct cert *c = top(&s->evidence, leaf);
	const struct cert *found;
	uint8_t *der;
	size_t len;

	if (c == NULL || source == NULL || source->issuer == NULL ||
	    source->issuer(source->arg, c, &der, &len, NULL) != ERR_OK)
		return false;
	found = evidence_add_fetched(&s->evidence, der, len);
	free(der);
	/* one that did not issue it would only be fetched again */
	return found != NULL && is_name(&found->subject, &c->issuer);
}

enum err
verify_path(struct verify_seal *s, const struct cert *leaf, int64_t time,
    struct chain_path *path, struct fault *fault)
{
	const struct verify_options *o = s->options;
	const struct evidence *e = &s->evidence;
	enum err err;

	do {
		fault_clear(fault);
		err = chain_find(leaf, e->cert, e->cert_count, o->anchors,
		    o->anchor_count, time, path, fault);
	} while (err == ERR_CERT_CHAIN && fetch(s, leaf));
	return err;
}
