#include "host/seal/verify_token.h"

#include <stdlib.h>
#include <string.h>

#include "host/tsp/token.h"

static enum err
check(struct evidence *e, const struct evidence_timestamp *t,
    struct tsp_token *token, struct token *out, struct fault *fault)
{
	struct tsp_expect expect = {.others = e->cert,
	    .other_count = e->cert_count,
	    .digest = t->digest,
	    .digest_len = t->digest_len};
	size_t i;
	enum err err;

	out->time = token->info.time;
	if (t->digest_len == 0) {
		/* what it is over is not there: the rest can be checked */
		expect.digest = token->info.imprint.p;
		expect.digest_len = token->info.imprint.len;
	}
	for (i = 0; i < token->cert_count; i++)
		(void)!evidence_add_cert(
		    e, token->certs[i].der, token->certs[i].len);
	/* without anchors: the chain is looked for at its own time */
	err = tsp_check_token(token, &expect, fault);
	if (token->signer != NULL)
		out->signer = evidence_add_cert(
		    e, token->signer->der, token->signer->len);
	if (err == ERR_TSP_UNTRUSTED)
		err = out->signer == NULL
		    ? fault_set(fault, ERR_TSP_NO_SIGNER, FAULT_NO_OFFSET,
			  "more certificates than are looked at")
		    : ERR_OK;
	return err;
}

enum err
verify_token(struct evidence *e, const struct evidence_timestamp *t,
    struct token *out, struct fault *fault)
{
	struct tsp_token *token;
	enum err err;

	memset(out, 0, sizeof(*out));
	token = malloc(sizeof(*token));
	if (token == NULL) {
		e->err = ERR_NO_MEMORY;
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "timestamp");
	}
	err = tsp_token_parse(token, t->der, t->len, fault);
	if (err == ERR_OK) {
		err = check(e, t, token, out, fault);
		tsp_token_free(token);
	}
	free(token);
	return err;
}
