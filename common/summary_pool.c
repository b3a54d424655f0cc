#include "common/summary_pool.h"

#include <string.h>

#include "common/be.h"
#include "common/sha256.h"

/* An entry: map, language, cut, length; the text; its hash if it was cut. */
#define HEAD 6
#define MAPS SUMMARY_POOL_MAPS
#define ENTRY_MAX (HEAD + SUMMARY_POOL_TEXT + SHA256_SIZE)

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void
summary_pool_init(struct summary_pool *p, const char *language)
{
	memset(p, 0, sizeof(*p));
	if (language != NULL && language[0] != '\0') {
		p->wanted[0] = lower(language[0]);
		p->wanted[1] = lower(language[1]);
	}
}

/* Reads the entry there; returns where the next one is. */
static size_t
entry_at(const struct summary_pool *p, size_t at, struct summary_entry *e)
{
	const uint8_t *octets = p->octets + at;

	e->map = octets[0];
	e->language[0] = (char)octets[1];
	e->language[1] = (char)octets[2];
	e->cut = octets[3] != 0;
	e->len = be16_get(octets + 4);
	e->text = (const char *)octets + HEAD;
	e->whole = e->cut ? octets + HEAD + e->len : NULL;
	return at + HEAD + e->len + (e->cut ? SHA256_SIZE : 0);
}

static bool
is_same(const char a[2], const char b[2])
{
	return a[0] != '\0' && a[0] == b[0] && a[1] == b[1];
}

static int
rank(const struct summary_pool *p, const struct summary_entry *e)
{
	if (is_same(e->language, p->wanted))
		return 3;
	if (is_same(e->language, p->primary))
		return 2;
	return is_same(e->language, "en");
}

/* Where the best entry of a map is, p->len if it has none. The first of
 * equals wins. */
static size_t
find_best(const struct summary_pool *p, uint8_t map)
{
	struct summary_entry e;
	size_t at, next, best = p->len;
	int best_rank = -1;

	for (at = 0; at < p->len; at = next) {
		next = entry_at(p, at, &e);
		if (e.map == map && rank(p, &e) > best_rank) {
			best_rank = rank(p, &e);
			best = at;
		}
	}
	return best;
}

/* Can no entry that comes later make another one the best? */
static bool
is_settled(const struct summary_pool *p, const struct summary_entry *best)
{
	return p->primary[0] != '\0' || rank(p, best) == 3;
}

static void
remove_entry(struct summary_pool *p, size_t at)
{
	struct summary_entry e;
	size_t next = entry_at(p, at, &e);

	memmove(p->octets + at, p->octets + next, p->len - next);
	p->len = (uint16_t)(p->len - (next - at));
}

/* Forgets what of this map cannot be shown any more. */
static void
prune(struct summary_pool *p, uint8_t map)
{
	struct summary_entry e;
	size_t at = 0, next, best = find_best(p, map);

	if (best == p->len)
		return;
	(void)entry_at(p, best, &e);
	if (!is_settled(p, &e))
		return;
	while (at < p->len) {
		next = entry_at(p, at, &e);
		if (e.map != map || at == best) {
			at = next;
			continue;
		}
		remove_entry(p, at);
		if (at < best)
			best -= next - at;
	}
}

/* Lets go the last entry that is not the best of its map. The best ones alone
 * leave room, so there is one whenever room is short. */
static void
drop_one(struct summary_pool *p)
{
	struct summary_entry e;
	size_t at, next, last = 0, best[MAPS];
	uint8_t map;

	for (map = 0; map < MAPS; map++)
		best[map] = find_best(p, map);
	for (at = 0; at < p->len; at = next) {
		next = entry_at(p, at, &e);
		if (at != best[e.map])
			last = at;
	}
	(void)entry_at(p, last, &e);
	p->dropped |= (uint16_t)(1u << e.map);
	remove_entry(p, last);
}

/* A map that had to let go an entry takes in no more that just might be the
 * one: so a document full of them costs no more time than it has octets. */
bool
summary_pool_wants(
    const struct summary_pool *p, uint8_t map, const char language[2])
{
	struct summary_entry e, best;
	size_t at = find_best(p, map);

	if (at == p->len)
		return true;
	(void)entry_at(p, at, &best);
	e.language[0] = lower(language[0]);
	e.language[1] = lower(language[1]);
	if (rank(p, &e) > rank(p, &best))
		return true;
	if (rank(p, &e) > 0)
		return false;
	return !is_settled(p, &best) && (p->dropped >> map & 1) == 0;
}

char *
summary_pool_room(struct summary_pool *p)
{
	while (SUMMARY_POOL - p->len < ENTRY_MAX)
		drop_one(p);
	return (char *)p->octets + p->len + HEAD;
}

void
summary_pool_add(struct summary_pool *p, const struct summary_entry *e)
{
	uint8_t *octets = p->octets + p->len;

	octets[0] = e->map;
	octets[1] = (uint8_t)lower(e->language[0]);
	octets[2] = (uint8_t)lower(e->language[1]);
	octets[3] = e->cut;
	be16_put(octets + 4, e->len);
	p->len = (uint16_t)(p->len + HEAD + e->len);
	if (e->cut) {
		memcpy(p->octets + p->len, e->whole, SHA256_SIZE);
		p->len = (uint16_t)(p->len + SHA256_SIZE);
	}
	prune(p, e->map);
}

void
summary_pool_set_primary(struct summary_pool *p, const char language[2])
{
	uint8_t map;

	p->primary[0] = lower(language[0]);
	p->primary[1] = lower(language[1]);
	for (map = 0; map < MAPS; map++)
		prune(p, map);
}

bool
summary_pool_best(
    const struct summary_pool *p, uint8_t map, struct summary_entry *e)
{
	size_t at = find_best(p, map);

	if (at == p->len)
		return false;
	(void)entry_at(p, at, e);
	e->lost = (p->dropped >> map & 1) != 0 && p->primary[0] != '\0' &&
	    rank(p, e) < 2;
	return true;
}
