/*
 * revocation_delegate.c: may the delegate that an answer rests on still be
 * believed? Its certificate can be revoked as any other, unless it says that
 * nobody needs to ask (RFC 6960 4.2.2.2.1).
 */
#include "host/x509/revocation_parts.h"

/* Whenever it was revoked: who has its key writes any producedAt. No other
 * delegate's word counts, or two could vouch for each other. */
static bool
is_revoked_by(const struct revocation_case *k,
    const struct revocation_data *data, const struct cert *delegate)
{
	enum revocation_state state = REVOCATION_UNKNOWN;
	struct revocation_status s;

	return revocation_read(data, delegate, k->issuer, &s, NULL) == ERR_OK &&
	    !s.delegated &&
	    revocation_judge(&s, delegate, k->now, k->now, &state, NULL) ==
	    ERR_OK &&
	    state == REVOCATION_REVOKED;
}

enum err
revocation_check_delegate(const struct revocation_case *k,
    const struct revocation_status *s, struct fault *fault)
{
	bool revoked = false;
	struct cert d;
	enum err e;
	size_t i;

	if (!s->delegated || s->no_check)
		return ERR_OK;
	e = cert_parse(&d, s->delegate.p, s->delegate.len, fault);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < k->sources->count && !revoked; i++)
		revoked = is_revoked_by(k, &k->sources->data[i], &d);
	cert_free(&d);
	return revoked ? fault_set(fault, ERR_OCSP_RESPONDER, FAULT_NO_OFFSET,
			     "its signer's certificate is revoked")
		       : ERR_OK;
}
