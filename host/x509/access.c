#include "host/x509/access.h"

#include <string.h>
#include <strings.h>

#include "host/x509/oid.h"

#define URI DER_CONTEXT_PRIMITIVE(6) /* in GeneralName */

static bool
begins(const struct der_reader *r, const char *scheme)
{
	return r->len > strlen(scheme) &&
	    strncasecmp((const char *)r->p, scheme, strlen(scheme)) == 0;
}

/* A URL that can be asked, and printed: no blanks, no controls, no NUL. */
static bool
take_url(const struct der_reader *r, char out[ACCESS_URL])
{
	size_t i;

	if (r->len >= ACCESS_URL ||
	    (!begins(r, "http://") && !begins(r, "https://")))
		return false;
	for (i = 0; i < r->len; i++) {
		if (r->p[i] <= 0x20 || r->p[i] >= 0x7f)
			return false;
	}
	memcpy(out, r->p, r->len);
	out[r->len] = '\0';
	return true;
}

/* The next location by that method; ERR_NOT_FOUND at the end. */
static enum err
next_location(struct der_reader *list, const char *method, size_t method_len,
    struct der_reader *name, uint8_t *tag)
{
	struct der_reader one, oid;

	while (!der_is_end(list)) {
		if (der_enter(list, DER_SEQUENCE, &one) != ERR_OK ||
		    der_enter(&one, DER_OID, &oid) != ERR_OK ||
		    der_next(&one, tag, name) != ERR_OK)
			return ERR_NOT_FOUND;
		if (oid_is(&oid, method, method_len))
			return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

/* The fullName of the next distribution point that has one and covers all
 * reasons and the issuer's own list: contents of GeneralNames. */
static enum err
next_point(struct der_reader *list, struct der_reader *names)
{
	struct der_reader point, wrap;

	while (!der_is_end(list)) {
		if (der_enter(list, DER_SEQUENCE, &point) != ERR_OK)
			return ERR_NOT_FOUND;
		if (der_enter(&point, DER_CONTEXT(0), &wrap) == ERR_OK &&
		    der_enter(&wrap, DER_CONTEXT(0), names) == ERR_OK &&
		    der_is_end(&point))
			return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

static enum err
crl_url(const struct cert *c, size_t n, char out[ACCESS_URL])
{
	struct der_reader list = c->crl_points, names, name;
	uint8_t tag;

	while (next_point(&list, &names) == ERR_OK) {
		while (der_next(&names, &tag, &name) == ERR_OK) {
			if (tag == URI && take_url(&name, out) && n-- == 0)
				return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

enum err
access_url(const struct cert *c, enum access_kind kind, size_t n,
    char out[static ACCESS_URL])
{
	const char *method = kind == ACCESS_OCSP ? OID_ACCESS_OCSP
						 : OID_ACCESS_ISSUERS;
	struct der_reader list = c->authority_info, name;
	uint8_t tag;

	if (kind == ACCESS_CRL)
		return crl_url(c, n, out);
	while (next_location(&list, method, OID_LEN(OID_ACCESS_OCSP), &name,
		   &tag) == ERR_OK) {
		if (tag == URI && take_url(&name, out) && n-- == 0)
			return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

bool
access_is_published(const struct cert *c)
{
	struct der_reader list = c->authority_info, name;
	uint8_t tag;

	return c->crl_points.len > 0 ||
	    next_location(&list, OID_ACCESS_OCSP, OID_LEN(OID_ACCESS_OCSP),
		&name, &tag) == ERR_OK;
}

static bool
holds(struct der_reader names, const struct der_reader *wanted)
{
	struct der_reader one;
	uint8_t tag;

	while (der_next_whole(&names, &tag, &one) == ERR_OK) {
		if (one.len == wanted->len &&
		    memcmp(one.p, wanted->p, one.len) == 0)
			return true;
	}
	return false;
}

bool
access_is_crl_point(const struct cert *c, struct der_reader names)
{
	struct der_reader list = c->crl_points, has, one;
	uint8_t tag;

	while (next_point(&list, &has) == ERR_OK) {
		struct der_reader at = names;

		while (der_next_whole(&at, &tag, &one) == ERR_OK) {
			if (holds(has, &one))
				return true;
		}
	}
	return false;
}
