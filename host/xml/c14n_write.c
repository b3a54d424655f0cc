/*
 * libxml2's push parser, without a tree: its SAX2 events become canonical XML
 * at once. What is set here and why it stays safe:
 *
 *  - no DTD: the parser is stopped where one begins, so that no entity is
 *    ever declared; the loader of external entities refuses besides;
 *  - XML_PARSE_NOENT, which then concerns "&amp;" and its like only: without
 *    it libxml2 hands values over with "&#38;" in them, escaped once more;
 *  - not XML_PARSE_HUGE: libxml2's own bounds (10 MB of names, of a value)
 *    hold; ours are narrower, but for open elements, where it has none;
 *  - names are kept in its dictionary until the end: how many is looked at
 *    between blocks;
 *  - attributes of one tag are compared pairwise by libxml2, before we see
 *    them: C14N_WRITE_TAG bounds how many there can be.
 */
#include "host/xml/c14n_write.h"

#include <libxml/parserInternals.h>
#include <pthread.h>
#include <stdlib.h>

#include "host/xml/c14n_parts.h"

/* What the parser gets at once, whatever the caller has; not more, because of
 * drain_cdata. */
#define BLOCK 65536

/* libxml2 takes this much of an open CDATA section in one call, and looks for
 * its end in all that waits. */
#define CDATA_PIECE 300

static void
start(void *writer, const xmlChar *local, const xmlChar *prefix,
    const xmlChar *uri, int declared, const xmlChar **namespaces, int count,
    int defaulted, const xmlChar **attributes)
{
	struct c14n_write *w = writer;
	const struct c14n_tag tag = {local, prefix, uri,
	    (const struct c14n_attribute *)attributes, (unsigned)count,
	    (unsigned)declared};
	struct c14n_level *level = &w->levels[w->depth];
	bool apex = false;

	(void)defaulted;
	if (w->depth == C14N_WRITE_DEPTH) {
		c14n_fault_set(w, ERR_XML_DEPTH, C14N_TAG, "");
		return;
	}
	if (count + declared > C14N_WRITE_ATTRIBUTES) {
		c14n_fault_set(
		    w, ERR_TOO_LARGE, C14N_TAG, "attributes of one tag");
		return;
	}
	level->scope = w->scope_count;
	level->rendered = w->rendered_count;
	level->inherited = w->inherited_count;
	w->depth++;
	if (declared > 0)
		c14n_scope_declare(w, namespaces, (unsigned)declared);
	if (local == w->signature_name && uri == w->ds) {
		if (w->removed == 0 &&
		    (w->signature == C14N_REMOVE_SIGNATURES ||
			w->signature == w->signatures)) {
			w->removed = w->depth;
			w->open = false;
		}
		w->signatures++;
	}
	if (w->id != NULL || w->steps > 0)
		apex = c14n_apex_look(w, &tag);
	if (w->open) {
		w->root = true;
		c14n_tag_write(w, &tag, apex);
	} else if (w->state == C14N_BEFORE && w->method != C14N_EXCLUSIVE) {
		c14n_apex_keep(w, &tag);
	}
}

static void
end(void *writer, const xmlChar *local, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct c14n_write *w = writer;
	const struct c14n_level *level = &w->levels[w->depth - 1];

	(void)uri;
	if (w->open) {
		c14n_out_put(&w->out, "</", 2);
		if (prefix != NULL) {
			c14n_out_name(&w->out, (const char *)prefix);
			c14n_out_octet(&w->out, ':');
		}
		c14n_out_name(&w->out, (const char *)local);
		c14n_out_octet(&w->out, '>');
	}
	w->scope_count = level->scope;
	w->rendered_count = level->rendered;
	if (w->removed == w->depth) {
		w->removed = 0;
		w->open = w->state == C14N_INSIDE && w->err == ERR_OK;
	}
	if (w->id != NULL || w->steps > 0)
		c14n_apex_end(w);
	if (--w->depth == 0)
		w->after_root = true;
}

