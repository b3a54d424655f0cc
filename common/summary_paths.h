/*
 * summary_paths.h: private to summary*.c: what a value of the document means,
 * and how the walk along the paths hands its strings to the texts.
 */
#ifndef COMMON_SUMMARY_PATHS_H
#define COMMON_SUMMARY_PATHS_H

#include "common/summary.h"

enum summary_node {
	NOTHING = 0,
	/* objects */
	ROOT,
	ISSUER,
	EIDAS,
	SUBJECT,
	DISPLAY,
	ACHIEVEMENT,
	IDENTIFIER,
	PRIMARY,
	/* texts */
	ID,
	ISSUED,
	VALID_FROM,
	VALID_UNTIL,
	EXPIRATION,
	ISSUER_ID,
	SUBJECT_ID,
	PRIMARY_CODE,
	/* language maps, in the pool by their distance from the first */
	LEGAL_NAME,
	FULL_NAME,
	GIVEN_NAME,
	FAMILY_NAME,
	TITLE,
	/* counts */
	CLAIMS,
	LANGUAGES,
	/* all of it must be as expected */
	CONTEXT,
};

/* Added to a language map's node for the value of one of its members. */
#define MEMBER 0x40

#define CONTEXT_WRONG 0xff
#define CONTEXT_MOST 16 /* entries that can be right */

static inline bool
is_object(uint8_t node)
{
	return node >= ROOT && node <= PRIMARY;
}

static inline bool
is_map(uint8_t node)
{
	return node >= LEGAL_NAME && node <= TITLE;
}

static inline bool
is_count(uint8_t node)
{
	return node == CLAIMS || node == LANGUAGES;
}

/* The string that begins is the value of that node; in_array if it is an
 * element. */
void summary_begin_string(struct summary *s, uint8_t node, bool in_array);
void summary_push_string(struct summary *s, const uint8_t *buf, size_t len);
void summary_end_string(struct summary *s);

/* Is @context, of which all was met, one that the profile knows? */
bool summary_knows_context(const struct summary *s);

#endif
