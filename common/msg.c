#include "common/msg.h"

#include <string.h>

#include "common/be.h"

static void
get_number(const uint8_t *in, size_t size, uint8_t *out)
{
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	if (size == 1) {
		*out = *in;
	} else if (size == 2) {
		u16 = be16_get(in);
		memcpy(out, &u16, sizeof(u16));
	} else if (size == 4) {
		u32 = be32_get(in);
		memcpy(out, &u32, sizeof(u32));
	} else {
		u64 = be64_get(in);
		memcpy(out, &u64, sizeof(u64));
	}
}

static void
put_number(const uint8_t *in, size_t size, uint8_t *out)
{
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	if (size == 1) {
		*out = *in;
	} else if (size == 2) {
		memcpy(&u16, in, sizeof(u16));
		be16_put(out, u16);
	} else if (size == 4) {
		memcpy(&u32, in, sizeof(u32));
		be32_put(out, u32);
	} else {
		memcpy(&u64, in, sizeof(u64));
		be64_put(out, u64);
	}
}

static enum err
get_octets(const struct msg_field *f, struct msg_octets *o, const uint8_t **p,
    size_t *len)
{
	size_t n = *len;

	if (f->type == MSG_TEXT) {
		if (*len < 1)
			return ERR_CONSOLE_MESSAGE;
		n = **p;
		++*p;
		--*len;
	} else if (n == 0) {
		return ERR_CONSOLE_MESSAGE;
	}
	if (n > f->size || n > *len)
		return ERR_CONSOLE_MESSAGE;
	o->p = *p;
	o->len = n;
	*p += n;
	*len -= n;
	return ERR_OK;
}

static enum err
get_field(
    const struct msg_field *f, uint8_t *to, const uint8_t **p, size_t *len)
{
	struct msg_octets o;
	enum err e;

	if (f->type == MSG_TEXT || f->type == MSG_TAIL) {
		e = get_octets(f, &o, p, len);
		if (e == ERR_OK)
			memcpy(to, &o, sizeof(o));
		return e;
	}
	if (*len < f->size)
		return ERR_CONSOLE_MESSAGE;
	if (f->type == MSG_NUMBER)
		get_number(*p, f->size, to);
	else
		memcpy(to, *p, f->size);
	*p += f->size;
	*len -= f->size;
	return ERR_OK;
}

enum err
msg_decode(struct msg *m, unsigned number, const uint8_t *body, size_t len)
{
	const struct msg_form *form = msg_form_find(number);
	enum err e = ERR_OK;
	size_t i;

	memset(m, 0, sizeof(*m));
	if (form == NULL)
		return ERR_CONSOLE_MESSAGE;
	m->number = form->number;
	for (i = 0; i < form->fields && e == ERR_OK; i++)
		e = get_field(&form->field[i], (uint8_t *)m + form->field[i].at,
		    &body, &len);
	if (e == ERR_OK && len > 0)
		e = ERR_CONSOLE_MESSAGE;
	return e;
}

size_t
msg_encode(const struct msg *m, uint8_t out[static FRAME_MAX])
{
	const struct msg_form *form = msg_form_find(m->number);
	uint8_t *body = out + FRAME_HEAD;
	const struct msg_field *f;
	struct msg_octets o;
	const uint8_t *from;
	size_t i, n = 0;

	if (form == NULL)
		return 0;
	for (i = 0; i < form->fields; i++) {
		f = &form->field[i];
		from = (const uint8_t *)m + f->at;
		if (f->type == MSG_NUMBER) {
			put_number(from, f->size, body + n);
			n += f->size;
		} else if (f->type == MSG_FIXED) {
			memcpy(body + n, from, f->size);
			n += f->size;
		} else {
			memcpy(&o, from, sizeof(o));
			if (o.len > f->size ||
			    (o.len == 0 && f->type == MSG_TAIL))
				return 0;
			if (f->type == MSG_TEXT)
				body[n++] = (uint8_t)o.len;
			if (o.len > 0)
				memcpy(body + n, o.p, o.len);
			n += o.len;
		}
	}
	return frame_encode(m->number, body, n, out);
}

void
msg_counter_octets(const uint8_t nonce[static 32], uint64_t counter,
    const uint8_t chain[static SHA256_SIZE],
    uint8_t out[static MSG_COUNTER_OCTETS])
{
	static const char label[16] = "zegel-counter-v1";

	memcpy(out, label, sizeof(label));
	memcpy(out + 16, nonce, 32);
	be64_put(out + 48, counter);
	memcpy(out + 56, chain, SHA256_SIZE);
}

void
msg_enrol_octets(const uint8_t nonce[static 32], const void *station,
    size_t station_len, const struct msg *enrolled,
    uint8_t out[static MSG_ENROL_OCTETS])
{
	static const char label[14] = "zegel-enrol-v1";

	memcpy(out, label, sizeof(label));
	memcpy(out + 14, nonce, 32);
	sha256(station, station_len, out + 46);
	memcpy(out + 78, enrolled->enrolled.point, MSG_POINT);
	memcpy(out + 142, enrolled->enrolled.firmware, SHA256_SIZE);
	out[174] = enrolled->enrolled.board_class;
	out[175] = enrolled->enrolled.flags;
	be64_put(out + 176, enrolled->enrolled.counter);
}
