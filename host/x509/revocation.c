#include "host/x509/revocation_parts.h"

#include <stdlib.h>
#include <string.h>

#include "host/x509/crl.h"
#include "host/x509/ocsp.h"

static enum err
read_ocsp(const struct revocation_data *data, const struct cert *c,
    const struct cert *issuer, struct revocation_status *out,
    struct fault *fault)
{
	struct ocsp r;
	enum err e = ocsp_parse(&r, data->der, data->len, fault);

	return e != ERR_OK ? e : ocsp_check(&r, c, issuer, out, fault);
}

enum err
revocation_read(const struct revocation_data *data, const struct cert *c,
    const struct cert *issuer, struct revocation_status *out,
    struct fault *fault)
{
	struct crl l;
	enum err e;

	if (data->kind == REVOCATION_OCSP)
		return read_ocsp(data, c, issuer, out, fault);
	/* without reading all of a long list that is somebody else's */
	if (crl_is_by_other(data->der, data->len, &c->issuer))
		return fault_set(fault, ERR_CRL_ISSUER, FAULT_NO_OFFSET,
		    "it has another name");
	e = crl_parse(&l, data->der, data->len, fault);
	return e != ERR_OK ? e : crl_check(&l, c, issuer, out, fault);
}

static enum revocation_weight
weigh(enum err e, bool asked)
{
	bool others = e == ERR_OCSP_CERTIFICATE || e == ERR_CRL_ISSUER ||
	    e == ERR_CRL_SCOPE;

	/* who was asked about this one should not tell of others */
	return others && !asked ? REVOCATION_BESIDE : REVOCATION_BAD;
}

void
revocation_note(struct revocation *out, const struct fault *why,
    enum revocation_weight weight)
{
	if (weight <= out->weight)
		return;
	out->weight = weight;
	out->why = *why;
}

static bool
is_for_good(enum revocation_state state, const struct revocation_status *s)
{
	return state == REVOCATION_REVOKED && s->reason != REVOCATION_HOLD;
}

static bool
is_better(const struct revocation *old, enum revocation_state state,
    const struct revocation_status *s)
{
	bool good = is_for_good(state, s);

	if (old->data.len == 0)
		return true;
	if (is_for_good(old->state, &old->status) != good)
		return good;
	if (good)
		return s->revoked < old->status.revoked;
	if (s->produced != old->status.produced)
		return s->produced > old->status.produced;
	return state == REVOCATION_REVOKED && old->state != state;
}

bool
revocation_consider(const struct revocation_case *k,
    const struct revocation_data *data, bool asked, struct revocation *out)
{
	struct revocation_status status;
	enum revocation_state state;
	struct fault fault;
	enum err e;

	fault_clear(&fault);
	e = revocation_read(data, k->c, k->issuer, &status, &fault);
	if (e == ERR_OK)
		e = revocation_check_delegate(k, &status, &fault);
	if (e == ERR_OK)
		e = revocation_judge(
		    &status, k->c, k->time, k->now, &state, &fault);
	if (e != ERR_OK) {
		revocation_note(out, &fault, weigh(e, asked));
		return false;
	}
	if (!is_better(out, state, &status))
		return false;
	out->state = state;
	out->status = status;
	out->data = *data;
	out->url[0] = '\0';
	return true;
}

/* RFC 9608 4: of no use in the certificates of authorities. */
static bool
is_never_revoked(const struct cert *c)
{
	return c->no_revocation && !c->is_ca;
}

static enum err
conclude(const struct revocation_case *k, struct revocation *out,
    struct fault *fault)
{
	const char *name = k->c->common_name;

