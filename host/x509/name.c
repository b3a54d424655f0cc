/*
 * name.c: the subject's attributes, and the word TEST in names.
 */
#include <string.h>

#include "host/x509/cert_parts.h"
#include "host/x509/oid.h"
#include "host/x509/text.h"

/* Walks a Name's contents; ERR_OK with value.p NULL at its end. */
struct attributes {
	struct der_reader name, rdn;
};

struct attribute {
	struct der_reader oid, value;
	uint8_t tag;
};

static enum err
next_attribute(struct attributes *walk, struct attribute *a)
{
	struct der_reader pair;
	enum err e;

	memset(a, 0, sizeof(*a));
	if (der_is_end(&walk->rdn)) {
		if (der_is_end(&walk->name))
			return ERR_OK;
		e = der_enter(&walk->name, DER_SET, &walk->rdn);
		if (e != ERR_OK)
			return e;
	}
	/* an empty RelativeDistinguishedName fails here: SIZE (1..MAX) */
	e = der_enter(&walk->rdn, DER_SEQUENCE, &pair);
	if (e == ERR_OK)
		e = der_enter(&pair, DER_OID, &a->oid);
	if (e == ERR_OK)
		e = der_next(&pair, &a->tag, &a->value);
	if (e == ERR_OK && !der_is_end(&pair))
		e = ERR_DER_SYNTAX;
	return e;
}

static char *
place_of(struct cert *c, const struct der_reader *oid, size_t *cap)
{
	*cap = CERT_TEXT;
	if (OID_IS(oid, OID_ORGANISATION))
		return c->organisation;
	if (OID_IS(oid, OID_ORGANISATION_ID))
		return c->organisation_id;
	if (OID_IS(oid, OID_COMMON_NAME))
		return c->common_name;
	*cap = sizeof(c->country);
	return OID_IS(oid, OID_COUNTRY) ? c->country : NULL;
}

/* In a string of one octet a character, and in UTF-8, an octet of 0 is a NUL;
 * in wider ones it is part of most characters. */
static bool
holds_nul(const struct attribute *a)
{
	size_t width = a->tag == X509_BMP_STRING ? 2
	    : a->tag == X509_UNIVERSAL_STRING	 ? 4
						 : 1;
	size_t i, k;

	switch (a->tag) {
	case DER_UTF8_STRING:
	case DER_PRINTABLE_STRING:
	case DER_IA5_STRING:
	case X509_NUMERIC_STRING:
	case X509_T61_STRING:
	case X509_VISIBLE_STRING:
	case X509_BMP_STRING:
	case X509_UNIVERSAL_STRING:
		break;
	default:
		return false; /* no text */
	}
	for (i = 0; i + width <= a->value.len; i += width) {
		for (k = 0; k < width && a->value.p[i + k] == 0; k++)
			;
		if (k == width)
			return true;
	}
	return false;
}

enum err
cert_check_issuer(struct cert *c, struct der_reader name, struct fault *fault)
{
	struct attributes walk = {name, {NULL, 0}};
	struct attribute a;

	do {
		if (next_attribute(&walk, &a) != ERR_OK || holds_nul(&a))
			return fault_set(fault, ERR_CERT_SYNTAX,
			    CERT_OFFSET(c, name.p), "issuer");
	} while (a.oid.p != NULL);
	return ERR_OK;
}

enum err
cert_read_subject(struct cert *c, struct der_reader name, struct fault *fault)
{
	struct attributes walk = {name, {NULL, 0}};
	struct attribute a;
	enum err e;
	char *text;
	size_t cap;

	for (;;) {
		if (next_attribute(&walk, &a) != ERR_OK)
			return fault_set(fault, ERR_CERT_SYNTAX,
			    CERT_OFFSET(c, name.p), "subject");
		if (a.oid.p == NULL)
			return ERR_OK;
		text = place_of(c, &a.oid, &cap);
		if (text == NULL && holds_nul(&a))
			return fault_set(fault, ERR_CERT_SYNTAX,
			    CERT_OFFSET(c, a.value.p), "NUL in subject");
		if (text == NULL)
			continue;
		if (text[0] != '\0') {
			c->ambiguous_subject = true;
			continue;
		}
		e = x509_text(a.tag, &a.value, text, cap);
		if (e != ERR_OK)
			return fault_set(fault, ERR_CERT_SYNTAX,
			    CERT_OFFSET(c, a.value.p),
			    e == ERR_TOO_LARGE ? "text in subject is too long"
					       : "text in subject");
	}
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
holds_test(const char *text)
{
	const char *p = text;

	while ((p = strstr(p, "TEST")) != NULL) {
		if ((p == text || !is_letter(p[-1])) && !is_letter(p[4]))
			return true;
		p++;
	}
	return false;
}

static bool
name_says_test(struct der_reader whole)
{
	struct attributes walk = {{NULL, 0}, {NULL, 0}};
	char text[CERT_TEXT];
	struct attribute a;

	if (der_enter(&whole, DER_SEQUENCE, &walk.name) != ERR_OK)
		return false;
	while (next_attribute(&walk, &a) == ERR_OK && a.oid.p != NULL) {
		if (x509_text(a.tag, &a.value, text, sizeof(text)) == ERR_OK &&
		    holds_test(text))
			return true;
	}
	return false;
}

bool
cert_says_test(const struct cert *c)
{
	return name_says_test(c->subject) || name_says_test(c->issuer);
}
