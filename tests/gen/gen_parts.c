/* What drafts are made of, wherever it stands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/edc/edc_priv.h"
#include "tests/gen/gen_parts.h"

unsigned
gen_draw(struct gen_ctx *c, unsigned n)
{
	return gen_below(&c->o->rng, n);
}

bool
gen_one_in(struct gen_ctx *c, unsigned n)
{
	return gen_draw(c, n) == 0;
}

void
gen_put_node(struct gen_ctx *c, const char *what, const char *type)
{
	gen_textf(c->o, "id", "urn:epass:%s:%u", what, c->next++);
	gen_text(c->o, "type", type);
}

static void
map_value(struct gen_ctx *c, const char *tag, const char *text)
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
void
gen_put_map(
    struct gen_ctx *c, const char *name, const char *own, const char *english)
{
	gen_open(c->o, name, '{');
	map_value(c, c->own->tag, own);
	if (english != NULL && c->o->style.bilingual)
		map_value(c, "en", english);
	gen_close(c->o, '}');
}

void
gen_put_concept(struct gen_ctx *c, const char *name, const char *scheme,
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

void
gen_put_language(
    struct gen_ctx *c, const char *name, const struct gen_language *l)
{
	gen_put_concept(
	    c, name, AUTHORITY "language", l->code, "language", l->name);
}

void
gen_put_country(struct gen_ctx *c, const char *name, const char *alpha2)
{
	const char *alpha3, *label;

	if (!edc_country(alpha2, &alpha3, &label)) {
		fprintf(stderr, "drafts: unknown country %s\n", alpha2);
		exit(64);
	}
	gen_put_concept(c, name, AUTHORITY "country", alpha3, "country", label);
}

void
gen_put_location(struct gen_ctx *c, const char *alpha2)
{
	bool list = c->o->style.lists;

	gen_open_one(c->o, "location", list);
	gen_put_node(c, "location", "Location");
	gen_open_one(c->o, "address", list);
	gen_put_node(c, "address", "Address");
	gen_put_country(c, "countryCode", alpha2);
	gen_open(c->o, "fullAddress", '{');
	gen_put_node(c, "note", "Note");
	gen_put_map(c, "noteLiteral", c->own->city, NULL);
	gen_close(c->o, '}');
	gen_close_one(c->o, list);
	gen_close_one(c->o, list);
}
