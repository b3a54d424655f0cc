#include "host/edc/vc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "host/edc/edc_priv.h"

/* Kinds of credential, and of values, in the rules. */
enum {
	VC1 = 1 << 0,
	VC2 = 1 << 1,
	VC = VC1 | VC2,
	BADGE = 1 << 2,
	RECORD = 1 << 3,
	DATED = 1 << 4, /* of 1EdTech under W3C's second model */
};

enum value_kind { ANY, TEXT, URI, TIME, OBJECT, ISSUER };

struct rule {
	unsigned kinds;
	const char *parent, *member;
	uint8_t least, most;
	enum value_kind kind;
	const char *type;
};

#define RULE(...) {__VA_ARGS__},
static const struct rule rules[] = {
#include "host/data/vc_rules.def"
};

#define RULES (sizeof(rules) / sizeof(rules[0]))
#define PATH_CAP 64 /* longer ones are in no rule */

static const char vc1[] = "https://www.w3.org/2018/credentials/v1";
static const char vc2[] = "https://www.w3.org/ns/credentials/v2";
static const char badges[] = "https://purl.imsglobal.org/spec/ob/v3p0/";
static const char records[] = "https://purl.imsglobal.org/spec/clr/v2p0/";
static const char edc_context[] = "http://data.europa.eu/snb/model/context/edc";
static const char edc_class[] = "EuropeanDigitalCredential";

struct check {
	struct doc *d;
	struct edc_walk walk;
	struct edc_report *report;
	unsigned kinds;
};

/* scheme ":" something (RFC 3986 3), without white space. */
static bool
is_uri(const char *text, size_t len)
{
	size_t n = 0, i;

	while (n < len &&
	    ((text[n] >= 'a' && text[n] <= 'z') ||
		(text[n] >= 'A' && text[n] <= 'Z') ||
		(n > 0 &&
		    ((text[n] >= '0' && text[n] <= '9') || text[n] == '+' ||
			text[n] == '-' || text[n] == '.'))))
		n++;
	for (i = n; i < len; i++)
		if ((uint8_t)text[i] <= ' ' || text[i] == 0x7f)
			return false;
	return n > 0 && len - n > 1 && text[n] == ':';
}

static bool
is_kind(struct check *c, enum value_kind kind, doc_ref v)
{
	enum doc_type type = doc_type(c->d, v);
	const char *text;
	size_t len;

	doc_string(c->d, v, &text, &len);
	switch (kind) {
	case TEXT:
		return type == DOC_STRING && len > 0;
	case URI:
		return is_uri(text, len);
	case TIME:
		return edc_is_time(text, len);
	case OBJECT:
		return type == DOC_OBJECT && doc_count(c->d, v) > 0;
	case ISSUER:
		return type == DOC_OBJECT || is_uri(text, len);
	case ANY:
		break;
	}
	return true;
}

static const char *
kind_text(enum value_kind kind)
{
	switch (kind) {
	case TEXT:
		return "a text";
	case URI:
		return "a URI such as urn:uuid:..";
	case TIME:
		return "a time such as 2026-01-31T12:00:00Z";
	case OBJECT:
		return "an object with members";
	case ISSUER:
		return "a URI, or an object with one as its id";
	case ANY:
		break;
	}
	return "a value";
}

