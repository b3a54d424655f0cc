/*
 * verify_revocation.c: what is known of the revocation of a chain at a time,
 * from what came with the seal or was fetched. Whatever says "revoked" is
 * believed before what says "good".
 */
#include "host/seal/verify_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "host/x509/revocation.h"

static struct revocation_data
data_of(const struct evidence_revocation *r)
{
	return (struct revocation_data){r->kind,
	    r->embedded ? REVOCATION_EMBEDDED : REVOCATION_FETCHED, r->der,
	    r->len};
}

static void
look(const struct verify_seal *s, const struct cert *c,
    const struct cert *issuer, int64_t time, struct verify_revocation *out)
{
	const struct evidence *e = &s->evidence;
	struct revocation_data data[EVIDENCE_REVOCATIONS];
	const struct revocation_sources sources = {
	    .data = data, .count = e->revocation_count};
	struct revocation r;
	struct fault fault;
	size_t i;

	for (i = 0; i < e->revocation_count; i++)
		data[i] = data_of(&e->revocation[i]);
	if (revocation_find(&sources, c, issuer, time, s->options->time, &r,
		&fault) != ERR_OK)
		snprintf(out->why, sizeof(out->why), "%s", fault.detail);
	out->state = r.state;
	out->as_of = r.status.this_update;
	out->revoked = r.status.revoked;
	if (r.data.len > 0)
		out->source = r.data.kind == REVOCATION_CRL ? "CRL" : "OCSP";
	revocation_free(&r);
}

/* What came with the seal first; who can be asked is asked if that says
 * nothing, or only that it was good at some time before. */
static void
judge(struct verify_seal *s, const struct cert *c, const struct cert *issuer,
    int64_t time, struct verify_revocation *out)
{
	const struct verify_source *source = s->options->source;
	enum revocation_kind kind;
	struct fault fault;
	uint8_t *der;
	size_t len;

	look(s, c, issuer, time, out);
	if (out->state != REVOCATION_UNKNOWN || !verify_is_online(s->options))
		return;
	fault_clear(&fault);
	if (source->revocation(source->arg, c, issuer, time, &kind, &der, &len,
		&fault) != ERR_OK) {
		snprintf(out->why, sizeof(out->why), "%s", fault.detail);
		return;
	}
	evidence_add_revocation(&s->evidence, kind, der, len, false);
	free(der);
	look(s, c, issuer, time, out);
}

/* How much a state says against a chain. */
static int
gravity(enum revocation_state state)
{
	switch (state) {
	case REVOCATION_REVOKED:
		return 3;
	case REVOCATION_UNKNOWN:
		return 2;
	case REVOCATION_GOOD:
		return 1;
	case REVOCATION_NOT_PUBLISHED:
	case REVOCATION_ANCHOR:
		break;
	}
	return 0;
}

void
verify_revocation(struct verify_seal *s, const struct chain_path *path,
    int64_t time, struct verify_revocation *out, const struct cert **whose)
{
	struct verify_revocation one;
	size_t i;

	*whose = path->cert[0];
	*out = (struct verify_revocation){.state = REVOCATION_ANCHOR};
	for (i = 0; i + 1 < path->count; i++) {
		one = (struct verify_revocation){.source = NULL};
		judge(s, path->cert[i], path->cert[i + 1], time, &one);
		if (i > 0 && gravity(one.state) <= gravity(out->state))
			continue;
		*out = one;
		*whose = path->cert[i];
	}
}

bool
verify_is_covered(const struct verify_seal *s, const struct cert *c,
    const struct cert *issuer)
{
	const struct evidence *e = &s->evidence;
	struct revocation_status status;
	struct revocation_data data;
	size_t i;

	for (i = 0; i < e->revocation_count; i++) {
		data = data_of(&e->revocation[i]);
		if (e->revocation[i].embedded &&
		    revocation_read(&data, c, issuer, &status, NULL) ==
			ERR_OK &&
		    status.state != REVOCATION_UNKNOWN)
			return true;
	}
	return false;
}

bool
verify_is_answered(const struct verify_seal *s, const struct cert *c,
    const struct cert *issuer, int64_t time)
{
	struct verify_revocation r = {.source = NULL};

	look(s, c, issuer, time, &r);
	return r.state == REVOCATION_NOT_PUBLISHED
	    ? verify_is_covered(s, c, issuer)
	    : r.source != NULL;
}
