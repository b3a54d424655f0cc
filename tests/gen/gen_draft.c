/* A draft in the shape of what EDC's issuer and other tools hand over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/edc/edc_priv.h"
#include "tests/gen/gen.h"

#define AUTHORITY "http://publications.europa.eu/resource/authority/"
#define SNB "http://data.europa.eu/snb/"

const char *const gen_kind_names[GEN_KINDS] = {
    "qualification", "activity", "assessment", "entitlement"};

const char *const gen_fault_names[GEN_FAULTS] = {"sound", "no-issuer",
    "other-issuer", "unknown-schema", "duplicate-name", "truncated", "not-json",
    "lone-surrogate", "number-range", "sealed", "missing-title", "deep"};

struct ctx {
	struct gen_out *o;
	const struct gen_options *g;
	const struct gen_language *own, *english;
	enum gen_kind kind;
	unsigned next; /* number for ids */
};

static unsigned
below(struct ctx *c, unsigned n)
{
	return gen_below(&c->o->rng, n);
}

static bool
one_in(struct ctx *c, unsigned n)
{
	return below(c, n) == 0;
}

static void
node(struct ctx *c, const char *what, const char *type)
{
	gen_textf(c->o, "id", "urn:epass:%s:%u", what, c->next++);
	gen_text(c->o, "type", type);
}

static void
map_value(struct ctx *c, const char *tag, const char *text)
{
	if (c->o->style.lists) {
		gen_open(c->o, tag, '[');
		gen_text(c->o, NULL, text);
		gen_close(c->o, ']');
	} else {
		gen_text(c->o, tag, text);
	}
}

/* {"de": own, "en": english}; english may be NULL. */
static void
map(struct ctx *c, const char *name, const char *own, const char *english)
{
	gen_open(c->o, name, '{');
	map_value(c, c->own->tag, own);
	if (english != NULL && c->o->style.bilingual)
		map_value(c, "en", english);
	gen_close(c->o, '}');
}

static void concept(struct ctx *c, const char *name, const char *scheme,
    const char *code, const char *notation, const char *label)
{
	gen_open(c->o, name, '{');
	gen_textf(c->o, "id", "%s/%s", scheme, code);
	gen_text(c->o, "type", "Concept");
	gen_open(c->o, "inScheme", '{');
	if (strncmp(scheme, SNB, strlen(SNB)) == 0)
		gen_textf(c->o, "id", "%s/25831c2", scheme);
	else
		gen_text(c->o, "id", scheme);
	gen_text(c->o, "type", "ConceptScheme");
	gen_close(c->o, '}');
	if (notation != NULL)
		gen_text(c->o, "notation", notation);
	gen_open(c->o, "prefLabel", '{');
	map_value(c, "en", label);
	gen_close(c->o, '}');
	gen_close(c->o, '}');
}

static void
language(struct ctx *c, const char *name, const struct gen_language *l)
{
	concept(c, name, AUTHORITY "language", l->code, "language", l->name);
}

static void
country(struct ctx *c, const char *name, const char *alpha2)
{
	const char *alpha3, *label;

	if (!edc_country(alpha2, &alpha3, &label)) {
		fprintf(stderr, "drafts: unknown country %s\n", alpha2);
		exit(64);
	}
	concept(c, name, AUTHORITY "country", alpha3, "country", label);
}

static void
location(struct ctx *c, const char *alpha2)
{
	bool list = c->o->style.lists;

	gen_open_one(c->o, "location", list);
	node(c, "location", "Location");
	gen_open_one(c->o, "address", list);
	node(c, "address", "Address");
	country(c, "countryCode", alpha2);
	gen_open(c->o, "fullAddress", '{');
	node(c, "note", "Note");
	map(c, "noteLiteral", c->own->city, NULL);
	gen_close(c->o, '}');
	gen_close_one(c->o, list);
	gen_close_one(c->o, list);
}

