#include "host/xml/c14n_out.h"

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

static const char *const text_references[256] = {
    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['\r'] = "&#xD;"};

static const char *const value_references[256] = {['&'] = "&amp;",
    ['<'] = "&lt;",
    ['"'] = "&quot;",
    ['\t'] = "&#x9;",
    ['\n'] = "&#xA;",
    ['\r'] = "&#xD;"};

/* Copies octets up to the first one that needs a reference, and says how
 * many; words at a time, since most texts are short and most need none. */
static inline size_t
copy_plain(uint8_t *to, const uint8_t *buf, size_t len, word (*stops)(word),
    const char *const *references)
{
	size_t i = 0;
	word w;

	while (len - i >= sizeof(w)) {
		memcpy(&w, buf + i, sizeof(w));
		if (stops(w) != 0)
			break;
		memcpy(to + i, &w, sizeof(w));
		i += sizeof(w);
	}
	for (; i < len && references[buf[i]] == NULL; i++)
		to[i] = buf[i];
	return i;
}

static inline void
put(struct c14n_out *o, const uint8_t *buf, size_t len, word (*stops)(word),
    const char *const *references)
{
	size_t n, part;

	while (len > 0) {
		part = len < sizeof(o->buf) / 2 ? len : sizeof(o->buf) / 2;
		if (part > sizeof(o->buf) - o->len)
			c14n_out_flush(o);
		n = copy_plain(o->buf + o->len, buf, part, stops, references);
		o->len += n;
		buf += n;
		len -= n;
		if (n < part) {
			c14n_out_name(o, references[*buf]);
			buf++;
			len--;
		}
	}
}

void
c14n_out_text(struct c14n_out *o, const uint8_t *buf, size_t len)
{
	put(o, buf, len, text_stops, text_references);
}

void
c14n_out_value(struct c14n_out *o, const uint8_t *buf, size_t len)
{
	put(o, buf, len, value_stops, value_references);
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
