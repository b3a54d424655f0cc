/* Whom a certificate names: nothing of it is verified here, the digest of the
 * whole certificate is what the approval names. */
#include <string.h>

#include "common/der.h"
#include "common/utf8.h"
#include "firmware/handlers.h"

static const uint8_t organisation_name[] = {0x55, 0x04, 0x0a}; /* 2.5.4.10 */

/* Up to the subject: version, serialNumber, signature, issuer, validity
 * (RFC 5280 4.1). */
static enum err
find_subject(const uint8_t *der, size_t len, struct der_reader *subject)
{
	static const uint8_t before[] = {
	    DER_INTEGER, DER_SEQUENCE, DER_SEQUENCE, DER_SEQUENCE};
	struct der_reader r = der_reader(der, len), all, tbs, skipped;
	size_t i;
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &all);
	if (e == ERR_OK && !der_is_end(&r))
		e = ERR_DER_SYNTAX;
	if (e == ERR_OK)
		e = der_enter(&all, DER_SEQUENCE, &tbs);
	if (e == ERR_OK && der_peek(&tbs) == DER_CONTEXT(0))
		e = der_enter(&tbs, DER_CONTEXT(0), &skipped);
	for (i = 0; i < sizeof(before) && e == ERR_OK; i++)
		e = der_enter(&tbs, before[i], &skipped);
	return e == ERR_OK ? der_enter(&tbs, DER_SEQUENCE, subject) : e;
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
	*found = e == ERR_OK && oid.len == sizeof(organisation_name) &&
	    memcmp(oid.p, organisation_name, oid.len) == 0 &&
	    (tag == DER_UTF8_STRING || tag == DER_PRINTABLE_STRING);
	return e;
}

enum err
certificate_organisation(
    const uint8_t *der, size_t len, const uint8_t **name, size_t *name_len)
{
	struct der_reader subject, set, value = {NULL, 0};
	bool found = false;

	if (find_subject(der, len, &subject) != ERR_OK)
		return ERR_CERT_SYNTAX;
	while (!found && !der_is_end(&subject)) {
		if (der_enter(&subject, DER_SET, &set) != ERR_OK)
			return ERR_CERT_SYNTAX;
		while (!found && !der_is_end(&set)) {
			if (read_attribute(&set, &value, &found) != ERR_OK)
				return ERR_CERT_SYNTAX;
		}
	}
	if (!found || value.len == 0 || !utf8_is_valid(value.p, value.len))
		return ERR_CERT_NO_ORGANISATION;
	*name = value.p;
	*name_len = value.len;
	return ERR_OK;
}