static void
awarded_by(struct ctx *c)
{
	bool list = c->o->style.lists;

	gen_open(c->o, "awardedBy", '{');
	node(c, "awardingProcess", "AwardingProcess");
	gen_open_one(c->o, "awardingBody", list);
	node(c, "org", "Organisation");
	map(c, "legalName", c->own->school, NULL);
	location(c, c->own->country);
	gen_open(c->o, "registration", '{');
	node(c, "legalIdentifier", "LegalIdentifier");
	gen_textf(c->o, "notation", "%08u", below(c, 100000000));
	country(c, "spatial", c->own->country);
	gen_close(c->o, '}');
	gen_close_one(c->o, list);
	gen_textf(c->o, "awardingDate", "20%02u-%02u-%02uT09:30:00Z",
	    20 + below(c, 6), 1 + below(c, 12), 1 + below(c, 28));
	gen_close(c->o, '}');
}

static void
credit(struct ctx *c, const char *name)
{
	static const char *const points[] = {
	    "2.5", "1e2", "7.50", "6", "1.5E+1", "\"4\"", "30", "0.5e1"};

	gen_open_one(c->o, name, c->o->style.lists);
	node(c, "creditPoint", "CreditPoint");
	concept(c, "framework", SNB "education-credit", "6fcec5c5af", NULL,
	    "European Credit Transfer System");
	gen_lexeme(c->o, "point",
	    c->g->fault == GEN_NUMBER_RANGE ? "1e400" : points[below(c, 8)]);
	gen_close_one(c->o, c->o->style.lists);
}

static void
title(struct ctx *c, enum gen_kind kind)
{
	map(c, "title", c->own->title[kind], c->english->title[kind]);
}

static void
outcomes(struct ctx *c)
{
	unsigned n = 2 + below(c, 4);

	gen_open(c->o, "learningOutcome", '[');
	while (n-- > 0) {
		gen_open(c->o, NULL, '{');
		node(c, "learningOutcome", "LearningOutcome");
		map(c, "title", c->own->note, c->english->note);
		gen_close(c->o, '}');
	}
	gen_close(c->o, ']');
}

static void
specification(struct ctx *c, enum gen_kind kind)
{
	static const char *const types[GEN_KINDS] = {"Qualification",
	    "LearningActivitySpecification", "LearningAssessmentSpecification",
	    "LearningEntitlementSpecification"};

	gen_open(c->o, "specifiedBy", '{');
	node(c, "specification", types[kind]);
	title(c, kind);
	if (kind == GEN_QUALIFICATION) {
		concept(c, "eqfLevel", SNB "eqf", "6", NULL, "Level 6");
		concept(c, "thematicArea", SNB "isced-f", "0731", NULL,
		    "Architecture and town planning");
		credit(c, "creditPoint");
		outcomes(c);
		gen_text(c->o, "volumeOfLearning", "P36M");
	} else if (kind == GEN_ACTIVITY) {
		gen_text(c->o, "volumeOfLearning", "PT120H");
	} else if (kind == GEN_ENTITLEMENT) {
		concept(c, "dcType", SNB "entitlement", "64aad92881", NULL,
		    "learning opportunity");
		concept(c, "entitlementStatus", SNB "entitlement-status",
		    "acc9d7b1e2", NULL, "actual");
	}
	if (kind != GEN_ENTITLEMENT)
		language(c, "language", c->own);
	gen_close(c->o, '}');
}

static void
claim_details(struct ctx *c, enum gen_kind kind)
{
	switch (kind) {
	case GEN_QUALIFICATION:
		credit(c, "creditReceived");
		break;
	case GEN_ACTIVITY:
		gen_lexeme(
		    c->o, "levelOfCompletion", one_in(c, 2) ? "100" : "1e2");
		gen_text(c->o, "workload", "PT40H30M");
		gen_open(c->o, "temporal", '[');
		gen_open(c->o, NULL, '{');
		node(c, "period", "PeriodOfTime");
		gen_text(c->o, "startDate", "2025-07-01T00:00:00+02:00");
		gen_text(c->o, "endDate", "2025-07-14T00:00:00+02:00");
		gen_close(c->o, '}');
		gen_close(c->o, ']');
		break;
	case GEN_ASSESSMENT:
		gen_open(c->o, "grade", '{');
		node(c, "note", "Note");
		map(c, "noteLiteral", one_in(c, 2) ? "1,3" : "87/100", "A");
		gen_close(c->o, '}');
		break;
	default:
		gen_text(c->o, "expiryDate", "2035-12-31T23:59:59Z");
		break;
	}
}

