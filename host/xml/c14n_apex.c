/* One element of a document: which it is, and what it takes along. */
#include <stdlib.h>

#include "host/xml/c14n_base.h"
#include "host/xml/c14n_parts.h"

/* "/1/3": each from 1, without leading zeros, so that a place has one form. */
static bool
read_place(struct c14n_write *w, const char *place)
{
	uint64_t n;

	while (*place != '\0') {
		if (*place++ != '/' || *place < '1' || *place > '9' ||
		    w->steps == C14N_WRITE_STEPS)
			return false;
		for (n = 0; *place >= '0' && *place <= '9'; place++) {
			n = 10 * n + (uint64_t)(*place - '0');
			if (n > UINT32_MAX)
				return false;
		}
		w->place[w->steps++] = (uint32_t)n;
	}
	return w->steps > 0;
}

bool
c14n_apex_choose(struct c14n_write *w, const char *id, const char *place)
{
	if (id != NULL && place != NULL)
		return false;
	if (id == NULL && place == NULL)
		return true;
	w->state = C14N_BEFORE;
	w->open = false;
	if (place != NULL)
		return read_place(w, place);
	w->id_len = strlen(id);
	w->id = strdup(id);
	return w->id != NULL && w->id_len > 0;
}

static bool
has_id(const struct c14n_write *w, const struct c14n_tag *tag)
{
	const struct c14n_attribute *a = tag->attributes;
	const char *name;
	unsigned i;

	for (i = 0; i < tag->count; i++, a++) {
		if ((size_t)(a->end - a->value) != w->id_len ||
		    memcmp(a->value, w->id, w->id_len) != 0)
			continue;
		name = (const char *)a->local;
		if (a->prefix == w->ctxt->str_xml && strcmp(name, "id") == 0)
			return true;
		if (a->prefix == NULL &&
		    (strcmp(name, "Id") == 0 || strcmp(name, "ID") == 0 ||
			strcmp(name, "id") == 0))
			return true;
	}
	return false;
}

/* Each level that matches counts the children of the last one that did. */
static bool
takes_step(struct c14n_write *w)
{
	if (w->step == w->steps || w->depth != w->step + 1)
		return false;
	if (w->seen < UINT32_MAX)
		w->seen++;
	if (w->seen != w->place[w->step])
		return false;
	w->seen = 0;
	return ++w->step == w->steps;
}

bool
c14n_apex_look(struct c14n_write *w, const struct c14n_tag *tag)
{
	bool found;

	if (w->id == NULL) {
		found = takes_step(w);
	} else {
		found = has_id(w, tag);
		if (found && w->id_seen)
			c14n_fault_set(w, ERR_XML_DUPLICATE_ID, C14N_TAG, "");
		w->id_seen |= found;
	}
	if (!found || w->state != C14N_BEFORE || w->err != ERR_OK)
		return false;
	w->state = C14N_INSIDE;
	w->apex = w->depth;
	w->open = w->removed == 0;
	return true;
}

void
c14n_apex_end(struct c14n_write *w)
{
	const struct c14n_level *level = &w->levels[w->depth - 1];

	if (w->state == C14N_INSIDE && w->apex == w->depth) {
		w->state = C14N_AFTER;
		w->open = false;
	}
	if (w->step > 0 && w->step == w->depth)
		w->seen = w->place[--w->step];
	w->inherited_count = level->inherited;
}

/* C14N 1.0 takes all along; 1.1 (2.4) those that mean something there. */
static bool
is_inheritable(const struct c14n_write *w, const xmlChar *local)
{
	const char *name = (const char *)local;

	return w->method == C14N_10 || strcmp(name, "lang") == 0 ||
	    strcmp(name, "space") == 0 || strcmp(name, "base") == 0;
}

