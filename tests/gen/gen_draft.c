/* A draft in the shape of what EDC's issuer and other tools hand over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/gen_parts.h"

const char *const gen_kind_names[GEN_KINDS] = {
    "qualification", "activity", "assessment", "entitlement"};

const char *const gen_fault_names[GEN_FAULTS] = {"sound", "no-issuer",
    "other-issuer", "unknown-schema", "duplicate-name", "truncated", "not-json",
    "lone-surrogate", "number-range", "sealed", "missing-title", "deep"};

static void
display_details(struct gen_ctx *c)
{
	static const char *const page[] = {"1", "2", "3.0", "4e0"};
	unsigned i;

	gen_open(c->o, "displayDetail", '[');
	for (i = 0; i < c->o->style.pages; i++) {
		gen_open(c->o, NULL, '{');
		gen_put_node(c, "displayDetail", "DisplayDetail");
		gen_open(c->o, "image", '{');
		gen_put_node(c, "mediaObject", "MediaObject");
		gen_image(c->o, "content");
		gen_put_concept(c, "contentEncoding", SNB "encoding",
		    "6146cde7dd", NULL, "base64");
		gen_put_concept(c, "contentType", AUTHORITY "file-type", "PNG",
		    "file-type", "PNG");
		gen_close(c->o, '}');
		gen_lexeme(c->o, "page", page[i]);
		gen_close(c->o, '}');
	}
	gen_close(c->o, ']');
}

static void
individual_display(struct gen_ctx *c, const struct gen_language *l)
{
	gen_open(c->o, NULL, '{');
	gen_put_node(c, "individualDisplay", "IndividualDisplay");
	display_details(c);
	gen_put_language(c, "language", l);
	gen_close(c->o, '}');
}

static void
display_parameter(struct gen_ctx *c)
{
	bool both = c->o->style.bilingual;

	gen_open(c->o, "displayParameter", '{');
	gen_put_node(c, "displayParameter", "DisplayParameter");
	gen_open(c->o, "individualDisplay", '[');
	individual_display(c, c->own);
	if (both)
		individual_display(c, c->english);
	gen_close(c->o, ']');
	gen_open(c->o, "language", '[');
	gen_put_language(c, NULL, c->own);
	if (both)
		gen_put_language(c, NULL, c->english);
	gen_close(c->o, ']');
	gen_put_language(c, "primaryLanguage", c->own);
	if (c->g->fault == GEN_LONE_SURROGATE) {
		gen_open(c->o, "title", '{');
		gen_lexeme(c->o, c->own->tag, "\"\\ud83d\"");
		gen_close(c->o, '}');
	} else {
		gen_put_map(
		    c, "title", c->own->certificate, c->english->certificate);
	}
	gen_put_map(c, "description", c->own->note, c->english->note);
	gen_close(c->o, '}');
}

static void
subject(struct gen_ctx *c)
{
	const struct gen_language *l = c->own;
	const char *given = l->given[gen_draw(c, 6)],
		   *family = l->family[gen_draw(c, 6)];
	char full[200];
	unsigned more = gen_draw(c, 3), i;

	gen_open(c->o, "credentialSubject", '{');
	gen_put_node(c, "person", "Person");
	snprintf(full, sizeof(full), "%s %s", given, family);
	if (c->o->style.no_name) {
		gen_open(c->o, "fullName", '{');
		gen_close(c->o, '}');
	} else if (c->o->style.full_name) {
		gen_put_map(c, "fullName", full, NULL);
	}
	if (!c->o->style.no_name) {
		gen_put_map(c, "givenName", given, NULL);
		gen_put_map(c, "familyName", family, NULL);
		gen_textf(c->o, "dateOfBirth", "%u-%02u-%02uT00:00:00Z",
		    1960 + gen_draw(c, 46), 1 + gen_draw(c, 12),
		    1 + gen_draw(c, 28));
	}
	gen_open(c->o, "identifier", '[');
	gen_open(c->o, NULL, '{');
	gen_put_node(c, "identifier", "Identifier");
	gen_text(c->o, "schemeName", "Student number");
	gen_textf(c->o, "notation", "S%07u", gen_draw(c, 10000000));
	gen_close(c->o, '}');
	gen_close(c->o, ']');
	/* A single claim stands alone or in a list. */
	if (more == 0 && !c->o->style.lists) {
		gen_put_claim(c, c->kind, "hasClaim", false);
	} else {
		gen_open(c->o, "hasClaim", '[');
		gen_put_claim(c, c->kind, NULL, false);
		for (i = 0; i < more; i++)
			gen_put_claim(c, (enum gen_kind)gen_draw(c, GEN_KINDS),
			    NULL, true);
		gen_close(c->o, ']');
	}
	gen_close(c->o, '}');
}

static void
issuer(struct gen_ctx *c)
{
	const struct gen_options *g = c->g;
	const char *name = g->organisation != NULL ? g->organisation
						   : c->own->school;
	const char *where = g->country != NULL ? g->country : c->own->country;

	if (g->fault == GEN_NO_ISSUER)
		return;
	if (g->fault == GEN_OTHER_ISSUER)
		name = "Akademie Nirgendwo gGmbH";
	gen_open(c->o, "issuer", '{');
	gen_put_node(c, "org", "Organisation");
	gen_put_map(c, "legalName", name, name);
	if (gen_one_in(c, 2))
		gen_put_location(c, where);
	if (gen_one_in(c, 3) && g->identifier != NULL &&
	    g->fault != GEN_OTHER_ISSUER) {
		gen_open(c->o, "eIDASIdentifier", '{');
		gen_put_node(c, "legalIdentifier", "LegalIdentifier");
		gen_text(c->o, "notation", g->identifier);
		gen_put_country(c, "spatial", where);
		gen_close(c->o, '}');
	}
	gen_open(c->o, "homepage", '{');
	gen_put_node(c, "webResource", "WebResource");
	gen_text(c->o, "contentURL", "https://www.example.org/school?a=1&b=2");
	gen_close(c->o, '}');
	gen_close(c->o, '}');
}

