/*
 * The issuer: what the draft says against what the certificate says. Shapes
 * and ids of what is put in are those that EDC's own issuer writes.
 */
#include <stdio.h>
#include <string.h>

#include "host/edc/edc_priv.h"

#define AUTHORITY "http://publications.europa.eu/resource/authority/"

/* A new object with id and type; 0 when out of memory. */
static doc_ref
new_node(struct doc *d, const char *id, const char *type)
{
	doc_ref v = doc_new_object(d);

	if (v == 0 ||
	    doc_set(d, v, "id", doc_new_string(d, id, strlen(id))) != ERR_OK ||
	    doc_set(d, v, "type", doc_new_string(d, type, strlen(type))) !=
		ERR_OK)
		return 0;
	return v;
}

static enum err
set_text(struct doc *d, doc_ref object, const char *name, const char *text)
{
	return doc_set(d, object, name, doc_new_string(d, text, strlen(text)));
}

/* The country as a concept of the EU's list; 0 when out of memory. */
static doc_ref
new_country(struct doc *d, const char *alpha3, const char *name)
{
	char id[sizeof(AUTHORITY) + sizeof("country/BEL")];
	doc_ref v, scheme, label = doc_new_object(d);

	snprintf(id, sizeof(id), "%scountry/%s", AUTHORITY, alpha3);
	v = new_node(d, id, "Concept");
	scheme = new_node(d, AUTHORITY "country", "ConceptScheme");
	if (v == 0 || label == 0 ||
	    doc_set(d, v, "inScheme", scheme) != ERR_OK ||
	    set_text(d, v, "notation", "country") != ERR_OK ||
	    set_text(d, label, "en", name) != ERR_OK ||
	    doc_set(d, v, "prefLabel", label) != ERR_OK)
		return 0;
	return v;
}

/* The issuer as an object, also if it is the only one of a list; else 0. */
static doc_ref
issuer_of(struct doc *d, doc_ref credential)
{
	doc_ref v = doc_get(d, credential, "issuer");

	if (doc_type(d, v) == DOC_ARRAY && doc_count(d, v) == 1)
		v = doc_first(d, v);
	return doc_type(d, v) == DOC_OBJECT ? v : 0;
}

/* Goes through the texts of a language map: 0 at the end. */
static doc_ref
next_text(struct doc *d, doc_ref map, doc_ref *language, doc_ref *element)
{
	do {
		if (*element != 0 && *element != *language)
			*element = doc_next(d, *element);
		else
			*element = 0;
		if (*element == 0) {
			*language = *language == 0 ? doc_first(d, map)
						   : doc_next(d, *language);
			*element = doc_type(d, *language) == DOC_ARRAY
			    ? doc_first(d, *language)
			    : *language;
		}
	} while (*language != 0 && doc_type(d, *element) != DOC_STRING);
	return *element;
}

/* Does the map hold the text in any language? *empty: it holds none at all. */
static bool
has_text(struct doc *d, doc_ref map, const char *text, bool *empty)
{
	doc_ref language = 0, element = 0, v;

	*empty = true;
	if (doc_type(d, map) == DOC_STRING) {
		*empty = false;
		return doc_is_text(d, map, text);
	}
	while ((v = next_text(d, map, &language, &element)) != 0) {
		*empty = false;
		if (doc_is_text(d, v, text))
			return true;
	}
	return false;
}

static enum err
check_name(struct doc *d, doc_ref name, const struct edc_issuer *issuer,
    struct edc_report *r)
{
	char text[FAULT_DETAIL];
	bool empty;

	if (has_text(d, name, issuer->legal_name, &empty) || empty)
		return ERR_OK;
	snprintf(
	    text, sizeof(text), "the certificate names %s", issuer->legal_name);
	return edc_report_at(r, d, name, "issuer.legalName",
	    ERR_EDC_OTHER_ISSUER, "edc-issuer-name", text);
}

static enum err
check_identifier(struct doc *d, doc_ref id, const struct edc_issuer *issuer,
    struct edc_report *r)
{
	char text[FAULT_DETAIL];

	if (id == 0 || doc_type(d, id) == DOC_NULL ||
	    doc_is_text(d, id, issuer->eidas_identifier))
		return ERR_OK;
	snprintf(text, sizeof(text), "the certificate says %s",
	    issuer->eidas_identifier);
	return edc_report_at(r, d, id, "issuer.eIDASIdentifier.notation",
	    ERR_EDC_OTHER_ISSUER, "edc-issuer-identifier", text);
}

/* What the issuer lacks may stand at another object with its id. */
static enum err
check_same(struct doc *d, doc_ref credential, doc_ref node,
    const struct edc_issuer *issuer, struct edc_report *r)
{
	doc_ref name, identifier;
	struct edc_ids ids;
	enum err e;

	edc_ids_init(&ids, d, credential);
	name = edc_ids_member(&ids, node, "legalName");
	identifier = edc_ids_member(&ids, node, "eIDASIdentifier");
	identifier = edc_ids_member(&ids, identifier, "notation");
	e = ids.err;
	edc_ids_free(&ids);
	if (e == ERR_OK)
		e = check_name(d, name, issuer, r);
	if (e == ERR_OK)
		e = check_identifier(d, identifier, issuer, r);
	return e;
}

enum err
edc_issuer_check(struct doc *d, doc_ref credential,
    const struct edc_issuer *issuer, enum edc_issuer_policy policy,
    struct edc_report *r)
{
	doc_ref v = doc_get(d, credential, "issuer");

