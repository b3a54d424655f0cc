#include "tests/unit/support/make_crl.h"

#include <stdlib.h>
#include <string.h>

#include "host/x509/oid.h"
#include "host/x509/write.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/make_signed.h"

#define DAY 86400

static void
put_unknown(struct der_writer *w, bool critical, size_t len)
{
	size_t mark = w->pos;
	uint8_t *value = calloc(1, len);

	make_must(value != NULL);
	der_put(w, value, len);
	free(value);
	x509_wrap_extension(
	    w, MAKE_CERT_ODD, OID_LEN(MAKE_CERT_ODD), critical, mark);
}

static void
put_entry(struct der_writer *w, const struct make_crl *m, int i)
{
	const uint8_t reason = (uint8_t)m->entry[i].reason;
	size_t mark = w->pos, part;

	if (m->entry[i].reason >= 0) {
		part = w->pos;
		der_put_value(w, 0x0a, &reason, 1);
		x509_wrap_extension(w, OID_REASON_CODE, 3, false, part);
	}
	if (m->entry[i].unknown_critical)
		put_unknown(w, true, 2);
	if (w->pos != mark)
		der_wrap(w, DER_SEQUENCE, mark);
	x509_put_time(w, m->entry[i].revoked);
	der_put(w, m->entry[i].cert->serial.p, m->entry[i].cert->serial.len);
	der_wrap(w, DER_SEQUENCE, mark);
}

static void
put_filler(struct der_writer *w, size_t n)
{
	uint8_t serial[4];
	size_t mark;

	while (n-- > 0) {
		mark = w->pos;
		x509_put_time(w, MAKE_CERT_NOW - DAY);
		serial[0] = 1;
		serial[1] = (uint8_t)(n >> 16);
		serial[2] = (uint8_t)(n >> 8);
		serial[3] = (uint8_t)n;
		der_put_value(w, DER_INTEGER, serial, sizeof(serial));
		der_wrap(w, DER_SEQUENCE, mark);
	}
}

static void
put_extensions(struct der_writer *w, const struct make_crl *m)
{
	size_t start = w->pos, mark;

	if (m->junk > 0)
		put_unknown(w, false, m->junk);
	if (m->unknown_critical)
		put_unknown(w, true, 2);
	der_put(w, m->more, m->more_len);
	mark = w->pos;
	der_put_value(w, DER_INTEGER, "\x07", 1);
	x509_wrap_extension(w, OID_CRL_NUMBER, 3, false, mark);
	if (m->key_id != NULL) {
		mark = w->pos;
		der_put_value(w, DER_CONTEXT_PRIMITIVE(0), m->key_id, 4);
		der_wrap(w, DER_SEQUENCE, mark);
		x509_wrap_extension(w, OID_AUTHORITY_KEY_ID, 3, false, mark);
	}
	der_wrap(w, DER_SEQUENCE, start);
	der_wrap(w, DER_CONTEXT(0), start);
}

size_t
make_crl(const struct make_crl *m, uint8_t *buf, size_t cap)
{
	struct der_writer w;
	size_t mark;
	int i;

	der_writer_init(&w, buf, cap);
	if (!m->version_1)
		put_extensions(&w, m);
	mark = w.pos;
	for (i = 2; i-- > 0;) {
		if (m->entry[i].cert != NULL)
			put_entry(&w, m, i);
	}
	put_filler(&w, m->filler);
	if (w.pos != mark)
		der_wrap(&w, DER_SEQUENCE, mark);
	if (m->next_update != MAKE_CRL_NO_TIME)
		x509_put_time(&w,
		    m->next_update != 0 ? m->next_update : MAKE_CERT_NOW + DAY);
	x509_put_time(&w, m->this_update != 0 ? m->this_update : MAKE_CERT_NOW);
	der_put(&w, m->issuer->subject.p, m->issuer->subject.len);
	x509_put_algorithm(
	    &w, alg_get(m->other_inner_algorithm ? ALG_RS512 : m->key->alg));
	if (!m->version_1)
		der_put_value(&w, DER_INTEGER, "\x01", 1);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	make_signed(&w, w.cap, m->key, m->break_signature, NULL);
	memmove(buf, w.buf + w.pos, w.cap - w.pos);
	return w.cap - w.pos;
}
