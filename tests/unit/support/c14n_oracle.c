#include "tests/unit/support/c14n_oracle.h"

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct part {
	xmlNode *apex; /* NULL: everything */
	bool remove_signatures;
};

static bool
is_signature(const xmlNode *n)
{
	return n->type == XML_ELEMENT_NODE && n->ns != NULL &&
	    strcmp((const char *)n->name, "Signature") == 0 &&
	    strcmp((const char *)n->ns->href,
		"http://www.w3.org/2000/09/xmldsig#") == 0;
}

static int
is_visible(void *part, xmlNode *node, xmlNode *parent)
{
	const struct part *p = part;
	const xmlNode *n;
	bool inside = p->apex == NULL;

	/* Neither attributes nor namespaces have a parent that can be used
	 * here: it comes beside them. */
	if (node->type == XML_NAMESPACE_DECL ||
	    node->type == XML_ATTRIBUTE_NODE)
		node = parent;
	for (n = node; n != NULL; n = n->parent) {
		if (n == p->apex)
			inside = true;
		if (p->remove_signatures && is_signature(n))
			return 0;
	}
	return inside;
}

static xmlNode *
next_element(xmlNode *n, const xmlNode *root)
{
	xmlNode *next = xmlFirstElementChild(n);

	while (next == NULL && n != root) {
		next = xmlNextElementSibling(n);
		n = n->parent;
	}
	return next;
}

static void
write_place(const xmlNode *n, char *place, size_t cap)
{
	char step[64], behind[256] = "";
	const xmlNode *s;
	unsigned number;

	place[0] = '\0';
	for (; n->type == XML_ELEMENT_NODE; n = n->parent) {
		number = 0;
		for (s = n; s != NULL; s = s->prev)
			number += s->type == XML_ELEMENT_NODE;
		snprintf(step, sizeof(step), "/%u", number);
		snprintf(behind, sizeof(behind), "%s", place);
		snprintf(place, cap, "%s%.180s", step, behind);
	}
}

static int
mode_of(enum c14n_method method)
{
	switch (method) {
	case C14N_EXCLUSIVE:
		return XML_C14N_EXCLUSIVE_1_0;
	case C14N_10:
		return XML_C14N_1_0;
	default:
		return XML_C14N_1_1;
	}
}

/* libxml2 wants the prefixes as a list that it may not change. */
static xmlChar **
split(char *text)
{
	static xmlChar *list[32];
	unsigned n = 0;
	char *save = NULL, *p;

	for (p = strtok_r(text, " ", &save); p != NULL && n < 31;
	     p = strtok_r(NULL, " ", &save))
		list[n++] = (xmlChar *)p;
	list[n] = NULL;
	return list;
}

static void
ignore(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

bool
c14n_oracle(struct c14n_oracle *o, const char *buf, size_t len)
{
	struct part part = {NULL, o->remove_signatures};
	char *prefixes = NULL;
	xmlOutputBuffer *to;
	xmlDoc *doc;
	int i, n;

	o->out = NULL;
	o->place[0] = '\0';
	xmlSetStructuredErrorFunc(NULL, ignore);
	doc = xmlReadMemory(buf, (int)len, NULL, NULL, XML_PARSE_NONET);
	if (doc == NULL)
		return false;
	if (o->element >= 0) {
		part.apex = xmlDocGetRootElement(doc);
		for (i = 0; i < o->element && part.apex != NULL; i++)
			part.apex = next_element(
			    part.apex, xmlDocGetRootElement(doc));
		if (part.apex == NULL)
			abort();
		write_place(part.apex, o->place, sizeof(o->place));
	}
	if (o->prefixes != NULL) {
		prefixes = strdup(o->prefixes);
		if (prefixes == NULL)
			abort();
	}
	to = xmlAllocOutputBuffer(NULL);
	n = xmlC14NExecute(doc, is_visible, &part, mode_of(o->method),
	    prefixes == NULL ? NULL : split(prefixes), o->comments, to);
	if (n >= 0) {
		o->out_len = (int)xmlOutputBufferGetSize(to);
		o->out = malloc((size_t)o->out_len + 1);
		if (o->out == NULL)
			abort();
		if (o->out_len > 0)
			memcpy(o->out, xmlOutputBufferGetContent(to),
			    (size_t)o->out_len);
	}
	xmlOutputBufferClose(to);
	xmlFreeDoc(doc);
	free(prefixes);
	return n >= 0;
}

void
c14n_oracle_free(struct c14n_oracle *o)
{
	free(o->out);
	o->out = NULL;
}
