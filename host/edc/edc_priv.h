/*
 * edc_priv.h: what the files of host/edc share.
 *
 *	struct edc_walk w;
 *	edc_walk_init(&w, d, credential);
 *	while ((v = edc_walk_next(&w)) != 0)
 *		e = edc_report_add(report, &w, "title", v, &failure);
 *
 * Memory    a walk is a plain struct; the report keeps what it is given
 * Chunks    whole documents
 * Errors    of the checks: in the report; of themselves: NO_MEMORY, JSON_DEPTH
 * Trust     none
 * Limits    EDC_DEPTH open objects and arrays
 */
#ifndef HOST_EDC_EDC_PRIV_H
#define HOST_EDC_EDC_PRIV_H

#include "common/bounds.h"
#include "host/edc/edc.h"

#define EDC_DEPTH (BOUND_JSON_DEPTH + 16)

struct edc_step {
	doc_ref value;
	uint32_t index; /* among its siblings */
	bool element; /* of an array */
};

/* Goes through a value and all inside it, each before what it holds. */
struct edc_walk {
	struct doc *d;
	struct edc_step step[EDC_DEPTH]; /* the way to the current value */
	size_t depth;
	doc_ref only; /* of the top's children; 0: all of them */
	bool too_deep;
};

void edc_walk_init(struct edc_walk *w, struct doc *d, doc_ref top);
doc_ref edc_walk_next(struct edc_walk *w); /* 0 at the end */

/* Is that value a JWS, or an object with a proof? */
bool edc_is_sealed(struct doc *d, doc_ref v);

/* Keeps a failure at path: that of the walk's current value (w may be NULL:
 * the credential itself), and of its member if that is not NULL. */
MUST_USE enum err edc_report_add(struct edc_report *r, struct edc_walk *w,
    const char *member, doc_ref at, const struct edc_failure *what);

/* The same for a place named by a literal path. */
MUST_USE enum err edc_report_at(struct edc_report *r, struct doc *d, doc_ref at,
    const char *path, enum err e, const char *message, const char *text);

/* Bits of the profiles, each with the generic shapes that it imports. */
enum edc_profile {
	EDC_ALL = 1 << 0,
	EDC_FULL = 1 << 1,
	EDC_ACCREDITED = 1 << 2,
	EDC_MANDATE = 1 << 3,
	EDC_SUPPLEMENT = 1 << 4,
	EDC_CONVERTED = 1 << 5,
};

/* Objects by their id. err: NO_MEMORY or JSON_DEPTH, once a member was asked
 * for; what was not found may then be there all the same. */
struct edc_ids {
	struct doc *d;
	doc_ref top;
	struct edc_entry *entry; /* sorted by id */
	size_t count;
	bool asked, collected;
	enum err err;
};

void edc_ids_init(struct edc_ids *ids, struct doc *d, doc_ref top);
void edc_ids_free(struct edc_ids *ids);

/* The member of this object, or of another with its id; null is no value.
 * A text in the place of an object is its id. */
doc_ref edc_ids_member(struct edc_ids *ids, doc_ref object, const char *name);

/* Is the object of that class? (type may be a text or a list.) */
bool edc_is_a(struct doc *d, doc_ref object, const char *class);

enum edc_scope {
	EDC_DRAFT = 1, /* what sealing adds may be absent */
	EDC_FINISHED = 2,
	EDC_CHANGES = 3, /* of a draft that was checked: what sealing adds */
};

/* Checks every object against the rules of its classes; with EDC_CHANGES only
 * the credential itself and its issuer. What is added there can break no rule
 * of another object: those ask what it has, or what others of its id have. */
MUST_USE enum err edc_rules_check(struct doc *d, doc_ref credential,
    unsigned profiles, enum edc_scope scope, struct edc_report *r);

/* The issuer of the draft against the certificate. */
MUST_USE enum err edc_issuer_check(struct doc *d, doc_ref credential,
    const struct edc_issuer *issuer, enum edc_issuer_policy policy,
    struct edc_report *r);

/* Puts the certificate's facts in. *replaced becomes true if something else
 * made room for them. */
MUST_USE enum err edc_issuer_fill(struct doc *d, doc_ref credential,
    const struct edc_issuer *issuer, enum edc_issuer_policy policy,
    bool *replaced, struct edc_report *r);

/* Country of ISO 3166-1: "ES" -> "ESP", "Spain"; false if not in the table. */
bool edc_country(const char *alpha2, const char **alpha3, const char **name);

/* Language of the EU's list: "ENG" -> "en"; NULL if not in the table. */
const char *edc_language(const char *code, size_t len);

/* xsd:dateTime, xsd:date, xsd:duration by their form and ranges. */
bool edc_is_time(const char *text, size_t len);
bool edc_is_date(const char *text, size_t len);
bool edc_is_duration(const char *text, size_t len);

#endif
