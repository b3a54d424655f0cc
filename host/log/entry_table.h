/*
 * entry_table.h: which members an entry has, in canonical order: the one table
 * that compose, parse and docs/LOG.md agree on; private to host/log.
 *
 *	for (i = 0; i < ENTRY_MEMBERS; i++)
 *		if (entry_member[i].kinds & ENTRY_BIT(kind))
 *
 * Memory    a constant table
 * Chunks    none
 * Errors    none
 * Trust     none
 * Limits    kinds below 32
 */
#ifndef HOST_LOG_ENTRY_TABLE_H
#define HOST_LOG_ENTRY_TABLE_H

#include "host/log/entry.h"

enum member_type {
	MEMBER_NUMBER32 = 1,
	MEMBER_NUMBER64,
	MEMBER_TIME,
	MEMBER_HASH,
	MEMBER_TEXT,
	MEMBER_KIND, /* the kind's name */
	MEMBER_VERSION, /* 1, not in struct entry */
};

struct entry_member {
	const char *name;
	enum member_type type;
	size_t offset; /* in struct entry */
	size_t size; /* of a text's buffer */
	uint32_t kinds; /* that have it */
	uint32_t optional; /* of these, where an empty text is left out */
};

#define ENTRY_BIT(kind) (UINT32_C(1) << (kind))
#define ENTRY_MEMBERS 25

extern const struct entry_member entry_member[ENTRY_MEMBERS];

/* Rules on values, the same for compose and parse; NULL or what is wrong. */
const char *entry_complaint(const struct entry *e);

/* The kind of that name, or 0. */
unsigned entry_kind_find(const char *name, size_t len);

#endif
