/*
 * summary_pool.h: texts of language maps that wait until it is known which
 * language is shown; a part of summary.h.
 *
 *	if (summary_pool_wants(&p, map, language))
 *		text = summary_pool_room(&p);
 *	... write up to SUMMARY_POOL_TEXT octets ...
 *	summary_pool_add(&p, &entry);
 *	bool there = summary_pool_best(&p, map, &entry);
 *
 * Memory    a fixed array; entries are packed. One entry of each map always
 *           fits: the one that best would give now. Others are let go when
 *           there is no room, and the map remembers that
 * Chunks    whole texts
 * Errors    none
 * Trust     nothing of its own
 * Limits    SUMMARY_POOL_MAPS maps, SUMMARY_POOL octets
 */
#ifndef COMMON_SUMMARY_POOL_H
#define COMMON_SUMMARY_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SUMMARY_POOL 1664
#define SUMMARY_POOL_TEXT 192
#define SUMMARY_POOL_MAPS 5

struct summary_pool {
	char wanted[2]; /* the caller's language, zeros: none */
	char primary[2]; /* the document's, zeros: not known yet */
	uint16_t dropped; /* a bit a map: an entry was let go */
	uint16_t len; /* octets in use */
	uint8_t octets[SUMMARY_POOL];
};

struct summary_entry {
	uint8_t map;
	char language[2]; /* lower case, zeros: none */
	bool cut;
	bool lost; /* from best: the document's language may have been let go */
	uint16_t len;
	const char *text;
	const uint8_t *whole; /* 32 octets if cut, else NULL */
};

void summary_pool_init(struct summary_pool *p, const char *language);

/* Might a text of that language be shown, as far as one knows now? */
bool summary_pool_wants(
    const struct summary_pool *p, uint8_t map, const char language[2]);

/* Where the next text may be written. */
char *summary_pool_room(struct summary_pool *p);

/* Takes the text that was written there; e->text is not looked at. */
void summary_pool_add(struct summary_pool *p, const struct summary_entry *e);

/* From now on the document's language is known. */
void summary_pool_set_primary(struct summary_pool *p, const char language[2]);

/* What is shown of a map, false if nothing. */
bool summary_pool_best(
    const struct summary_pool *p, uint8_t map, struct summary_entry *e);

#endif
