/*
 * jcs.h: says whether bytes already are canonical JSON (RFC 8785), in one
 * pass, with memory for the open names only.
 *
 *	struct jcs c;
 *	jcs_init(&c, &bytes, &events);
 *	jcs_push(&c, buf, len);
 *	enum err e = jcs_finish(&c);
 *
 * Accepts x if and only if x = JCS(parse(x)), within the bounds.
 *
 * Memory    the caller owns the context, at most 4 KiB
 * Chunks    splitting the input changes nothing
 * Errors    JCS_*, JSON_*, UTF8_*; the first one sticks, see jcs_offset
 * Trust     neither bytes nor events count before jcs_finish said ERR_OK
 * Limits    BOUND_JSON_DEPTH, BOUND_JSON_NAMES: beyond is an error
 */
#ifndef COMMON_JCS_H
#define COMMON_JCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bounds.h"
#include "common/err.h"
#include "common/jcs_rules.h"
#include "common/json.h"
#include "common/sink.h"

struct jcs {
	struct json json;
	struct jcs_rules rules;
	struct sink *bytes;
};

/* Either sink may be NULL. bytes receives every octet pushed before an error,
 * events what json.h describes. The context holds pointers into itself: it
 * may not be copied or moved. */
void jcs_init(struct jcs *c, struct sink *bytes, struct json_sink *events);
void jcs_push(struct jcs *c, const uint8_t *buf, size_t len);
MUST_USE enum err jcs_finish(struct jcs *c);

/* The first error so far; for who wants to stop early. ERR_OK is no verdict. */
enum err jcs_error(const struct jcs *c);

/* Offset of the first octet that cannot stand there; valid after an error.
 * JCS_NUMBER: where the number departs from the canonical form of its value,
 * or the octet that makes it longer than every canonical number. */
uint64_t jcs_offset(const struct jcs *c);

#endif
