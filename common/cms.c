#include "common/cms.h"

#include "common/hash_alg.h"
#include "common/oid.h"

/* RFC 5652 5.1, and encapContentInfo of 5.2: the content is inside. */
static enum err
read_content(struct der_reader *r, struct cms_signed *out)
{
	struct der_reader seq, wrap;
	enum err e;

	e = der_enter(r, DER_SEQUENCE, &seq);
	if (e == ERR_OK)
		e = der_enter(&seq, DER_OID, &out->content_type);
	if (e == ERR_OK)
		e = der_enter(&seq, DER_CONTEXT(0), &wrap);
	if (e == ERR_OK)
		e = der_enter(&wrap, DER_OCTET_STRING, &out->content);
	return e != ERR_OK || (der_is_end(&wrap) && der_is_end(&seq))
	    ? e
	    : ERR_DER_SYNTAX;
}

/* [n] IMPLICIT, which may be absent: its contents. */
static enum err
read_optional(struct der_reader *r, unsigned n, struct der_reader *contents)
{
	if (der_peek(r) != DER_CONTEXT(n))
		return ERR_OK;
	return der_enter(r, (uint8_t)DER_CONTEXT(n), contents);
}

/* SignerIdentifier (5.3). */
static enum err
read_signer(struct der_reader *r, struct cms_signed *out)
{
	struct der_reader seq;
	enum err e;

	if (der_peek(r) == DER_CONTEXT_PRIMITIVE(0))
		return der_enter(r, DER_CONTEXT_PRIMITIVE(0), &out->key_id);
	e = der_enter(r, DER_SEQUENCE, &seq);
	if (e == ERR_OK)
		e = der_enter_whole(&seq, DER_SEQUENCE, &out->issuer);
	if (e == ERR_OK)
		e = der_enter_whole(&seq, DER_INTEGER, &out->serial);
	return e != ERR_OK || der_is_end(&seq) ? e : ERR_DER_SYNTAX;
}

static enum err
read_signer_info(struct der_reader info, struct cms_signed *out)
{
	struct der_reader algorithm;
	uint64_t version;
	enum err e;

	e = der_uint(&info, &version);
	if (e == ERR_OK)
		e = read_signer(&info, out);
	if (e == ERR_OK && version != (out->key_id.len > 0 ? 3 : 1))
		e = ERR_DER_RANGE;
	if (e == ERR_OK)
		e = der_enter(&info, DER_SEQUENCE, &algorithm);
	if (e == ERR_OK) {
		out->hash_size = hash_alg_size(&algorithm);
		if (out->hash_size == 0)
			e = ERR_ALGORITHM;
	}
	/* optional in general, but not where the content is no plain data */
	if (e == ERR_OK)
		e = der_enter_whole(&info, DER_CONTEXT(0), &out->attributes);
	if (e == ERR_OK)
		e = der_enter(&info, DER_SEQUENCE, &out->signature_algorithm);
	if (e == ERR_OK)
		e = der_enter(&info, DER_OCTET_STRING, &out->signature);
	if (e == ERR_OK)
		e = read_optional(&info, 1, &out->unsigned_attributes);
	return e != ERR_OK || der_is_end(&info) ? e : ERR_DER_SYNTAX;
}

static enum err
read_signed_data(struct der_reader data, struct cms_signed *out)
{
	struct der_reader skipped, infos, info;
	uint64_t version;
	enum err e;

	e = der_uint(&data, &version);
	if (e == ERR_OK && (version < 1 || version > 5))
		e = ERR_DER_RANGE;
	if (e == ERR_OK)
		e = der_enter(&data, DER_SET, &skipped);
	if (e == ERR_OK)
		e = read_content(&data, out);
	if (e == ERR_OK)
		e = read_optional(&data, 0, &out->certificates);
	if (e == ERR_OK)
		e = read_optional(&data, 1, &out->crls);
	if (e == ERR_OK)
		e = der_enter(&data, DER_SET, &infos);
	if (e == ERR_OK)
		e = der_enter(&infos, DER_SEQUENCE, &info);
	if (e == ERR_OK && (!der_is_end(&infos) || !der_is_end(&data)))
		e = ERR_DER_SYNTAX;
	return e == ERR_OK ? read_signer_info(info, out) : e;
}

enum err
cms_signed_decode(const uint8_t *der, size_t len, struct cms_signed *out)
{
	struct der_reader r = der_reader(der, len), seq, type, wrap, data;
	enum err e;

	memset(out, 0, sizeof(*out));
	e = der_enter(&r, DER_SEQUENCE, &seq);
	if (e == ERR_OK)
		e = der_enter(&seq, DER_OID, &type);
	if (e == ERR_OK && !OID_IS(&type, OID_SIGNED_DATA))
		e = ERR_DER_TAG;
	if (e == ERR_OK)
		e = der_enter(&seq, DER_CONTEXT(0), &wrap);
	if (e == ERR_OK)
		e = der_enter(&wrap, DER_SEQUENCE, &data);
	if (e == ERR_OK &&
	    (!der_is_end(&r) || !der_is_end(&seq) || !der_is_end(&wrap)))
		e = ERR_DER_SYNTAX;
	return e == ERR_OK ? read_signed_data(data, out) : e;
}