	switch (out->state) {
	case REVOCATION_GOOD:
	case REVOCATION_ANCHOR:
	case REVOCATION_NOT_PUBLISHED:
		return ERR_OK;
	case REVOCATION_REVOKED:
		return fault_set(fault, ERR_REVOKED, FAULT_NO_OFFSET,
		    "certificate \"%.60s\": %s", name,
		    revocation_reason(out->status.reason));
	case REVOCATION_UNKNOWN:
		break;
	}
	/* what is at hand about others changes nothing */
	if (out->weight <= REVOCATION_BESIDE && !access_is_published(k->c)) {
		out->state = REVOCATION_NOT_PUBLISHED;
		return ERR_OK;
	}
	if (out->why.err == ERR_OK)
		fault_set(&out->why, ERR_REVOCATION_UNKNOWN, FAULT_NO_OFFSET,
		    "nothing at hand tells of it");
	return fault_set(fault, ERR_REVOCATION_UNKNOWN, FAULT_NO_OFFSET,
	    "certificate \"%.60s\": %s: %s", name, err_text(out->why.err),
	    out->why.detail);
}

enum err
revocation_find(const struct revocation_sources *sources, const struct cert *c,
    const struct cert *issuer, int64_t time, int64_t now,
    struct revocation *out, struct fault *fault)
{
	struct revocation_case k = {c, issuer, time, now, sources};
	enum err e = ERR_OK;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->cert = c;
	fault_clear(&out->why);
	if (is_never_revoked(c)) {
		out->state = REVOCATION_NOT_PUBLISHED;
		return ERR_OK;
	}
	for (i = 0; i < sources->count; i++)
		(void)revocation_consider(&k, &sources->data[i], false, out);
	if (sources->fetcher != NULL && out->state != REVOCATION_REVOKED &&
	    (out->state != REVOCATION_GOOD ||
		out->status.produced < sources->since))
		e = revocation_ask(&k, sources, out);
	return e != ERR_OK ? fault_set(fault, e, FAULT_NO_OFFSET, "revocation")
			   : conclude(&k, out, fault);
}

void
revocation_free(struct revocation *r)
{
	free(r->owned);
	r->owned = NULL;
	r->data = (struct revocation_data){.len = 0};
}

/* At hand are also the lists that were fetched for the ones before. */
static size_t
gather(const struct revocation_sources *sources, const struct revocation *done,
    size_t count, struct revocation_data *all)
{
	size_t n = sources->count, i;

	if (n > 0)
		memcpy(all, sources->data, n * sizeof(*all));
	for (i = 0; i < count; i++) {
		if (done[i].owned != NULL)
			all[n++] = done[i].data;
	}
	return n;
}

/* What is not about certificates ends it all. */
static int
grave(enum err e)
{
	switch (e) {
	case ERR_OK:
		return 0;
	case ERR_REVOCATION_UNKNOWN:
		return 1;
	case ERR_REVOKED:
		return 2;
	default:
		return 3;
	}
}

enum err
revocation_collect(const struct chain_path *path,
    const struct revocation_sources *sources, int64_t time, int64_t now,
    struct revocation out[static CHAIN_LEN], struct fault *fault)
{
	struct revocation_sources s = *sources;
	struct revocation_data *all;
	struct fault one;
	enum err e, worst = ERR_OK;
	size_t i;

	memset(out, 0, CHAIN_LEN * sizeof(*out));
	all = calloc(sources->count + CHAIN_LEN, sizeof(*all));
	if (all == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "revocation");
	s.data = all;
	for (i = 0; i + 1 < path->count; i++) {
		s.count = gather(sources, out, i, all);
		e = revocation_find(&s, path->cert[i], path->cert[i + 1], time,
		    now, &out[i], &one);
		if (grave(e) <= grave(worst))
			continue;
		worst = e;
		if (fault != NULL)
			*fault = one;
		if (grave(e) > grave(ERR_REVOKED))
			goto out;
	}
	if (path->count > 0) {
		out[i].cert = path->cert[i];
		out[i].state = REVOCATION_ANCHOR;
	}
out:
	free(all);
	return worst;
}

const char *
revocation_source_name(enum revocation_source source)
{
	switch (source) {
	case REVOCATION_EMBEDDED:
		return "embedded";
	case REVOCATION_GIVEN:
		return "given";
	case REVOCATION_CACHED:
		return "cached";
	case REVOCATION_FETCHED:
		return "fetched";
	}
	return "";
}
