#include "host/x509/ocsp_parts.h"

#include <string.h>

#include "common/hash_alg.h"
#include "host/x509/digest.h"
#include "host/x509/oid.h"
#include "host/x509/write.h"

/* Contents of subjectPublicKey, without the octet of unused bits. */
static enum err
key_bits(const struct cert *c, struct der_reader *key)
{
	struct der_reader r = der_reader(c->spki, c->spki_len), spki, part;
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &spki);
	if (e == ERR_OK)
		e = der_enter(&spki, DER_SEQUENCE, &part);
	if (e == ERR_OK)
		e = der_enter(&spki, DER_BIT_STRING, key);
	if (e == ERR_OK && (key->len < 2 || key->p[0] != 0))
		e = ERR_DER_SYNTAX;
	if (e != ERR_OK)
		return e;
	key->p++;
	key->len--;
	return ERR_OK;
}

static void
hash(size_t size, const struct der_reader *r, uint8_t out[SHA512_SIZE])
{
	if (size == DIGEST_SHA1_SIZE)
		digest_sha1(r->p, r->len, out);
	else
		digest_of(size, r, 1, out);
}

enum err
ocsp_key_hash(const struct cert *c, size_t hash_size, uint8_t out[SHA512_SIZE])
{
	struct der_reader key;
	enum err e = key_bits(c, &key);

	if (e == ERR_OK)
		hash(hash_size, &key, out);
	return e;
}

void
ocsp_name_hash(const struct cert *c, size_t hash_size, uint8_t out[SHA512_SIZE])
{
	hash(hash_size, &c->issuer, out);
}

/* The CertID (RFC 6960 4.1.1) of c. */
static enum err
put_cert_id(struct der_writer *w, const struct cert *c,
    const struct cert *issuer, size_t hash_size)
{
	uint8_t name[SHA512_SIZE], key[SHA512_SIZE];
	size_t mark = w->pos, part;
	enum err e;

	e = ocsp_key_hash(issuer, hash_size, key);
	if (e != ERR_OK)
		return e;
	ocsp_name_hash(c, hash_size, name);
	der_put(w, c->serial.p, c->serial.len);
	der_put_value(w, DER_OCTET_STRING, key, hash_size);
	der_put_value(w, DER_OCTET_STRING, name, hash_size);
	if (hash_size == DIGEST_SHA1_SIZE) {
		part = w->pos;
		der_put_value(w, DER_NULL, NULL, 0);
		x509_put_oid(w, OID_SHA1, OID_LEN(OID_SHA1));
		der_wrap(w, DER_SEQUENCE, part);
	} else {
		hash_alg_put(w, hash_size);
	}
	der_wrap(w, DER_SEQUENCE, mark);
	return ERR_OK;
}

enum err
ocsp_request(const struct cert *c, const struct cert *issuer, size_t hash_size,
    uint8_t out[static OCSP_REQUEST_CAP], size_t *len)
{
	struct der_writer w;
	enum err e;

	*len = 0;
	if (hash_size != DIGEST_SHA1_SIZE && hash_size != SHA256_SIZE)
		return ERR_ALGORITHM;
	der_writer_init(&w, out, OCSP_REQUEST_CAP);
	e = put_cert_id(&w, c, issuer, hash_size);
	if (e != ERR_OK)
		return e;
	der_wrap(&w, DER_SEQUENCE, w.cap); /* Request */
	der_wrap(&w, DER_SEQUENCE, w.cap); /* requestList */
	der_wrap(&w, DER_SEQUENCE, w.cap); /* TBSRequest */
	der_wrap(&w, DER_SEQUENCE, w.cap);
	if (w.err != ERR_OK)
		return w.err;
	*len = w.cap - w.pos;
	memmove(out, out + w.pos, *len);
	return ERR_OK;
}
