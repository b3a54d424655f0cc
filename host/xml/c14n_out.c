#include "host/xml/c14n_out.h"

#include <stdbool.h>

/* Eight octets at a time: most of a document needs no reference. */
typedef uint64_t word;
#define EACH(octet) ((word)-1 / 255 * (octet))

/* The top bit of each octet that is 0; above the first one also of others. */
static inline word
zeros(word w)
{
	return (w - EACH(1)) & ~w & EACH(0x80);
}

static inline word
is(word w, uint8_t octet)
{
	return zeros(w ^ EACH(octet));
}

/* Those below 0x20: tab, line feed, carriage return; XML has no others. */
static inline word
is_control(word w)
{
	return (w - EACH(0x20)) & ~w & EACH(0x80);
}

static inline word
text_stops(word w)
{
	return is(w, '&') | is(w, '<') | is(w, '>') | is(w, '\r');
}

static inline word
value_stops(word w)
{
	return is(w, '&') | is(w, '<') | is(w, '"') | is_control(w);
}

static const char *
text_reference(uint8_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#xD;";
	default:
		return NULL;
	}
}

static const char *
value_reference(uint8_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '"':
		return "&quot;";
	case '\t':
		return "&#x9;";
	case '\n':
		return "&#xA;";
	case '\r':
		return "&#xD;";
	default:
		return NULL;
	}
}

/* Octets before the first one that needs a reference. */
static inline size_t
plain(const uint8_t *buf, size_t len, word (*stops)(word),
    const char *(*reference)(uint8_t))
{
	size_t i = 0;
	word w;

	while (len - i >= sizeof(w)) {
		memcpy(&w, buf + i, sizeof(w));
		if (stops(w) != 0)
			break;
		i += sizeof(w);
	}
	while (i < len && reference(buf[i]) == NULL)
		i++;
	return i;
}

static inline void
put(struct c14n_out *o, const uint8_t *buf, size_t len, word (*stops)(word),
    const char *(*reference)(uint8_t))
{
	size_t n;

	while (len > 0) {
		n = plain(buf, len, stops, reference);
		c14n_out_put(o, buf, n);
		if (n == len)
			break;
		c14n_out_name(o, reference(buf[n]));
		buf += n + 1;
		len -= n + 1;
	}
}

void
c14n_out_text(struct c14n_out *o, const uint8_t *buf, size_t len)
{
	put(o, buf, len, text_stops, text_reference);
}

void
c14n_out_value(struct c14n_out *o, const uint8_t *buf, size_t len)
{
	put(o, buf, len, value_stops, value_reference);
}

void
c14n_out_begin(struct c14n_out *o, struct sink *sink)
{
	o->sink = sink;
	o->len = 0;
}

void
c14n_out_flush(struct c14n_out *o)
{
	if (o->len > 0)
		o->sink->put(o->sink, o->buf, o->len);
	o->len = 0;
}

void
c14n_out_long(struct c14n_out *o, const void *buf, size_t len)
{
	c14n_out_flush(o);
	if (len >= sizeof(o->buf)) {
		o->sink->put(o->sink, buf, len);
		return;
	}
	memcpy(o->buf, buf, len);
	o->len = len;
}
