/* The strings of a summary: which of their octets are kept, and where. */
#include "common/summary_paths.h"

#include <string.h>

#include "common/language.h"

_Static_assert(SUMMARY_TEXT == SUMMARY_POOL_TEXT, "they are the same texts");
_Static_assert(TITLE - LEGAL_NAME + 1 == SUMMARY_POOL_MAPS, "the five maps");

/* A '?' is any digit. */
static const char *const contexts[] = {
    "http://data.europa.eu/snb/model/context/edc-ap",
    "https://www.w3.org/2018/credentials/v1",
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.?.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.?.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context.json",
};
enum { CONTEXT_EDC, CONTEXT_VC1, CONTEXT_VC2, CONTEXT_CLR = 6, CONTEXTS = 8 };

_Static_assert(
    sizeof(contexts) / sizeof(contexts[0]) == CONTEXTS, "a bit each");

/* Octets as far as they are those of a context, by the bits of candidates. */
static void
match_contexts(struct summary *s, const uint8_t *buf, size_t len)
{
	unsigned k;
	bool same;
	char c;

	for (; len > 0 && s->candidates != 0; len--, buf++, s->seen++) {
		for (k = 0; k < CONTEXTS; k++) {
			if ((s->candidates >> k & 1) == 0)
				continue;
			c = contexts[k][s->seen];
			same = c == '?' ? *buf >= '0' && *buf <= '9'
					: (uint8_t)c == *buf;
			if (c == '\0' || !same)
				s->candidates &= (uint8_t) ~(1u << k);
		}
	}
}

/* The context that the whole text is; CONTEXTS: none of them. */
static unsigned
matched(const struct summary *s)
{
	unsigned k;

	for (k = 0; k < CONTEXTS; k++)
		if ((s->candidates >> k & 1) != 0 &&
		    contexts[k][s->seen] == '\0')
			break;
	return k;
}

/* Each entry of @context has its place: W3C's is the first. */
static void
end_context(struct summary *s)
{
	const unsigned k = matched(s);
	bool good;

	if (s->context == CONTEXT_WRONG)
		return;
	if (s->context == 0)
		good = k == CONTEXT_VC1 || (k == CONTEXT_VC2 && !s->edc);
	else if (s->edc)
		good = k == CONTEXT_EDC && s->context == 1;
	else
		good = k > CONTEXT_VC2 && k < CONTEXTS;
	s->record |= good && k >= CONTEXT_CLR;
	s->context = good ? s->context + 1 : CONTEXT_WRONG;
}

bool
summary_knows_context(const struct summary *s)
{
	return s->edc ? s->context == 2
		      : s->context > 0 && s->context != CONTEXT_WRONG;
}

/* Where a text that needs no choice of a language goes. */
static struct summary_text *
text_of(struct summary *s, uint8_t node, size_t *bound)
{
	*bound = SUMMARY_DATE;
	switch (node) {
	case ISSUED:
		return &s->issued;
	case VALID_FROM:
		return &s->valid_from;
	case VALID_UNTIL:
	case EXPIRATION:
		return &s->valid_until;
	case SUBJECT_ID:
		*bound = SUMMARY_ID;
		return &s->learner;
	default:
		*bound = SUMMARY_ID;
		return node == ID ? &s->id : &s->issuer_id;
	}
}

/* Appends to the open text; beyond the bound only to its hash. */
static void
keep(
    struct summary *s, char *text, size_t bound, const uint8_t *buf, size_t len)
{
	size_t n = bound - s->kept < len ? bound - s->kept : len;

	if (!s->overlong) {
		if (n > 0)
			memcpy(text + s->kept, buf, n);
		s->kept = (uint16_t)(s->kept + n);
		if (n == len)
			return;
		buf += n;
		len -= n;
		s->overlong = true;
		sha256_init(&s->hash);
		sha256_push(&s->hash, text, s->kept);
		/* back to where the code point that does not fit began */
		if ((buf[0] & 0xc0) == 0x80) {
			while (
			    s->kept > 0 && (text[s->kept - 1] & 0xc0) == 0x80)
				s->kept--;
			if (s->kept > 0)
				s->kept--;
		}
	}
	sha256_push(&s->hash, buf, len);
}

