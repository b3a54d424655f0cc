/*
 * jcs_rules.h: what canonical JSON (RFC 8785) asks beyond JSON, for the one
 * machine in json.c: order of names, form of numbers. The checker's inside.
 *
 *	jcs_rules_object_begin(&r);
 *	jcs_rules_name_begin(&r);
 *	good = jcs_rules_name_push(&r, buf, len, &e);
 *	e = jcs_rules_name_end(&r);
 *
 * Memory    the caller owns the context: the latest name of each open object,
 *           one behind the other, each written over its predecessor
 * Chunks    splitting the input changes nothing
 * Errors    JCS_ORDER, JSON_DUPLICATE_NAME, JSON_NAMES_LENGTH, JCS_NUMBER
 * Trust     names must have been checked to be UTF-8
 * Limits    BOUND_JSON_DEPTH objects, BOUND_JSON_NAMES octets
 */
#ifndef COMMON_JCS_RULES_H
#define COMMON_JCS_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bounds.h"
#include "common/err.h"

/* The longest canonical number: "-0.0000012345678901234567". */
#define JCS_NUMBER_SIZE 25

struct jcs_rules {
	uint16_t open; /* open objects */
	uint16_t pos; /* where the next octet of the name goes */
	uint16_t previous_end; /* end of the name that is written over */
	bool greater; /* the open name is already behind the previous one */
	uint8_t number_len;
	uint16_t start[BOUND_JSON_DEPTH + 1];
	uint16_t end[BOUND_JSON_DEPTH + 1];
	bool named[BOUND_JSON_DEPTH + 1]; /* has had a name */
	uint8_t names[BOUND_JSON_NAMES];
	char number[JCS_NUMBER_SIZE];
};

void jcs_rules_init(struct jcs_rules *r);
void jcs_rules_object_begin(struct jcs_rules *r);
void jcs_rules_object_end(struct jcs_rules *r);
void jcs_rules_name_begin(struct jcs_rules *r);

/* Octets taken; less than len: e says why the next cannot stand there. */
size_t jcs_rules_name_push(
    struct jcs_rules *r, const uint8_t *buf, size_t len, enum err *e);

/* A whole name at once: begin, push and end. (buf, readable) holds what may be
 * read behind it. Octets that are good; *e, which was ERR_OK, says why there
 * are no more. */
size_t jcs_rules_name(struct jcs_rules *r, const uint8_t *buf, size_t len,
    size_t readable, enum err *e);

/* Can the name go on with an octet that is at most this one? (Escapes.) */
MUST_USE enum err jcs_rules_name_at_most(
    const struct jcs_rules *r, uint8_t octet);
MUST_USE enum err jcs_rules_name_end(struct jcs_rules *r);

/* More octets of the number: together at most JCS_NUMBER_SIZE. */
void jcs_rules_number_push(struct jcs_rules *r, const uint8_t *buf, size_t len);

/* After the number: JCS_NUMBER and how many octets agree with its form. */
MUST_USE enum err jcs_rules_number_end(struct jcs_rules *r, size_t *agree);

#endif
