/*
 * rules.h: private to host/log: what must hold between entries, in order:
 * times never run back; every intent under an approval, every seal under an
 * intent; one outcome for each approved leaf, and the approved root over all
 * of them; releases of seals, one each.
 *
 *	struct rules *r = rules_new();
 *	enum err e = rules_push(r, index, &entry, &fault);   for all, in order
 *	rules_count(r, &result);
 *	rules_free(r);
 *
 * Memory    33 octets a leaf of batches that are not complete, 8 octets a
 *           seal that is not released
 * Chunks    one entry at a time
 * Errors    LOG_ENTRY with the entry in the fault's path; NO_MEMORY
 * Trust     entries are well-formed (entry_parse)
 * Limits    none
 */
#ifndef HOST_LOG_RULES_H
#define HOST_LOG_RULES_H

#include "host/log/audit.h"
#include "host/log/entry.h"

struct rules;

struct rules *rules_new(void);
void rules_free(struct rules *r); /* takes NULL */
MUST_USE enum err rules_push(struct rules *r, uint64_t index,
    const struct entry *e, struct fault *fault);
void rules_count(const struct rules *r, struct audit_result *out);

/* Whether the entry of that index must be a seal entry, which rules_push has
 * forgotten and cannot know: for the caller to look up. */
bool rules_names_seal(const struct entry *e);

#endif
