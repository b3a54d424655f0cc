/*
 * c14n_out.h: octets on their way to a sink, with the references of canonical
 * XML (C14N 1.0 2.3); for host/xml only.
 *
 *	c14n_out_begin(&o, sink);
 *	c14n_out_text(&o, text, len);
 *	c14n_out_flush(&o);
 *
 * Memory    the caller owns it: 64 KiB, so that sinks are called rarely
 * Chunks    splitting a text changes nothing
 * Errors    none, as of sinks
 * Trust     -
 * Limits    none
 */
#ifndef HOST_XML_C14N_OUT_H
#define HOST_XML_C14N_OUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/sink.h"

struct c14n_out {
	struct sink *sink;
	size_t len;
	uint8_t buf[65536];
};

void c14n_out_begin(struct c14n_out *o, struct sink *sink);
void c14n_out_flush(struct c14n_out *o);

/* When it does not fit. */
void c14n_out_long(struct c14n_out *o, const void *buf, size_t len);

static inline void
c14n_out_put(struct c14n_out *o, const void *buf, size_t len)
{
	if (len > sizeof(o->buf) - o->len) {
		c14n_out_long(o, buf, len);
		return;
	}
	memcpy(o->buf + o->len, buf, len);
	o->len += len;
}

/* A name, short as names are: without a call for each. */
static inline void
c14n_out_name(struct c14n_out *o, const char *name)
{
	size_t n = 0, room = sizeof(o->buf) - o->len;
	uint8_t *to = o->buf + o->len;

	while (n < room && name[n] != '\0') {
		to[n] = (uint8_t)name[n];
		n++;
	}
	o->len += n;
	if (name[n] != '\0')
		c14n_out_put(o, name + n, strlen(name + n));
}

static inline void
c14n_out_octet(struct c14n_out *o, char octet)
{
	if (o->len == sizeof(o->buf))
		c14n_out_flush(o);
	o->buf[o->len++] = (uint8_t)octet;
}

/* With references: character data, and values of attributes. */
void c14n_out_text(struct c14n_out *o, const uint8_t *buf, size_t len);
void c14n_out_value(struct c14n_out *o, const uint8_t *buf, size_t len);

#endif
