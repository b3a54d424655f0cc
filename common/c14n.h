/*
 * c14n.h: says whether bytes already are a whole document in canonical XML
 * (exclusive C14N, C14N 1.0 or 1.1; with comments or without), in one pass,
 * with memory for the open names and namespaces only.
 *
 *	struct c14n c;
 *	c14n_init(&c, C14N_EXCLUSIVE, false, NULL, &bytes);
 *	c14n_push(&c, buf, len);
 *	enum err e = c14n_finish(&c);
 *
 * Accepts x if and only if x = canonicalise(parse(x)), within the bounds; a
 * document type declaration is never read. docs/CANON.md says it exactly.
 *
 * Memory    the caller owns the context, at most 4 KiB
 * Chunks    splitting the input changes nothing
 * Errors    C14N_*, XML_*, UTF8_*; the first one sticks, see c14n_offset
 * Trust     the bytes do not count before c14n_finish said ERR_OK
 * Limits    BOUND_XML_*: beyond is an error. Neither text, values nor the
 *           number of attributes have a bound
 */
#ifndef COMMON_C14N_H
#define COMMON_C14N_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bounds.h"
#include "common/err.h"
#include "common/sink.h"
#include "common/utf8.h"
#include "common/xml_name.h"
#include "common/xml_ns.h"

/* C14N_10 and C14N_11 differ only in parts of documents: of a whole one they
 * accept the same. */
enum c14n_method {
	C14N_EXCLUSIVE = 1, /* http://www.w3.org/2001/10/xml-exc-c14n# */
	C14N_10 = 2, /* http://www.w3.org/TR/2001/REC-xml-c14n-20010315 */
	C14N_11 = 3, /* http://www.w3.org/2006/12/xml-c14n11 */
};

struct c14n {
	struct sink *bytes;
	const char *prefixes;
	const char *rest; /* of the reference that is open */
	const uint8_t *buf; /* the octets being taken */
	uint64_t offset; /* of buf */
	uint64_t where; /* is the error */
	uint64_t begin; /* of the open element's name */
	struct xml_ns ns;
	struct xml_name name; /* the open one */
	enum err err;
	uint32_t tail; /* the last octets beyond ASCII, or of a target */
	struct utf8 utf8;
	uint16_t previous_len; /* of the local name of the attribute before */
	uint16_t colon; /* of the open tag's name */
	uint16_t agreed; /* octets of an end tag or a byte order mark */
	int8_t previous_ns; /* of the attribute before */
	uint8_t method;
	uint8_t state;
	uint8_t text; /* the state to go on in behind a reference or quote */
	uint8_t depth;
	bool comments;
	bool rooted; /* the root element has begun */
	bool attributes; /* the open tag has some, or is at its end */
	uint16_t end[BOUND_XML_DEPTH + 1]; /* of each open element's name */
	uint8_t names[BOUND_XML_NAMES]; /* theirs, then two attributes' */
};

/* prefixes: white space between them, "#default" for the default namespace;
 * NULL for none; must outlive the context; exclusive only. bytes may be NULL;
 * it receives every octet pushed before an error. */
void c14n_init(struct c14n *c, enum c14n_method method, bool comments,
    const char *prefixes, struct sink *bytes);
void c14n_push(struct c14n *c, const uint8_t *buf, size_t len);
MUST_USE enum err c14n_finish(struct c14n *c);

/* The first error so far; for who wants to stop early. ERR_OK is no verdict. */
enum err c14n_error(const struct c14n *c);

/* Offset of the first octet that cannot stand there; valid after an error. Of
 * what is wrong about an attribute or declaration as a whole (order, twice,
 * undeclared prefix, declared in vain): its first octet. */
uint64_t c14n_offset(const struct c14n *c);

#endif
