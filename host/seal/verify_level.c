/*
 * verify_level.c: the baseline level (TS 119 182-1 6, EN 319 132-1 6) that a
 * seal has by what stands in it, and the one that is left if only what passed
 * is counted.
 */
#include "host/seal/verify_parts.h"

#include <stdio.h>
#include <string.h>

#include "host/x509/cert_signature.h"

const char *
verify_level_text(const struct verify_report *r, enum seal_level level,
    char out[static VERIFY_LEVEL_TEXT])
{
	static const char *const names[] = {"", "B", "T", "LT", "LTA"};

	if (level == SEAL_LEVEL_NONE)
		snprintf(
		    out, VERIFY_LEVEL_TEXT, "%s, no baseline level", r->format);
	else
		snprintf(out, VERIFY_LEVEL_TEXT, "%s-BASELINE-%s", r->format,
		    names[level]);
	return out;
}

static bool
is_anchor(const struct verify_options *o, const struct cert *c)
{
	size_t i;

	for (i = 0; i < o->anchor_count; i++) {
		if (memcmp(o->anchors[i].sha256, c->sha256, SHA256_SIZE) == 0)
			return true;
	}
	return false;
}

static bool
is_name(const struct der_reader *a, const struct der_reader *b)
{
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

/* Several may have that name: a successor's key, or somebody's who took it. By
 * an algorithm that proves nothing any more it is the issuer all the same, and
 * something has to say that it revoked nothing. */
static bool
has_issued(const struct cert *issuer, const struct cert *c)
{
	return is_name(&c->issuer, &issuer->subject) &&
	    cert_check_signature(c, issuer) != ERR_SIGNATURE_INVALID;
}

static const struct cert *
issuer_of(const struct verify_seal *s, const struct cert *c)
{
	const struct verify_options *o = s->options;
	const struct evidence *e = &s->evidence;
	size_t i;

	for (i = 0; i < o->anchor_count; i++) {
		if (has_issued(&o->anchors[i], c))
			return &o->anchors[i];
	}
	for (i = 0; i < e->cert_count; i++) {
		if (has_issued(&e->cert[i], c))
			return &e->cert[i];
	}
	return NULL;
}

/* Revocation data for every certificate up to one that is trusted, or
 * self-signed, or whose issuer is not there. */
static bool
is_chain_covered(const struct verify_seal *s, const struct cert *c)
{
	const struct cert *issuer;
	size_t steps;

	for (steps = 0; steps < CHAIN_LEN && c != NULL; steps++) {
		if (is_anchor(s->options, c) ||
		    is_name(&c->issuer, &c->subject))
			return true;
		issuer = issuer_of(s, c);
		if (issuer != NULL && !verify_is_covered(s, c, issuer))
			return false;
		c = issuer;
	}
	return true;
}

/* The last archive timestamp is the one whose own material is not there yet. */
static size_t
last_archive(const struct evidence *e)
{
	size_t i, last = e->timestamp_count;

	for (i = 0; i < e->timestamp_count; i++) {
		if (e->timestamp[i].kind == TIMESTAMP_ARCHIVE)
			last = i;
	}
	return last;
}

static bool
has_validation_data(const struct verify_seal *s)
{
	const struct evidence *e = &s->evidence;
	bool embedded = false;
	size_t i;

	for (i = 0; i < e->revocation_count; i++)
		embedded = embedded || e->revocation[i].embedded;
	if (!embedded || s->leaf == NULL || !is_chain_covered(s, s->leaf))
		return false;
	for (i = 0; i < e->timestamp_count; i++) {
		if (i != last_archive(e) && s->authority[i] != NULL &&
		    !is_chain_covered(s, s->authority[i]))
			return false;
	}
	return true;
}

/* Every one of them has to be alone in its container, and from before the end
 * of the certificate. */
static bool
has_signature_timestamp(const struct verify_seal *s)
{
	const struct evidence *e = &s->evidence;
	bool found = false;
	size_t i;

	for (i = 0; i < e->timestamp_count; i++) {
		if (e->timestamp[i].kind != TIMESTAMP_SIGNATURE)
			continue;
		found = true;
		if (e->timestamp[i].tokens != 1 || s->leaf == NULL ||
		    s->report->timestamp[i].time == 0 ||
		    s->report->timestamp[i].time >= s->leaf->not_after)
			return false;
	}
	return found;
}

static bool
has_passed(const struct verify_report *r, enum timestamp_kind kind)
{
	size_t i;

	for (i = 0; i < r->timestamp_count; i++) {
		if (r->timestamp[i].kind == kind &&
		    r->timestamp[i].verdict == VERIFY_PASSED)
			return true;
	}
	return false;
}

static enum seal_level
form_of(const struct verify_seal *s)
{
	if (!s->header_good)
		return SEAL_LEVEL_NONE;
	if (!has_signature_timestamp(s))
		return SEAL_LEVEL_B;
	if (!has_validation_data(s))
		return SEAL_LEVEL_T;
	return last_archive(&s->evidence) == s->evidence.timestamp_count
	    ? SEAL_LEVEL_LT
	    : SEAL_LEVEL_LTA;
}

void
verify_level(struct verify_seal *s)
{
	char form[VERIFY_LEVEL_TEXT], level[VERIFY_LEVEL_TEXT];
	struct verify_report *r = s->report;

	s->form = form_of(s);
	s->level = s->form;
	if (s->level == SEAL_LEVEL_LTA && !has_passed(r, TIMESTAMP_ARCHIVE))
		s->level = SEAL_LEVEL_LT;
	if (s->level >= SEAL_LEVEL_T && !has_passed(r, TIMESTAMP_SIGNATURE))
		s->level = SEAL_LEVEL_B;
	r->form = s->outdated ? SEAL_LEVEL_NONE : s->form;
	r->level = s->outdated ? SEAL_LEVEL_NONE : s->level;
	verify_level_text(r, r->form, form);
	if (r->level == r->form)
		VERIFY_SAY(s, "level",
		    r->form == SEAL_LEVEL_NONE ? VERIFY_REMARK : VERIFY_PASSED,
		    "%s", form);
	else
		VERIFY_SAY(s, "level", VERIFY_REMARK,
		    "%s by what is in it, but only %s by what of it holds",
		    form, verify_level_text(r, r->level, level));
}
