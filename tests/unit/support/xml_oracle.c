#include "tests/unit/support/xml_oracle.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#define LISTED 16 /* words of a PrefixList */

static void
be_silent(void *unused, const char *format, ...)
{
	(void)unused;
	(void)format;
}

static xmlDocPtr
parse(const uint8_t *buf, size_t len)
{
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	xmlDocPtr doc;

	if (parser == NULL)
		abort();
	doc = xmlCtxtReadMemory(parser, (const char *)buf, (int)len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (doc != NULL &&
	    (!parser->wellFormed || !parser->nsWellFormed ||
		doc->intSubset != NULL)) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	xmlFreeParserCtxt(parser);
	return doc;
}

/* The next node in document order; NULL behind the last. */
static xmlNodePtr
next_node(xmlNodePtr node)
{
	if (node->children != NULL && node->type == XML_ELEMENT_NODE)
		return node->children;
	while (node != NULL && node->next == NULL)
		node = node->parent;
	return node != NULL ? node->next : NULL;
}

static bool
has_empty_base(xmlDocPtr doc)
{
	xmlNodePtr node;
	xmlAttrPtr base;

	for (node = doc->children; node != NULL; node = next_node(node)) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		base = xmlHasNsProp(
		    node, (const xmlChar *)"base", XML_XML_NAMESPACE);
		if (base != NULL &&
		    (base->children == NULL ||
			*base->children->content == '\0'))
			return true;
	}
	return false;
}

static xmlC14NMode
mode(enum c14n_method method)
{
	switch (method) {
	case C14N_EXCLUSIVE:
		return XML_C14N_EXCLUSIVE_1_0;
	case C14N_10:
		return XML_C14N_1_0;
	case C14N_11:
		return XML_C14N_1_1;
	}
	abort();
}

/* Words of list in place. */
static void
split(char *list, xmlChar **words)
{
	unsigned n = 0;
	char *next, *word;

	for (word = strtok_r(list, " \t\r\n", &next); word != NULL;
	     word = strtok_r(NULL, " \t\r\n", &next)) {
		if (n == LISTED)
			abort();
		words[n++] = (xmlChar *)word;
	}
	words[n] = NULL;
}

bool
xml_oracle_form(const uint8_t *buf, size_t len, enum c14n_method method,
    bool comments, const char *prefixes, uint8_t **form, size_t *form_len)
{
	xmlChar *words[LISTED + 1], *out = NULL;
	xmlDocPtr doc;
	char *list;
	int n;

	xmlSetGenericErrorFunc(NULL, be_silent);
	doc = parse(buf, len);
	if (doc == NULL)
		return false;
	if (method == C14N_11 && has_empty_base(doc))
		method = C14N_10;
	list = strdup(prefixes != NULL ? prefixes : "");
	if (list == NULL)
		abort();
	split(list, words);
	n = xmlC14NDocDumpMemory(doc, NULL, (int)mode(method),
	    prefixes != NULL && method == C14N_EXCLUSIVE ? words : NULL,
	    comments, &out);
	xmlFreeDoc(doc);
	free(list);
	if (n < 0) {
		xmlFree(out);
		return false;
	}
	*form = malloc((size_t)n + 1);
	if (*form == NULL)
		abort();
	memcpy(*form, out, (size_t)n);
	*form_len = (size_t)n;
	xmlFree(out);
	return true;
}

bool
xml_oracle_is_canonical(const uint8_t *buf, size_t len, enum c14n_method method,
    bool comments, const char *prefixes)
{
	uint8_t *form;
	size_t n;
	bool same;

	if (!xml_oracle_form(buf, len, method, comments, prefixes, &form, &n))
		return false;
	same = n == len && memcmp(form, buf, n) == 0;
	free(form);
	return same;
}
