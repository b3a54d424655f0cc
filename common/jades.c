#include "common/jades.h"

#include <string.h>

#include "common/base64.h"
#include "common/der.h"
#include "common/utc.h"

/* What composing needs and finds out before the first octet is put. */
struct plan {
	const struct jades_header *h;
	const struct alg *alg;
	struct der_reader issuer, serial;
	char sig_t[UTC_SIZE];
};

static bool
is_certificate_size(const struct der_certificate *c)
{
	return c->der != NULL && c->len > 0 && c->len <= BOUND_CERTIFICATE;
}

/* One SEQUENCE and nothing behind it that the timestamp would not cover. */
static bool
is_token(const uint8_t *der, size_t len)
{
	struct der_reader r = der_reader(der, len), contents;

	return len <= BOUND_TIMESTAMP &&
	    der_enter(&r, DER_SEQUENCE, &contents) == ERR_OK && der_is_end(&r);
}

static enum err
make_plan(struct plan *p, const struct jades_header *h)
{
	const struct der_certificate *signer = &h->chain[0];
	int64_t back;
	size_t i;

	p->h = h;
	if (h->profile != PROFILE_EDC)
		return ERR_PROFILE;
	p->alg = alg_get(h->alg);
	if (p->alg == NULL)
		return ERR_ALGORITHM;
	if (h->chain_len < 1 || h->chain_len > BOUND_CHAIN)
		return ERR_HEADER_COMPOSE;
	for (i = 0; i < h->chain_len; i++) {
		if (!is_certificate_size(&h->chain[i]))
			return ERR_HEADER_COMPOSE;
	}
	if (h->signing_time != SIGNING_TIME_IAT &&
	    h->signing_time != SIGNING_TIME_SIGT)
		return ERR_HEADER_COMPOSE;
	/* utc_format shows a time out of its range as another one */
	utc_format(h->time, p->sig_t);
	if (utc_parse(p->sig_t, UTC_SIZE - 1, &back) != ERR_OK ||
	    back != h->time)
		return ERR_HEADER_COMPOSE;
	if (h->content_timestamp != NULL &&
	    !is_token(h->content_timestamp, h->content_timestamp_len))
		return ERR_HEADER_COMPOSE;
	if (der_certificate_issuer_serial(
		signer->der, signer->len, &p->issuer, &p->serial) != ERR_OK)
		return ERR_CERT_SYNTAX;
	return ERR_OK;
}

static void
put(struct sink *out, const void *octets, size_t len)
{
	out->put(out, octets, len);
}

static void
put_text(struct sink *out, const char *text)
{
	put(out, text, strlen(text));
}

static void
put_base64(struct sink *out, const uint8_t *octets, size_t len)
{
	struct base64_sink b;

	base64_sink_init(&b, out);
	put(&b.sink, octets, len);
	base64_sink_finish(&b);
}

/* SEQUENCE { SEQUENCE { [4] { issuer } }, serial }: GeneralName's choice
 * directoryName is explicit because Name is a choice itself. */
static void
put_kid(struct sink *out, const struct plan *p)
{
	uint8_t name[DER_HEAD_MAX], names[DER_HEAD_MAX], all[DER_HEAD_MAX];
	size_t name_len, names_len, all_len;
	struct base64_sink b;

	name_len = der_head(DER_CONTEXT(4), p->issuer.len, name);
	names_len = der_head(DER_SEQUENCE, name_len + p->issuer.len, names);
	all_len = der_head(DER_SEQUENCE,
	    names_len + name_len + p->issuer.len + p->serial.len, all);

	base64_sink_init(&b, out);
	put(&b.sink, all, all_len);
	put(&b.sink, names, names_len);
	put(&b.sink, name, name_len);
	put(&b.sink, p->issuer.p, p->issuer.len);
	put(&b.sink, p->serial.p, p->serial.len);
	base64_sink_finish(&b);
}

static void
put_thumbprint(struct sink *out, const struct der_certificate *c)
{
	uint8_t digest[SHA256_SIZE];
	char text[BASE64URL_LEN(SHA256_SIZE)];

	sha256(c->der, c->len, digest);
	put(out, text, base64url_encode(digest, sizeof(digest), text));
}

static void
put_chain(struct sink *out, const struct jades_header *h)
{
	size_t i;

	for (i = 0; i < h->chain_len; i++) {
		put_text(out, i == 0 ? "\"" : ",\"");
		put_base64(out, h->chain[i].der, h->chain[i].len);
		put_text(out, "\"");
	}
}

/* value >= 0 */
static void
put_decimal(struct sink *out, int64_t value)
{
	char digits[20];
	size_t n = sizeof(digits);

	do {
		digits[--n] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	put(out, digits + n, sizeof(digits) - n);
}

static void
put_times(struct sink *out, const struct plan *p)
{
	const struct jades_header *h = p->h;
	bool sig_t = h->signing_time == SIGNING_TIME_SIGT;

	if (sig_t) {
		put_text(out, ",\"sigT\":\"");
		put_text(out, p->sig_t);
		put_text(out, "\"");
	} else {
		put_text(out, ",\"iat\":");
		put_decimal(out, h->time);
	}
	if (h->content_timestamp != NULL) {
		put_text(out, ",\"adoTst\":{\"tstTokens\":[{\"val\":\"");
		put_base64(out, h->content_timestamp, h->content_timestamp_len);
		put_text(out, "\"}]}");
	}
	put_text(out, ",\"crit\":[\"b64\"");
	if (sig_t)
		put_text(out, ",\"sigT\"");
	if (h->content_timestamp != NULL &&
	    (sig_t || h->crit_content_timestamp))
		put_text(out, ",\"adoTst\"");
	put_text(out, "]");
}

/* No value has a character that JSON would want escaped. */
static void
put_header(struct sink *out, const struct plan *p)
{
	struct base64_sink b;
	struct sink *json = &b.sink;

	base64url_sink_init(&b, out);
	put_text(json, "{\"alg\":\"");
	put_text(json, p->alg->name);
	put_text(json, "\",\"cty\":\"octet-stream\",\"kid\":\"");
	put_kid(json, p);
	put_text(json, "\",\"x5t#S256\":\"");
	put_thumbprint(json, &p->h->chain[0]);
	put_text(json, "\",\"x5c\":[");
	put_chain(json, p->h);
	put_text(json, "],\"typ\":\"jose+json\",\"b64\":false");
	put_times(json, p);
	put_text(json, "}");
	base64_sink_finish(&b);
}

enum err
jades_header_put(const struct jades_header *h, struct sink *out)
{
	struct plan p;
	enum err e = make_plan(&p, h);

	if (e == ERR_OK)
		put_header(out, &p);
	return e;
}

struct comparison {
	struct sink sink;
	const char *text; /* what is left to be met */
	size_t len;
	bool differs;
};

static void
compare(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct comparison *c = (struct comparison *)sink;

	if (len > c->len || (len > 0 && memcmp(c->text, buf, len) != 0))
		c->differs = true;
	if (c->differs)
		return;
	c->text += len;
	c->len -= len;
}

enum err
jades_header_check(const struct jades_header *h, const char *text, size_t len)
{
	struct comparison c = {{compare}, text, len, false};
	enum err e = jades_header_put(h, &c.sink);

	if (e == ERR_OK && (c.differs || c.len != 0))
		e = ERR_HEADER_DIFFERS;
	return e;
}
