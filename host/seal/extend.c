/*
 * extend.c: one thing is added at a time; once something was, the file is read
 * and verified anew, so that every step works with what really stands there.
 */
#include "host/seal/extend_parts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/seal/imprint.h"
#include "host/tsp/token.h"

static int64_t
clock_now(void)
{
	return (int64_t)time(NULL);
}

/* Unless it is known already what stands there. */
static enum err
look(struct extend *x)
{
	enum err e;

	if (x->seen)
		return x->result.err;
	e = jws_read(&x->jws, x->file, x->len, x->fault);
	if (e != ERR_OK)
		return e;
	x->seen = true;
	x->verify.time = x->options->now == NULL ? clock_now()
						 : x->options->now();
	if (x->verify.time < x->stamped)
		x->verify.time = x->stamped;
	memset(&x->result, 0, sizeof(x->result));
	memset(&x->report, 0, sizeof(x->report));
	x->report.format = "JAdES";
	x->s = (struct verify_seal){.result = &x->result,
	    .report = &x->report,
	    .options = &x->verify,
	    .jws = &x->jws,
	    .seal = &x->jws.seals[x->seal],
	    .index = x->seal};
	verify_seal_check(&x->s);
	return x->result.err;
}

static void
look_away(struct extend *x)
{
	x->seen = false;
	evidence_free(&x->s.evidence);
	etsiu_free(&x->s.etsiu);
	verify_result_free(&x->result);
	jws_free(&x->jws);
}

/* What no timestamp would mend. */
static enum err
check_worth(const struct extend *x)
{
	enum sub_indication sub = x->report.verdict.sub;
	size_t i;

	if (x->jws.form == JWS_COMPACT)
		return fault_set(x->fault, ERR_UNSUPPORTED, FAULT_NO_OFFSET,
		    "the compact serialisation has no place for timestamps");
	if (x->jws.payload == NULL)
		return fault_set(x->fault, ERR_UNSUPPORTED, FAULT_NO_OFFSET,
		    "what is sealed is not in the file");
	if (x->s.etsiu.clear)
		return fault_set(x->fault, ERR_UNSUPPORTED, FAULT_NO_OFFSET,
		    "etsiU is in clear, which archive timestamps cannot cover");
	if (!x->s.header_good || x->s.leaf == NULL ||
	    verdict_indication(sub) == INDICATION_FAILED)
		return fault_set(x->fault, ERR_VERIFY_INVALID, FAULT_NO_OFFSET,
		    "seal %u: %s", x->seal + 1,
		    verdict_indication(sub) == INDICATION_FAILED
			? verdict_sub_name(sub)
			: "header or certificate cannot be used");
	for (i = 0; i < x->result.count; i++) {
		if (x->result.findings[i].verdict == VERIFY_FAILED)
			return fault_set(x->fault, ERR_VERIFY_INVALID,
			    FAULT_NO_OFFSET, "seal %u: %s %.180s", x->seal + 1,
			    x->result.findings[i].check,
			    x->result.findings[i].text);
	}
	return ERR_OK;
}

enum err
extend_insert(struct extend *x, struct element *element)
{
	enum err e = extend_element_insert(
	    element, &x->jws, x->seal, &x->file, &x->len);

	look_away(x);
	return e == ERR_OK
	    ? e
	    : fault_set(x->fault, e, FAULT_NO_OFFSET, "extended seal");
}

/* Whoever stamps has a clock of his own: what was had just now, and was
 * checked, is not of the future because his is a little ahead. */
static enum err
note_time(struct extend *x, const uint8_t *token, size_t len)
{
	struct tsp_token *t = malloc(sizeof(*t));
	enum err e;

	if (t == NULL)
		return fault_set(
		    x->fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "timestamp");
	e = tsp_token_parse(t, token, len, x->fault);
	if (e == ERR_OK) {
		if (t->info.time > x->stamped)
			x->stamped = t->info.time;
		tsp_token_free(t);
	}
	free(t);
	return e;
}

static enum err
add_timestamp(struct extend *x, enum timestamp_kind kind)
{
	const struct extend_source *source = x->options->stamps;
	uint8_t digest[SHA512_SIZE], *token;
	struct element element;
	bool first = true;
	size_t len;
	enum err e;

	if (kind == TIMESTAMP_SIGNATURE)
		imprint_signature(x->s.seal, SHA256_SIZE, digest);
	else
		imprint_archive(&x->jws, x->s.seal, &x->s.etsiu,
		    x->s.etsiu.count, SHA256_SIZE, digest);
	e = source->stamp(source->arg, digest, &token, &len, x->fault);
	if (e != ERR_OK)
		return e;
	e = note_time(x, token, len);
	if (e != ERR_OK) {
		free(token);
		return e;
	}
	extend_element_open(&element);
	if (element.json != NULL) {
		fprintf(element.json, "{\"%s\":{\"tstTokens\":[",
		    kind == TIMESTAMP_SIGNATURE ? "sigTst" : "arcTst");
		extend_element_put_value(&element, &first, token, len);
		fputs("]}}", element.json);
	}
	free(token);
	return extend_insert(x, &element);
}

/* One that proves something; or one in whose company no other would give the
 * level, which is not bought then. */
