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

/* libxml2 takes this much of an open CDATA section in one call, and looks for
 * its end in all that waits. */
#define CDATA_PIECE 300

static xmlParserInput *
refuse_entity(const char *url, const char *id, xmlParserCtxt *ctxt)
{
	(void)url;
	(void)id;
	(void)ctxt;
	return NULL;
}

/* What has no context: of encodings that are refused in a moment. */
static void
ignore(void *context, xmlError *error)
{
	(void)context;
	(void)error;
}

static void
prepare_library(void)
{
	xmlInitParser();
	xmlSetExternalEntityLoader(refuse_entity);
}

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
	xmlSAXHandler sax = c14n_sax;
	enum err e;

	*writer = NULL;
	pthread_once(&once, prepare_library);
	xmlSetStructuredErrorFunc(NULL, ignore); /* of this thread */
	w = malloc(sizeof(*w));
	if (w == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", "");
	memset(w, 0, offsetof(struct c14n_write, out));
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
	w->block_size = sizeof(w->block);
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

/*
 * The parser gets the same blocks however the input comes: its errors depend on
 * where they end. Whole blocks need no copy.
 */
void
c14n_write_push(struct c14n_write *w, const uint8_t *buf, size_t len)
{
	size_t n;

	for (; len > 0 && w->err == ERR_OK; buf += n, len -= n) {
		n = w->block_size - w->block_len;
		n = len < n ? len : n;
		if (n == w->block_size) {
			push_block(w, buf, n);
			continue;
		}
		memcpy(w->block + w->block_len, buf, n);
		w->block_len += n;
		if (w->block_len == w->block_size) {
			push_block(w, w->block, w->block_len);
			w->block_len = 0;
		}
	}
}

void
c14n_write_set_block(struct c14n_write *w, size_t size)
{
	w->block_size = size < 1      ? 1
	    : size < sizeof(w->block) ? size
				      : sizeof(w->block);
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
	if (w->err == ERR_OK && w->block_len > 0)
		push_block(w, w->block, w->block_len);
	w->block_len = 0;
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
