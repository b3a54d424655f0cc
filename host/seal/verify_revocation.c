/*
 * verify_revocation.c: what is known of the revocation of a chain at a time,
 * from what came with the seal or was fetched. Whatever says "revoked" is
 * believed before what says "good".
 */
#include "host/seal/verify_parts.h"

#include <stdlib.h>

#include "host/x509/access.h"
#include "host/x509/crl.h"
#include "host/x509/ocsp.h"

/* What one list or response says of c, if it may say anything. */
static bool
ask(const struct evidence_revocation *r, const struct cert *c,
    const struct cert *issuer, struct revocation_status *status)
{
	struct ocsp ocsp;
	struct crl crl;

	if (r->kind == REVOCATION_OCSP)
		return ocsp_parse(&ocsp, r->der, r->len, NULL) == ERR_OK &&
		    ocsp_check(&ocsp, c, issuer, status, NULL) == ERR_OK;
	return crl_parse(&crl, r->der, r->len, NULL) == ERR_OK &&
	    crl_check(&crl, c, issuer, status, NULL) == ERR_OK;
}

static void
look(const struct verify_seal *s, const struct cert *c,
    const struct cert *issuer, int64_t time, struct verify_revocation *out)
{
	const struct evidence *e = &s->evidence;
	struct revocation_status status;
	enum revocation_state state;
	size_t i;

	out->state = access_is_published(c) ? REVOCATION_UNKNOWN
					    : REVOCATION_NOT_PUBLISHED;
	for (i = 0; i < e->revocation_count; i++) {
		if (!ask(&e->revocation[i], c, issuer, &status) ||
		    revocation_judge(&status, c, time, s->options->time, &state,
			NULL) != ERR_OK)
			continue;
		if (out->state == REVOCATION_REVOKED ||
		    (state != REVOCATION_REVOKED && state != REVOCATION_GOOD))
			continue;
		out->state = state;
		out->as_of = status.this_update;
		out->revoked = status.revoked;
		out->source = status.kind == REVOCATION_CRL ? "CRL" : "OCSP";
	}
}

/* What came with the seal first; who can be asked is asked if that says
 * nothing, or only that it was good at some time before. */
static void
judge(struct verify_seal *s, const struct cert *c, const struct cert *issuer,
    int64_t time, struct verify_revocation *out)
{
	const struct verify_source *source = s->options->source;
	enum revocation_kind kind;
	uint8_t *der;
	size_t len;

	look(s, c, issuer, time, out);
	if (out->state != REVOCATION_UNKNOWN || !verify_is_online(s->options))
		return;
	if (source->revocation(source->arg, c, issuer, time, &kind, &der, &len,
		NULL) != ERR_OK)
		return;
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
	size_t i;

	for (i = 0; i < e->revocation_count; i++) {
		if (e->revocation[i].embedded &&
		    ask(&e->revocation[i], c, issuer, &status) &&
		    status.state != REVOCATION_UNKNOWN)
			return true;
	}
	return false;
}