static bool
has_timestamp(const struct extend *x)
{
	bool any = false;
	size_t i;

	for (i = 0; i < x->report.timestamp_count; i++) {
		if (x->report.timestamp[i].kind != TIMESTAMP_SIGNATURE)
			continue;
		if (x->report.timestamp[i].verdict == VERIFY_PASSED)
			return true;
		any = true;
	}
	return any && x->s.form < SEAL_LEVEL_T;
}

static enum err
add_seal_timestamp(struct extend *x)
{
	return has_timestamp(x) ? ERR_OK
				: add_timestamp(x, TIMESTAMP_SIGNATURE);
}

static enum err
add_certs(struct extend *x)
{
	return extend_values(x, EXTEND_CERTS);
}

static enum err
add_revocations(struct extend *x)
{
	return extend_values(x, EXTEND_REVOCATIONS);
}

static enum err
add_timestamps_values(struct extend *x)
{
	return extend_values(x, EXTEND_TIMESTAMPS);
}

static enum err
add_archive_timestamp(struct extend *x)
{
	return add_timestamp(x, TIMESTAMP_ARCHIVE);
}

/* What it came to. From LT on everything is there that its verdict needs. */
static enum err
check_level(struct extend *x)
{
	enum seal_level want = x->options->level;
	const struct verify_finding *f;
	size_t i;

	if (x->s.level >= want &&
	    (want == SEAL_LEVEL_T || x->report.verdict.sub == SUB_NONE))
		return ERR_OK;
	/* which of it does not hold, in its own words */
	for (i = 0; i < x->result.count; i++) {
		f = &x->result.findings[i];
		if (f->verdict == VERIFY_UNKNOWN ||
		    f->verdict == VERIFY_FAILED ||
		    (f->verdict == VERIFY_REMARK &&
			strcmp(f->check, "timestamp") == 0))
			return fault_set(x->fault, ERR_VERIFY_INDETERMINATE,
			    FAULT_NO_OFFSET, "%s %.180s", f->check, f->text);
	}
	return fault_set(x->fault, ERR_VERIFY_INDETERMINATE, FAULT_NO_OFFSET,
	    "seal %u does not have the level afterwards", x->seal + 1);
}

static const struct {
	enum seal_level from; /* levels that need it */
	enum err (*step)(struct extend *x);
} steps[] = {
    {SEAL_LEVEL_T, add_seal_timestamp},
    {SEAL_LEVEL_LT, add_certs},
    {SEAL_LEVEL_LT, add_revocations},
    {SEAL_LEVEL_LT, add_timestamps_values},
    {SEAL_LEVEL_LTA, add_archive_timestamp},
    {SEAL_LEVEL_B, check_level},
};

static enum err
extend_seal(struct extend *x)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]) && e == ERR_OK; i++) {
		if (x->options->level < steps[i].from)
			continue;
		e = look(x);
		if (e == ERR_OK)
			e = check_worth(x);
		if (e == ERR_OK)
			e = steps[i].step(x);
	}
	look_away(x);
	return e;
}

/* The last archive timestamp can always have one more after it. */
static enum err
is_needed(struct extend *x, unsigned *seals, bool *needed)
{
	enum err e = look(x);

	if (e == ERR_OK) {
		*seals = x->jws.count;
		*needed = x->options->level == SEAL_LEVEL_LTA ||
		    x->s.level < x->options->level;
		e = check_worth(x);
	}
	if (*seals > 1)
		look_away(x); /* the next is another */
	return e;
}

enum err
extend_file(const uint8_t *file, size_t len,
    const struct extend_options *options, uint8_t **out, size_t *out_len,
    struct fault *fault)
{
	struct extend *x = calloc(1, sizeof(*x));
	bool needed[JWS_SEALS] = {false}, any = false;
	unsigned seals = 1;
	enum err e = ERR_OK;

	*out = NULL;
	*out_len = 0;
	if (x == NULL || (x->file = malloc(len + 1)) == NULL) {
		free(x);
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "extended seal");
	}
	memcpy(x->file, file, len);
	x->file[len] = 0;
	x->len = len;
	x->fault = fault;
	x->options = options;
	x->verify.anchors = options->anchors;
	x->verify.anchor_count = options->anchor_count;
	if (options->source != NULL) {
		/* revocation data is asked for once, when it goes in */
		x->fetch = *options->source;
		x->fetch.revocation = NULL;
		x->verify.source = &x->fetch;
	}
	/* no timestamp is asked for before it is known that none is wasted */
	for (x->seal = 0; x->seal < seals && e == ERR_OK; x->seal++) {
		e = is_needed(x, &seals, &needed[x->seal]);
		any = any || needed[x->seal];
	}
	for (x->seal = 0; x->seal < seals && e == ERR_OK; x->seal++) {
		if (needed[x->seal])
			e = extend_seal(x);
	}
	if (e == ERR_OK && !any)
		e = fault_set(fault, ERR_EXISTS, FAULT_NO_OFFSET,
		    "every seal in it has that level already");
	if (e == ERR_OK) {
		*out = x->file;
		*out_len = x->len;
		x->file = NULL;
	}
	look_away(x);
	free(x->file);
	free(x);
	return e;
}
