#include "hsm/public.h"

#include <string.h>

#include "common/der.h"

static const uint8_t oid_p256[] = {
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static const uint8_t oid_p384[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
static const uint8_t oid_p521[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23};
/* 1.2.840.113549.1.1.1 and 1.2.840.10045.2.1, contents only */
static const uint8_t oid_rsa[] = {
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
static const uint8_t oid_ec[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};

static const struct {
	enum token_key_type type;
	const uint8_t *oid;
	size_t oid_len;
	size_t coordinate;
} curves[] = {
    {TOKEN_P256, oid_p256, sizeof(oid_p256), 32},
    {TOKEN_P384, oid_p384, sizeof(oid_p384), 48},
    {TOKEN_P521, oid_p521, sizeof(oid_p521), 66},
};
#define CURVES (sizeof(curves) / sizeof(curves[0]))

const uint8_t *
public_curve_oid(enum token_key_type type, size_t *len)
{
	size_t i;

	for (i = 0; i < CURVES; i++)
		if (curves[i].type == type) {
			*len = curves[i].oid_len;
			return curves[i].oid;
		}
	return NULL;
}

size_t
public_coordinate(enum token_key_type type)
{
	size_t i;

	for (i = 0; i < CURVES; i++)
		if (curves[i].type == type)
			return curves[i].coordinate;
	return 0;
}

bool
public_attribute(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session,
    CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, void *buf, size_t cap,
    size_t *len)
{
	CK_ATTRIBUTE a = {type, buf, cap};

	*len = 0;
	if (f->C_GetAttributeValue(session, object, &a, 1) != CKR_OK ||
	    a.ulValueLen == CK_UNAVAILABLE_INFORMATION || a.ulValueLen > cap)
		return false;
	*len = a.ulValueLen;
	return true;
}

static bool
set_rsa(struct token_public_key *out, const uint8_t *n, size_t n_len,
    const uint8_t *e, size_t e_len)
{
	while (n_len > 0 && *n == 0) {
		n++;
		n_len--;
	}
	while (e_len > 0 && *e == 0) {
		e++;
		e_len--;
	}
	if (n_len == 0 || n_len > sizeof(out->value) || e_len == 0 ||
	    e_len > sizeof(out->exponent))
		return false;
	memset(out, 0, sizeof(*out));
	out->type = TOKEN_RSA;
	memcpy(out->value, n, n_len);
	out->value_len = n_len;
	memcpy(out->exponent, e, e_len);
	out->exponent_len = e_len;
	return true;
}

/* point: raw, or wrapped in an OCTET STRING as PKCS#11 2.40 asks for. */
static bool
set_ec(struct token_public_key *out, const uint8_t *oid, size_t oid_len,
    const uint8_t *point, size_t point_len)
{
	size_t i, want;

	for (i = 0; i < CURVES; i++)
		if (curves[i].oid_len == oid_len &&
		    memcmp(curves[i].oid, oid, oid_len) == 0)
			break;
	if (i == CURVES)
		return false;
	want = 1 + 2 * curves[i].coordinate;
	if (point_len == want + 3 && point[0] == DER_OCTET_STRING &&
	    point[1] == 0x81 && point[2] == want) {
		point += 3;
		point_len -= 3;
	} else if (point_len == want + 2 && point[0] == DER_OCTET_STRING &&
	    point[1] == want) {
		point += 2;
		point_len -= 2;
	}
	if (point_len != want || point[0] != 0x04)
		return false;
	memset(out, 0, sizeof(*out));
	out->type = curves[i].type;
	memcpy(out->value, point, want);
	out->value_len = want;
	return true;
}

static bool
octets_are(const struct der_reader *r, const uint8_t *octets, size_t len)
{
	return r->len == len && memcmp(r->p, octets, len) == 0;
}

static bool
rsa_from_bits(struct der_reader bits, struct token_public_key *out)
{
	struct der_reader seq, n, e;

	return der_enter(&bits, DER_SEQUENCE, &seq) == ERR_OK &&
	    der_enter(&seq, DER_INTEGER, &n) == ERR_OK &&
	    der_enter(&seq, DER_INTEGER, &e) == ERR_OK && der_is_end(&seq) &&
	    der_is_end(&bits) && set_rsa(out, n.p, n.len, e.p, e.len);
}

bool
public_from_spki(const uint8_t *spki, size_t len, struct token_public_key *out)
{
	struct der_reader r = der_reader(spki, len), seq, alg, oid, params,
			  bits;
	uint8_t tag;

	if (der_enter(&r, DER_SEQUENCE, &seq) != ERR_OK || !der_is_end(&r) ||
	    der_enter(&seq, DER_SEQUENCE, &alg) != ERR_OK ||
	    der_enter(&alg, DER_OID, &oid) != ERR_OK ||
	    der_next_whole(&alg, &tag, &params) != ERR_OK ||
	    der_enter(&seq, DER_BIT_STRING, &bits) != ERR_OK ||
	    !der_is_end(&seq) || bits.len < 2 || bits.p[0] != 0)
		return false;
	bits.p++;
	bits.len--;
	if (octets_are(&oid, oid_rsa, sizeof(oid_rsa)))
		return rsa_from_bits(bits, out);
	if (octets_are(&oid, oid_ec, sizeof(oid_ec)))
		return set_ec(out, params.p, params.len, bits.p, bits.len);
	return false;
}

bool
public_read(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session,
    CK_OBJECT_HANDLE object, struct token_public_key *out)
{
	uint8_t a[1024], b[160];
	CK_KEY_TYPE type;
	size_t a_len, b_len, len;

	if (!public_attribute(
		f, session, object, CKA_KEY_TYPE, &type, sizeof(type), &len) ||
	    len != sizeof(type))
		return false;
	if (type == CKK_RSA &&
	    public_attribute(
		f, session, object, CKA_MODULUS, a, sizeof(a), &a_len) &&
	    public_attribute(f, session, object, CKA_PUBLIC_EXPONENT, b,
		sizeof(b), &b_len) &&
	    set_rsa(out, a, a_len, b, b_len))
		return true;
	if (type == CKK_EC &&
	    public_attribute(
		f, session, object, CKA_EC_PARAMS, a, sizeof(a), &a_len) &&
	    public_attribute(
		f, session, object, CKA_EC_POINT, b, sizeof(b), &b_len) &&
	    set_ec(out, a, a_len, b, b_len))
		return true;
	return public_attribute(f, session, object, CKA_PUBLIC_KEY_INFO, a,
		   sizeof(a), &a_len) &&
	    a_len > 0 && public_from_spki(a, a_len, out);
}