static void
text(void *writer, const xmlChar *buf, int len)
{
	struct c14n_write *w = writer;

	if (w->open)
		c14n_out_text(&w->out, buf, (size_t)len);
}

/*
 * A piece of a CDATA section: here libxml2's push parser forgets that "\r\n"
 * and "\r" are line feeds (XML 1.0 2.11). A piece may end between the two; in
 * front of the first one stands "<![CDATA[".
 */
static void
cdata(void *writer, const xmlChar *buf, int len)
{
	struct c14n_write *w = writer;
	const xmlParserInput *in = w->ctxt->input;
	size_t n, rest = (size_t)len;

	if (!w->open)
		return;
	if (rest > 0 && *buf == '\n' && in->cur > in->base &&
	    in->cur[-1] == '\r') {
		buf++;
		rest--;
	}
	while (rest > 0) {
		const xmlChar *cr = memchr(buf, '\r', rest);

		n = cr == NULL ? rest : (size_t)(cr - buf);
		c14n_out_text(&w->out, buf, n);
		buf += n;
		rest -= n;
		if (rest == 0)
			break;
		c14n_out_octet(&w->out, '\n');
		n = rest > 1 && buf[1] == '\n' ? 2 : 1;
		buf += n;
		rest -= n;
	}
}

/* Outside the root each has a line of its own (C14N 1.0 2.3). */
static bool
begin_aside(struct c14n_write *w)
{
	if (w->depth > 0 || w->id != NULL || w->steps > 0)
		return w->open;
	if (w->open && w->after_root)
		c14n_out_octet(&w->out, '\n');
	return w->open;
}

static void
end_aside(struct c14n_write *w)
{
	if (w->depth == 0 && !w->after_root)
		c14n_out_octet(&w->out, '\n');
}

static void
instruction(void *writer, const xmlChar *target, const xmlChar *data)
{
	struct c14n_write *w = writer;

	if (!begin_aside(w))
		return;
	c14n_out_put(&w->out, "<?", 2);
	c14n_out_name(&w->out, (const char *)target);
	if (data != NULL && *data != '\0') {
		c14n_out_octet(&w->out, ' ');
		c14n_out_put(&w->out, data, strlen((const char *)data));
	}
	c14n_out_put(&w->out, "?>", 2);
	end_aside(w);
}

static void
comment(void *writer, const xmlChar *data)
{
	struct c14n_write *w = writer;

	if (!w->comments || !begin_aside(w))
		return;
	c14n_out_put(&w->out, "<!--", 4);
	c14n_out_put(&w->out, data, strlen((const char *)data));
	c14n_out_put(&w->out, "-->", 3);
	end_aside(w);
}

/* The XML declaration, if any, was read. */
static void
begin(void *writer)
{
	struct c14n_write *w = writer;
	const xmlParserCtxt *c = w->ctxt;
	const xmlChar *encoding = c->encoding;

	w->begun = true;
	if (encoding == NULL && c->input != NULL)
		encoding = c->input->encoding;
	if ((encoding != NULL &&
		xmlStrcasecmp(encoding, (const xmlChar *)"UTF-8") != 0) ||
	    (c->input != NULL && c->input->buf != NULL &&
		c->input->buf->encoder != NULL))
		c14n_fault_set(w, ERR_XML_ENCODING, 0, "");
	else if (c->version != NULL &&
	    strcmp((const char *)c->version, "1.0") != 0)
		c14n_fault_set(w, ERR_XML_VERSION, 0, "");
}

static void
doctype(void *writer, const xmlChar *name, const xmlChar *public_id,
    const xmlChar *system_id)
{
	struct c14n_write *w = writer;

	(void)name;
	(void)public_id;
	(void)system_id;
	c14n_fault_set(w, ERR_XML_DOCTYPE, C14N_TAG, "");
	xmlStopParser(w->ctxt);
}

/* Only for entities that no DTD could have declared: never called. */
static void
reference(void *writer, const xmlChar *name)
{
	(void)name;
	c14n_fault_set(writer, ERR_XML_ENTITY, C14N_HERE, "");
}

