/* Claims of the four kinds. */
#include "tests/gen/gen_parts.h"

static void
awarded_by(struct gen_ctx *c)
{
	bool list = c->o->style.lists;

	gen_open(c->o, "awardedBy", '{');
	gen_put_node(c, "awardingProcess", "AwardingProcess");
	gen_open_one(c->o, "awardingBody", list);
	gen_put_node(c, "org", "Organisation");
	gen_put_map(c, "legalName", c->own->school, NULL);
	gen_put_location(c, c->own->country);
	gen_open(c->o, "registration", '{');
	gen_put_node(c, "legalIdentifier", "LegalIdentifier");
	gen_textf(c->o, "notation", "%08u", gen_draw(c, 100000000));
	gen_put_country(c, "spatial", c->own->country);
	gen_close(c->o, '}');
	gen_close_one(c->o, list);
	gen_textf(c->o, "awardingDate", "20%02u-%02u-%02uT09:30:00Z",
	    20 + gen_draw(c, 6), 1 + gen_draw(c, 12), 1 + gen_draw(c, 28));
	gen_close(c->o, '}');
}

static void
credit(struct gen_ctx *c, const char *name)
{
	static const char *const points[] = {
	    "2.5", "1e2", "7.50", "6", "1.5E+1", "\"4\"", "30", "0.5e1"};

	gen_open_one(c->o, name, c->o->style.lists);
	gen_put_node(c, "creditPoint", "CreditPoint");
	gen_put_concept(c, "framework", SNB "education-credit", "6fcec5c5af",
	    NULL, "European Credit Transfer System");
	gen_lexeme(c->o, "point",
	    c->g->fault == GEN_NUMBER_RANGE ? "1e400" : points[gen_draw(c, 8)]);
	gen_close_one(c->o, c->o->style.lists);
}

static void
title(struct gen_ctx *c, enum gen_kind kind)
{
	gen_put_map(c, "title", c->own->title[kind], c->english->title[kind]);
}

static void
outcomes(struct gen_ctx *c)
{
	unsigned n = 2 + gen_draw(c, 4);

	gen_open(c->o, "learningOutcome", '[');
	while (n-- > 0) {
		gen_open(c->o, NULL, '{');
		gen_put_node(c, "learningOutcome", "LearningOutcome");
		gen_put_map(c, "title", c->own->note, c->english->note);
		gen_close(c->o, '}');
	}
	gen_close(c->o, ']');
}

static void
specification(struct gen_ctx *c, enum gen_kind kind)
{
	static const char *const types[GEN_KINDS] = {"Qualification",
	    "LearningActivitySpecification", "LearningAssessmentSpecification",
	    "LearningEntitlementSpecification"};

	gen_open(c->o, "specifiedBy", '{');
	gen_put_node(c, "specification", types[kind]);
	title(c, kind);
	if (kind == GEN_QUALIFICATION) {
		gen_put_concept(c, "eqfLevel", SNB "eqf", "6", NULL, "Level 6");
		gen_put_concept(c, "thematicArea", SNB "isced-f", "0731", NULL,
		    "Architecture and town planning");
		credit(c, "creditPoint");
		outcomes(c);
		gen_text(c->o, "volumeOfLearning", "P36M");
	} else if (kind == GEN_ACTIVITY) {
		gen_text(c->o, "volumeOfLearning", "PT120H");
	} else if (kind == GEN_ENTITLEMENT) {
		gen_put_concept(c, "dcType", SNB "entitlement", "64aad92881",
		    NULL, "learning opportunity");
		gen_put_concept(c, "entitlementStatus",
		    SNB "entitlement-status", "acc9d7b1e2", NULL, "actual");
	}
	if (kind != GEN_ENTITLEMENT)
		gen_put_language(c, "language", c->own);
	gen_close(c->o, '}');
}

static void
claim_details(struct gen_ctx *c, enum gen_kind kind)
{
	switch (kind) {
	case GEN_QUALIFICATION:
		credit(c, "creditReceived");
		break;
	case GEN_ACTIVITY:
		gen_lexeme(c->o, "levelOfCompletion",
		    gen_one_in(c, 2) ? "100" : "1e2");
		gen_text(c->o, "workload", "PT40H30M");
		gen_open(c->o, "temporal", '[');
		gen_open(c->o, NULL, '{');
		gen_put_node(c, "period", "PeriodOfTime");
		gen_text(c->o, "startDate", "2025-07-01T00:00:00+02:00");
		gen_text(c->o, "endDate", "2025-07-14T00:00:00+02:00");
		gen_close(c->o, '}');
		gen_close(c->o, ']');
		break;
	case GEN_ASSESSMENT:
		gen_open(c->o, "grade", '{');
		gen_put_node(c, "note", "Note");
		gen_put_map(
		    c, "noteLiteral", gen_one_in(c, 2) ? "1,3" : "87/100", "A");
		gen_close(c->o, '}');
		break;
	default:
		gen_text(c->o, "expiryDate", "2035-12-31T23:59:59Z");
		break;
	}
}

void
gen_put_claim(
    struct gen_ctx *c, enum gen_kind kind, const char *name, bool nested)
{
	static const char *const types[GEN_KINDS] = {"LearningAchievement",
	    "LearningActivity", "LearningAssessment", "LearningEntitlement"};
	static const char *const ids[GEN_KINDS] = {
	    "learningAchievement", "activity", "assessment", "entitlement"};

	gen_open(c->o, name, '{');
	gen_put_node(c, ids[kind], types[kind]);
	if (c->g->fault != GEN_MISSING_TITLE || nested)
		title(c, kind);
	if (gen_one_in(c, 2))
		gen_put_map(c, "description", c->own->note, c->english->note);
	awarded_by(c);
	claim_details(c, kind);
	specification(c, kind);
	if (kind == GEN_QUALIFICATION && !nested) {
		gen_open(c->o, "provenBy", '[');
		gen_put_claim(c, GEN_ASSESSMENT, NULL, true);
		gen_close(c->o, ']');
		gen_put_claim(c, GEN_ACTIVITY, "influencedBy", true);
	}
	gen_close(c->o, '}');
}
