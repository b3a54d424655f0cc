#include "tests/unit/support/make_ocsp.h"

#include <stdlib.h>
#include <string.h>

#include "common/hash_alg.h"
#include "host/x509/digest.h"
#include "host/x509/ocsp_parts.h"
#include "host/x509/oid.h"
#include "host/x509/write.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/make_signed.h"

#define DAY 86400
#define DER_ENUMERATED 0x0a
#define CERTS_CAP 8192

static void
put_unknown(struct der_writer *w)
{
	size_t mark = w->pos;

	der_put_value(w, DER_NULL, NULL, 0);
	x509_wrap_extension(
	    w, MAKE_CERT_ODD, OID_LEN(MAKE_CERT_ODD), true, mark);
}

static void
put_cert_id(struct der_writer *w, const struct make_ocsp_answer *a)
{
	size_t mark = w->pos, size = a->hash_size != 0 ? a->hash_size : 20;
	uint8_t name[SHA512_SIZE], key[SHA512_SIZE];

	ocsp_name_hash(a->cert, size, name);
	make_must(ocsp_key_hash(a->issuer, size, key) == ERR_OK);
	name[0] ^= a->wrong & 1;
	key[0] ^= a->wrong >> 1 & 1;
	der_put(w, a->cert->serial.p, a->cert->serial.len);
	der_put_value(w, DER_OCTET_STRING, key, size);
	der_put_value(w, DER_OCTET_STRING, name, size);
	if (size == DIGEST_SHA1_SIZE) {
		x509_put_oid(w, OID_SHA1, OID_LEN(OID_SHA1));
		der_wrap(w, DER_SEQUENCE, w->pos + 2 + OID_LEN(OID_SHA1));
	} else {
		hash_alg_put(w, size);
	}
	der_wrap(w, DER_SEQUENCE, mark);
}

static void
put_status(struct der_writer *w, const struct revocation_status *s)
{
	const uint8_t reason = (uint8_t)s->reason;
	size_t mark = w->pos;

	if (s->state == REVOCATION_GOOD) {
		der_put_value(w, DER_CONTEXT_PRIMITIVE(0), NULL, 0);
	} else if (s->state == REVOCATION_UNKNOWN) {
		der_put_value(w, DER_CONTEXT_PRIMITIVE(2), NULL, 0);
	} else {
		if (s->reason >= 0) {
			der_put_value(w, DER_ENUMERATED, &reason, 1);
			der_wrap(w, DER_CONTEXT(0), mark);
		}
		make_time(w, s->revoked);
		der_wrap(w, DER_CONTEXT(1), mark);
	}
}

static void
put_answer(struct der_writer *w, const struct make_ocsp_answer *a)
{
	const struct revocation_status *s = &a->status;
	size_t mark = w->pos, part;

	if (a->cutoff) {
		make_time(w, s->expired_since);
		x509_wrap_extension(
		    w, OID_OCSP_CUTOFF, OID_LEN(OID_OCSP_CUTOFF), false, mark);
	}
	if (a->unknown_critical)
		put_unknown(w);
	if (w->pos != mark) {
		der_wrap(w, DER_SEQUENCE, mark);
		der_wrap(w, DER_CONTEXT(1), mark);
	}
	part = w->pos;
	if (!a->no_next_update) {
		make_time(w,
		    s->next_update != 0 ? s->next_update : MAKE_CERT_NOW + DAY);
		der_wrap(w, DER_CONTEXT(0), part);
	}
	make_time(w, s->this_update != 0 ? s->this_update : MAKE_CERT_NOW);
	put_status(w, s);
	put_cert_id(w, a);
	der_wrap(w, DER_SEQUENCE, mark);
}

static void
put_extensions(struct der_writer *w, const struct make_ocsp *m)
{
	size_t mark = w->pos, part;
	uint8_t *junk;

	if (m->nonce != NULL) {
		der_put_value(w, DER_OCTET_STRING, m->nonce, m->nonce_len);
		x509_wrap_extension(
		    w, OID_OCSP_NONCE, OID_LEN(OID_OCSP_NONCE), false, mark);
	}
	if (m->unknown_critical)
		put_unknown(w);
	if (m->junk > 0) {
		part = w->pos;
		junk = calloc(1, m->junk);
		make_must(junk != NULL);
		der_put(w, junk, m->junk);
		free(junk);
		x509_wrap_extension(
		    w, MAKE_CERT_ODD, OID_LEN(MAKE_CERT_ODD), false, part);
	}
	if (w->pos == mark)
		return;
	der_wrap(w, DER_SEQUENCE, mark);
	der_wrap(w, DER_CONTEXT(1), mark);
}

static void
put_responder(struct der_writer *w, const struct make_ocsp *m)
{
	uint8_t key[SHA512_SIZE];
	size_t mark = w->pos;

	if (m->by_name) {
		der_put(w, m->responder->subject.p, m->responder->subject.len);
		der_wrap(w, DER_CONTEXT(1), mark);
		return;
	}
	make_must(ocsp_key_hash(m->responder, 20, key) == ERR_OK);
	der_put_value(w, DER_OCTET_STRING, key, 20);
	der_wrap(w, DER_CONTEXT(2), mark);
}

static void
put_basic(struct der_writer *w, const struct make_ocsp *m)
{
	uint8_t certs[CERTS_CAP];
	struct der_writer c;
	struct der_reader tail;
	size_t mark = w->pos, list;
	unsigned i;

	der_writer_init(&c, certs, sizeof(certs));
	for (i = 2; i-- > 0;) {
		if (m->certs[i] != NULL)
			der_put(&c, m->certs[i]->der, m->certs[i]->len);
	}
	if (c.pos != c.cap) {
		der_wrap(&c, DER_SEQUENCE, c.cap);
		der_wrap(&c, DER_CONTEXT(0), c.cap);
	}
	make_must(c.err == ERR_OK);
	tail = der_reader(c.buf + c.pos, c.cap - c.pos);
	put_extensions(w, m);
	list = w->pos;
	if (m->answer[1].cert != NULL)
		put_answer(w, &m->answer[1]);
	for (i = 0; i <= m->repeat; i++)
		put_answer(w, &m->answer[0]);
	der_wrap(w, DER_SEQUENCE, list);
	make_time(w, m->produced != 0 ? m->produced : MAKE_CERT_NOW);
	put_responder(w, m);
	der_wrap(w, DER_SEQUENCE, mark);
	make_signed(w, mark, m->key, m->break_signature, &tail);
}

size_t
make_ocsp(const struct make_ocsp *m, uint8_t *buf, size_t cap)
{
	struct der_writer w;

	der_writer_init(&w, buf, cap);
	if (m->response_status == 0) {
		put_basic(&w, m);
		der_wrap(&w, DER_OCTET_STRING, w.cap);
		x509_put_oid(&w, OID_OCSP_BASIC, OID_LEN(OID_OCSP_BASIC));
		der_wrap(&w, DER_SEQUENCE, w.cap);
		der_wrap(&w, DER_CONTEXT(0), w.cap);
	}
	der_put_value(&w, DER_ENUMERATED, &m->response_status, 1);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	make_must(w.err == ERR_OK);
	memmove(buf, w.buf + w.pos, w.cap - w.pos);
	return w.cap - w.pos;
}
