/*
 * c14n_inside.h: what c14n.c (the document as a whole), c14n_tag.c (tags),
 * c14n_text.c (text, values, references) and c14n_misc.c (comments and
 * processing instructions) share. Nobody else includes it.
 *
 *	p = c14n_take_tag(c, p, end);
 *	if (c->err != ERR_OK)
 *		c->where says where
 *
 * Memory    that of struct c14n
 * Chunks    each step takes what it can from (p, end), at least one octet if
 *           it finds no error and no other state, says where it stopped, and
 *           keeps in struct c14n what it needs to go on
 * Errors    in c->err
 * Trust     as c14n.h
 * Limits    as c14n.h
 */
#ifndef COMMON_C14N_INSIDE_H
#define COMMON_C14N_INSIDE_H

#include "common/c14n.h"

enum c14n_state {
	/* c14n.c */
	C14N_START, /* the document, or a byte order mark */
	C14N_MARK, /* the rest of a byte order mark */
	C14N_BEFORE, /* the next of what is before the root element */
	C14N_BEFORE_LF, /* the end of its line */
	C14N_BEHIND, /* the root element and what follows it: LF or the end */
	C14N_BEHIND_LF, /* the next of what follows it */
	C14N_MARKUP, /* behind "<" */
	C14N_BANG, /* behind "<!" */
	C14N_BANG_DASH,
	/* c14n_tag.c */
	C14N_NAME, /* of a start tag */
	C14N_ATTRIBUTE_BEGIN, /* behind a space */
	C14N_ATTRIBUTE,
	C14N_QUOTE,
	C14N_BEHIND_VALUE,
	C14N_END_TAG,
	/* c14n_text.c */
	C14N_TEXT,
	C14N_VALUE, /* of an attribute */
	C14N_NAMESPACE, /* the value of a declaration */
	C14N_REFERENCE, /* behind "&" */
	C14N_HASH,
	C14N_HEX,
	C14N_REST, /* of a reference that it can only be now */
	/* c14n_misc.c */
	C14N_TARGET,
	C14N_DATA_BEGIN, /* behind the space */
	C14N_DATA_EMPTY, /* behind a first question mark */
	C14N_DATA,
	C14N_DATA_END, /* behind a question mark */
	C14N_NO_DATA, /* behind the question mark behind the target */
	C14N_COMMENT,
	C14N_COMMENT_DASH,
	C14N_COMMENT_END, /* behind two */
};

/* What is at p cannot stand there. */
static inline const uint8_t *
c14n_fail(struct c14n *c, const uint8_t *p, enum err e)
{
	c->err = e;
	c->where = c->offset + (uint64_t)(p - c->buf);
	return p;
}

/* What was taken before is wrong from there on; p is where it was seen. */
static inline const uint8_t *
c14n_fail_at(struct c14n *c, const uint8_t *p, uint64_t where, enum err e)
{
	c->err = e;
	c->where = where;
	return p;
}

static inline const uint8_t *
c14n_fail_before(struct c14n *c, const uint8_t *p, uint64_t len, enum err e)
{
	return c14n_fail_at(c, p, c->offset + (uint64_t)(p - c->buf) - len, e);
}

static inline bool
c14n_is_space(uint8_t octet)
{
	return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\r';
}

/* The element, comment or processing instruction that ended at p is followed
 * by what may follow there. */
static inline void
c14n_markup_done(struct c14n *c)
{
	if (c->depth != 0)
		c->state = C14N_TEXT;
	else
		c->state = c->rooted ? C14N_BEHIND : C14N_BEFORE_LF;
}

/* Characters beyond ASCII; there is at least one octet of one. */
const uint8_t *c14n_take_wide(
    struct c14n *c, const uint8_t *p, const uint8_t *end);

/* p is at the first octet of an element's name. */
const uint8_t *c14n_begin_element(
    struct c14n *c, const uint8_t *p, const uint8_t *end);

/* The next octets, in the states of each file. */
const uint8_t *c14n_take_tag(
    struct c14n *c, const uint8_t *p, const uint8_t *end);
const uint8_t *c14n_take_text(
    struct c14n *c, const uint8_t *p, const uint8_t *end);
const uint8_t *c14n_take_misc(
    struct c14n *c, const uint8_t *p, const uint8_t *end);

#endif
