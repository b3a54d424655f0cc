/*
 * c14n_write.h: canonical XML of a document, or of one element in it, while it
 * streams through: exclusive C14N, C14N 1.0 and 1.1.
 *
 *	struct c14n_write *w;
 *	enum err e = c14n_write_open(&w, &options, &sink, &fault);
 *	c14n_write_push(w, buf, len);
 *	e = c14n_write_finish(w, &fault);
 *	c14n_write_close(w);
 *
 * A document type declaration is refused where it begins: no DTD is read, no
 * entity expanded, nothing fetched. Input is UTF-8, with or without a byte
 * order mark, or declared to be ISO-8859-1; what declares or shows another
 * encoding, as UTF-16, is refused.
 *
 * Memory    for open elements and the longest tag, comment or processing
 *           instruction; not for the document
 * Chunks    splitting the input changes nothing
 * Errors    XML_*, UTF8_INVALID, TOO_LARGE with the offset in the fault: the
 *           tag for what is wrong of a tag, else where the parser stood;
 *           NOT_FOUND and XML_DUPLICATE_ID for the element that was chosen.
 *           The first one sticks
 * Trust     the sink's bytes do not count before finish says ERR_OK: an Id
 *           may come again at the very end
 * Limits    C14N_WRITE_*, wider than what can be sealed (common/bounds.h).
 *           Neither text nor the number of elements has a bound
 */
#ifndef HOST_XML_C14N_WRITE_H
#define HOST_XML_C14N_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/c14n.h"
#include "common/err.h"
#include "common/sink.h"
#include "host/base/fault.h"

#define C14N_WRITE_DEPTH 4096 /* open elements */
#define C14N_WRITE_NAMESPACES 4096 /* declarations in scope */
#define C14N_WRITE_ATTRIBUTES 1024 /* of one tag, with declarations */
#define C14N_WRITE_TAG (256u << 10) /* octets of one start tag */
#define C14N_WRITE_MARKUP (4u << 20) /* comment, processing instruction */
#define C14N_WRITE_INHERITED (64u << 10) /* xml:* values above the element */
#define C14N_WRITE_NAMES 65536 /* different names and namespaces */
#define C14N_WRITE_DICTIONARY (4u << 20) /* octets of theirs */
#define C14N_WRITE_STEPS 256 /* of a place */

/* What becomes of {http://www.w3.org/2000/09/xmldsig#}Signature. */
#define C14N_KEEP_SIGNATURES (-1)
#define C14N_REMOVE_SIGNATURES (-2) /* all of them, with what is in them */

struct c14n_write_options {
	enum c14n_method method;
	bool comments;
	/* InclusiveNamespaces PrefixList: white space between prefixes,
	 * "#default"; NULL for none. C14N_EXCLUSIVE only. */
	const char *prefixes;
	/* One element with its subtree, in the context of its document: by
	 * the value of an attribute Id, ID, id or xml:id, which no other
	 * element may have; or by its place: "/1/3" is the third element in
	 * the root (element() scheme of XPointer). Both NULL: the document. */
	const char *id, *place;
	/* C14N_KEEP_SIGNATURES, C14N_REMOVE_SIGNATURES, or the number in
	 * document order, from 0, of the one to leave out
	 * (xmldsig#enveloped-signature: that which holds the reference). */
	int64_t signature;
};

struct c14n_write;

/* Options are copied. sink must outlive it. *w is NULL after an error. */
MUST_USE enum err c14n_write_open(struct c14n_write **w,
    const struct c14n_write_options *options, struct sink *sink,
    struct fault *fault);
void c14n_write_push(struct c14n_write *w, const uint8_t *buf, size_t len);
MUST_USE enum err c14n_write_finish(struct c14n_write *w, struct fault *fault);
void c14n_write_close(struct c14n_write *w); /* takes NULL */

/* The first error so far, to stop early; it may show 64 KiB late. ERR_OK is no
 * verdict. */
enum err c14n_write_error(const struct c14n_write *w);

#endif
