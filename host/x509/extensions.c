/*
 * extensions.c: the extensions of RFC 5280 4.2 that decide what a certificate
 * is for, and qcStatements (EN 319 412-5). A critical one that is not read
 * here is noted, and refused by chain_check.
 */
#include <string.h>

#include "host/x509/cert_parts.h"
#include "host/x509/extension.h"
#include "host/x509/oid.h"

#define EXTENSIONS 64

static enum err
read_basic_constraints(struct cert *c, struct der_reader r)
{
	struct der_reader seq;
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &seq);
	if (e == ERR_OK && der_peek(&seq) == DER_BOOLEAN)
		e = der_bool(&seq, &c->is_ca);
	if (e == ERR_OK && der_peek(&seq) == DER_INTEGER) {
		e = der_uint(&seq, &c->path_len);
		c->has_path_len = true;
	}
	return e != ERR_OK || (der_is_end(&seq) && der_is_end(&r))
	    ? e
	    : ERR_CERT_SYNTAX;
}

static enum err
read_key_usage(struct cert *c, struct der_reader r)
{
	struct der_reader bits;
	size_t i;
	enum err e;

	e = der_enter(&r, DER_BIT_STRING, &bits);
	if (e != ERR_OK)
		return e;
	if (!der_is_end(&r) || bits.len < 2 || bits.len > 3 || bits.p[0] > 7)
		return ERR_CERT_SYNTAX;
	c->has_key_usage = true;
	for (i = 0; i < (bits.len - 1) * 8; i++) {
		if (bits.p[1 + i / 8] & (0x80u >> i % 8))
			c->key_usage |= (uint16_t)(1u << i);
	}
	return c->key_usage == 0 ? ERR_CERT_SYNTAX : ERR_OK;
}

static enum err
read_ext_key_usage(struct cert *c, struct der_reader r)
{
	struct der_reader seq, oid;
	unsigned n = 0, stamping = 0;
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &seq);
	if (e == ERR_OK && (!der_is_end(&r) || der_is_end(&seq)))
		e = ERR_CERT_SYNTAX;
	for (; e == ERR_OK && !der_is_end(&seq); n++) {
		e = der_enter(&seq, DER_OID, &oid);
		if (e == ERR_OK && OID_IS(&oid, OID_EKU_TIME_STAMPING))
			stamping++;
		if (e == ERR_OK && OID_IS(&oid, OID_EKU_OCSP_SIGNING))
			c->ocsp_signing = true;
	}
	c->has_ext_key_usage = true;
	c->time_stamping_only = n == 1 && stamping == 1;
	return e;
}

static enum err
read_subject_key_id(struct cert *c, struct der_reader r)
{
	enum err e = der_enter(&r, DER_OCTET_STRING, &c->subject_key_id);

	return e != ERR_OK || der_is_end(&r) ? e : ERR_CERT_SYNTAX;
}

static enum err
read_authority_key_id(struct cert *c, struct der_reader r)
{
	struct der_reader seq, part;
	uint8_t tag;
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &seq);
	if (e == ERR_OK && !der_is_end(&r))
		e = ERR_CERT_SYNTAX;
	while (e == ERR_OK && !der_is_end(&seq)) {
		e = der_next(&seq, &tag, &part);
		if (e == ERR_OK && tag == DER_CONTEXT_PRIMITIVE(0))
			c->authority_key_id = part;
	}
	return e;
}

static enum err
read_qc_type(struct cert *c, struct der_reader *statement)
{
	struct der_reader types, oid;
	enum err e;

	e = der_enter(statement, DER_SEQUENCE, &types);
	while (e == ERR_OK && !der_is_end(&types)) {
		e = der_enter(&types, DER_OID, &oid);
		if (e == ERR_OK && OID_IS(&oid, OID_QC_TYPE_ESEAL))
			c->qc_eseal = true;
		if (e == ERR_OK && OID_IS(&oid, OID_QC_TYPE_ESIGN))
			c->qc_esign = true;
	}
	return e != ERR_OK || der_is_end(statement) ? e : ERR_CERT_SYNTAX;
}

static enum err
read_qc_statements(struct cert *c, struct der_reader r)
{
	struct der_reader seq, statement, oid;
	enum err e;

	e = der_enter(&r, DER_SEQUENCE, &seq);
	if (e == ERR_OK && !der_is_end(&r))
		e = ERR_CERT_SYNTAX;
	while (e == ERR_OK && !der_is_end(&seq)) {
		e = der_enter(&seq, DER_SEQUENCE, &statement);
		if (e == ERR_OK)
			e = der_enter(&statement, DER_OID, &oid);
		if (e != ERR_OK)
			return e;
		if (OID_IS(&oid, OID_QC_COMPLIANCE))
			c->qc_compliance = true;
		else if (OID_IS(&oid, OID_QC_SSCD))
			c->qc_sscd = true;
		else if (OID_IS(&oid, OID_QC_TYPE))
			e = read_qc_type(c, &statement);
	}
	return e;
}

