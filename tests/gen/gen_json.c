#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/gen.h"

uint64_t
gen_random(uint64_t *rng)
{
	*rng ^= *rng >> 12;
	*rng ^= *rng << 25;
	*rng ^= *rng >> 27;
	return *rng * 0x2545F4914F6CDD1D;
}

unsigned
gen_below(uint64_t *rng, unsigned n)
{
	return (unsigned)((gen_random(rng) >> 33) % n);
}

static void
put(struct gen_out *o, const char *text, size_t len)
{
	size_t cap = o->cap != 0 ? o->cap : 65536;

	while (cap < o->len + len)
		cap *= 2;
	if (cap != o->cap) {
		o->buf = realloc(o->buf, cap);
		if (o->buf == NULL)
			abort();
		o->cap = cap;
	}
	memcpy(o->buf + o->len, text, len);
	o->len += len;
}

void
gen_raw(struct gen_out *o, const char *text)
{
	put(o, text, strlen(text));
}

static void
new_line(struct gen_out *o)
{
	static const char spaces[] = "                                        ";
	size_t n = 2 * o->depth;

	if (!o->style.pretty)
		return;
	put(o, "\n", 1);
	put(o, spaces, n < sizeof(spaces) - 1 ? n : sizeof(spaces) - 1);
}

static uint32_t
next_character(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;
	uint32_t c = s[0];
	int n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4, i;

	if (n > 1)
		c &= 0xFFu >> (n + 1);
	for (i = 1; i < n; i++)
		c = c << 6 | (s[i] & 0x3F);
	*p += n;
	return c;
}

static void
put_string(struct gen_out *o, const char *text)
{
	const char *start = text, *p;
	char escape[16];
	uint32_t c;

	put(o, "\"", 1);
	for (p = text; *p != '\0';) {
		text = p;
		c = next_character(&p);
		if (c == '"' || c == '\\' || (c == '/' && o->style.escapes)) {
			snprintf(escape, sizeof(escape), "\\%c", (char)c);
		} else if (c == '\n') {
			snprintf(escape, sizeof(escape), "\\n");
		} else if (c > 0xFFFF && o->style.escapes) {
			snprintf(escape, sizeof(escape), "\\u%04x\\u%04X",
			    0xD800 + ((c - 0x10000) >> 10),
			    0xDC00 + ((c - 0x10000) & 0x3FF));
		} else if (c > 0x7F && o->style.escapes) {
			snprintf(escape, sizeof(escape), "\\u%04X", c);
		} else {
			continue;
		}
		put(o, start, (size_t)(text - start));
		gen_raw(o, escape);
		start = p;
	}
	put(o, start, (size_t)(p - start));
	put(o, "\"", 1);
}

/* Comma, line, and name if there is one, before a value. */
void
gen_name(struct gen_out *o, const char *name)
{
	if (o->comma)
		put(o, ",", 1);
	o->comma = true;
	if (o->depth > 0)
		new_line(o);
	if (name != NULL) {
		put_string(o, name);
		gen_raw(o, o->style.pretty ? ": " : ":");
	}
}

void
gen_open(struct gen_out *o, const char *name, char bracket)
{
	gen_name(o, name);
	put(o, &bracket, 1);
	o->depth++;
	o->comma = false;
}

void
gen_close(struct gen_out *o, char bracket)
{
	o->depth--;
	new_line(o);
	put(o, &bracket, 1);
	o->comma = true;
}

void
gen_text(struct gen_out *o, const char *name, const char *text)
{
	gen_name(o, name);
	put_string(o, text);
}

void
gen_textf(struct gen_out *o, const char *name, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	gen_text(o, name, text);
}

void
gen_lexeme(struct gen_out *o, const char *name, const char *lexeme)
{
	gen_name(o, name);
	gen_raw(o, lexeme);
}

void
gen_image(struct gen_out *o, const char *name)
{
	gen_name(o, name);
	put(o, "\"", 1);
	if (o->slots == GEN_SLOTS)
		abort();
	o->slot[o->slots++] = o->len;
	put(o, "\"", 1);
}

void
gen_open_one(struct gen_out *o, const char *name, bool list)
{
	if (list)
		gen_open(o, name, '[');
	gen_open(o, list ? NULL : name, '{');
}

void
gen_close_one(struct gen_out *o, bool list)
{
	gen_close(o, '}');
	if (list)
		gen_close(o, ']');
}