static xmlParserInput *
refuse_entity(const char *url, const char *id, xmlParserCtxt *ctxt)
{
	(void)url;
	(void)id;
	(void)ctxt;
	return NULL;
}

static void
prepare_library(void)
{
	xmlInitParser();
	xmlSetExternalEntityLoader(refuse_entity);
}

static const xmlSAXHandler handler = {
    .initialized = XML_SAX2_MAGIC,
    .startDocument = begin,
    .startElementNs = start,
    .endElementNs = end,
    .characters = text,
    .ignorableWhitespace = text,
    .cdataBlock = cdata,
    .processingInstruction = instruction,
    .comment = comment,
    .internalSubset = doctype,
    .reference = reference,
    .serror = c14n_fault_parser,
};

static enum err
take_options(struct c14n_write *w, const struct c14n_write_options *o,
    struct fault *fault)
{
	if (o->method < C14N_EXCLUSIVE || o->method > C14N_11 ||
	    o->signature < C14N_REMOVE_SIGNATURES)
		return fault_set(
		    fault, ERR_USAGE, FAULT_NO_OFFSET, "unknown option");
	w->method = o->method;
	w->comments = o->comments;
	w->signature = o->signature;
	if (o->prefixes != NULL &&
	    (o->method != C14N_EXCLUSIVE ||
		!c14n_scope_prefixes(w, o->prefixes)))
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "prefixes: names with spaces between, of exclusive C14N");
	if (!c14n_apex_choose(w, o->id, o->place))
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "an element has an Id or a place like /1/2");
	return ERR_OK;
}

enum err
c14n_write_open(struct c14n_write **writer,
    const struct c14n_write_options *options, struct sink *sink,
    struct fault *fault)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct c14n_write *w;
	xmlSAXHandler sax = handler;
	enum err e;

	*writer = NULL;
	pthread_once(&once, prepare_library);
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", "");
	w->ctxt = xmlCreatePushParserCtxt(&sax, w, NULL, 0, NULL);
	if (w->ctxt == NULL ||
	    xmlCtxtUseOptions(w->ctxt, XML_PARSE_NONET | XML_PARSE_NOENT) !=
		0) {
		c14n_write_close(w);
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", "");
	}
	xmlDictSetLimit(w->ctxt->dict, C14N_WRITE_DICTIONARY);
	c14n_out_begin(&w->out, sink);
	w->state = C14N_INSIDE;
	w->open = true;
	w->signature_name = xmlDictLookup(
	    w->ctxt->dict, (const xmlChar *)"Signature", -1);
	w->ds = xmlDictLookup(w->ctxt->dict,
	    (const xmlChar *)"http://www.w3.org/2000/09/xmldsig#", -1);
	e = take_options(w, options, fault);
	if (e != ERR_OK) {
		c14n_write_close(w);
		return e;
	}
	*writer = w;
	return ERR_OK;
}

/* What other encodings begin with; anything else fails as text does. */
static bool
is_other_encoding(const struct c14n_write *w, const uint8_t *buf, size_t len)
{
	size_t i;

	for (i = 0; i < len && w->pushed + i < 2; i++)
		if (buf[i] == 0 || buf[i] >= 0xfe || buf[i] == 0x4c)
			return w->pushed + i == 0 || buf[i] == 0;
	return false;
}

/* A tag, comment or instruction waits in the parser until it is whole. */
static void
check_waiting(struct c14n_write *w)
{
	const xmlParserInput *in = w->ctxt->input;
	size_t n = (size_t)(in->end - in->cur);
	bool tag;

	if (n >= 9 && w->depth == 0 && memcmp(in->cur, "<!DOCTYPE", 9) == 0) {
		c14n_fault_set(w, ERR_XML_DOCTYPE, C14N_HERE, "");
		return;
	}
	if (n <= C14N_WRITE_TAG)
		return;
	tag = in->cur[0] == '<' && in->cur[1] != '!' && in->cur[1] != '?';
	if (tag || n > C14N_WRITE_MARKUP)
		c14n_fault_set(w, ERR_TOO_LARGE, C14N_HERE,
		    tag ? "one tag" : "one comment or instruction");
}