static size_t
map_bound(uint8_t map)
{
	return map == GIVEN_NAME || map == FAMILY_NAME ? SUMMARY_NAME
						       : SUMMARY_TEXT;
}

/* Decides what becomes of the string that begins here. */
void
summary_begin_string(struct summary *s, uint8_t node, bool in_array)
{
	uint8_t map;

	/* an issuer that is nothing but its id */
	if (node == ISSUER && !s->edc)
		node = ISSUER_ID;
	map = node & (uint8_t)~MEMBER;
	s->kept = 0;
	s->seen = 0;
	s->overlong = false;
	s->capture = NOTHING;
	if (is_map(map)) {
		/* without a map around it, it has no language */
		if (node == map)
			memset(s->language, 0, sizeof(s->language));
		if (summary_pool_wants(
			&s->pool, map - LEGAL_NAME, s->language)) {
			s->capture = map;
			(void)summary_pool_room(&s->pool);
		}
	} else if (node == PRIMARY || node == PRIMARY_CODE) {
		s->capture = PRIMARY_CODE;
	} else if (node == CONTEXT) {
		/* only its array has entries */
		if (!in_array || s->context >= CONTEXT_MOST)
			s->context = CONTEXT_WRONG;
		else
			s->capture = CONTEXT;
		s->candidates = UINT8_MAX;
	} else if (!is_object(node) && !is_count(node) &&
	    !(node == EXPIRATION && s->has_until) &&
	    !(node == SUBJECT_ID && s->learner.len > 0)) {
		s->capture = node;
	}
}

void
summary_push_string(struct summary *s, const uint8_t *buf, size_t len)
{
	size_t i, bound;

	if (len == 0)
		return;
	if (is_map(s->capture)) {
		keep(s, summary_pool_room(&s->pool), map_bound(s->capture), buf,
		    len);
	} else if (s->capture == PRIMARY_CODE) {
		for (i = 0; i < len; i++) {
			memmove(s->tail, s->tail + 1, sizeof(s->tail) - 1);
			s->tail[sizeof(s->tail) - 1] = (char)buf[i];
			if (s->seen <= sizeof(s->tail))
				s->seen++;
		}
	} else if (s->capture == CONTEXT) {
		match_contexts(s, buf, len);
	} else if (s->capture != NOTHING) {
		struct summary_text *t = text_of(s, s->capture, &bound);

		keep(s, t->text, bound, buf, len);
	}
}

static void
end_map_text(struct summary *s)
{
	uint8_t whole[SHA256_SIZE];
	struct summary_entry e;

	if (s->overlong)
		sha256_finish(&s->hash, whole);
	e.map = s->capture - LEGAL_NAME;
	memcpy(e.language, s->language, sizeof(e.language));
	e.cut = s->overlong;
	e.len = s->kept;
	e.whole = whole;
	summary_pool_add(&s->pool, &e);
}

static void
end_text(struct summary *s)
{
	size_t bound;
	struct summary_text *t = text_of(s, s->capture, &bound);

	t->len = s->kept;
	t->cut = s->overlong;
	memset(t->whole, 0, sizeof(t->whole));
	if (s->overlong)
		sha256_finish(&s->hash, t->whole);
	if (s->capture == VALID_UNTIL)
		s->has_until = true;
}

void
summary_end_string(struct summary *s)
{
	char language[2];

	if (s->capture == PRIMARY_CODE) {
		if (s->pool.primary[0] == '\0' &&
		    language_of_code(s->tail, s->seen, language))
			summary_pool_set_primary(&s->pool, language);
	} else if (s->capture == CONTEXT) {
		end_context(s);
	} else if (s->capture != NOTHING && s->kept > 0) {
		/* an empty text is as good as none */
		if (is_map(s->capture))
			end_map_text(s);
		else
			end_text(s);
	}
	s->capture = NOTHING;
}
