#include "common/der.h"

#include <string.h>

#define DER_LENGTH_MAX 0x7fffffff

void
der_writer_init(struct der_writer *w, uint8_t *buf, size_t cap)
{
	w->buf = buf;
	w->cap = cap;
	w->pos = cap;
	w->err = ERR_OK;
}

void
der_put(struct der_writer *w, const void *octets, size_t len)
{
	if (w->err != ERR_OK || len == 0)
		return;
	if (len > w->pos) {
		w->err = ERR_BUFFER;
		return;
	}
	w->pos -= len;
	memcpy(w->buf + w->pos, octets, len);
}

void
der_wrap(struct der_writer *w, uint8_t tag, size_t mark)
{
	uint8_t head[6];
	size_t length, rest, n = sizeof(head);

	if (w->err != ERR_OK)
		return;
	if (mark < w->pos || mark > w->cap) {
		w->err = ERR_INTERNAL;
		return;
	}
	length = mark - w->pos;
	if (length > DER_LENGTH_MAX) {
		w->err = ERR_DER_RANGE;
		return;
	}
	if (length < 0x80) {
		head[--n] = (uint8_t)length;
	} else {
		for (rest = length; rest > 0; rest >>= 8)
			head[--n] = (uint8_t)rest;
		rest = sizeof(head) - n;
		head[--n] = (uint8_t)(0x80 | rest);
	}
	head[--n] = tag;
	der_put(w, head + n, sizeof(head) - n);
}

void
der_put_value(struct der_writer *w, uint8_t tag, const void *octets, size_t len)
{
	size_t mark = w->pos;

	der_put(w, octets, len);
	der_wrap(w, tag, mark);
}

void
der_put_uint(struct der_writer *w, const uint8_t *magnitude, size_t len)
{
	static const uint8_t zero[1] = {0};
	size_t mark = w->pos;

	while (len > 0 && magnitude[0] == 0) {
		magnitude++;
		len--;
	}
	der_put(w, magnitude, len);
	/* zero needs an octet; a high first bit would mean a negative number */
	if (len == 0 || magnitude[0] >= 0x80)
		der_put(w, zero, 1);
	der_wrap(w, DER_INTEGER, mark);
}
