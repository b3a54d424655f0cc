#include "host/seal/evidence.h"

#include <stdlib.h>
#include <string.h>

static const struct cert *
add_cert(struct evidence *e, const uint8_t *der, size_t len, bool fetched)
{
	struct cert *c = &e->cert[e->cert_count];
	size_t i;
	enum err err;

	for (i = 0; i < e->cert_count; i++) {
		if (e->cert[i].len == len &&
		    memcmp(e->cert[i].der, der, len) == 0) {
			e->fetched[i] = e->fetched[i] && fetched;
			return &e->cert[i];
		}
	}
	if (e->cert_count == EVIDENCE_CERTS)
		return NULL;
	err = cert_parse(c, der, len, NULL);
	if (err == ERR_NO_MEMORY)
		e->err = err;
	if (err != ERR_OK)
		return NULL;
	e->fetched[e->cert_count++] = fetched;
	return c;
}

const struct cert *
evidence_add_cert(struct evidence *e, const uint8_t *der, size_t len)
{
	return add_cert(e, der, len, false);
}

const struct cert *
evidence_add_fetched(struct evidence *e, const uint8_t *der, size_t len)
{
	return add_cert(e, der, len, true);
}

static uint8_t *
copy(struct evidence *e, const uint8_t *der, size_t len)
{
	uint8_t *p = malloc(len + 1);

	if (p == NULL)
		e->err = ERR_NO_MEMORY;
	else
		memcpy(p, der, len);
	return p;
}

void
evidence_add_revocation(struct evidence *e, enum revocation_kind kind,
    const uint8_t *der, size_t len, bool embedded)
{
	struct evidence_revocation *r = &e->revocation[e->revocation_count];
	size_t i;

	for (i = 0; i < e->revocation_count; i++) {
		if (e->revocation[i].len == len &&
		    memcmp(e->revocation[i].der, der, len) == 0)
			return;
	}
	if (e->revocation_count == EVIDENCE_REVOCATIONS ||
	    len > EVIDENCE_OCTETS)
		return;
	r->der = copy(e, der, len);
	if (r->der == NULL)
		return;
	r->kind = kind;
	r->len = len;
	r->embedded = embedded;
	e->revocation_count++;
}

struct evidence_timestamp *
evidence_add_timestamp(struct evidence *e, enum timestamp_kind kind,
    const uint8_t *der, size_t len)
{
	struct evidence_timestamp *t = &e->timestamp[e->timestamp_count];

	if (e->timestamp_count == EVIDENCE_TIMESTAMPS) {
		e->left_out++;
		return NULL;
	}
	t->der = copy(e, der, len);
	if (t->der == NULL)
		return NULL;
	t->kind = kind;
	t->len = len;
	t->tokens = 1;
	t->container = 0;
	t->digest_len = 0;
	e->timestamp_count++;
	return t;
}

void
evidence_free(struct evidence *e)
{
	size_t i;

	for (i = 0; i < e->cert_count; i++)
		cert_free(&e->cert[i]);
	for (i = 0; i < e->revocation_count; i++)
		free(e->revocation[i].der);
	for (i = 0; i < e->timestamp_count; i++)
		free(e->timestamp[i].der);
	memset(e, 0, sizeof(*e));
}
