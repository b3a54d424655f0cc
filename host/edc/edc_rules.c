/* The rules of the profile, run over the document. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "host/edc/edc_priv.h"

enum rule_kind {
	ANY,
	OBJECT,
	CONCEPT, /* of a scheme */
	LANGUAGE_MAP,
	TIME,
	DATE,
	DURATION,
	TEXT,
	NUMBER,
	BOOLEAN,
};

struct rule {
	const char *class;
	size_t class_len;
	const char *member;
	size_t member_len;
	uint8_t profile, least, most, kind;
	const char *of; /* classes, "A|B", or a scheme */
	bool warning;
	const char *stem;
};

#define ALL EDC_ALL
#define FULL EDC_FULL
#define ACCREDITED EDC_ACCREDITED
#define MANDATE EDC_MANDATE
#define SUPPLEMENT EDC_SUPPLEMENT
#define CONVERTED EDC_CONVERTED
#define ERROR false
#define WARNING true
#define RULE(c, m, ...) {c, sizeof(c) - 1, m, sizeof(m) - 1, __VA_ARGS__},
static const struct rule rules[] = {
#include "host/data/edc_rules.def"
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

/* What of a draft sealing adds, by class and member. */
static const char *const added[][2] = {
    {"EuropeanDigitalCredential", "issued"},
    {"EuropeanDigitalCredential", "issuer"}, /* told as EDC_NO_ISSUER */
    {"@issuer", "eIDASIdentifier"},
};

/* And of the issuer, whatever its class. */
static const char *const added_issuer[] = {"legalName", "location"};

/* Which rules a class has. */
struct class_rules {
	const char *name;
	size_t len, first, end;
};

/* A draft names few classes, again and again. A power of two. */
#define CLASSES_SEEN 64

struct check {
	struct doc *d;
	struct edc_walk walk;
	struct edc_report *report;
	struct edc_ids ids;
	doc_ref issuer;
	unsigned profiles;
	bool draft;
	uint64_t members; /* a bit for each name of the object at hand */
	struct class_rules seen[CLASSES_SEEN];
};

static int
compare_text(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int c = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return c != 0 ? c : (a_len > b_len) - (a_len < b_len);
}

/* null is no value in JSON-LD. */
static doc_ref
member_of(const struct check *c, doc_ref object, const char *name)
{
	doc_ref v = doc_get(c->d, object, name);

	return doc_type(c->d, v) == DOC_NULL ? 0 : v;
}

static doc_ref
find_member(struct check *c, doc_ref object, const char *name)
{
	return edc_ids_member(&c->ids, object, name);
}

/* Is name one of "A|B|C"? */
static bool
is_among(const char *name, size_t len, const char *list)
{
	size_t n;

	for (; *list != '\0'; list += n + (list[n] == '|')) {
		n = strcspn(list, "|");
		if (n == len && memcmp(list, name, len) == 0)
			return true;
	}
	return false;
}

static bool
type_is_among(struct doc *d, doc_ref type, const char *list)
{
	doc_ref v = doc_type(d, type) == DOC_ARRAY ? doc_first(d, type) : type;
	const char *text;
	size_t len;

	for (; v != 0; v = v == type ? 0 : doc_next(d, v)) {
		doc_string(d, v, &text, &len);
		if (doc_type(d, v) == DOC_STRING && is_among(text, len, list))
			return true;
	}
	return false;
}

bool
edc_is_a(struct doc *d, doc_ref object, const char *class)
{
	return type_is_among(d, doc_get(d, object, "type"), class);
}

static bool
has_scheme(struct check *c, doc_ref concept, const char *scheme)
{
	doc_ref s = find_member(c, concept, "inScheme"), v;

	v = doc_type(c->d, s) == DOC_ARRAY ? doc_first(c->d, s) : s;
	for (; v != 0; v = v == s ? 0 : doc_next(c->d, v))
		if (doc_is_text(c->d, v, scheme) ||
		    doc_is_text(c->d, doc_get(c->d, v, "id"), scheme))
			return true;
	return false;
}

/* One value of a member; language maps are looked at elsewhere. */
static bool
is_kind(struct check *c, const struct rule *rule, doc_ref v)
{
	enum doc_type type = doc_type(c->d, v);
	const char *text;
	size_t len;

	doc_string(c->d, v, &text, &len);
	switch ((enum rule_kind)rule->kind) {
	case OBJECT:
		return (type == DOC_OBJECT || type == DOC_STRING) &&
		    type_is_among(c->d, find_member(c, v, "type"), rule->of);
	case CONCEPT:
		return has_scheme(c, v, rule->of);
	case TIME:
		return edc_is_time(text, len);
	case DATE:
		return edc_is_date(text, len);
	case DURATION:
		return edc_is_duration(text, len);
	case TEXT:
		return type != DOC_OBJECT && type != DOC_ARRAY;
	case NUMBER:
		return type == DOC_NUMBER ||
		    (len > 0 && strspn(text, "+-.0123456789") >= len);
	case BOOLEAN:
		return type == DOC_TRUE || type == DOC_FALSE ||
		    doc_is_text(c->d, v, "true") ||
		    doc_is_text(c->d, v, "false");
	case ANY:
	case LANGUAGE_MAP:
		break;
	}
	return true;
}

static const char *
kind_text(const struct rule *rule)
{
	switch ((enum rule_kind)rule->kind) {
	case OBJECT:
		return "an object with type ";
	case CONCEPT:
		return "a concept of the scheme ";
	case TIME:
		return "a time such as 2026-01-31T12:00:00Z";
	case DATE:
		return "a date such as 2026-01-31";
	case DURATION:
		return "a duration such as P6M";
	case TEXT:
		return "a text";
	case NUMBER:
		return "a number";
	case BOOLEAN:
		return "true or false";
	case LANGUAGE_MAP:
		return "texts by language, such as {\"en\": \"..\"}";
	case ANY:
		break;
	}
	return "a value";
}

static enum err tell(struct check *c, const struct rule *rule, doc_ref at,
    const char *what, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static enum err
tell(struct check *c, const struct rule *rule, doc_ref at, const char *what,
    const char *format, ...)
{
	struct edc_failure f = {.err = ERR_EDC_RULES, .warning = rule->warning};
	va_list ap;

	snprintf(f.message, sizeof(f.message), "edc-%s-%s", rule->stem, what);
	va_start(ap, format);
	vsnprintf(f.text, sizeof(f.text), format, ap);
	va_end(ap);
	return edc_report_add(c->report, &c->walk, rule->member, at, &f);
}

/* {"en": "x", "fr": ["y"]}: how many texts; 0 with *bad what is no map. */
static uint32_t
count_texts(struct check *c, doc_ref map, doc_ref *bad)
{
	uint32_t n = 0;
	doc_ref v, e;

	*bad = doc_type(c->d, map) == DOC_OBJECT ? 0 : map;
	for (v = doc_first(c->d, map); v != 0 && *bad == 0;
	     v = doc_next(c->d, v)) {
		/* One text for each language, in an array or not. */
		e = doc_type(c->d, v) == DOC_ARRAY ? doc_first(c->d, v) : v;
		if (doc_type(c->d, v) == DOC_ARRAY && doc_count(c->d, v) > 1)
			*bad = v;
		else if (e == 0 || doc_type(c->d, e) == DOC_NULL)
			continue;
		else if (doc_type(c->d, e) != DOC_STRING)
			*bad = e;
		else
			n++;
	}
	return n;
}

/* How many values a member has; checks each of them. */
static enum err
check_values(
    struct check *c, const struct rule *rule, doc_ref member, uint32_t *count)
{
	bool list = doc_type(c->d, member) == DOC_ARRAY;
	doc_ref v = list ? doc_first(c->d, member) : member, bad;
	enum err e = ERR_OK;

	*count = 0;
	for (; v != 0 && e == ERR_OK; v = list ? doc_next(c->d, v) : 0) {
		if (doc_type(c->d, v) == DOC_NULL)
			continue;
		bad = 0;
		if (rule->kind == LANGUAGE_MAP) {
			*count += count_texts(c, v, &bad);
			/* What is no text is not missing, too. */
			*count += bad != 0;
		} else {
			(*count)++;
			bad = is_kind(c, rule, v) ? 0 : v;
		}
		if (bad != 0)
			e = tell(c, rule, bad, "type", "%s must be %s%s",
			    rule->member, kind_text(rule), rule->of);
	}
	return e;
}

static bool
may_lack(const struct check *c, const struct rule *rule, doc_ref object)
{
	size_t i;

	if (!c->draft)
		return false;
	for (i = 0; i < sizeof(added) / sizeof(added[0]); i++)
		if (strcmp(rule->class, added[i][0]) == 0 &&
		    strcmp(rule->member, added[i][1]) == 0)
			return true;
	for (i = 0; i < sizeof(added_issuer) / sizeof(added_issuer[0]); i++)
		if (object == c->issuer &&
		    strcmp(rule->member, added_issuer[i]) == 0)
			return true;
	return false;
}

/* Most members that rules speak of are not there: one bit says so of most. */
static uint64_t
name_bit(const char *name, size_t len)
{
	unsigned h = (unsigned)len;

	if (len > 0)
		h = h * 7 + (uint8_t)name[0] * 5u + (uint8_t)name[len / 2] +
		    (uint8_t)name[len - 1] * 3u;
	return (uint64_t)1 << (h & 63);
}

static uint64_t
name_bits(struct doc *d, doc_ref object)
{
	uint64_t bits = 0;
	const char *name;
	size_t len;
	doc_ref v;

	for (v = doc_first(d, object); v != 0; v = doc_next(d, v)) {
		doc_name(d, v, &name, &len);
		bits |= name_bit(name, len);
	}
	return bits;
}

static enum err
check_rule(struct check *c, const struct rule *rule, doc_ref object)
{
	doc_ref member = 0;
	uint32_t count = 0;
	enum err e = ERR_OK;

	if ((c->members & name_bit(rule->member, rule->member_len)) != 0)
		member = member_of(c, object, rule->member);

	if (member != 0)
		e = check_values(c, rule, member, &count);
	else if (rule->least > 0 &&
	    (may_lack(c, rule, object) ||
		find_member(c, object, rule->member) != 0))
		return ERR_OK;
	if (e == ERR_OK && count < rule->least && !may_lack(c, rule, object))
		e = tell(c, rule, member != 0 ? member : object, "missing",
		    "%s is missing, %s%s", rule->member, kind_text(rule),
		    rule->of);
	if (e == ERR_OK && rule->most != 0 && count > rule->most)
		e = tell(c, rule, member, "many",
		    "%s has %u values, at most %u is allowed", rule->member,
		    (unsigned)count, (unsigned)rule->most);
	return e;
}

static size_t
find_rules(const char *name, size_t len)
{
	size_t low = 0, high = RULES, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (compare_text(
			rules[mid].class, rules[mid].class_len, name, len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct class_rules *
rules_of(struct check *c, const char *name, size_t len)
{
	unsigned slot = (unsigned)len * 5 + (uint8_t)name[0] +
	    (uint8_t)name[len / 2] * 3u;
	struct class_rules *r = &c->seen[slot & (CLASSES_SEEN - 1)];

	if (r->len == len && memcmp(r->name, name, len) == 0)
		return r;
	r->name = name;
	r->len = len;
	r->first = find_rules(name, len);
	for (r->end = r->first; r->end < RULES; r->end++)
		if (compare_text(rules[r->end].class, rules[r->end].class_len,
			name, len) != 0)
			break;
	return r;
}

/* len is not 0. */
static enum err
check_class(struct check *c, doc_ref object, const char *name, size_t len)
{
	const struct class_rules *r = rules_of(c, name, len);
	enum err e = ERR_OK;
	size_t i;

	for (i = r->first; i < r->end && e == ERR_OK; i++)
		if ((rules[i].profile & c->profiles) != 0)
			e = check_rule(c, &rules[i], object);
	return e;
}

static enum err
check_object(struct check *c, doc_ref object)
{
	doc_ref type = doc_get(c->d, object, "type"), v;
	const char *text;
	size_t len;
	enum err e = ERR_OK;

	c->members = name_bits(c->d, object);
	v = doc_type(c->d, type) == DOC_ARRAY ? doc_first(c->d, type) : type;
	for (; v != 0 && e == ERR_OK; v = v == type ? 0 : doc_next(c->d, v)) {
		doc_string(c->d, v, &text, &len);
		if (len > 0 && text[0] != '@')
			e = check_class(c, object, text, len);
	}
	if (e == ERR_OK && object == c->issuer)
		e = check_class(c, object, "@issuer", strlen("@issuer"));
	return e;
}

enum err
edc_rules_check(struct doc *d, doc_ref credential, unsigned profiles,
    enum edc_scope scope, struct edc_report *r)
{
	struct check c = {.d = d,
	    .report = r,
	    .profiles = profiles,
	    .draft = scope == EDC_DRAFT,
	    .issuer = doc_get(d, credential, "issuer")};
	enum err e = ERR_OK;
	doc_ref v;

	if (doc_type(d, c.issuer) == DOC_ARRAY)
		c.issuer = doc_first(d, c.issuer);
	edc_ids_init(&c.ids, d, credential);
	edc_walk_init(&c.walk, d, credential);
	if (scope == EDC_CHANGES)
		c.walk.only = doc_get(d, credential, "issuer");
	while (e == ERR_OK && (v = edc_walk_next(&c.walk)) != 0)
		if (doc_type(d, v) == DOC_OBJECT)
			e = check_object(&c, v);
	if (e == ERR_OK)
		e = c.walk.too_deep ? ERR_JSON_DEPTH : c.ids.err;
	edc_ids_free(&c.ids);
	return e;
}