	if (policy == EDC_ISSUER_OVERWRITE)
		return ERR_OK;
	if (doc_type(d, v) == DOC_NONE || doc_type(d, v) == DOC_NULL)
		return edc_report_at(r, d, credential, "issuer",
		    ERR_EDC_NO_ISSUER, "edc-issuer-missing",
		    "name the sealing organisation, or set issuer = overwrite");
	/* A mere reference could not be filled in. */
	if (issuer_of(d, credential) == 0)
		return edc_report_at(r, d, v, "issuer", ERR_EDC_RULES,
		    "edc-issuer-type", "issuer must be one object");
	if (issuer == NULL)
		return ERR_OK;
	return check_same(d, credential, issuer_of(d, credential), issuer, r);
}

/* The key of language maps that the credential itself prefers: its primary
 * language, else that of its title. Copied: maps may be changed after. */
static void
primary_language(struct doc *d, doc_ref credential, char out[static 36])
{
	doc_ref display = doc_get(d, credential, "displayParameter"), v;
	const char *text, *tag = NULL;
	size_t len;

	v = doc_get(d, display, "primaryLanguage");
	if (doc_type(d, v) == DOC_ARRAY)
		v = doc_first(d, v);
	if (doc_type(d, v) == DOC_OBJECT)
		v = doc_get(d, v, "id");
	doc_string(d, v, &text, &len);
	if (len > 3)
		tag = edc_language(text + len - 3, 3);
	if (tag != NULL) {
		snprintf(out, 36, "%s", tag);
		return;
	}
	doc_name(d, doc_first(d, doc_get(d, display, "title")), &text, &len);
	if (len > 0 && len < 36 && memchr(text, 0, len) == NULL)
		snprintf(out, 36, "%.*s", (int)len, text);
	else
		snprintf(out, 36, "en");
}

/* map[language] = text, in a map that is made if there is none. */
static enum err
set_in_language(struct doc *d, doc_ref object, const char *name,
    const char *language, const char *text)
{
	doc_ref map = doc_get(d, object, name);
	enum err e;

	if (doc_type(d, map) != DOC_OBJECT) {
		map = doc_new_object(d);
		e = doc_set(d, object, name, map);
		if (e != ERR_OK)
			return e;
	}
	return set_text(d, map, language, text);
}

static enum err
fill_names(struct doc *d, doc_ref node, const struct edc_issuer *issuer,
    enum edc_issuer_policy policy, const char *language)
{
	bool empty;
	enum err e = ERR_OK;

	if (policy == EDC_ISSUER_OVERWRITE ||
	    !has_text(
		d, doc_get(d, node, "legalName"), issuer->legal_name, &empty))
		e = set_in_language(
		    d, node, "legalName", language, issuer->legal_name);
	if (e == ERR_OK && policy == EDC_ISSUER_OVERWRITE &&
	    issuer->common_name != NULL)
		e = set_in_language(
		    d, node, "altLabel", language, issuer->common_name);
	return e;
}

static enum err
fill_identifier(struct doc *d, doc_ref node, const struct edc_issuer *issuer,
    const char *alpha3, const char *country, bool *replaced)
{
	doc_ref v = doc_get(d, node, "eIDASIdentifier");
	enum err e;

	if (doc_is_text(
		d, doc_get(d, v, "notation"), issuer->eidas_identifier) &&
	    doc_type(d, doc_get(d, v, "spatial")) == DOC_OBJECT)
		return ERR_OK;
	*replaced |= v != 0;
	v = new_node(d, "urn:certificateIdentifier:1", "LegalIdentifier");
	if (v == 0)
		return ERR_NO_MEMORY;
	e = set_text(d, v, "notation", issuer->eidas_identifier);
	if (e == ERR_OK)
		e = doc_set(d, v, "spatial", new_country(d, alpha3, country));
	return e == ERR_OK ? doc_set(d, node, "eIDASIdentifier", v) : e;
}

static enum err
fill_location(
    struct doc *d, doc_ref node, const char *alpha3, const char *country)
{
	doc_ref v = doc_get(d, node, "location"), address;
	enum err e;

	if (doc_type(d, v) == DOC_OBJECT || doc_count(d, v) > 0)
		return ERR_OK;
	v = new_node(d, "urn:certificateLocation:1", "Location");
	address = new_node(d, "urn:certificateAddress:1", "Address");
	if (v == 0 || address == 0)
		return ERR_NO_MEMORY;
	e = doc_set(d, address, "countryCode", new_country(d, alpha3, country));
	if (e == ERR_OK)
		e = doc_set(d, v, "address", address);
	return e == ERR_OK ? doc_set(d, node, "location", v) : e;
}

enum err
edc_issuer_fill(struct doc *d, doc_ref credential,
    const struct edc_issuer *issuer, enum edc_issuer_policy policy,
    bool *replaced, struct edc_report *r)
{
	const char *alpha3, *country;
	char language[36];
	doc_ref node = issuer_of(d, credential);
	enum err e;

	if (!edc_country(issuer->country, &alpha3, &country))
		return edc_report_at(r, d, node, "issuer.location",
		    ERR_EDC_RULES, "edc-issuer-country",
		    "the certificate's country is not in the table");
	if (node == 0 && policy != EDC_ISSUER_OVERWRITE)
		return ERR_OK; /* told by the rules */
	primary_language(d, credential, language);
	if (node == 0) {
		*replaced |= doc_get(d, credential, "issuer") != 0;
		node = new_node(d, "urn:epass:org:issuer", "Organisation");
		e = doc_set(d, credential, "issuer", node);
		if (e != ERR_OK)
			return e;
	}
	e = fill_names(d, node, issuer, policy, language);
	if (e == ERR_OK)
		e = fill_identifier(d, node, issuer, alpha3, country, replaced);
	if (e == ERR_OK)
		e = fill_location(d, node, alpha3, country);
	return e;
}
