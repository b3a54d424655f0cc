/*
 * extend_values.c: certificates and revocation data that are still missing:
 * xVals and rVals of the seal's chain, tstVD of the timestamps'.
 */
#include "host/seal/extend_parts.h"

#include <stdlib.h>
#include <string.h>

/* What is still missing of a chain: certificates that nobody would find, and
 * revocation data. */
struct missing {
	const struct cert *cert[2 * CHAIN_LEN * EVIDENCE_TIMESTAMPS];
	size_t cert_count;
	struct evidence_revocation revocation[CHAIN_LEN * EVIDENCE_TIMESTAMPS];
	size_t revocation_count;
};

static bool
is_same(const struct cert *a, const struct cert *b)
{
	return memcmp(a->sha256, b->sha256, SHA256_SIZE) == 0;
}

static void
miss_cert(const struct extend *x, struct missing *m, const struct cert *c)
{
	const struct evidence *e = &x->s.evidence;
	size_t i;

	for (i = 0; i < e->cert_count; i++) {
		if (is_same(&e->cert[i], c) && !e->fetched[i])
			return;
	}
	for (i = 0; i < m->cert_count; i++) {
		if (is_same(m->cert[i], c))
			return;
	}
	m->cert[m->cert_count++] = c;
}

static bool
has_octets(const struct extend *x, const struct missing *m, const uint8_t *der,
    size_t len)
{
	const struct evidence *e = &x->s.evidence;
	size_t i;

	for (i = 0; i < e->revocation_count; i++) {
		if (e->revocation[i].embedded && e->revocation[i].len == len &&
		    memcmp(e->revocation[i].der, der, len) == 0)
			return true;
	}
	for (i = 0; i < m->revocation_count; i++) {
		if (m->revocation[i].len == len &&
		    memcmp(m->revocation[i].der, der, len) == 0)
			return true;
	}
	return false;
}

/* until: what there is has to do for that time; else something is asked for
 * that is not older than time. */
static enum err
miss_revocation(const struct extend *x, struct missing *m, const struct cert *c,
    const struct cert *issuer, int64_t time, int64_t until)
{
	const struct verify_source *source = x->options->source;
	struct evidence_revocation *r = &m->revocation[m->revocation_count];
	enum err e;

	if (verify_is_answered(&x->s, c, issuer, until))
		return ERR_OK;
	if (source == NULL || source->revocation == NULL)
		return fault_set(x->fault, ERR_UNSUPPORTED, FAULT_NO_OFFSET,
		    "nobody can be asked for revocation data");
	e = source->revocation(
	    source->arg, c, issuer, time, &r->kind, &r->der, &r->len, x->fault);
	/* nobody has a newer one, or it is too late to ask: the old one is all
	 * there ever will be */
	if ((e == ERR_NOT_FOUND ||
		(e == ERR_REVOCATION_UNKNOWN && until < x->verify.time)) &&
	    verify_is_covered(&x->s, c, issuer)) {
		fault_clear(x->fault);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	/* one list may speak of several */
	if (!has_octets(x, m, r->der, r->len)) {
		m->revocation_count++;
	} else {
		free(r->der);
		r->der = NULL;
	}
	return ERR_OK;
}

/* What of the chain that holds at that time? See miss_revocation for until. */
enum part { PART_CERTS = 1, PART_REVOCATIONS = 2, PART_BOTH = 3 };

static enum err
miss_chain(struct extend *x, struct missing *m, const struct cert *leaf,
    int64_t time, int64_t until, enum part part)
{
	struct chain_path path;
	size_t i;
	enum err e;

	e = verify_path(&x->s, leaf, time, &path, x->fault);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < path.count && (part & PART_CERTS) != 0; i++)
		miss_cert(x, m, path.cert[i]);
	for (i = 0; i + 1 < path.count && (part & PART_REVOCATIONS) != 0 &&
	     e == ERR_OK;
	     i++)
		e = miss_revocation(
		    x, m, path.cert[i], path.cert[i + 1], time, until);
	return e;
}

static void
put_certs(struct element *x, const struct missing *m)
{
	size_t i;

	fputs("\"xVals\":[", x->json);
	for (i = 0; i < m->cert_count; i++) {
		fputs(i == 0 ? "{\"x509Cert\":{\"val\":\""
			     : ",{\"x509Cert\":{\"val\":\"",
		    x->json);
		extend_element_put_base64(x, m->cert[i]->der, m->cert[i]->len);
		fputs("\"}}", x->json);
	}
	fputs("]", x->json);
}

static void
put_kind(struct element *x, const struct missing *m, enum revocation_kind kind,
    const char *name, const char *before)
{
	bool first = true;
	size_t i;

	for (i = 0; i < m->revocation_count; i++) {
		if (m->revocation[i].kind != kind)
			continue;
		if (first)
			fprintf(x->json, "%s\"%s\":[", before, name);
		extend_element_put_value(
		    x, &first, m->revocation[i].der, m->revocation[i].len);
	}
	if (!first)
		fputs("]", x->json);
}

static void
put_revocations(struct element *x, const struct missing *m)
{
	bool crl = false;
	size_t i;

	for (i = 0; i < m->revocation_count; i++)
		crl = crl || m->revocation[i].kind == REVOCATION_CRL;
	fputs("\"rVals\":{", x->json);
	put_kind(x, m, REVOCATION_CRL, "crlVals", "");
	put_kind(x, m, REVOCATION_OCSP, "ocspVals", crl ? "," : "");
	fputs("}", x->json);
}

/* name: of the element around both, or NULL. */
static enum err
put_missing(struct extend *x, const struct missing *m, const char *name)
{
	struct element element;

	extend_element_open(&element);
	if (element.json != NULL) {
		if (name != NULL)
			fprintf(element.json, "{\"%s\":", name);
		fputs("{", element.json);
		if (m->cert_count > 0)
			put_certs(&element, m);
		if (m->cert_count > 0 && m->revocation_count > 0)
			fputs(",", element.json);
		if (m->revocation_count > 0)
			put_revocations(&element, m);
		fputs(name != NULL ? "}}" : "}", element.json);
	}
	return extend_insert(x, &element);
}

static enum err
miss_timestamps(struct extend *x, struct missing *m)
{
	const struct verify_report *r = &x->report;
	enum err e = ERR_OK;
	size_t i;

	/* nothing saves one that proves nothing today; the last archive
	 * timestamp has to hold until the one that follows it */
	for (i = 0; i < r->timestamp_count && e == ERR_OK; i++) {
		if (r->timestamp[i].verdict == VERIFY_PASSED)
			e = miss_chain(x, m, x->s.authority[i],
			    r->timestamp[i].time, x->s.control[i], PART_BOTH);
	}
	return e;
}

enum err
extend_values(struct extend *x, enum extend_values what)
{
	struct missing *m = calloc(1, sizeof(*m));
	size_t i;
	enum err e;

	if (m == NULL)
		return fault_set(
		    x->fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "extended seal");
	if (what == EXTEND_TIMESTAMPS)
		e = miss_timestamps(x, m);
	else
		e = miss_chain(x, m, x->s.leaf, x->report.best, x->report.best,
		    what == EXTEND_CERTS ? PART_CERTS : PART_REVOCATIONS);
	if (e == ERR_OK && m->cert_count + m->revocation_count > 0)
		e = put_missing(
		    x, m, what == EXTEND_TIMESTAMPS ? "tstVD" : NULL);
	for (i = 0; i < m->revocation_count; i++)
		free(m->revocation[i].der);
	free(m);
	return e;
}
