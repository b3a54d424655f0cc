/* What libxml2's parser meets becomes canonical XML (C14N 1.0 2.3) at once. */
#include <libxml/parserInternals.h>

#include "host/xml/c14n_parts.h"

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

/* Those in which every octet can be converted, ASCII is itself, and nothing
 * can be taken for anything else. */
static bool
is_known(const xmlChar *encoding)
{
	static const char *const known[] = {"UTF-8", "UTF8", "ISO-8859-1"};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (xmlStrcasecmp(encoding, (const xmlChar *)known[i]) == 0)
			return true;
	return false;
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
	if (encoding != NULL && !is_known(encoding))
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

const xmlSAXHandler c14n_sax = {
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
