/*
 * chain.c: depth first through the candidates, with an explicit stack. What a
 * hostile file can make it do is bounded by CHAIN_LEN and CHAIN_TRIES.
 */
#include "host/x509/chain.h"

#include <string.h>

#include "host/x509/cert_signature.h"

#define CHAIN_TRIES 100 /* signatures that are checked at most */

struct walk {
	const struct cert *others, *anchors;
	size_t other_count, anchor_count;
	int64_t time;
	const struct cert *path[CHAIN_LEN];
	size_t next[CHAIN_LEN]; /* candidate to be tried for path[i]'s issuer */
	size_t depth; /* certificates in path */
	const struct cert *anchor; /* behind path, or its last one */
	unsigned tries;
	struct fault *fault;
	enum err err; /* the first reason that is better than "not found" */
};

static const char *
title(const struct cert *c)
{
	if (c->common_name[0] != '\0')
		return c->common_name;
	return c->organisation[0] != '\0' ? c->organisation : "no name";
}

/* Keeps the first reason: it belongs to the certificate nearest to the leaf
 * that was promising. */
static bool
reject(struct walk *w, enum err e, const struct cert *c, const char *why)
{
	if (w->err == ERR_OK)
		w->err = fault_set(w->fault, e, FAULT_NO_OFFSET,
		    "certificate \"%s\": %s", title(c), why);
	return false;
}

static bool
same_cert(const struct cert *a, const struct cert *b)
{
	return memcmp(a->sha256, b->sha256, SHA256_SIZE) == 0;
}

static bool
holds_at_time(struct walk *w, const struct cert *c)
{
	if (w->time > c->not_after)
		return reject(w, ERR_CERT_EXPIRED, c, "expired at that time");
	if (w->time < c->not_before)
		return reject(
		    w, ERR_CERT_NOT_YET_VALID, c, "not valid yet at that time");
	if (c->unknown_critical)
		return reject(w, ERR_CERT_CHAIN, c,
		    "has a critical extension that is not understood");
	if (c->name_constraints)
		return reject(w, ERR_CERT_CHAIN, c,
		    "constrains names, which is not understood");
	return true;
}

/* Certificates that stand between an issuer at the path's end and the leaf,
 * without self-issued ones (RFC 5280 6.1.4 l). */
static size_t
below(const struct walk *w)
{
	size_t i, n = 0;

	for (i = 1; i < w->depth; i++) {
		if (!der_same(&w->path[i]->issuer, &w->path[i]->subject))
			n++;
	}
	return n;
}

/* Could it have issued the last certificate of the path? */
static bool
names_match(const struct walk *w, const struct cert *issuer)
{
	const struct cert *c = w->path[w->depth - 1];
	size_t i;

	/* RFC 5280 4.1.2.6: encoded the same in both */
	if (!der_same(&c->issuer, &issuer->subject))
		return false;
	if (c->authority_key_id.len > 0 && issuer->subject_key_id.len > 0 &&
	    !der_same(&c->authority_key_id, &issuer->subject_key_id))
		return false;
	for (i = 0; i < w->depth; i++) {
		if (same_cert(w->path[i], issuer))
			return false;
	}
	return true;
}

static bool
may_issue(struct walk *w, const struct cert *issuer)
{
	if (!issuer->is_ca)
		return reject(w, ERR_CERT_CHAIN, issuer, "is no CA");
	if (issuer->has_key_usage &&
	    (issuer->key_usage & CERT_KEY_USAGE_CERT_SIGN) == 0)
		return reject(w, ERR_CERT_CHAIN, issuer,
		    "key usage does not allow issuing");
	if (issuer->has_path_len && below(w) > issuer->path_len)
		return reject(
		    w, ERR_CERT_CHAIN, issuer, "allows no path of that length");
	return true;
}

static bool
signed_by(struct walk *w, const struct cert *issuer)
{
	const struct cert *c = w->path[w->depth - 1];
	enum err e;

	w->tries++;
	e = cert_check_signature(c, issuer);
	if (e == ERR_ALGORITHM)
		return reject(w, ERR_CERT_SIGNATURE, c,
		    "signature algorithm is unknown or too weak");
	if (e != ERR_OK)
		return reject(w, ERR_CERT_SIGNATURE, c, "signature is wrong");
	return true;
}

/* An anchor is trusted as it is, whatever its dates; but one that is no CA
 * is trusted for itself only. */
static bool
reaches_anchor(struct walk *w)
{
	size_t i;

	for (i = 0; i < w->anchor_count && w->tries < CHAIN_TRIES; i++) {
		w->anchor = &w->anchors[i];
		if (same_cert(w->path[w->depth - 1], w->anchor))
			return true;
		if (w->depth < CHAIN_LEN && names_match(w, w->anchor) &&
		    may_issue(w, w->anchor) && signed_by(w, w->anchor))
			return true;
	}
	return false;
}

/* Puts the next issuer on the path; false if there is none. The last place
 * of a path is an anchor's. */
static bool
descend(struct walk *w)
{
	const struct cert *c;
	size_t *next = &w->next[w->depth - 1];

	while (w->depth < CHAIN_LEN - 1 && *next < w->other_count &&
	    w->tries < CHAIN_TRIES) {
		c = &w->others[(*next)++];
		if (names_match(w, c) && may_issue(w, c) &&
		    holds_at_time(w, c) && signed_by(w, c)) {
			w->path[w->depth] = c;
			w->next[w->depth++] = 0;
			return true;
		}
	}
	return false;
}

/* An anchor that is the path's last certificate stands there once. */
static void
take_path(const struct walk *w, struct chain_path *path)
{
	size_t i;

	for (i = 0; i < w->depth; i++)
		path->cert[path->count++] = w->path[i];
	if (!same_cert(w->path[w->depth - 1], w->anchor))
		path->cert[path->count++] = w->anchor;
}

enum err
chain_find(const struct cert *leaf, const struct cert *others,
    size_t other_count, const struct cert *anchors, size_t anchor_count,
    int64_t time, struct chain_path *path, struct fault *fault)
{
	struct walk w = {.others = others,
	    .anchors = anchors,
	    .other_count = other_count,
	    .anchor_count = anchor_count,
	    .time = time,
	    .path = {leaf},
	    .depth = 1,
	    .fault = fault};
	bool found;

	path->count = 0;
	if (!holds_at_time(&w, leaf))
		return w.err;
	found = reaches_anchor(&w);
	while (!found && w.depth > 0) {
		if (descend(&w))
			found = reaches_anchor(&w);
		else
			w.depth--;
	}
	if (found) {
		take_path(&w, path);
		if (fault != NULL)
			fault_clear(fault); /* of wrong turns */
		return ERR_OK;
	}
	reject(&w, ERR_CERT_CHAIN, leaf,
	    "its issuer is not among the certificates given");
	return w.err;
}

enum err
chain_check(const struct cert *leaf, const struct cert *others,
    size_t other_count, const struct cert *anchors, size_t anchor_count,
    int64_t time, struct fault *fault)
{
	struct chain_path path;

	return chain_find(leaf, others, other_count, anchors, anchor_count,
	    time, &path, fault);
}
