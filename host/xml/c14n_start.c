/* A start tag in its canonical form. */
#include <stdlib.h>

#include "host/xml/c14n_parts.h"

/* By namespace, those without first, then by local name. */
static int
compare(const struct c14n_attribute *a, const struct c14n_attribute *b)
{
	const char *x = a->uri == NULL ? "" : (const char *)a->uri;
	const char *y = b->uri == NULL ? "" : (const char *)b->uri;
	int order = x == y ? 0 : strcmp(x, y);

	return order != 0
	    ? order
	    : strcmp((const char *)a->local, (const char *)b->local);
}

static int
by_name(const void *a, const void *b)
{
	const struct c14n_attribute *const *x = a, *const *y = b;

	return compare(*x, *y);
}

/* Tags have few attributes, most of them in order. */
static void
sort(const struct c14n_attribute **list, unsigned n)
{
	const struct c14n_attribute *a;
	unsigned i, j;

	if (n > 16) {
		qsort(list, n, sizeof(*list), by_name);
		return;
	}
	for (i = 1; i < n; i++) {
		a = list[i];
		for (j = i; j > 0 && compare(list[j - 1], a) > 0; j--)
			list[j] = list[j - 1];
		list[j] = a;
	}
}

static inline void
put_name(struct c14n_out *o, const xmlChar *prefix, const xmlChar *local)
{
	if (prefix != NULL) {
		c14n_out_name(o, (const char *)prefix);
		c14n_out_octet(o, ':');
	}
	c14n_out_name(o, (const char *)local);
}

static void
put_namespace(struct c14n_out *o, const struct c14n_binding *b)
{
	c14n_out_put(o, " xmlns", 6);
	if (b->prefix != NULL) {
		c14n_out_octet(o, ':');
		c14n_out_name(o, (const char *)b->prefix);
	}
	c14n_out_put(o, "=\"", 2);
	if (b->uri != NULL)
		c14n_out_value(o, b->uri, strlen((const char *)b->uri));
	c14n_out_octet(o, '"');
}

void
c14n_tag_write(struct c14n_write *w, const struct c14n_tag *tag, bool apex)
{
	struct c14n_out *o = &w->out;
	const struct c14n_attribute *a;
	char *base = NULL;
	unsigned i, n;

	c14n_out_octet(o, '<');
	put_name(o, tag->prefix, tag->local);
	n = c14n_scope_render(w, tag, apex);
	for (i = 0; i < n; i++)
		put_namespace(o, &w->list[i]);
	if (apex && w->inherited_count > 0) {
		n = c14n_apex_inherit(w, tag, &base);
	} else {
		for (n = 0; n < tag->count; n++)
			w->sorted[n] = &tag->attributes[n];
	}
	sort(w->sorted, n);
	for (i = 0; i < n; i++) {
		a = w->sorted[i];
		c14n_out_octet(o, ' ');
		put_name(o, a->prefix, a->local);
		c14n_out_put(o, "=\"", 2);
		c14n_out_value(o, a->value, (size_t)(a->end - a->value));
		c14n_out_octet(o, '"');
	}
	c14n_out_octet(o, '>');
	free(base);
}
