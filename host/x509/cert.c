#include "host/x509/cert.h"

#include <stdlib.h>
#include <string.h>

#include "common/der_time.h"
#include "host/x509/cert_parts.h"

static enum err
bad(const struct cert *c, const uint8_t *at, struct fault *fault,
    const char *what)
{
	return fault_set(
	    fault, ERR_CERT_SYNTAX, CERT_OFFSET(c, at), "%s", what);
}

static enum err
read_validity(struct cert *c, struct der_reader *tbs)
{
	struct der_reader validity;
	enum err e;

	e = der_enter(tbs, DER_SEQUENCE, &validity);
	if (e == ERR_OK)
		e = der_time(&validity, &c->not_before);
	if (e == ERR_OK)
		e = der_time(&validity, &c->not_after);
	if (e == ERR_OK &&
	    (!der_is_end(&validity) || c->not_after < c->not_before))
		e = ERR_CERT_SYNTAX;
	return e;
}

/* Version 1 (old roots, without extensions) or version 3. */
static enum err
read_version(struct der_reader *tbs, bool *v3)
{
	struct der_reader wrap;
	uint64_t version;
	enum err e;

	*v3 = false;
	if (der_peek(tbs) != DER_CONTEXT(0))
		return ERR_OK;
	e = der_enter(tbs, DER_CONTEXT(0), &wrap);
	if (e == ERR_OK)
		e = der_uint(&wrap, &version);
	if (e == ERR_OK && (version != 2 || !der_is_end(&wrap)))
		e = ERR_CERT_SYNTAX;
	*v3 = true;
	return e;
}

static enum err
read_names(struct cert *c, struct der_reader *tbs, struct fault *fault)
{
	struct der_reader r, name;
	const uint8_t *at = tbs->p;

	if (der_enter_whole(tbs, DER_SEQUENCE, &c->issuer) != ERR_OK)
		return bad(c, at, fault, "issuer");
	r = c->issuer;
	if (der_enter(&r, DER_SEQUENCE, &name) != ERR_OK)
		return bad(c, at, fault, "issuer");
	if (cert_check_issuer(c, name, fault) != ERR_OK)
		return ERR_CERT_SYNTAX;
	at = tbs->p;
	if (read_validity(c, tbs) != ERR_OK)
		return bad(c, at, fault, "validity");
	at = tbs->p;
	if (der_enter_whole(tbs, DER_SEQUENCE, &c->subject) != ERR_OK)
		return bad(c, at, fault, "subject");
	r = c->subject;
	if (der_enter(&r, DER_SEQUENCE, &name) != ERR_OK)
		return bad(c, at, fault, "subject");
	return cert_read_subject(c, name, fault);
}

static enum err
read_key(struct cert *c, struct der_reader *tbs, struct fault *fault)
{
	struct der_reader spki, r;
	const uint8_t *at = tbs->p;

	if (der_enter_whole(tbs, DER_SEQUENCE, &spki) != ERR_OK)
		return bad(c, at, fault, "subjectPublicKeyInfo");
	c->spki = spki.p;
	c->spki_len = spki.len;
	r = spki;
	if (der_enter(&r, DER_SEQUENCE, &spki) != ERR_OK)
		return bad(c, at, fault, "subjectPublicKeyInfo");
	return cert_read_key(c, spki, fault);
}

static enum err
read_tbs(struct cert *c, struct der_reader tbs, struct fault *fault)
{
	struct der_reader algorithm, r, extensions;
	const uint8_t *at = tbs.p;
	uint8_t n;
	enum err e;
	bool v3;

	if (read_version(&tbs, &v3) != ERR_OK)
		return bad(c, at, fault, "version: 1 or 3 was expected");
	at = tbs.p;
	/* RFC 5280 4.1.2.2: 20 octets; some count without the sign's octet */
	if (der_enter_whole(&tbs, DER_INTEGER, &c->serial) != ERR_OK ||
	    c->serial.len < 3 || c->serial.len > 23)
		return bad(c, at, fault, "serialNumber");
	at = tbs.p;
	/* 4.1.1.2: the same inside and outside of what is signed */
	if (der_enter(&tbs, DER_SEQUENCE, &algorithm) != ERR_OK ||
	    algorithm.len != c->signature_algorithm.len ||
	    memcmp(algorithm.p, c->signature_algorithm.p, algorithm.len) != 0)
		return bad(c, at, fault, "signature algorithms differ");
	e = read_names(c, &tbs, fault);
	if (e == ERR_OK)
		e = read_key(c, &tbs, fault);
	for (n = 1; n <= 2 && e == ERR_OK; n++) {
		at = tbs.p;
		if (der_peek(&tbs) == DER_CONTEXT_PRIMITIVE(n) &&
		    der_enter(&tbs, DER_CONTEXT_PRIMITIVE(n), &r) != ERR_OK)
			e = bad(c, at, fault, "unique identifier");
	}
	if (e != ERR_OK)
		return e;
	at = tbs.p;
	if (v3 && der_peek(&tbs) == DER_CONTEXT(3)) {
		if (der_enter(&tbs, DER_CONTEXT(3), &r) != ERR_OK ||
		    der_enter(&r, DER_SEQUENCE, &extensions) != ERR_OK ||
		    !der_is_end(&r))
			return bad(c, at, fault, "extensions");
		e = cert_read_extensions(c, extensions, fault);
	}
	if (e == ERR_OK && !der_is_end(&tbs))
		e = bad(c, tbs.p, fault, "unknown field");
	return e;
}

static enum err
read_certificate(struct cert *c, struct fault *fault)
{
	struct der_reader r = der_reader(c->der, c->len);
	struct der_reader cert, tbs, bits;

	if (der_enter(&r, DER_SEQUENCE, &cert) != ERR_OK)
		return bad(c, c->der, fault, "a SEQUENCE was expected");
	if (!der_is_end(&r))
		return bad(c, r.p, fault, "octets after the certificate");
	if (der_enter_whole(&cert, DER_SEQUENCE, &c->tbs) != ERR_OK ||
	    der_enter(&cert, DER_SEQUENCE, &c->signature_algorithm) != ERR_OK ||
	    der_enter(&cert, DER_BIT_STRING, &bits) != ERR_OK ||
	    !der_is_end(&cert))
		return bad(c, cert.p, fault,
		    "tbsCertificate, algorithm and signature were expected");
	if (bits.len < 2 || bits.p[0] != 0)
		return bad(c, bits.p, fault, "signature");
	c->signature = der_reader(bits.p + 1, bits.len - 1);
	r = c->tbs;
	if (der_enter(&r, DER_SEQUENCE, &tbs) != ERR_OK)
		return bad(c, c->der, fault, "tbsCertificate");
	return read_tbs(c, tbs, fault);
}

enum err
cert_parse(struct cert *c, const uint8_t *der, size_t len, struct fault *fault)
{
	enum err e;

	memset(c, 0, sizeof(*c));
	if (len == 0 || len > CERT_LEN)
		return fault_set(fault, ERR_CERT_SYNTAX, FAULT_NO_OFFSET,
		    "1 to %u octets were expected", (unsigned)CERT_LEN);
	c->der = malloc(len);
	if (c->der == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "certificate");
	memcpy(c->der, der, len);
	c->len = len;
	sha256(der, len, c->sha256);
	e = read_certificate(c, fault);
	if (e != ERR_OK)
		cert_free(c);
	return e;
}

void
cert_free(struct cert *c)
{
	free(c->der);
	memset(c, 0, sizeof(*c));
}
