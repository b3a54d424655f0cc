#include "common/der.h"

#include <string.h>

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

size_t
der_head(uint8_t tag, size_t length, uint8_t out[static DER_HEAD_MAX])
{
	uint8_t head[DER_HEAD_MAX];
	size_t rest, n = sizeof(head);

	if (length < 0x80) {
		head[--n] = (uint8_t)length;
	} else {
		for (rest = length & DER_LENGTH_MAX; rest > 0; rest >>= 8)
			head[--n] = (uint8_t)rest;
		rest = sizeof(head) - n;
		head[--n] = (uint8_t)(0x80 | rest);
	}
	head[--n] = tag;
	memcpy(out, head + n, sizeof(head) - n);
	return sizeof(head) - n;
}

void
der_wrap(struct der_writer *w, uint8_t tag, size_t mark)
{
	uint8_t head[DER_HEAD_MAX];

	if (w->err != ERR_OK)
		return;
	if (mark < w->pos || mark > w->cap)
		w->err = ERR_INTERNAL;
	else if (mark - w->pos > DER_LENGTH_MAX)
		w->err = ERR_DER_RANGE;
	else
		der_put(w, head, der_head(tag, mark - w->pos, head));
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
