/* The end of a summary: languages are chosen. */
#include "common/summary_paths.h"

#include <string.h>

#include "common/be.h"

_Static_assert(2 * SUMMARY_NAME + 1 <= SUMMARY_TEXT, "two names fit one text");

static bool
has_more(const struct summary *s, uint8_t node)
{
	return (s->more >> node & 1) != 0;
}

/* The best text of a language map, false if there is none. */
static bool
best_of(const struct summary *s, uint8_t node, struct summary_entry *e)
{
	return summary_pool_best(&s->pool, node - LEGAL_NAME, e);
}

static void
set_text(struct summary_text *t, const struct summary_entry *e)
{
	memcpy(t->text, e->text, e->len);
	t->len = e->len;
	t->cut = e->cut || e->lost;
	if (e->cut)
		memcpy(t->whole, e->whole, SHA256_SIZE);
}

/* What summary_digest says of a name of two parts. */
static void
hash_part(struct sha256 *h, const struct summary_entry *e)
{
	static const uint8_t zeros[SHA256_SIZE];
	uint8_t len[2];

	be16_put(len, e->len);
	sha256_push(h, len, sizeof(len));
	sha256_push(h, e->text, e->len);
	sha256_push(h, e->cut ? e->whole : zeros, SHA256_SIZE);
}

static void
join(struct summary_text *t, const struct summary_entry *given,
    const struct summary_entry *family)
{
	struct sha256 h;
	size_t n = given->len;

	memcpy(t->text, given->text, n);
	t->text[n++] = ' ';
	memcpy(t->text + n, family->text, family->len);
	t->len = (uint16_t)(n + family->len);
	t->cut = given->cut || given->lost || family->cut || family->lost;
	if (!given->cut && !family->cut)
		return;
	sha256_init(&h);
	hash_part(&h, given);
	hash_part(&h, family);
	sha256_finish(&h, t->whole);
}

static void
set_learner(struct summary *s)
{
	struct summary_entry full, given, family;
	bool has_given, has_family;

	has_given = best_of(s, GIVEN_NAME, &given);
	has_family = best_of(s, FAMILY_NAME, &family);
	if (best_of(s, FULL_NAME, &full)) {
		memset(&s->learner, 0, sizeof(s->learner));
		set_text(&s->learner, &full);
		s->learner.cut |= has_more(s, FULL_NAME);
		return;
	}
	/* an id is shown for want of a name */
	if (has_given || has_family)
		memset(&s->learner, 0, sizeof(s->learner));
	else
		s->learner.cut |= has_more(s, SUBJECT_ID) ||
		    has_more(s, IDENTIFIER);
	if (has_given && has_family)
		join(&s->learner, &given, &family);
	else if (has_given || has_family)
		set_text(&s->learner, has_given ? &given : &family);
	s->learner.cut |= has_more(s, FULL_NAME) || has_more(s, GIVEN_NAME) ||
	    has_more(s, FAMILY_NAME);
}

void
summary_finish(struct summary *s)
{
	struct summary_entry e;

	if (best_of(s, LEGAL_NAME, &e))
		set_text(&s->issuer, &e);
	s->issuer.cut |= has_more(s, ISSUER) || has_more(s, LEGAL_NAME);
	s->issuer_id.cut |= has_more(s, ISSUER) || has_more(s, EIDAS) ||
	    has_more(s, ISSUER_ID);
	set_learner(s);
	s->learner.cut |= has_more(s, SUBJECT);
	if (best_of(s, TITLE, &e))
		set_text(&s->title, &e);
	s->title.cut |= has_more(s, DISPLAY) || has_more(s, TITLE) ||
	    has_more(s, ACHIEVEMENT);
	s->id.cut |= has_more(s, ID);
	s->issued.cut |= has_more(s, ISSUED);
	s->valid_from.cut |= has_more(s, VALID_FROM);
	s->valid_until.cut |= has_more(s, VALID_UNTIL) ||
	    has_more(s, EXPIRATION);
	s->understood = summary_knows_context(s);
}