static void
claim(struct ctx *c, enum gen_kind kind, const char *name, bool nested)
{
	static const char *const types[GEN_KINDS] = {"LearningAchievement",
	    "LearningActivity", "LearningAssessment", "LearningEntitlement"};
	static const char *const ids[GEN_KINDS] = {
	    "learningAchievement", "activity", "assessment", "entitlement"};

	gen_open(c->o, name, '{');
	node(c, ids[kind], types[kind]);
	if (c->g->fault != GEN_MISSING_TITLE || nested)
		title(c, kind);
	if (one_in(c, 2))
		map(c, "description", c->own->note, c->english->note);
	awarded_by(c);
	claim_details(c, kind);
	specification(c, kind);
	if (kind == GEN_QUALIFICATION && !nested) {
		gen_open(c->o, "provenBy", '[');
		claim(c, GEN_ASSESSMENT, NULL, true);
		gen_close(c->o, ']');
		claim(c, GEN_ACTIVITY, "influencedBy", true);
	}
	gen_close(c->o, '}');
}

static void
display_details(struct ctx *c)
{
	static const char *const page[] = {"1", "2", "3.0", "4e0"};
	unsigned i;

	gen_open(c->o, "displayDetail", '[');
	for (i = 0; i < c->o->style.pages; i++) {
		gen_open(c->o, NULL, '{');
		node(c, "displayDetail", "DisplayDetail");
		gen_open(c->o, "image", '{');
		node(c, "mediaObject", "MediaObject");
		gen_image(c->o, "content");
		concept(c, "contentEncoding", SNB "encoding", "6146cde7dd",
		    NULL, "base64");
		concept(c, "contentType", AUTHORITY "file-type", "PNG",
		    "file-type", "PNG");
		gen_close(c->o, '}');
		gen_lexeme(c->o, "page", page[i]);
		gen_close(c->o, '}');
	}
	gen_close(c->o, ']');
}

static void
individual_display(struct ctx *c, const struct gen_language *l)
{
	gen_open(c->o, NULL, '{');
	node(c, "individualDisplay", "IndividualDisplay");
	display_details(c);
	language(c, "language", l);
	gen_close(c->o, '}');
}

static void
display_parameter(struct ctx *c)
{
	bool both = c->o->style.bilingual;

	gen_open(c->o, "displayParameter", '{');
	node(c, "displayParameter", "DisplayParameter");
	gen_open(c->o, "individualDisplay", '[');
	individual_display(c, c->own);
	if (both)
		individual_display(c, c->english);
	gen_close(c->o, ']');
	gen_open(c->o, "language", '[');
	language(c, NULL, c->own);
	if (both)
		language(c, NULL, c->english);
	gen_close(c->o, ']');
	language(c, "primaryLanguage", c->own);
	if (c->g->fault == GEN_LONE_SURROGATE) {
		gen_open(c->o, "title", '{');
		gen_lexeme(c->o, c->own->tag, "\"\\ud83d\"");
		gen_close(c->o, '}');
	} else {
		map(c, "title", c->own->certificate, c->english->certificate);
	}
	map(c, "description", c->own->note, c->english->note);
	gen_close(c->o, '}');
}

