#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "tests/gen/gen.h"

static char *
reserve(struct gen_out *o, size_t cap)
{
	if (cap > o->file_cap) {
		free(o->file);
		o->file_cap = 2 * cap;
		o->file = malloc(o->file_cap);
		if (o->file == NULL)
			abort();
	}
	return o->file;
}

/* One image in base64 of about that many characters. */
static size_t
put_image(struct gen_out *o, size_t characters, char *out)
{
	static uint8_t *png;
	static size_t png_cap;
	size_t cap = characters / 4 * 3;

	if (cap < GEN_PNG_MIN)
		cap = GEN_PNG_MIN;
	if (cap > png_cap) {
		free(png);
		png_cap = cap;
		png = malloc(png_cap);
		if (png == NULL)
			abort();
	}
	return base64_encode(png, gen_png(&o->rng, cap, png), out);
}

/* The draft as the payload of a JWS in general JSON, with a seal that has its
 * form but is none. */
static size_t
put_sealed(const char *draft, size_t len, char *out)
{
	static const char begin[] = "{\"payload\":\"";
	static const char end[] =
	    "\",\"signatures\":[{\"protected\":\"eyJhbGciOiJFUzI1NiJ9\","
	    "\"signature\":\"AAAA\"}]}";
	char *p = out;
	size_t i;

	memcpy(p, begin, sizeof(begin) - 1);
	p += sizeof(begin) - 1;
	for (i = 0; i < len; i++) {
		if (draft[i] == '\n')
			continue;
		if (draft[i] == '"' || draft[i] == '\\')
			*p++ = '\\';
		*p++ = draft[i];
	}
	memcpy(p, end, sizeof(end) - 1);
	return (size_t)(p - out) + sizeof(end) - 1;
}

static size_t
spoil(struct gen_out *o, enum gen_fault fault, size_t len)
{
	static const char text[] =
	    "Dear all, please find the certificate attached.\n";
	char *copy;

	switch (fault) {
	case GEN_TRUNCATED:
		return len - len / 3;
	case GEN_NOT_JSON:
		memcpy(o->file, text, sizeof(text) - 1);
		return sizeof(text) - 1;
	case GEN_SEALED:
		copy = malloc(len);
		if (copy == NULL)
			abort();
		memcpy(copy, o->file, len);
		reserve(o, 2 * len + 200);
		len = put_sealed(copy, len, o->file);
		free(copy);
		return len;
	default:
		return len;
	}
}

void
gen_assemble(struct gen_out *o, const struct gen_options *g, size_t size,
    const char **file, size_t *len)
{
	size_t each = 0, cap, from = 0;
	unsigned i;
	char *p;

	if (size > o->len && o->slots > 0)
		each = (size - o->len) / o->slots;
	cap = each > 2 * GEN_PNG_MIN ? each : 2 * GEN_PNG_MIN;
	p = reserve(o, o->len + o->slots * (cap + 4));
	for (i = 0; i < o->slots; i++) {
		memcpy(p, o->buf + from, o->slot[i] - from);
		p += o->slot[i] - from;
		from = o->slot[i];
		p += put_image(o, each, p);
	}
	memcpy(p, o->buf + from, o->len - from);
	p += o->len - from;
	*len = spoil(o, g->fault, (size_t)(p - o->file));
	*file = o->file;
}