static enum err
read_authority_info(struct cert *c, struct der_reader r)
{
	enum err e = der_enter(&r, DER_SEQUENCE, &c->authority_info);

	return e != ERR_OK || der_is_end(&r) ? e : ERR_CERT_SYNTAX;
}

static enum err
read_crl_points(struct cert *c, struct der_reader r)
{
	enum err e = der_enter(&r, DER_SEQUENCE, &c->crl_points);

	return e != ERR_OK || der_is_end(&r) ? e : ERR_CERT_SYNTAX;
}

/* id-pkix-ocsp-nocheck, noRevAvail, validity assured: that they are there is
 * all they say. */
static enum err
read_no_check(struct cert *c, struct der_reader r)
{
	(void)r;
	c->ocsp_no_check = true;
	return ERR_OK;
}

/* Refused by chain.h in every path: names are compared by none of its rules
 * here. */
static enum err
read_name_constraints(struct cert *c, struct der_reader r)
{
	(void)r;
	c->name_constraints = true;
	return ERR_OK;
}

static enum err
read_no_revocation(struct cert *c, struct der_reader r)
{
	(void)r;
	c->no_revocation = true;
	return ERR_OK;
}

static enum err
skip(struct cert *c, struct der_reader r)
{
	(void)c;
	(void)r;
	return ERR_OK;
}

/* Policies restrict nothing here: any is acceptable. Alternative names are not
 * used. */
static const struct {
	const char *oid;
	size_t len;
	enum err (*read)(struct cert *c, struct der_reader r);
} known[] = {
    {OID_BASIC_CONSTRAINTS, 3, read_basic_constraints},
    {OID_KEY_USAGE, 3, read_key_usage},
    {OID_EXT_KEY_USAGE, 3, read_ext_key_usage},
    {OID_SUBJECT_KEY_ID, 3, read_subject_key_id},
    {OID_AUTHORITY_KEY_ID, 3, read_authority_key_id},
    {OID_SUBJECT_ALT_NAME, 3, skip},
    {OID_CERTIFICATE_POLICIES, 3, skip},
    {OID_QC_STATEMENTS, 8, read_qc_statements},
    {OID_AUTHORITY_INFO, 8, read_authority_info},
    {OID_NAME_CONSTRAINTS, 3, read_name_constraints},
    {OID_CRL_POINTS, 3, read_crl_points},
    {OID_OCSP_NO_CHECK, 9, read_no_check},
    {OID_NO_REVOCATION, 3, read_no_revocation},
    {OID_VALIDITY_ASSURED, 7, read_no_revocation},
};

enum err
extension_next(struct der_reader *list, struct extension *x)
{
	struct der_reader r;
	enum err e;

	x->critical = false;
	e = der_enter(list, DER_SEQUENCE, &r);
	if (e == ERR_OK)
		e = der_enter(&r, DER_OID, &x->oid);
	/* an explicit FALSE is not DER, but certificates in use have it */
	if (e == ERR_OK && der_peek(&r) == DER_BOOLEAN)
		e = der_bool(&r, &x->critical);
	if (e == ERR_OK)
		e = der_enter(&r, DER_OCTET_STRING, &x->value);
	return e != ERR_OK || der_is_end(&r) ? e : ERR_DER_SYNTAX;
}

static enum err
interpret(struct cert *c, const struct extension *x)
{
	size_t i;

	if (x->critical && OID_IS(&x->oid, OID_EXT_KEY_USAGE))
		c->ext_key_usage_critical = true;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (oid_is(&x->oid, known[i].oid, known[i].len))
			return known[i].read(c, x->value);
	}
	if (x->critical)
		c->unknown_critical = true;
	return ERR_OK;
}

enum err
cert_read_extensions(
    struct cert *c, struct der_reader extensions, struct fault *fault)
{
	struct der_reader seen[EXTENSIONS];
	const uint8_t *at = extensions.p;
	struct extension x;
	size_t n, i;

	for (n = 0; !der_is_end(&extensions); n++) {
		at = extensions.p;
		if (n == EXTENSIONS ||
		    extension_next(&extensions, &x) != ERR_OK)
			goto bad;
		/* RFC 5280 4.2: not twice; readers differ in which counts */
		for (i = 0; i < n; i++) {
			if (seen[i].len == x.oid.len &&
			    memcmp(seen[i].p, x.oid.p, x.oid.len) == 0)
				goto bad;
		}
		seen[n] = x.oid;
		if (interpret(c, &x) != ERR_OK)
			goto bad;
	}
	if (n > 0)
		return ERR_OK;
bad:
	return fault_set(
	    fault, ERR_CERT_SYNTAX, CERT_OFFSET(c, at), "extension %zu", n);
}