static void
subject(struct ctx *c)
{
	const struct gen_language *l = c->own;
	const char *given = l->given[below(c, 6)],
		   *family = l->family[below(c, 6)];
	char full[200];
	unsigned more = below(c, 3), i;

	gen_open(c->o, "credentialSubject", '{');
	node(c, "person", "Person");
	snprintf(full, sizeof(full), "%s %s", given, family);
	if (c->o->style.no_name) {
		gen_open(c->o, "fullName", '{');
		gen_close(c->o, '}');
	} else if (c->o->style.full_name) {
		map(c, "fullName", full, NULL);
	}
	if (!c->o->style.no_name) {
		map(c, "givenName", given, NULL);
		map(c, "familyName", family, NULL);
		gen_textf(c->o, "dateOfBirth", "%u-%02u-%02uT00:00:00Z",
		    1960 + below(c, 46), 1 + below(c, 12), 1 + below(c, 28));
	}
	gen_open(c->o, "identifier", '[');
	gen_open(c->o, NULL, '{');
	node(c, "identifier", "Identifier");
	gen_text(c->o, "schemeName", "Student number");
	gen_textf(c->o, "notation", "S%07u", below(c, 10000000));
	gen_close(c->o, '}');
	gen_close(c->o, ']');
	/* A single claim stands alone or in a list. */
	if (more == 0 && !c->o->style.lists) {
		claim(c, c->kind, "hasClaim", false);
	} else {
		gen_open(c->o, "hasClaim", '[');
		claim(c, c->kind, NULL, false);
		for (i = 0; i < more; i++)
			claim(
			    c, (enum gen_kind)below(c, GEN_KINDS), NULL, true);
		gen_close(c->o, ']');
	}
	gen_close(c->o, '}');
}

static void
issuer(struct ctx *c)
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
	node(c, "org", "Organisation");
	map(c, "legalName", name, name);
	if (one_in(c, 2))
		location(c, where);
	if (one_in(c, 3) && g->identifier != NULL &&
	    g->fault != GEN_OTHER_ISSUER) {
		gen_open(c->o, "eIDASIdentifier", '{');
		node(c, "legalIdentifier", "LegalIdentifier");
		gen_text(c->o, "notation", g->identifier);
		country(c, "spatial", where);
		gen_close(c->o, '}');
	}
	gen_open(c->o, "homepage", '{');
	node(c, "webResource", "WebResource");
	gen_text(c->o, "contentURL", "https://www.example.org/school?a=1&b=2");
	gen_close(c->o, '}');
	gen_close(c->o, '}');
}

static void
context(struct ctx *c)
{
	gen_open(c->o, "@context", '[');
	gen_text(c->o, NULL, "https://www.w3.org/2018/credentials/v1");
	gen_text(c->o, NULL, "http://data.europa.eu/snb/model/context/edc-ap");
	gen_close(c->o, ']');
}

static void
head(struct ctx *c)
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
	concept(c, "credentialProfiles", SNB "credential", "e34929035b", NULL,
	    "Generic");
}

static void
dates(struct ctx *c)
{
	static const char *const zones[] = {"Z", "+01:00", "+02:00", ".000Z"};

	gen_textf(c->o, "validFrom", "2025-%02u-%02uT%02u:00:00%s",
	    1 + below(c, 12), 1 + below(c, 28), below(c, 24),
	    zones[below(c, 4)]);
	if (one_in(c, 3))
		gen_text(c->o, "validUntil", "2045-12-31T23:59:59Z");
}

static void
schema(struct ctx *c)
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
faults(struct ctx *c)
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
draw_style(struct ctx *c)
{
	struct gen_style *s = &c->o->style;
	unsigned names;

	memset(s, 0, sizeof(*s));
	s->lists = one_in(c, 3);
	s->pretty = one_in(c, 5);
	s->escapes = one_in(c, 5);
	s->context_first = one_in(c, 3);
	s->wrapper = one_in(c, 5);
	names = below(c, 8);
	s->full_name = names < 5;
	s->no_name = names == 7;
	s->bilingual = c->own != c->english && one_in(c, 2);
	s->pages = 1 + below(c, s->bilingual ? 2 : 3);
}

void
gen_draft(struct gen_out *o, const struct gen_options *g, uint64_t index)
{
	struct ctx c = {.o = o, .g = g, .next = 1};
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
