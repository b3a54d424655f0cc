/* CSR: a certification request (RFC 2986) for the seal key, composed here from
 * names that a person has read. */
#include <string.h>

#include "common/oid.h"
#include "firmware/ask.h"

#define COUNTRY 0
#define ORGANISATION 1
#define ORGANISATION_ID 2
#define COMMON_NAME 3

/* Octets for the longest: four names, a key and attributes. */
#define ROOM 1024

static enum err
take(struct ctx *c, const struct msg *m)
{
	const struct msg_octets *country = &m->csr.country;
	enum err e = ask_may_sign(c);
	size_t i;

	for (i = 0; e == ERR_OK && i < country->len; i++) {
		if (country->p[i] < 'A' || country->p[i] > 'Z')
			e = ERR_CONSOLE_MESSAGE;
	}
	if (e == ERR_OK && country->len != MSG_COUNTRY)
		e = ERR_CONSOLE_MESSAGE;
	if (e == ERR_OK)
		e = ask_take_text(c, COUNTRY, country);
	if (e == ERR_OK)
		e = ask_take_text(c, ORGANISATION, &m->csr.organisation);
	if (e == ERR_OK)
		e = ask_take_text(c, ORGANISATION_ID, &m->csr.organisation_id);
	if (e == ERR_OK)
		e = ask_take_text(c, COMMON_NAME, &m->csr.common_name);
	return e;
}

static void
put(struct text *t, const struct ctx *c)
{
	const struct ask *a = &c->room.ask;

	ask_put_line(t, "Request a certificate");
	ask_put_text(t, "for organisation", a->text[ORGANISATION],
	    a->text_len[ORGANISATION]);
	ask_put_text(t, "with the number", a->text[ORGANISATION_ID],
	    a->text_len[ORGANISATION_ID]);
	text_put_string(t, "in ");
	text_put(t, a->text[COUNTRY], a->text_len[COUNTRY]);
	text_end_line(t);
	ask_put_text(
	    t, "named", a->text[COMMON_NAME], a->text_len[COMMON_NAME]);
	text_put_string(t, "Key: ");
	ask_put_line(t, ask_curve(c->port->key->alg));
}

/* [0] { extensionRequest { keyUsage nonRepudiation, critical; qcStatements
 * QcCompliance, QcType eseal } }: what the host's requests ask for, too. */
static const uint8_t attributes[] = {0xa0, 0x50, 0x30, 0x4e, 0x06, 0x09, 0x2a,
    0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e, 0x31, 0x41, 0x30, 0x3f,
    0x30, 0x0e, 0x06, 0x03, 0x55, 0x1d, 0x0f, 0x01, 0x01, 0xff, 0x04, 0x04,
    0x03, 0x02, 0x06, 0x40, 0x30, 0x2d, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05,
    0x05, 0x07, 0x01, 0x03, 0x04, 0x21, 0x30, 0x1f, 0x30, 0x08, 0x06, 0x06,
    0x04, 0x00, 0x8e, 0x46, 0x01, 0x01, 0x30, 0x13, 0x06, 0x06, 0x04, 0x00,
    0x8e, 0x46, 0x01, 0x06, 0x30, 0x09, 0x06, 0x07, 0x04, 0x00, 0x8e, 0x46,
    0x01, 0x06, 0x02};

static void
put_name(struct der_writer *w, const struct ctx *c, unsigned place,
    const char *oid, size_t oid_len)
{
	struct msg_octets text = ask_text(c, place);
	size_t mark = w->pos;

	der_put_value(w,
	    place == COUNTRY ? DER_PRINTABLE_STRING : DER_UTF8_STRING, text.p,
	    text.len);
	der_put_value(w, DER_OID, oid, oid_len);
	der_wrap(w, DER_SEQUENCE, mark);
	der_wrap(w, DER_SET, mark);
}

static void
put_info(struct der_writer *w, const struct ctx *c)
{
	size_t mark;

	der_put(w, attributes, sizeof(attributes));
	ask_put_key(w, c);
	mark = w->pos;
	put_name(w, c, COMMON_NAME, OID_COMMON_NAME, OID_LEN(OID_COMMON_NAME));
	put_name(w, c, ORGANISATION_ID, OID_ORGANISATION_ID,
	    OID_LEN(OID_ORGANISATION_ID));
	put_name(
	    w, c, ORGANISATION, OID_ORGANISATION, OID_LEN(OID_ORGANISATION));
	put_name(w, c, COUNTRY, OID_COUNTRY, OID_LEN(OID_COUNTRY));
	der_wrap(w, DER_SEQUENCE, mark);
	der_put_value(w, DER_INTEGER, "", 1); /* version 1 is 0 */
	der_wrap(w, DER_SEQUENCE, w->cap);
}

/* Signature and its algorithm (RFC 5758 3.2), then what is signed. */
static enum err
put_request(struct der_writer *w, struct ctx *c, const struct der_writer *info)
{
	enum alg_number alg = c->port->key->alg;
	uint8_t rs[MSG_SEAL_SIGNATURE], der[MSG_SEAL_SIGNATURE + 9];
	size_t len, mark;
	enum err e;

	e = ask_sign(c, info->buf + info->pos, info->cap - info->pos, rs);
	if (e == ERR_OK)
		e = der_ecdsa_from_raw(rs, 2 * (size_t)alg_get(alg)->coordinate,
		    der, sizeof(der), &len);
	if (e != ERR_OK)
		return e;
	der_put(w, der, len);
	der_put(w, "", 1);
	der_wrap(w, DER_BIT_STRING, w->cap);
	mark = w->pos;
	if (alg == ALG_ES384)
		der_put_value(
		    w, DER_OID, OID_ECDSA_SHA384, OID_LEN(OID_ECDSA_SHA384));
	else
		der_put_value(
		    w, DER_OID, OID_ECDSA_SHA256, OID_LEN(OID_ECDSA_SHA256));
	der_wrap(w, DER_SEQUENCE, mark);
	der_put(w, info->buf + info->pos, info->cap - info->pos);
	der_wrap(w, DER_SEQUENCE, w->cap);
	return w->err;
}

static enum err
run(struct ctx *c, struct msg *r)
{
	struct der_writer info, w;
	enum err e;

	der_writer_init(&info, c->room.ask.octets, ROOM);
	put_info(&info, c);
	if (info.err != ERR_OK)
		return info.err;
	der_writer_init(&w, c->room.ask.octets + ROOM, FRAME_BODY);
	e = put_request(&w, c, &info);
	r->number = MSG_REQUEST;
	r->request.der = (struct msg_octets){w.buf + w.pos, w.cap - w.pos};
	return e;
}

const struct ask_op ask_csr = {
    MSG_CSR, take, put, run, "The request is signed."};
