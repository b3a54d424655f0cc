/* Namespaces: those in scope, those that the output has, those to write. */
#include <libxml/tree.h>
#include <stdlib.h>

#include "common/xml_uri.h"
#include "host/xml/c14n_parts.h"

/* As the checker sees it: a relative one means nothing that could be signed
 * (C14N 1.0 1.3). Most documents repeat a few. */
static bool
is_absolute(struct c14n_write *w, const xmlChar *uri)
{
	size_t i, len;

	for (i = 0; i < C14N_WRITE_RECENT; i++)
		if (w->recent[i] == uri)
			return true;
	len = strlen((const char *)uri);
	if (xml_uri_check(uri, len) != len)
		return false;
	w->recent[w->recent_next++ % C14N_WRITE_RECENT] = uri;
	return true;
}

void
c14n_scope_declare(
    struct c14n_write *w, const xmlChar **namespaces, unsigned count)
{
	const xmlChar *uri;
	unsigned i;

	if (count > C14N_WRITE_NAMESPACES - w->scope_count) {
		c14n_fault_set(w, ERR_XML_NAMESPACES, C14N_TAG, "");
		return;
	}
	for (i = 0; i < count; i++) {
		uri = namespaces[2 * i + 1];
		if (uri != NULL && *uri == '\0')
			uri = NULL;
		if (uri != NULL && !is_absolute(w, uri)) {
			c14n_fault_set(w, ERR_XML_NAMESPACE_NAME, C14N_TAG, "");
			return;
		}
		w->scope[w->scope_count].prefix = namespaces[2 * i];
		w->scope[w->scope_count++].uri = uri;
	}
}

/* The prefix is in the PrefixList, or the method treats all so. */
static bool
is_inclusive(const struct c14n_write *w, const xmlChar *prefix)
{
	unsigned i;

	if (w->method != C14N_EXCLUSIVE)
		return true;
	for (i = 0; i < w->prefix_count; i++)
		if (w->prefixes[i] == prefix)
			return true;
	return false;
}

/* What the nearest element in the output says of the prefix, else nothing:
 * so xmlns="" is written only where it takes something back. */
static const xmlChar *
rendered_uri(const struct c14n_write *w, const xmlChar *prefix)
{
	unsigned i = w->rendered_count;

	while (i-- > 0)
		if (w->rendered[i].prefix == prefix)
			return w->rendered[i].uri;
	return NULL;
}

static inline void
need(struct c14n_write *w, unsigned *n, const xmlChar *prefix,
    const xmlChar *uri)
{
	if (rendered_uri(w, prefix) == uri)
		return;
	w->list[*n].prefix = prefix;
	w->list[(*n)++].uri = uri;
}

/* The innermost declaration of each prefix in scope, from index begin on. */
static void
need_scope(struct c14n_write *w, unsigned *n, unsigned begin)
{
	unsigned i = w->scope_count, j;

	while (i-- > begin) {
		const struct c14n_binding *b = &w->scope[i];

		if (!is_inclusive(w, b->prefix))
			continue;
		for (j = i + 1; j < w->scope_count; j++)
			if (w->scope[j].prefix == b->prefix)
				break;
		if (j == w->scope_count)
			need(w, n, b->prefix, b->uri);
	}
}

static int
by_prefix(const void *a, const void *b)
{
	const struct c14n_binding *x = a, *y = b;

	if (x->prefix == y->prefix)
		return 0;
	if (x->prefix == NULL || y->prefix == NULL)
		return x->prefix == NULL ? -1 : 1;
	return strcmp((const char *)x->prefix, (const char *)y->prefix);
}

/* Each once, and remembered as rendered. */
static unsigned
settle(struct c14n_write *w, unsigned n)
{
	unsigned i, kept = 0;

	if (n > 1)
		qsort(w->list, n, sizeof(w->list[0]), by_prefix);
	for (i = 0; i < n; i++) {
		if (kept > 0 && w->list[kept - 1].prefix == w->list[i].prefix)
			continue;
		if (w->rendered_count == C14N_WRITE_NAMESPACES) {
			c14n_fault_set(w, ERR_XML_NAMESPACES, C14N_TAG, "");
			return 0;
		}
		w->list[kept++] = w->list[i];
		w->rendered[w->rendered_count++] = w->list[i];
	}
	return kept;
}

unsigned
c14n_scope_render(struct c14n_write *w, const struct c14n_tag *tag, bool apex)
{
	const struct c14n_attribute *a = tag->attributes;
	unsigned n = 0, i;

	/* The parent has all that is inclusive, but for the first one. */
	if (tag->declared > 0 || apex)
		need_scope(w, &n, apex ? 0 : w->scope_count - tag->declared);
	if (w->method == C14N_EXCLUSIVE) {
		/* The namespace of xml is never declared. */
		if (tag->prefix != w->ctxt->str_xml)
			need(w, &n, tag->prefix, tag->uri);
		for (i = 0; i < tag->count; i++)
			if (a[i].prefix != NULL &&
			    a[i].prefix != w->ctxt->str_xml)
				need(w, &n, a[i].prefix, a[i].uri);
	}
	return n > 0 ? settle(w, n) : 0;
}

bool
c14n_scope_prefixes(struct c14n_write *w, const char *list)
{
	static const char white[] = " \t\r\n";
	const xmlChar *prefix;
	size_t n;

	for (list += strspn(list, white); *list != '\0';
	     list += n + strspn(list + n, white)) {
		n = strcspn(list, white);
		if (w->prefix_count == C14N_WRITE_PREFIXES || n > INT32_MAX)
			return false;
		if (n == 8 && memcmp(list, "#default", n) == 0) {
			w->prefixes[w->prefix_count++] = NULL;
			continue;
		}
		prefix = xmlDictLookup(
		    w->ctxt->dict, (const xmlChar *)list, (int)n);
		if (prefix == NULL || xmlValidateNCName(prefix, 0) != 0)
			return false;
		w->prefixes[w->prefix_count++] = prefix;
	}
	return true;
}