static enum err tell(struct check *c, const char *member, doc_ref at,
    const char *what, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static enum err
tell(struct check *c, const char *member, doc_ref at, const char *what,
    const char *format, ...)
{
	struct edc_failure f = {.err = ERR_EDC_RULES};
	int n = (int)strcspn(member, "|");
	char name[32];
	va_list ap;

	snprintf(name, sizeof(name), "%.*s", n, member);
	snprintf(f.message, sizeof(f.message), "vc-%.20s-%s",
	    name[0] == '@' ? name + 1 : name, what);
	va_start(ap, format);
	vsnprintf(f.text, sizeof(f.text), format, ap);
	va_end(ap);
	return edc_report_add(c->report, &c->walk, name, at, &f);
}

/* How many values the member has; what of them is not as it must be. */
static enum err
check_values(
    struct check *c, const struct rule *r, doc_ref member, unsigned *count)
{
	bool list = doc_type(c->d, member) == DOC_ARRAY;
	doc_ref v = list ? doc_first(c->d, member) : member;
	enum err e = ERR_OK;

	for (; v != 0 && e == ERR_OK; v = list ? doc_next(c->d, v) : 0) {
		if (doc_type(c->d, v) == DOC_NULL)
			continue;
		(*count)++;
		if (!is_kind(c, r->kind, v))
			e = tell(c, r->member, v, "type", "%s must be %s",
			    r->member, kind_text(r->kind));
	}
	return e;
}

static enum err
check_rule(struct check *c, const struct rule *r, doc_ref object)
{
	const char *second = strchr(r->member, '|');
	unsigned count = 0;
	doc_ref member;
	char first[32];
	enum err e;

	snprintf(first, sizeof(first), "%.*s", (int)strcspn(r->member, "|"),
	    r->member);
	member = doc_get(c->d, object, first);
	e = check_values(c, r, member, &count);
	if (e == ERR_OK && second != NULL)
		e = check_values(
		    c, r, doc_get(c->d, object, second + 1), &count);
	if (e != ERR_OK)
		return e;
	if (count < r->least)
		return tell(c, r->member, object, "missing",
		    "%s%s%s is missing", first, second == NULL ? "" : " or ",
		    second == NULL ? "" : second + 1);
	if (r->most > 0 && count > r->most)
		return tell(c, r->member, member, "many",
		    "%s has %u values, at most %u may be there", r->member,
		    count, r->most);
	if (r->type[0] != '\0' && !edc_is_a(c->d, object, r->type))
		return tell(c, r->member, member, "type",
		    "type %s was expected", r->type);
	return ERR_OK;
}

/* Names on the way to the walk's value, without places in arrays. */
static bool
path_of(struct check *c, char out[static PATH_CAP])
{
	const char *name;
	size_t i, n = 0, len;

	for (i = 1; i < c->walk.depth; i++) {
		if (c->walk.step[i].element)
			continue;
		doc_name(c->d, c->walk.step[i].value, &name, &len);
		if (len + 2 > PATH_CAP - n)
			return false;
		if (n > 0)
			out[n++] = '.';
		memcpy(out + n, name, len);
		n += len;
	}
	out[n] = '\0';
	return memchr(out, '\0', n) == NULL;
}

static enum err
check_rules(struct check *c)
{
	char path[PATH_CAP];
	enum err e = ERR_OK;
	doc_ref v;
	size_t i;

	edc_walk_init(&c->walk, c->d, doc_root(c->d));
	while (e == ERR_OK && (v = edc_walk_next(&c->walk)) != 0) {
		if (doc_type(c->d, v) != DOC_OBJECT || !path_of(c, path))
			continue;
		for (i = 0; i < RULES && e == ERR_OK; i++)
			if ((rules[i].kinds & c->kinds) != 0 &&
			    strcmp(rules[i].parent, path) == 0)
				e = check_rule(c, &rules[i], v);
	}
	return e == ERR_OK && c->walk.too_deep ? ERR_JSON_DEPTH : e;
}

static bool
starts_with(struct doc *d, doc_ref v, const char *start)
{
	const char *text;
	size_t len;

	doc_string(d, v, &text, &len);
	return len >= strlen(start) && memcmp(text, start, strlen(start)) == 0;
}

static bool
has_context(struct doc *d, doc_ref context, const char *start)
{
	doc_ref v = doc_first(d, context);

	if (doc_type(d, context) != DOC_ARRAY)
		return starts_with(d, context, start);
	while (v != 0 && !starts_with(d, v, start))
		v = doc_next(d, v);
	return v != 0;
}

/* By its class, also where that is written as an address, or by the context
 * that gives its members their meaning. */
static bool
is_edc(struct doc *d, doc_ref object)
{
	doc_ref type = doc_get(d, object, "type"), v = type;
	const size_t n = strlen(edc_class);
	const char *text;
	size_t len;

	if (doc_type(d, type) == DOC_ARRAY)
		v = doc_first(d, type);
	for (; v != 0; v = v == type ? 0 : doc_next(d, v)) {
		doc_string(d, v, &text, &len);
		if (len >= n && memcmp(text + len - n, edc_class, n) == 0)
			return true;
	}
	return has_context(d, doc_get(d, object, "@context"), edc_context);
}

/* By what the credential says of itself; what it lacks of that is told. */
static enum err
find_kinds(struct check *c, doc_ref root)
{
	doc_ref context = doc_get(c->d, root, "@context"), first;
	bool is_badge = edc_is_a(
	    c->d, root, "OpenBadgeCredential|AchievementCredential");
	bool is_record = edc_is_a(c->d, root, "ClrCredential");
	bool is_vc = edc_is_a(c->d, root, "VerifiableCredential");
	enum err e = ERR_OK;

	first = doc_type(c->d, context) == DOC_ARRAY ? doc_first(c->d, context)
						     : 0;
	c->kinds = doc_is_text(c->d, first, vc1) ? VC1
	    : doc_is_text(c->d, first, vc2)	 ? VC2
						 : 0;
	if (c->kinds == 0 && !is_vc && !is_badge && !is_record)
		return ERR_OK; /* some other JSON */
	edc_walk_init(&c->walk, c->d, root);
	(void)edc_walk_next(&c->walk);
	if (!is_vc)
		e = tell(c, "type", doc_get(c->d, root, "type"), "missing",
		    "type VerifiableCredential was expected");
	if (e == ERR_OK && c->kinds == 0)
		e = tell(c, "@context", context, "first",
		    "%s or %s was expected as the first of an array", vc2, vc1);
	if (e == ERR_OK && is_badge && !has_context(c->d, context, badges))
		e = tell(c, "@context", context, "badge",
		    "%scontext-3.0.3.json was expected in it", badges);
	if (e == ERR_OK && is_record && !has_context(c->d, context, records))
		e = tell(c, "@context", context, "record",
		    "%scontext-2.0.1.json was expected in it", records);
	if ((is_badge || is_record) && c->kinds == VC2)
		c->kinds |= DATED;
	c->kinds |= (is_badge ? BADGE : 0u) | (is_record ? RECORD : 0u);
	return e;
}

doc_ref
vc_id(struct doc *d)
{
	doc_ref id = doc_get(d, doc_root(d), "id");
	const char *text;
	size_t len;

	doc_string(d, id, &text, &len);
	return len > 0 ? id : 0;
}

static enum err
check_all(struct check *c, doc_ref root)
{
	enum err e = ERR_OK;

	if (is_edc(c->d, root) || is_edc(c->d, edc_credential(c->d)))
		e = edc_report_at(c->report, c->d, root, "type", ERR_EDC_RULES,
		    "vc-edc",
		    "a European Digital Credential is sealed with "
		    "profile edc");
	if (e == ERR_OK)
		e = find_kinds(c, root);
	if (e == ERR_OK)
		e = check_rules(c);
	if (e == ERR_OK && vc_id(c->d) == 0)
		e = edc_report_at(c->report, c->d, root, "id", ERR_OK,
		    "vc-id-missing",
		    "without an id duplicates are found by their bytes only");
	return e;
}

enum err
vc_check(struct doc *d, struct edc_report *report)
{
	struct check c = {.d = d, .report = report};
	doc_ref root = doc_root(d);
	enum err e;

	/* Also in the wrapping that drafts of EDC may have. */
	if (edc_is_sealed(d, root) || edc_is_sealed(d, edc_credential(d))) {
		e = edc_report_at(report, d, root, "", ERR_EDC_SEALED_ALREADY,
		    "vc-sealed-already", "an unsealed draft was expected");
		return e == ERR_OK ? ERR_EDC_SEALED_ALREADY : e;
	}
	if (doc_type(d, root) != DOC_OBJECT) {
		e = edc_report_at(report, d, root, "", ERR_EDC_RULES,
		    "vc-object", "an object was expected");
		return e == ERR_OK ? ERR_EDC_RULES : e;
	}
	e = check_all(&c, root);
	if (e == ERR_OK)
		e = doc_error(d);
	return e == ERR_OK && report->errors > 0 ? ERR_EDC_RULES : e;
}
