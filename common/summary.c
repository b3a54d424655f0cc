/*
 * Walks along the few paths of the document that a person must see. A node is
 * what a value means; everything else is skipped by counting brackets.
 */
#include "common/summary_paths.h"

#include <string.h>

#include "common/language.h"

#define FRAMES                                                                 \
	(sizeof(((struct summary *)0)->frame) /                                \
	    sizeof(((struct summary *)0)->frame[0]))
#define NAME_MAX_KNOWN sizeof(((struct summary *)0)->name)

_Static_assert(sizeof(struct summary) <= 4096, "summary.h promises 4 KiB");

/* In which credentials a member means that: */
enum { EDC = 1, BADGE = 2, RECORD = 4, OTHER = BADGE | RECORD, ALL = 7 };

static const struct member {
	uint8_t parent;
	uint8_t node;
	uint8_t in;
	const char *name;
} member[] = {
    {ROOT, CONTEXT, ALL, "@context"},
    {ROOT, ID, ALL, "id"},
    {ROOT, ISSUED, EDC, "issued"},
    {ROOT, ISSUED, OTHER, "issuanceDate"},
    {ROOT, VALID_FROM, ALL, "validFrom"},
    {ROOT, VALID_UNTIL, ALL, "validUntil"},
    {ROOT, EXPIRATION, ALL, "expirationDate"},
    {ROOT, ISSUER, ALL, "issuer"},
    {ROOT, SUBJECT, ALL, "credentialSubject"},
    {ROOT, DISPLAY, EDC, "displayParameter"},
    {ROOT, TITLE, OTHER, "name"},
    {ISSUER, LEGAL_NAME, EDC, "legalName"},
    {ISSUER, LEGAL_NAME, OTHER, "name"},
    {ISSUER, EIDAS, EDC, "eIDASIdentifier"},
    {ISSUER, ISSUER_ID, OTHER, "id"},
    {EIDAS, ISSUER_ID, EDC, "notation"},
    {SUBJECT, FULL_NAME, EDC, "fullName"},
    {SUBJECT, FULL_NAME, OTHER, "name"},
    {SUBJECT, GIVEN_NAME, ALL, "givenName"},
    {SUBJECT, FAMILY_NAME, ALL, "familyName"},
    {SUBJECT, SUBJECT_ID, OTHER, "id"},
    {SUBJECT, IDENTIFIER, OTHER, "identifier"},
    {SUBJECT, CLAIMS, EDC, "hasClaim"},
    {SUBJECT, CLAIMS, RECORD, "verifiableCredential"},
    {SUBJECT, ACHIEVEMENT, BADGE, "achievement"},
    {ACHIEVEMENT, TITLE, BADGE, "name"},
    {IDENTIFIER, SUBJECT_ID, OTHER, "identityHash"},
    {DISPLAY, TITLE, EDC, "title"},
    {DISPLAY, LANGUAGES, EDC, "language"},
    {DISPLAY, PRIMARY, EDC, "primaryLanguage"},
    {PRIMARY, PRIMARY_CODE, EDC, "id"},
    {PRIMARY, PRIMARY_CODE, EDC, "notation"},
};

static void
count(struct summary *s, uint8_t node)
{
	uint32_t *counter = node == LANGUAGES ? &s->languages : &s->claims;

	if (*counter < UINT32_MAX)
		(*counter)++;
}

static struct summary_frame *
top(struct summary *s)
{
	return s->depth == 0 ? NULL : &s->frame[s->depth - 1];
}

/* There is more in the document than what is shown of that node. */
static void
mark_more(struct summary *s, uint8_t node)
{
	s->more |= (uint32_t)1 << (node & ~MEMBER);
}

/* The node of the value that begins here; an array takes its first element. */
static uint8_t
begin_value(struct summary *s)
{
	struct summary_frame *f = top(s);

	if (f == NULL)
		return ROOT;
	if (!f->is_array)
		return s->value;
	if (is_count(f->node) || f->node == CONTEXT)
		return f->node;
	if (f->filled) {
		mark_more(s, f->node);
		return NOTHING;
	}
	f->filled = true;
	return f->node;
}

static void
push(struct summary *s, uint8_t node, bool is_array)
{
	/* no path is longer; were one, it would not be shown */
	if (s->depth == FRAMES) {
		s->skip = 1;
		return;
	}
	s->frame[s->depth].node = node;
	s->frame[s->depth].is_array = is_array;
	s->frame[s->depth].filled = false;
	s->depth++;
}

