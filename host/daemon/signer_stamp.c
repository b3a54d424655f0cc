/*
 * Content timestamps: front asks for them, and what it brings becomes part of
 * what is sealed. That one comes from an authority of zegel.conf is looked at
 * here once more, offline, with the anchors that were there at the start.
 */
#include "host/daemon/signer.h"

#include <stdlib.h>
#include <string.h>

#include "host/base/say.h"

enum err
signer_stamp_open(struct signer *s, struct fault *fault)
{
	const struct config *c = s->p->config;
	size_t i;
	enum err e;

	for (i = 0; i < c->timestamp_count; i++) {
		e = tsp_authority_open(&s->authority[s->authority_count], c, i,
		    s->p->station, fault);
		if (e == ERR_OK)
			s->authority_count++;
		else if (c->content_timestamp)
			return e;
		else /* a batch of before it was switched off may have one */
			say(SAY_WARNING,
			    "no content timestamp of %s is sealed: %s: %s",
			    c->timestamps[i].name, err_text(e), fault->detail);
	}
	return ERR_OK;
}

/* It must be all that one of them asks for: which one gave it, nobody who can
 * be trusted has said. */
static enum err
check_authorities(
    const struct signer *s, struct tsp_token *t, struct fault *fault)
{
	const struct tsp_authority *a = s->authority;
	/* whose imprint it is was looked at before */
	struct tsp_expect x = {
	    .digest = t->info.imprint.p, .digest_len = t->info.imprint.len};
	enum err e, first = ERR_OK;
	struct fault why;

	for (; a < s->authority + s->authority_count; a++) {
		tsp_authority_expect(a, &x);
		e = tsp_check_token(t, &x, &why);
		if (e == ERR_OK)
			return ERR_OK;
		/* that it is by another policy is the least telling reason */
		if (first == ERR_OK || first == ERR_TSP_POLICY)
			first = fault_set(fault, e, FAULT_NO_OFFSET,
			    "%.40s: %.190s", a->config->name, why.detail);
	}
	if (first != ERR_OK)
		return first;
	return fault_set(fault, ERR_TSP_UNTRUSTED, FAULT_NO_OFFSET,
	    "there is no [timestamp NAME] that can be used");
}

/* Once for a group: what is wrong with one is mostly so with all. */
static void
complain(struct signer_group *g, const struct fault *fault)
{
	if (atomic_exchange(&g->complained, true))
		return;
	say(SAY_ERROR,
	    "key %s: content timestamp refused, nothing is signed with it: "
	    "%s: %s; if [timestamp NAME] of zegel.conf or its anchor was "
	    "changed, put it back and restart; else let the approval expire, "
	    "then close the batch anew",
	    g->granted.key, err_text(fault->err), fault->detail);
}

static enum err
check_token(const struct signer *s, struct signer_group *g,
    const uint8_t *token, size_t len)
{
	struct tsp_token t;
	struct fault fault;
	enum err e = tsp_token_parse(&t, token, len, &fault);

	if (e == ERR_OK) {
		e = check_authorities(s, &t, &fault);
		tsp_token_free(&t);
	}
	if (e != ERR_OK)
		complain(g, &fault);
	return e;
}

enum err
signer_stamp_header(const struct signer *s, struct signer_group *g,
    const uint8_t timestamp[static SHA256_SIZE], const uint8_t *payload,
    size_t payload_len, struct jades_tbs *t)
{
	static const uint8_t none[SHA256_SIZE];
	uint8_t *token, digest[SHA256_SIZE];
	struct jades_header header;
	size_t len;
	enum err e;

	if (memcmp(timestamp, none, SHA256_SIZE) == 0)
		return ERR_OK;
	e = signer_payload(s, timestamp, &token, &len);
	if (e != ERR_OK)
		return e;
	key_chain_header(
	    &g->key->chain, g->profile, g->request.signing_time, &header);
	sha256(token, len, digest);
	if (memcmp(digest, timestamp, SHA256_SIZE) != 0)
		e = ERR_STORE_CORRUPT;
	if (e == ERR_OK)
		e = key_chain_stamp(&header, token, len, payload, payload_len);
	if (e == ERR_OK)
		e = check_token(s, g, token, len);
	if (e == ERR_OK)
		e = jades_tbs_init(t, &header, NULL);
	free(token);
	return e;
}
