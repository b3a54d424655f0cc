/* What is wrong and where, in Zegel's words. */
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include "common/utf8.h"
#include "host/xml/c14n_parts.h"

static bool
is_converted(const xmlParserInput *in)
{
	return in->buf != NULL && in->buf->encoder != NULL;
}

uint64_t
c14n_fault_here(const struct c14n_write *w)
{
	const xmlParserInput *in = w->ctxt->input;
	long at;

	if (in == NULL || in->cur == NULL)
		return w->pushed;
	if (is_converted(in)) {
		at = xmlByteConsumed(w->ctxt);
		return at < 0 ? w->pushed : (uint64_t)at;
	}
	return in->consumed + (uint64_t)(in->cur - in->base);
}

/* Where text was begun that the parser has just read, at the latest here.
 * What is converted to UTF-8 had one octet for each character. */
static uint64_t
begin_of(const struct c14n_write *w, const char *text)
{
	const xmlParserInput *in = w->ctxt->input;
	uint64_t here = c14n_fault_here(w), back = 0;
	size_t n = strlen(text);
	const xmlChar *p;

	if (in == NULL || in->cur == NULL)
		return here;
	for (p = in->cur;; p--) {
		if ((size_t)(in->end - p) >= n && memcmp(p, text, n) == 0)
			return here - back;
		if (p == in->base)
			return here;
		back += !is_converted(in) || (p[-1] & 0xc0) != 0x80;
	}
}

/* SAX is silent from now on; the parser must not be stopped in the middle of
 * a tag, whose values point into what stopping frees. */
void
c14n_fault_set(
    struct c14n_write *w, enum err e, uint64_t at, const char *detail)
{
	if (w->err != ERR_OK)
		return;
	if (at == C14N_HERE)
		at = c14n_fault_here(w);
	else if (at == C14N_TAG)
		at = begin_of(w, e == ERR_XML_DOCTYPE ? "<!DOCTYPE" : "<");
	w->err = fault_set(&w->fault, e, at, "%s", detail);
	w->open = false;
	w->ctxt->disableSAX = 1;
}

struct meaning {
	int code;
	enum err err;
	bool tag; /* it is about a tag as a whole */
};

static const struct meaning meanings[] = {
    {XML_ERR_NO_MEMORY, ERR_NO_MEMORY, false},
    {XML_ERR_DOCUMENT_EMPTY, ERR_XML_SYNTAX, false},
    {XML_ERR_DOCUMENT_END, ERR_XML_TRAILING, false},
    {XML_ERR_INVALID_CHAR, ERR_XML_CHARACTER, false},
    {XML_ERR_INVALID_CHARREF, ERR_XML_CHARACTER, false},
    {XML_ERR_INVALID_HEX_CHARREF, ERR_XML_SYNTAX, false},
    {XML_ERR_UNDECLARED_ENTITY, ERR_XML_ENTITY, false},
    {XML_ERR_UNKNOWN_ENCODING, ERR_XML_ENCODING, false},
    {XML_ERR_UNSUPPORTED_ENCODING, ERR_XML_ENCODING, false},
    {XML_ERR_INVALID_ENCODING, ERR_UTF8_INVALID, false},
    {XML_ERR_ATTRIBUTE_REDEFINED, ERR_XML_DUPLICATE_ATTRIBUTE, true},
    {XML_ERR_RESERVED_XML_NAME, ERR_XML_PI_TARGET, false},
    {XML_ERR_TAG_NAME_MISMATCH, ERR_XML_END_TAG, true},
    {XML_ERR_HYPHEN_IN_COMMENT, ERR_XML_COMMENT, false},
    {XML_ERR_UNKNOWN_VERSION, ERR_XML_VERSION, false},
    {XML_ERR_NAME_TOO_LONG, ERR_TOO_LARGE, false},
    {XML_NS_ERR_XML_NAMESPACE, ERR_XML_DECLARATION, true},
    {XML_NS_ERR_UNDEFINED_NAMESPACE, ERR_XML_PREFIX, true},
    {XML_NS_ERR_QNAME, ERR_XML_NAME, false},
    {XML_NS_ERR_ATTRIBUTE_REDEFINED, ERR_XML_DUPLICATE_ATTRIBUTE, true},
    {XML_NS_ERR_EMPTY, ERR_XML_DECLARATION, true},
    {XML_NS_ERR_COLON, ERR_XML_NAME, false},
};

/* What the parser stands before is the beginning of a character. */
static bool
is_utf8(const xmlParserInput *in)
{
	struct utf8 u = {0};
	const uint8_t *p = in->cur;

	if (p == NULL)
		return true;
	do {
		if (p == in->end || utf8_push(&u, p++, 1) == 0)
			return false;
	} while (!utf8_is_whole(&u));
	return true;
}

static struct meaning
meaning_of(const struct c14n_write *w, int code)
{
	struct meaning other = {code, ERR_XML_SYNTAX, false};
	size_t i;

	/* The number for characters that XML has not serves for octets that are
	 * none as well. */
	if (code == XML_ERR_INVALID_CHAR && !is_utf8(w->ctxt->input)) {
		other.err = ERR_UTF8_INVALID;
		return other;
	}
	/* It takes no more names, and says that memory is out. */
	if (code == XML_ERR_NO_MEMORY &&
	    xmlDictGetUsage(w->ctxt->dict) > C14N_WRITE_DICTIONARY) {
		other.err = ERR_TOO_LARGE;
		return other;
	}
	/* "Labelled UTF-16 but is UTF-8" has the number of bad octets. */
	if (code == XML_ERR_INVALID_ENCODING && !w->begun) {
		other.err = ERR_XML_ENCODING;
		return other;
	}
	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].code == code)
			return meanings[i];
	return other;
}

void
c14n_fault_parser(void *writer, xmlError *error)
{
	struct c14n_write *w = writer;
	struct meaning m;
	char detail[FAULT_DETAIL] = "";
	size_t n;

	/* Warnings: whether it is absolute is looked at in c14n_scope.c. */
	if (w->err != ERR_OK || error->level == XML_ERR_WARNING ||
	    error->code == XML_WAR_NS_URI)
		return;
	m = meaning_of(w, error->code);
	/* No more to come where more was needed. */
	if (w->finishing && !w->after_root &&
	    (error->code == XML_ERR_DOCUMENT_END ||
		c14n_fault_here(w) >= w->pushed)) {
		c14n_fault_set(w, ERR_XML_TRUNCATED, w->pushed, "");
		return;
	}
	/* libxml2's own words where ours say less; they may name elements,
	 * but quote no text. */
	if (m.err == ERR_XML_SYNTAX && error->message != NULL) {
		n = strcspn(error->message, "\r\n");
		if (n >= sizeof(detail))
			n = sizeof(detail) - 1;
		memcpy(detail, error->message, n);
		detail[n] = '\0';
	}
	c14n_fault_set(w, m.err, m.tag ? C14N_TAG : C14N_HERE, detail);
}