static void
context(struct gen_ctx *c)
{
	gen_open(c->o, "@context", '[');
	gen_text(c->o, NULL, "https://www.w3.org/2018/credentials/v1");
	gen_text(c->o, NULL, "http://data.europa.eu/snb/model/context/edc-ap");
	gen_close(c->o, ']');
}

static void
head(struct gen_ctx *c)
{
	uint64_t a = gen_random(&c->o->rng), b = gen_random(&c->o->rng);

	gen_textf(c->o, "id", "urn:credential:%08x-%04x-4%03x-%x%03x-%012llx",
	    (unsigned)(a >> 32), (unsigned)(a >> 16 & 0xFFFF),
	    (unsigned)(a & 0xFFF), 8 + (unsigned)(b >> 60 & 3),
	    (unsigned)(b >> 48 & 0xFFF),
	    (unsigned long long)(b & 0xFFFFFFFFFFFF));
	gen_open(c->o, "type", '[');
	gen_text(c->o, NULL, "VerifiableCredential");
	gen_text(c->o, NULL, "EuropeanDigitalCredential");
	gen_close(c->o, ']');
	gen_put_concept(c, "credentialProfiles", SNB "credential", "e34929035b",
	    NULL, "Generic");
}

static void
dates(struct gen_ctx *c)
{
	static const char *const zones[] = {"Z", "+01:00", "+02:00", ".000Z"};

	gen_textf(c->o, "validFrom", "2025-%02u-%02uT%02u:00:00%s",
	    1 + gen_draw(c, 12), 1 + gen_draw(c, 28), gen_draw(c, 24),
	    zones[gen_draw(c, 4)]);
	if (gen_one_in(c, 3))
		gen_text(c->o, "validUntil", "2045-12-31T23:59:59Z");
}

static void
schema(struct gen_ctx *c)
{
	bool list = c->o->style.lists;

	gen_open_one(c->o, "credentialSchema", list);
	gen_text(c->o, "id",
	    c->g->fault == GEN_UNKNOWN_SCHEMA
		? "http://data.europa.eu/snb/model/ap/edc-of-tomorrow"
		: "http://data.europa.eu/snb/model/ap/edc-generic-full");
	gen_text(c->o, "type", "ShaclValidator2017");
	gen_close_one(c->o, list);
}

static void
faults(struct gen_ctx *c)
{
	int i;

	if (c->g->fault == GEN_DUPLICATE_NAME)
		gen_text(c->o, "id", "urn:credential:another");
	if (c->g->fault == GEN_DEEP) {
		gen_name(c->o, "attachment");
		for (i = 0; i < 100; i++)
			gen_raw(c->o, "[");
		for (i = 0; i < 100; i++)
			gen_raw(c->o, "]");
	}
}

static void
draw_style(struct gen_ctx *c)
{
	struct gen_style *s = &c->o->style;
	unsigned names;

	memset(s, 0, sizeof(*s));
	s->lists = gen_one_in(c, 3);
	s->pretty = gen_one_in(c, 5);
	s->escapes = gen_one_in(c, 5);
	s->context_first = gen_one_in(c, 3);
	s->wrapper = gen_one_in(c, 5);
	names = gen_draw(c, 8);
	s->full_name = names < 5;
	s->no_name = names == 7;
	s->bilingual = c->own != c->english && gen_one_in(c, 2);
	s->pages = 1 + gen_draw(c, s->bilingual ? 2 : 3);
}

void
gen_draft(struct gen_out *o, const struct gen_options *g, uint64_t index)
{
	struct gen_ctx c = {.o = o, .g = g, .next = 1};
	const struct gen_language *last =
	    &gen_languages[gen_language_count - 1];

	o->len = 0;
	o->slots = 0;
	o->depth = 0;
	o->comma = false;
	/* Spread, so that neighbours have nothing in common; never zero. A
	 * broken draft is not a sound one's double: its id is another. */
	o->rng = g->seed * 1000003 + (uint64_t)g->fault * 10000019 + index + 1;
	o->rng = o->rng * 0x9E3779B97F4A7C15 | 1;
	gen_random(&o->rng);
	gen_random(&o->rng);
	c.english = last;
	c.own = &gen_languages[index % gen_language_count];
	c.kind = (enum gen_kind)(index % GEN_KINDS);
	if (g->fault == GEN_NUMBER_RANGE)
		c.kind = GEN_QUALIFICATION;
	draw_style(&c);
	if (o->style.wrapper) {
		gen_open(o, NULL, '{');
		gen_name(o, "credential");
		o->comma = false;
	}
	gen_open(o, NULL, '{');
	if (o->style.context_first) {
		context(&c);
		head(&c);
		schema(&c);
		issuer(&c);
		dates(&c);
		subject(&c);
		display_parameter(&c);
	} else {
		head(&c);
		display_parameter(&c);
		schema(&c);
		subject(&c);
		issuer(&c);
		dates(&c);
		context(&c);
	}
	faults(&c);
	gen_close(o, '}');
	if (o->style.wrapper) {
		gen_open(o, "deliveryDetails", '{');
		gen_open(o, "deliveryAddress", '[');
		gen_text(o, NULL, "learner@example.org");
		gen_close(o, ']');
		gen_close(o, '}');
		gen_close(o, '}');
	}
	gen_raw(o, o->style.pretty ? "\n" : "");
}
