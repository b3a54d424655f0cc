/*
 * summary_octets.h: a summary as octets, as summary_digest hashes them
 * (summary.h has the table), so that an appliance that has forgotten an item
 * can be given its summary again and can tell that it is the same.
 *
 *	summary_put(&s, &sink);
 *	e = summary_read(&view, octets, len);
 *	sha256(octets, len, digest);
 *
 * Memory    a view points into the octets
 * Chunks    whole encodings
 * Errors    read: SUMMARY_SYNTAX
 * Trust     octets are what a digest says that they are, see above; texts as
 *           in summary.h, and may not even be UTF-8
 * Limits    SUMMARY_OCTETS
 */
#ifndef COMMON_SUMMARY_OCTETS_H
#define COMMON_SUMMARY_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/sink.h"
#include "common/summary.h"

enum summary_part {
	SUMMARY_ISSUER,
	SUMMARY_ISSUER_ID,
	SUMMARY_LEARNER,
	SUMMARY_TITLE,
	SUMMARY_CREDENTIAL_ID,
	SUMMARY_ISSUED,
	SUMMARY_VALID_FROM,
	SUMMARY_VALID_UNTIL,
	SUMMARY_PARTS,
};

/* No summary is longer. */
#define SUMMARY_OCTETS                                                         \
	(16 + SUMMARY_PARTS * (2 + 1 + SUMMARY_TEXT + SHA256_SIZE) + 9)

struct summary_view {
	struct {
		const uint8_t *text;
		uint16_t len;
		bool cut;
	} part[SUMMARY_PARTS];
	uint32_t claims, languages;
	bool understood;
};

void summary_put(const struct summary *s, struct sink *out);

MUST_USE enum err summary_read(
    struct summary_view *v, const uint8_t *octets, size_t len);

#endif