static size_t
waiting(const struct c14n_write *w)
{
	return (size_t)(w->ctxt->input->end - w->ctxt->input->cur);
}

static void
drain_cdata(struct c14n_write *w)
{
	size_t before;

	while (w->err == ERR_OK &&
	    w->ctxt->instate == XML_PARSER_CDATA_SECTION &&
	    (before = waiting(w)) > CDATA_PIECE + 2) {
		xmlParseChunk(w->ctxt, "", 0, 0);
		if (waiting(w) == before)
			break;
	}
}

static void
parse(struct c14n_write *w, const uint8_t *buf, size_t len)
{
	size_t n;

	for (; len > 0 && w->err == ERR_OK; buf += n, len -= n) {
		n = len;
		if (w->ctxt->instate == XML_PARSER_CDATA_SECTION &&
		    n > CDATA_PIECE)
			n = CDATA_PIECE;
		w->pushed += n;
		xmlParseChunk(w->ctxt, (const char *)buf, (int)n, 0);
		drain_cdata(w);
	}
	if (w->err == ERR_OK)
		check_waiting(w);
	if (w->err == ERR_OK && xmlDictSize(w->ctxt->dict) > C14N_WRITE_NAMES)
		c14n_fault_set(w, ERR_TOO_LARGE, C14N_HERE, "different names");
}

static void
push_block(struct c14n_write *w, const uint8_t *buf, size_t len)
{
	const uint8_t *nul = memchr(buf, 0, len);

	if (w->pushed < 2 && is_other_encoding(w, buf, len)) {
		c14n_fault_set(w, ERR_XML_ENCODING, 0, "");
		return;
	}
	parse(w, buf, nul != NULL ? (size_t)(nul - buf) : len);
	if (nul != NULL)
		c14n_fault_set(w, ERR_XML_CHARACTER, w->pushed, "");
}

void
c14n_write_push(struct c14n_write *w, const uint8_t *buf, size_t len)
{
	size_t n;

	for (; len > 0 && w->err == ERR_OK; buf += n, len -= n) {
		n = len < BLOCK ? len : BLOCK;
		push_block(w, buf, n);
	}
}

enum err
c14n_write_error(const struct c14n_write *w)
{
	return w->err;
}

/* The document is well-formed; was there what was asked for? */
static void
check_found(struct c14n_write *w)
{
	if (w->state == C14N_BEFORE)
		c14n_fault_set(w, ERR_NOT_FOUND, FAULT_NO_OFFSET,
		    w->id != NULL ? "no element has this Id"
				  : "no element in this place");
	else if (w->signature >= 0 && w->signatures <= w->signature)
		c14n_fault_set(w, ERR_NOT_FOUND, FAULT_NO_OFFSET,
		    "not so many signatures");
	else if (!w->root)
		c14n_fault_set(w, ERR_NOT_FOUND, FAULT_NO_OFFSET,
		    "nothing is left without the signature");
}

enum err
c14n_write_finish(struct c14n_write *w, struct fault *fault)
{
	if (w->err == ERR_OK && w->pushed == 0)
		c14n_fault_set(w, ERR_XML_EMPTY, 0, "");
	if (w->err == ERR_OK) {
		w->finishing = true;
		xmlParseChunk(w->ctxt, "", 0, 1);
		if (w->err == ERR_OK &&
		    (!w->ctxt->wellFormed || !w->ctxt->nsWellFormed ||
			w->depth > 0))
			c14n_fault_set(w, ERR_XML_SYNTAX, C14N_HERE, "");
	}
	if (w->err == ERR_OK)
		check_found(w);
	if (w->err == ERR_OK)
		c14n_out_flush(&w->out);
	else if (fault != NULL)
		*fault = w->fault;
	return w->err;
}

void
c14n_write_close(struct c14n_write *w)
{
	if (w == NULL)
		return;
	xmlFreeParserCtxt(w->ctxt);
	free(w->id);
	free(w);
}