enum err
cms_next_certificate(
    struct der_reader *certificates, struct der_reader *certificate)
{
	struct der_reader whole;
	uint8_t tag;
	enum err e;

	while (!der_is_end(certificates)) {
		e = der_next_whole(certificates, &tag, &whole);
		if (e != ERR_OK)
			return e;
		if (tag == DER_SEQUENCE) {
			*certificate = whole;
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

static enum err
next_attribute(
    struct der_reader *list, struct der_reader *oid, struct der_reader *values)
{
	struct der_reader seq;
	enum err e;

	e = der_enter(list, DER_SEQUENCE, &seq);
	if (e == ERR_OK)
		e = der_enter(&seq, DER_OID, oid);
	if (e == ERR_OK)
		e = der_enter(&seq, DER_SET, values);
	return e != ERR_OK || der_is_end(&seq) ? e : ERR_DER_SYNTAX;
}

enum err
cms_attribute(const struct cms_signed *s, const char *oid, size_t oid_len,
    struct der_reader *value)
{
	struct der_reader r = s->attributes, list, type, values, found;
	bool seen = false;
	uint8_t tag;
	enum err e;

	e = der_enter(&r, DER_CONTEXT(0), &list);
	while (e == ERR_OK && !der_is_end(&list)) {
		e = next_attribute(&list, &type, &values);
		if (e != ERR_OK || !oid_is(&type, oid, oid_len))
			continue;
		e = seen ? ERR_DER_SYNTAX
			 : der_next_whole(&values, &tag, &found);
		if (e == ERR_OK && !der_is_end(&values))
			e = ERR_DER_SYNTAX;
		seen = true;
	}
	if (e != ERR_OK)
		return e;
	if (!seen)
		return ERR_NOT_FOUND;
	*value = found;
	return ERR_OK;
}

/* IssuerSerial: the issuer as GeneralNames with one directoryName. Any other
 * name is as good as none. */
static enum err
read_issuer_serial(struct der_reader seq, struct cms_ess *out)
{
	struct der_reader names, name;
	enum err e;

	e = der_enter(&seq, DER_SEQUENCE, &names);
	if (e == ERR_OK && der_peek(&names) == DER_CONTEXT(4)) {
		e = der_enter(&names, DER_CONTEXT(4), &name);
		if (e == ERR_OK)
			e = der_enter_whole(&name, DER_SEQUENCE, &out->issuer);
		if (e == ERR_OK && !der_is_end(&name))
			e = ERR_DER_SYNTAX;
	}
	if (e == ERR_OK)
		e = der_enter_whole(&seq, DER_INTEGER, &out->serial);
	return e != ERR_OK || der_is_end(&seq) ? e : ERR_DER_SYNTAX;
}

/* ESSCertIDv2's hashAlgorithm is SHA-256 if it is absent (RFC 5035 4). */
static enum err
read_ess(struct der_reader id, bool v2, struct cms_ess *out)
{
	struct der_reader algorithm, seq;
	enum err e = ERR_OK;

	out->hash_size = v2 ? 32 : 20;
	if (v2 && der_peek(&id) == DER_SEQUENCE) {
		e = der_enter(&id, DER_SEQUENCE, &algorithm);
		if (e == ERR_OK) {
			out->hash_size = hash_alg_size(&algorithm);
			if (out->hash_size == 0)
				e = ERR_ALGORITHM;
		}
	}
	if (e == ERR_OK)
		e = der_enter(&id, DER_OCTET_STRING, &out->hash);
	if (e == ERR_OK && out->hash.len != out->hash_size)
		e = ERR_DER_RANGE;
	if (e == ERR_OK && !der_is_end(&id)) {
		e = der_enter(&id, DER_SEQUENCE, &seq);
		if (e == ERR_OK)
			e = read_issuer_serial(seq, out);
		if (e == ERR_OK && out->issuer.len == 0)
			memset(&out->serial, 0, sizeof(out->serial));
	}
	return e != ERR_OK || der_is_end(&id) ? e : ERR_DER_SYNTAX;
}

enum err
cms_signing_certificate(const struct cms_signed *s, struct cms_ess *out)
{
	struct der_reader value, seq, list, id;
	bool v2 = true;
	enum err e;

	memset(out, 0, sizeof(*out));
	e = cms_attribute(s, OID_SIGNING_CERTIFICATE_V2,
	    OID_LEN(OID_SIGNING_CERTIFICATE_V2), &value);
	if (e == ERR_NOT_FOUND) {
		v2 = false;
		e = cms_attribute(s, OID_SIGNING_CERTIFICATE,
		    OID_LEN(OID_SIGNING_CERTIFICATE), &value);
	}
	if (e == ERR_OK)
		e = der_enter(&value, DER_SEQUENCE, &seq);
	if (e == ERR_OK)
		e = der_enter(&seq, DER_SEQUENCE, &list);
	if (e == ERR_OK)
		e = der_enter(&list, DER_SEQUENCE, &id);
	return e == ERR_OK ? read_ess(id, v2, out) : e;
}
