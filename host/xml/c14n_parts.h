/*
 * c14n_parts.h: the inside of c14n_write.h, for host/xml only.
 *
 *	c14n_scope_declare(w, namespaces, count);
 *	bool apex = c14n_apex_look(w, &tag);
 *	c14n_tag_write(w, &tag, apex);
 *
 * Memory    names, prefixes and namespace names are the dictionary's of the
 *           parser: equal strings are equal pointers, until it is freed
 * Chunks    whole tags, as libxml2 hands them over
 * Errors    c14n_fault_set latches the first one
 * Trust     as c14n_write.h
 * Limits    as c14n_write.h; arrays have one element for each
 */
#ifndef HOST_XML_C14N_PARTS_H
#define HOST_XML_C14N_PARTS_H

#include <libxml/parser.h>

#include "host/xml/c14n_out.h"
#include "host/xml/c14n_write.h"

#define C14N_WRITE_PREFIXES 256 /* of a PrefixList */
#define C14N_WRITE_RECENT 8
/* What the parser gets at once; not more, because of drain_cdata. */
#define C14N_WRITE_BLOCK 65536

/* What a prefix (NULL: the default namespace) stands for (NULL: nothing). */
struct c14n_binding {
	const xmlChar *prefix, *uri;
};

/* An attribute as SAX2 has it: its value is not terminated. */
struct c14n_attribute {
	const xmlChar *local, *prefix, *uri, *value, *end;
};

struct c14n_tag {
	const xmlChar *local, *prefix, *uri;
	const struct c14n_attribute *attributes;
	unsigned count;
	unsigned declared; /* its declarations: the last ones in scope */
};

/* xml:* of an open element above the one that is chosen. */
struct c14n_inherited {
	const xmlChar *local;
	uint32_t at, len; /* in values */
};

/* How much there was before an open element. */
struct c14n_level {
	uint32_t scope, rendered, inherited;
};

enum c14n_state { C14N_BEFORE, C14N_INSIDE, C14N_AFTER };

struct c14n_write {
	xmlParserCtxt *ctxt;
	enum err err;
	struct fault fault;
	uint64_t pushed; /* into the parser */
	const xmlChar *ds, *signature_name; /* of ds:Signature */

	enum c14n_method method;
	bool comments;
	int64_t signature, signatures; /* to remove; seen */
	const xmlChar *prefixes[C14N_WRITE_PREFIXES];
	unsigned prefix_count;

	enum c14n_state state; /* BEFORE, AFTER: only with id or steps */
	bool open; /* what comes is written */
	bool begun; /* the parser has seen the XML declaration, if any */
	bool root; /* an element was written */
	bool after_root; /* the document's root has ended */
	bool finishing; /* there is no more input */
	unsigned depth; /* open elements */
	unsigned apex; /* depth of the chosen element, inside */
	unsigned removed; /* depth of the Signature that is left out, or 0 */

	/* What is chosen. */
	char *id;
	size_t id_len;
	bool id_seen;
	unsigned steps, step; /* of place; those that open elements took */
	uint32_t place[C14N_WRITE_STEPS];
	uint32_t seen; /* children of the last one */

	size_t block_len, block_size;
	unsigned scope_count, rendered_count, inherited_count;
	const xmlChar *recent[C14N_WRITE_RECENT]; /* names that are URIs */
	unsigned recent_next;

	/* From here on nothing is set before it is used. */
	struct c14n_out out;
	uint8_t block[C14N_WRITE_BLOCK]; /* not yet in the parser */
	struct c14n_level levels[C14N_WRITE_DEPTH];
	struct c14n_binding scope[C14N_WRITE_NAMESPACES];
	struct c14n_binding rendered[C14N_WRITE_NAMESPACES];
	struct c14n_inherited inherited[C14N_WRITE_ATTRIBUTES];
	char values[C14N_WRITE_INHERITED];

	/* Of the tag that is written: made, sorted, forgotten. */
	struct c14n_binding list[C14N_WRITE_NAMESPACES + C14N_WRITE_ATTRIBUTES];
	struct c14n_attribute own[C14N_WRITE_ATTRIBUTES]; /* inherited ones */
	const struct c14n_attribute *sorted[2 * C14N_WRITE_ATTRIBUTES];
};

/* c14n_write.c. For tests of what hangs on the parser's blocks: 1 to
 * C14N_WRITE_BLOCK octets. */
void c14n_write_set_block(struct c14n_write *w, size_t size);

/* c14n_sax.c; its context is the struct c14n_write. */
extern const xmlSAXHandler c14n_sax;

/* c14n_fault.c: the first error; at is an offset, or one of these. */
#define C14N_HERE UINT64_MAX /* where the parser stands */
#define C14N_TAG (UINT64_MAX - 1) /* the tag it has just read */
void c14n_fault_set(
    struct c14n_write *w, enum err e, uint64_t at, const char *detail);
void c14n_fault_parser(void *writer, xmlError *error); /* for SAX */
uint64_t c14n_fault_here(const struct c14n_write *w);

/* c14n_scope.c */
void c14n_scope_declare(
    struct c14n_write *w, const xmlChar **namespaces, unsigned count);
/* The namespaces to write in a tag, in order, into w->list; how many. */
unsigned c14n_scope_render(
    struct c14n_write *w, const struct c14n_tag *tag, bool apex);
bool c14n_scope_prefixes(struct c14n_write *w, const char *list);

/* c14n_apex.c: the element that is chosen. */
bool c14n_apex_choose(struct c14n_write *w, const char *id, const char *place);
bool c14n_apex_look(struct c14n_write *w, const struct c14n_tag *tag);
void c14n_apex_end(struct c14n_write *w); /* an element has ended */
/* xml:* of an element above it, until that ends. */
void c14n_apex_keep(struct c14n_write *w, const struct c14n_tag *tag);
/* Puts what it inherits, and its own attributes, into w->sorted; how many.
 * *base, to be freed, is behind one of them. */
unsigned c14n_apex_inherit(
    struct c14n_write *w, const struct c14n_tag *tag, char **base);

/* c14n_start.c */
void c14n_tag_write(
    struct c14n_write *w, const struct c14n_tag *tag, bool apex);

#endif