void
c14n_apex_keep(struct c14n_write *w, const struct c14n_tag *tag)
{
	const struct c14n_attribute *a = tag->attributes;
	struct c14n_inherited *last, *kept;
	size_t len, at;
	unsigned i;

	for (i = 0; i < tag->count; i++, a++) {
		if (a->prefix != w->ctxt->str_xml ||
		    !is_inheritable(w, a->local))
			continue;
		len = (size_t)(a->end - a->value);
		at = 0;
		if (w->inherited_count > 0) {
			last = &w->inherited[w->inherited_count - 1];
			at = (size_t)last->at + last->len + 1;
		}
		if (w->inherited_count == C14N_WRITE_ATTRIBUTES ||
		    len >= sizeof(w->values) - at) {
			c14n_fault_set(w, ERR_TOO_LARGE, C14N_TAG,
			    "xml: attributes above the element");
			return;
		}
		memcpy(w->values + at, a->value, len);
		w->values[at + len] = '\0';
		kept = &w->inherited[w->inherited_count++];
		kept->local = a->local;
		kept->at = (uint32_t)at;
		kept->len = (uint32_t)len;
	}
}

static const struct c14n_attribute *
own_attribute(const struct c14n_write *w, const struct c14n_tag *tag,
    const xmlChar *local)
{
	unsigned i;

	for (i = 0; i < tag->count; i++)
		if (tag->attributes[i].prefix == w->ctxt->str_xml &&
		    tag->attributes[i].local == local)
			return &tag->attributes[i];
	return NULL;
}

/* All values of xml:base from here outwards, as one; NULL: no memory. */
static char *
join_bases(const struct c14n_write *w, const struct c14n_attribute *own,
    const xmlChar *local)
{
	char *joined = NULL, *next;
	unsigned i = w->inherited_count;

	if (own != NULL) {
		joined = strndup(
		    (const char *)own->value, (size_t)(own->end - own->value));
		if (joined == NULL)
			return NULL;
	}
	while (i-- > 0) {
		const char *base = w->values + w->inherited[i].at;

		if (w->inherited[i].local != local)
			continue;
		next = joined == NULL ? strdup(base)
				      : c14n_base_join(base, joined);
		free(joined);
		joined = next;
		if (joined == NULL)
			return NULL;
	}
	return joined;
}

static void
set_value(struct c14n_attribute *a, const char *value, size_t len)
{
	a->value = (const xmlChar *)value;
	a->end = a->value + len;
}

unsigned
c14n_apex_inherit(struct c14n_write *w, const struct c14n_tag *tag, char **base)
{
	const struct c14n_attribute *own, *replaced = NULL;
	struct c14n_attribute *made;
	unsigned n = 0, made_count = 0, i = w->inherited_count, j;
	const xmlChar *local;

	while (i-- > 0) {
		local = w->inherited[i].local;
		own = own_attribute(w, tag, local);
		for (j = 0; j < made_count; j++)
			if (w->own[j].local == local)
				break;
		if (j < made_count)
			continue;
		made = &w->own[made_count];
		made->local = local;
		made->prefix = w->ctxt->str_xml;
		made->uri = w->ctxt->str_xml_ns;
		set_value(
		    made, w->values + w->inherited[i].at, w->inherited[i].len);
		if (w->method == C14N_11 &&
		    strcmp((const char *)local, "base") == 0) {
			*base = join_bases(w, own, local);
			if (*base == NULL) {
				c14n_fault_set(w, ERR_NO_MEMORY, C14N_TAG, "");
				return 0;
			}
			set_value(made, *base, strlen(*base));
			replaced = own;
		} else if (own != NULL) {
			continue;
		}
		made_count++;
		/* What is joined to nothing is not written. */
		if (made->value < made->end ||
		    made->value != (const xmlChar *)*base)
			w->sorted[n++] = made;
	}
	for (j = 0; j < tag->count; j++)
		if (&tag->attributes[j] != replaced)
			w->sorted[n++] = &tag->attributes[j];
	return n;
}