static void
begin_object(struct summary *s)
{
	uint8_t node = begin_value(s);

	if (node == ACHIEVEMENT)
		count(s, node);
	if (is_object(node) || is_map(node)) {
		push(s, node, false);
		return;
	}
	if (is_count(node))
		count(s, node);
	if (node == CONTEXT)
		s->context = CONTEXT_WRONG;
	s->skip = 1;
}

static void
begin_array(struct summary *s)
{
	bool nested = top(s) != NULL && top(s)->is_array;
	uint8_t node = begin_value(s);

	if (node != NOTHING && !nested) {
		/* no array of credentials, no second @context */
		if (node == ROOT || (node == CONTEXT && s->context != 0))
			s->context = CONTEXT_WRONG;
		push(s, node, true);
		return;
	}
	if (is_count(node))
		count(s, node);
	else if (node == CONTEXT)
		s->context = CONTEXT_WRONG;
	else if (node != NOTHING)
		mark_more(s, node);
	s->skip = 1;
}

static bool
is_name(const struct summary *s, const char *name)
{
	return strlen(name) == s->name_len &&
	    memcmp(name, s->name, s->name_len) == 0;
}

/* In a language map. Outside EDC that is a value object (JSON-LD 1.1 4.2.4).
 */
static uint8_t
language_value(struct summary *s, uint8_t map)
{
	if (!s->edc)
		return is_name(s, "@value") ? map : NOTHING;
	language_of_tag(s->name, s->name_len, s->language);
	return map | MEMBER;
}

/* The member whose name has been read. */
static void
end_name(struct summary *s)
{
	const uint8_t in = s->edc ? EDC : s->record ? RECORD : BADGE;
	const struct summary_frame *f = top(s);
	size_t i;

	s->value = NOTHING;
	if (f == NULL)
		return;
	if (is_map(f->node)) {
		s->value = language_value(s, f->node);
		return;
	}
	for (i = 0; i < sizeof(member) / sizeof(member[0]); i++) {
		if (member[i].parent == f->node && (member[i].in & in) != 0 &&
		    is_name(s, member[i].name))
			s->value = member[i].node;
	}
}

static void
push_name(struct summary *s, const uint8_t *buf, size_t len, bool last)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s->name_len < NAME_MAX_KNOWN)
			s->name[s->name_len] = (char)buf[i];
		if (s->name_len <= NAME_MAX_KNOWN)
			s->name_len++;
	}
	if (!last)
		return;
	end_name(s);
	s->name_len = 0;
}

static void
end_scalar(struct summary *s, enum json_event event)
{
	uint8_t node = begin_value(s);

	if (is_count(node) && event != JSON_NULL)
		count(s, node);
	if (node == CONTEXT)
		s->context = CONTEXT_WRONG;
}

static void
begin_string(struct summary *s)
{
	uint8_t node = begin_value(s);

	if (is_count(node))
		count(s, node);
	summary_begin_string(s, node, top(s) != NULL && top(s)->is_array);
}

static void
on_event(struct json_sink *sink, enum json_event event, const uint8_t *buf,
    size_t len, bool last)
{
	struct summary *s = (struct summary *)sink;

	if (s->skip > 0) {
		if (event == JSON_OBJECT_BEGIN || event == JSON_ARRAY_BEGIN)
			s->skip++;
		else if (event == JSON_OBJECT_END || event == JSON_ARRAY_END)
			s->skip--;
		return;
	}
	switch (event) {
	case JSON_OBJECT_BEGIN:
		begin_object(s);
		break;
	case JSON_ARRAY_BEGIN:
		begin_array(s);
		break;
	case JSON_OBJECT_END:
	case JSON_ARRAY_END:
		s->depth--;
		break;
	case JSON_NAME:
		push_name(s, buf, len, last);
		break;
	case JSON_STRING:
		if (!s->inside)
			begin_string(s);
		s->inside = !last;
		summary_push_string(s, buf, len);
		if (last)
			summary_end_string(s);
		break;
	case JSON_NUMBER:
		if (!s->inside)
			end_scalar(s, event);
		s->inside = !last;
		break;
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		end_scalar(s, event);
		break;
	}
}

void
summary_init(struct summary *s, enum item_profile profile, const char *language)
{
	memset(s, 0, sizeof(*s));
	s->edc = profile == PROFILE_EDC;
	s->sink.event = on_event;
	summary_pool_init(&s->pool, language);
}
