#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/ecc.h>

#include "host/x509/spki.h"

#include <string.h>

#include "host/x509/cert_parts.h"
#include "host/base/known.h"
#include "host/x509/oid.h"

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 4096

static const struct curve {
	enum key_type key;
	enum token_key_type token;
	unsigned bits, coordinate;
	int id; /* wolfCrypt's */
	const char *oid;
	size_t oid_len;
} curves[] = {
    {KEY_P256, TOKEN_P256, 256, 32, ECC_SECP256R1, OID_P256, OID_LEN(OID_P256)},
    {KEY_P384, TOKEN_P384, 384, 48, ECC_SECP384R1, OID_P384, OID_LEN(OID_P384)},
    {KEY_P521, TOKEN_P521, 521, 66, ECC_SECP521R1, OID_P521, OID_LEN(OID_P521)},
};

#define CURVES (sizeof(curves) / sizeof(curves[0]))

static unsigned
bit_length(const struct der_reader *n)
{
	unsigned bits = (unsigned)n->len * 8;
	uint8_t top = n->p[0];

	for (; (top & 0x80) == 0; top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

/* A positive INTEGER without its sign octet. */
static enum err
enter_magnitude(struct der_reader *r, struct der_reader *n)
{
	enum err e = der_enter(r, DER_INTEGER, n);

	if (e != ERR_OK || n->len == 0 || (n->p[0] & 0x80) != 0)
		return ERR_CERT_KEY;
	if (n->p[0] != 0)
		return ERR_OK;
	n->p++;
	n->len--;
	/* the sign octet stands only where the next would mean a negative */
	return n->len > 0 && (n->p[0] & 0x80) != 0 ? ERR_OK : ERR_CERT_KEY;
}

static enum err
read_rsa(struct der_reader bits, struct spki *k)
{
	struct der_reader seq;

	if (der_enter(&bits, DER_SEQUENCE, &seq) != ERR_OK ||
	    !der_is_end(&bits) || enter_magnitude(&seq, &k->value) != ERR_OK ||
	    enter_magnitude(&seq, &k->exponent) != ERR_OK || !der_is_end(&seq))
		return ERR_CERT_KEY;
	k->key = KEY_RSA;
	k->bits = bit_length(&k->value);
	k->coordinate = (unsigned)k->value.len;
	if (k->bits < RSA_BITS_MIN || k->bits > RSA_BITS_MAX ||
	    (k->value.p[k->value.len - 1] & 1) == 0 || k->exponent.len > 8 ||
	    (k->exponent.p[k->exponent.len - 1] & 1) == 0 ||
	    (k->exponent.len == 1 && k->exponent.p[0] < 3))
		return ERR_CERT_KEY;
	return ERR_OK;
}

/* A point off the curve would make signatures easy to forge. */
static enum err
check_point(const struct curve *c, const struct der_reader *point)
{
	const uint8_t curve = (uint8_t)c->key;
	const struct der_reader parts[2] = {der_reader(&curve, 1), *point};
	enum err e = ERR_CERT_KEY;
	struct known known;
	ecc_key key;

	known_digest(&known, KNOWN_POINT, parts, 2);
	if (known_is(&known))
		return ERR_OK;
	if (wc_ecc_init(&key) != 0)
		return ERR_NO_MEMORY;
	spki_note_tables();
	if (wc_ecc_import_x963_ex(point->p, (word32)point->len, &key, c->id) ==
		0 &&
	    wc_ecc_check_key(&key) == 0) {
		e = ERR_OK;
		known_add(&known);
	}
	wc_ecc_free(&key);
	return e;
}

static enum err
read_ec(struct der_reader algorithm, struct der_reader bits, struct spki *k)
{
	struct der_reader oid;
	size_t i;

	if (der_enter(&algorithm, DER_OID, &oid) != ERR_OK ||
	    !der_is_end(&algorithm))
		return ERR_CERT_KEY;
	for (i = 0; i < CURVES; i++) {
		if (oid_is(&oid, curves[i].oid, curves[i].oid_len))
			break;
	}
	if (i == CURVES || bits.len != 1 + 2 * (size_t)curves[i].coordinate ||
	    bits.p[0] != 4)
		return ERR_CERT_KEY;
	k->key = curves[i].key;
	k->bits = curves[i].bits;
	k->coordinate = curves[i].coordinate;
	k->value = bits;
	return ERR_OK;
}

/* Contents of SubjectPublicKeyInfo. */
static enum err
read_contents(struct der_reader r, struct spki *k)
{
	struct der_reader algorithm, oid, bits, null;

	memset(k, 0, sizeof(*k));
	if (der_enter(&r, DER_SEQUENCE, &algorithm) != ERR_OK ||
	    der_enter(&algorithm, DER_OID, &oid) != ERR_OK ||
	    der_enter(&r, DER_BIT_STRING, &bits) != ERR_OK || !der_is_end(&r) ||
	    bits.len < 2 || bits.p[0] != 0)
		return ERR_CERT_KEY;
	bits = der_reader(bits.p + 1, bits.len - 1);
	if (OID_IS(&oid, OID_EC_KEY))
		return read_ec(algorithm, bits, k);
	if (!OID_IS(&oid, OID_RSA) ||
	    der_enter(&algorithm, DER_NULL, &null) != ERR_OK || null.len != 0 ||
	    !der_is_end(&algorithm))
		return ERR_CERT_KEY;
	return read_rsa(bits, k);
}

static enum err
read_whole(const uint8_t *der, size_t len, struct spki *out)
{
	struct der_reader r = der_reader(der, len), contents;

	if (der_enter(&r, DER_SEQUENCE, &contents) != ERR_OK || !der_is_end(&r))
		return ERR_CERT_KEY;
	return read_contents(contents, out);
}

static enum err
check_curve(const struct spki *k)
{
	size_t i;

	for (i = 0; i < CURVES; i++) {
		if (k->key == curves[i].key)
			return check_point(&curves[i], &k->value);
	}
	return ERR_OK;
}

enum err
spki_read(const uint8_t *der, size_t len, struct spki *out)
{
	enum err e = read_whole(der, len, out);

	return e != ERR_OK ? e : check_curve(out);
}

enum err
spki_read_checked(const uint8_t *der, size_t len, struct spki *out)
{
	return read_whole(der, len, out);
}

enum err
cert_read_key(struct cert *c, struct der_reader spki, struct fault *fault)
{
	struct spki k;
	enum err e = read_contents(spki, &k);

	if (e == ERR_OK)
		e = check_curve(&k);
	c->key = k.key;
	c->key_bits = k.bits;
	if (e == ERR_CERT_KEY)
		return fault_set(fault, e, CERT_OFFSET(c, spki.p),
		    "RSA of %u to %u bits, P-256, P-384 or P-521 was expected",
		    RSA_BITS_MIN, RSA_BITS_MAX);
	return e;
}

bool
spki_equal(const struct spki *a, const struct spki *b)
{
	return a->key == b->key && a->value.len == b->value.len &&
	    memcmp(a->value.p, b->value.p, a->value.len) == 0 &&
	    a->exponent.len == b->exponent.len &&
	    (a->exponent.len == 0 ||
		memcmp(a->exponent.p, b->exponent.p, a->exponent.len) == 0);
}

static enum err
write_spki(struct der_writer *w, const char *algorithm, size_t algorithm_len,
    const struct curve *curve)
{
	size_t inside;

	/* the BIT STRING's contents are there already */
	der_put(w, "\0", 1);
	der_wrap(w, DER_BIT_STRING, w->cap);
	inside = w->pos;
	if (curve != NULL)
		der_put_value(w, DER_OID, curve->oid, curve->oid_len);
	else
		der_put_value(w, DER_NULL, NULL, 0);
	der_put_value(w, DER_OID, algorithm, algorithm_len);
	der_wrap(w, DER_SEQUENCE, inside);
	der_wrap(w, DER_SEQUENCE, w->cap);
	return w->err;
}

enum err
spki_from_token_key(const struct token_public_key *key, uint8_t *out,
    size_t cap, size_t *out_len)
{
	struct der_writer w;
	struct spki k;
	enum err e;
	size_t i;

	*out_len = 0;
	der_writer_init(&w, out, cap);
	if (key->value_len > sizeof(key->value) ||
	    key->exponent_len > sizeof(key->exponent))
		return ERR_CERT_KEY;
	if (key->type == TOKEN_RSA) {
		der_put_uint(&w, key->exponent, key->exponent_len);
		der_put_uint(&w, key->value, key->value_len);
		der_wrap(&w, DER_SEQUENCE, w.cap);
		e = write_spki(&w, OID_RSA, OID_LEN(OID_RSA), NULL);
	} else {
		for (i = 0; i < CURVES && curves[i].token != key->type; i++)
			;
		if (i == CURVES)
			return ERR_CERT_KEY;
		der_put(&w, key->value, key->value_len);
		e = write_spki(&w, OID_EC_KEY, OID_LEN(OID_EC_KEY), &curves[i]);
	}
	if (e != ERR_OK)
		return e;
	*out_len = w.cap - w.pos;
	memmove(out, w.buf + w.pos, *out_len);
	return spki_read(out, *out_len, &k);
}

enum err
spki_to_token_key(const uint8_t *der, size_t len, struct token_public_key *out)
{
	struct spki k;
	enum err e = spki_read(der, len, &k);
	size_t i;

	memset(out, 0, sizeof(*out));
	if (e != ERR_OK)
		return e;
	out->type = TOKEN_RSA;
	for (i = 0; i < CURVES; i++) {
		if (curves[i].key == k.key)
			out->type = curves[i].token;
	}
	memcpy(out->value, k.value.p, k.value.len);
	out->value_len = k.value.len;
	if (k.exponent.len > 0)
		memcpy(out->exponent, k.exponent.p, k.exponent.len);
	out->exponent_len = k.exponent.len;
	return ERR_OK;
}

enum err
cert_token_key(const struct cert *c, struct token_public_key *out)
{
	return spki_to_token_key(c->spki, c->spki_len, out);
}

bool
token_key_equal(
    const struct token_public_key *a, const struct token_public_key *b)
{
	return a->type == b->type && a->value_len == b->value_len &&
	    a->exponent_len == b->exponent_len &&
	    a->value_len <= sizeof(a->value) &&
	    a->exponent_len <= sizeof(a->exponent) &&
	    memcmp(a->value, b->value, a->value_len) == 0 &&
	    memcmp(a->exponent, b->exponent, a->exponent_len) == 0;
}
