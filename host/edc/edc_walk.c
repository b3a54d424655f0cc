#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/edc/edc_priv.h"

void
edc_walk_init(struct edc_walk *w, struct doc *d, doc_ref top)
{
	memset(w, 0, sizeof(*w));
	w->d = d;
	/* A step before the first: next goes from here to top. */
	w->step[0].value = top;
}

doc_ref
edc_walk_next(struct edc_walk *w)
{
	struct edc_step *s;
	doc_ref child, next;

	if (w->depth == 0) {
		w->depth = 1;
		return w->step[0].value;
	}
	s = &w->step[w->depth - 1];
	child = doc_first(w->d, s->value);
	if (w->depth == 1 && w->only != 0)
		child = w->only;
	if (child != 0 && w->depth == EDC_DEPTH) {
		w->too_deep = true;
		child = 0;
	}
	if (child != 0) {
		w->step[w->depth++] = (struct edc_step){.value = child,
		    .element = doc_type(w->d, s->value) == DOC_ARRAY};
		return child;
	}
	for (; w->depth > 1; w->depth--) {
		s = &w->step[w->depth - 1];
		next = doc_next(w->d, s->value);
		if (w->depth == 2 && w->only != 0)
			next = 0;
		if (next != 0) {
			s->value = next;
			s->index++;
			return next;
		}
	}
	return 0;
}

/* Texts from a draft go to terminals: no controls, cut between characters. */
static void
put_name(char *out, size_t cap, const char *name, size_t len)
{
	size_t n = strlen(out), i;

	for (i = 0; i < len && n + 1 < cap; i++)
		out[n++] = (unsigned char)name[i] < 0x20 || name[i] == 0x7F
		    ? '?'
		    : name[i];
	if (i < len)
		while (n > 0 && ((unsigned char)name[i] & 0xC0) == 0x80) {
			n--;
			i--;
		}
	out[n] = '\0';
}

static void
put_member(char *out, size_t cap, const char *name, size_t len)
{
	if (out[0] != '\0')
		put_name(out, cap, ".", 1);
	put_name(out, cap, name, len);
}

static void
put_path(char *out, size_t cap, struct edc_walk *w)
{
	const char *name;
	char index[16];
	size_t i, len;

	for (i = 1; i < w->depth; i++) {
		if (w->step[i].element) {
			snprintf(index, sizeof(index), "[%u]",
			    (unsigned)w->step[i].index);
			put_name(out, cap, index, strlen(index));
		} else {
			doc_name(w->d, w->step[i].value, &name, &len);
			put_member(out, cap, name, len);
		}
	}
}

/* Room for one more; NULL with *e ERR_OK when it is only to be counted. */
static struct edc_failure *
add(struct edc_report *r, bool warning, enum err *e)
{
	*e = ERR_OK;
	if (warning)
		r->warnings++;
	else
		r->errors++;
	if (r->kept == EDC_FAILURES_MAX)
		return NULL;
	if (r->failures == NULL)
		r->failures = calloc(EDC_FAILURES_MAX, sizeof(*r->failures));
	if (r->failures == NULL) {
		*e = ERR_NO_MEMORY;
		return NULL;
	}
	return &r->failures[r->kept++];
}

enum err
edc_report_add(struct edc_report *r, struct edc_walk *w, const char *member,
    doc_ref at, const struct edc_failure *what)
{
	struct edc_failure *f;
	enum err e;

	f = add(r, what->warning, &e);
	if (f == NULL)
		return e;
	*f = *what;
	f->path[0] = '\0';
	put_path(f->path, sizeof(f->path), w);
	if (member != NULL)
		put_member(f->path, sizeof(f->path), member, strlen(member));
	f->offset = doc_offset(w->d, at);
	return ERR_OK;
}

enum err
edc_report_at(struct edc_report *r, struct doc *d, doc_ref at, const char *path,
    enum err e, const char *message, const char *text)
{
	struct edc_failure *f;
	enum err failed;

	f = add(r, e == ERR_OK, &failed);
	if (f == NULL)
		return failed;
	f->err = e == ERR_OK ? ERR_EDC_RULES : e;
	f->warning = e == ERR_OK;
	snprintf(f->message, sizeof(f->message), "%s", message);
	snprintf(f->path, sizeof(f->path), "%s", path);
	snprintf(f->text, sizeof(f->text), "%s", text);
	f->offset = doc_offset(d, at);
	return ERR_OK;
}

void
edc_report_free(struct edc_report *r)
{
	free(r->failures);
	memset(r, 0, sizeof(*r));
}
