#include "host/seal/extend_parts.h"

#include <stdlib.h>
#include <string.h>

#include "common/base64.h"

void
extend_element_open(struct element *x)
{
	memset(x, 0, sizeof(*x));
	x->json = open_memstream(&x->buf, &x->len);
}

void
extend_element_drop(struct element *x)
{
	if (x->json != NULL)
		fclose(x->json);
	free(x->buf);
	memset(x, 0, sizeof(*x));
}

struct file_sink {
	struct sink sink;
	FILE *out;
};

static void
put_file(struct sink *sink, const uint8_t *buf, size_t len)
{
	(void)!fwrite(buf, 1, len, ((struct file_sink *)sink)->out);
}

void
extend_element_put_base64(struct element *x, const uint8_t *der, size_t len)
{
	struct file_sink to = {{put_file}, x->json};
	struct base64_sink b;

	if (x->json == NULL)
		return;
	base64_sink_init(&b, &to.sink);
	b.sink.put(&b.sink, der, len);
	base64_sink_finish(&b);
}

void
extend_element_put_value(
    struct element *x, bool *first, const uint8_t *der, size_t len)
{
	if (x->json == NULL)
		return;
	fputs(*first ? "{\"val\":\"" : ",{\"val\":\"", x->json);
	extend_element_put_base64(x, der, len);
	fputs("\"}", x->json);
	*first = false;
}

/* Behind the closing quote of the string that starts there. */
static size_t
string_end(const uint8_t *file, size_t at)
{
	for (at++; file[at] != '"'; at++) {
		if (file[at] == '\\')
			at++;
	}
	return at + 1;
}

static doc_ref
last(const struct doc *d, doc_ref list)
{
	doc_ref v = doc_first(d, list), next;

	while ((next = doc_next(d, v)) != 0)
		v = next;
	return v;
}

/* The object that holds protected and signature of that seal. */
static doc_ref
seal_object(const struct jws *j, unsigned seal)
{
	doc_ref v = doc_root(j->doc);

	if (j->form == JWS_FLATTENED)
		return v;
	v = doc_first(j->doc, doc_get(j->doc, v, "signatures"));
	while (seal-- > 0)
		v = doc_next(j->doc, v);
	return v;
}

static enum err
splice(struct element *x, const char *before, const char *behind, size_t at,
    uint8_t **file, size_t *len)
{
	size_t b = strlen(before), e = strlen(behind), n;
	uint8_t *out;

	out = malloc(*len + b + BASE64URL_LEN(x->len) + e + 1);
	if (out == NULL)
		return ERR_NO_MEMORY;
	memcpy(out, *file, at);
	n = at;
	memcpy(out + n, before, b);
	n += b;
	n += base64url_encode((uint8_t *)x->buf, x->len, (char *)out + n);
	memcpy(out + n, behind, e);
	n += e;
	memcpy(out + n, *file + at, *len - at);
	*len += n - at;
	out[*len] = '\0';
	free(*file);
	*file = out;
	return ERR_OK;
}

enum err
extend_element_insert(struct element *x, const struct jws *j, unsigned seal,
    uint8_t **file, size_t *len)
{
	doc_ref list = j->seals[seal].etsiu, v;
	enum err e = ERR_NO_MEMORY;
	bool failed = x->json == NULL || ferror(x->json) != 0;

	if (x->json != NULL && fclose(x->json) != 0)
		failed = true;
	x->json = NULL;
	if (failed)
		goto out;
	if (list != 0) {
		v = last(j->doc, list);
		e = splice(x, ",\"", "\"",
		    string_end(*file, doc_offset(j->doc, v)), file, len);
	} else {
		v = doc_get(j->doc, seal_object(j, seal), "protected");
		e = splice(x, ",\"header\":{\"etsiU\":[\"", "\"]}",
		    string_end(*file, doc_offset(j->doc, v)), file, len);
	}
out:
	extend_element_drop(x);
	return e;
}
