/*
 * der_fuzz: whatever is read as DER has just one encoding: written again it
 * gives the same octets. Same for ECDSA signatures. An error moves no reader.
 */
#include <stdlib.h>
#include <string.h>

#include "common/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
must_be(const struct der_writer *w, const uint8_t *octets, size_t len)
{
	must(w->err == ERR_OK && w->cap - w->pos == len);
	must(memcmp(w->buf + w->pos, octets, len) == 0);
}

static void
walk(const uint8_t *buf, size_t len, uint8_t *space, size_t cap)
{
	struct der_reader r = der_reader(buf, len), at, whole, contents;
	struct der_writer w;
	uint8_t tag, octets[8], same;
	uint64_t value;
	bool truth;
	int i;

	for (;;) {
		at = r;
		if (der_next(&r, &tag, &contents) != ERR_OK)
			break;
		must(der_next_whole(&at, &same, &whole) == ERR_OK);
		must(tag == same && at.p == r.p && at.len == r.len);
		der_writer_init(&w, space, cap);
		der_put_value(&w, tag, contents.p, contents.len);
		must_be(&w, whole.p, whole.len);

		at = whole;
		if (der_uint(&at, &value) == ERR_OK) {
			for (i = 0; i < 8; i++)
				octets[i] = (uint8_t)(value >> (56 - 8 * i));
			der_writer_init(&w, space, cap);
			der_put_uint(&w, octets, sizeof(octets));
			must_be(&w, whole.p, whole.len);
		} else {
			must(at.p == whole.p && at.len == whole.len);
		}
		at = whole;
		if (der_bool(&at, &truth) == ERR_OK)
			must(der_is_end(&at) && whole.len == 3);
		else
			must(at.p == whole.p && at.len == whole.len);
	}
	must(at.p == r.p && at.len == r.len);
}

static void
signature(const uint8_t *buf, size_t len, size_t coordinate)
{
	uint8_t raw[132], again[141];
	size_t again_len = 0;

	if (der_ecdsa_to_raw(buf, len, raw, coordinate) != ERR_OK)
		return;
	must(der_ecdsa_from_raw(raw, 2 * coordinate, again, sizeof(again),
		 &again_len) == ERR_OK);
	must(again_len == len && memcmp(again, buf, len) == 0);
}

static void
inside(const struct der_reader *r, const uint8_t *buf, size_t len)
{
	must(r->p >= buf && r->len <= len && r->p <= buf + len - r->len);
	must(r->len >= 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	struct der_reader issuer, serial;
	size_t cap = len + 16;
	uint8_t *space = malloc(cap);

	if (space == NULL)
		return 0;
	walk(buf, len, space, cap);
	signature(buf, len, 32);
	signature(buf, len, 48);
	signature(buf, len, 66);
	if (der_certificate_issuer_serial(buf, len, &issuer, &serial) ==
	    ERR_OK) {
		inside(&issuer, buf, len);
		inside(&serial, buf, len);
	}
	free(space);
	return 0;
}
