#include "firmware/certificate.h"

#include "common/der_time.h"
#include "common/oid.h"
#include "common/utf8.h"

enum err
certificate_read(struct certificate *c, const uint8_t *der, size_t len)
{
	struct der_reader r = der_reader(der, len), all, tbs, skipped;
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &all);
	if (e == ERR_OK && !der_is_end(&r))
		e = ERR_DER_SYNTAX;
	if (e == ERR_OK)
		e = der_enter(&all, DER_SEQUENCE, &tbs);
	if (e == ERR_OK && der_peek(&tbs) == DER_CONTEXT(0))
		e = der_enter(&tbs, DER_CONTEXT(0), &skipped);
	if (e == ERR_OK)
		e = der_enter(&tbs, DER_INTEGER, &skipped);
	if (e == ERR_OK)
		e = der_enter(&tbs, DER_SEQUENCE, &skipped);
	if (e == ERR_OK)
		e = der_enter(&tbs, DER_SEQUENCE, &c->issuer);
	if (e == ERR_OK)
		e = der_enter(&tbs, DER_SEQUENCE, &c->validity);
	if (e == ERR_OK)
		e = der_enter(&tbs, DER_SEQUENCE, &c->subject);
	c->rest = tbs;
	return e == ERR_OK ? ERR_OK : ERR_CERT_SYNTAX;
}

enum err
certificate_key(const struct certificate *c, struct der_reader *spki)
{
	struct der_reader r = c->rest;
	uint8_t tag = 0;

	return der_next_whole(&r, &tag, spki) == ERR_OK && tag == DER_SEQUENCE
	    ? ERR_OK
	    : ERR_CERT_SYNTAX;
}

enum err
certificate_until(const struct certificate *c, int64_t *until)
{
	struct der_reader r = c->validity;
	int64_t from;

	return der_time(&r, &from) == ERR_OK && der_time(&r, until) == ERR_OK
	    ? ERR_OK
	    : ERR_CERT_SYNTAX;
}

/* AttributeTypeAndValue, if it is the one. */
static enum err
read_attribute(struct der_reader *set, struct der_reader *value, bool *found)
{
	struct der_reader pair, oid = {NULL, 0};
	uint8_t tag = 0;
	enum err e;

	e = der_enter(set, DER_SEQUENCE, &pair);
	if (e == ERR_OK)
		e = der_enter(&pair, DER_OID, &oid);
	if (e == ERR_OK)
		e = der_next(&pair, &tag, value);
	*found = e == ERR_OK && OID_IS(&oid, OID_ORGANISATION) &&
	    (tag == DER_UTF8_STRING || tag == DER_PRINTABLE_STRING);
	return e;
}

enum err
certificate_organisation(const struct der_reader *rdns, struct der_reader *name)
{
	struct der_reader left = *rdns, set;
	bool found = false;

	*name = der_reader(NULL, 0);
	while (!found && !der_is_end(&left)) {
		if (der_enter(&left, DER_SET, &set) != ERR_OK)
			return ERR_CERT_SYNTAX;
		while (!found && !der_is_end(&set)) {
			if (read_attribute(&set, name, &found) != ERR_OK)
				return ERR_CERT_SYNTAX;
		}
	}
	if (!found || name->len == 0 || !utf8_is_valid(name->p, name->len))
		return ERR_CERT_NO_ORGANISATION;
	return ERR_OK;
}
