#include "common/jades.h"

#include <string.h>

#include "common/base64.h"
#include "common/jades_inside.h"
#include "common/utc.h"

/* What composing needs and finds out before the first octet is put. */
struct plan {
	const struct jades_header *h;
	const struct profile *profile;
	const struct alg *alg;
	struct jades_signer signer;
};

enum err
jades_read_signer(struct jades_signer *s, const uint8_t *der, size_t len)
{
	sha256(der, len, s->digest);
	return der_certificate_issuer_serial(
		   der, len, &s->issuer, &s->serial) == ERR_OK
	    ? ERR_OK
	    : ERR_CERT_SYNTAX;
}

/* utc_format shows a time out of its range as another one. */
bool
jades_is_time(enum signing_time form, int64_t time)
{
	char text[UTC_SIZE];
	int64_t back;

	if (form != SIGNING_TIME_IAT && form != SIGNING_TIME_SIGT)
		return false;
	utc_format(time, text);
	return utc_parse(text, UTC_SIZE - 1, &back) == ERR_OK && back == time;
}

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
	size_t i;

	p->h = h;
	p->profile = profile_get(h->profile);
	if (p->profile == NULL)
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
	if (!jades_is_time(h->signing_time, h->time))
		return ERR_HEADER_COMPOSE;
	if (h->content_timestamp != NULL &&
	    !is_token(h->content_timestamp, h->content_timestamp_len))
		return ERR_HEADER_COMPOSE;
	return jades_read_signer(&p->signer, signer->der, signer->len);
}

static void
put(struct sink *out, const void *octets, size_t len)
{
	out->put(out, octets, len);
}

void
jades_put_text(struct sink *out, const char *text)
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
put_kid(struct sink *out, const struct jades_signer *p)
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
put_chain(struct sink *out, const struct jades_header *h)
{
	size_t i;

	for (i = 0; i < h->chain_len; i++) {
		jades_put_text(out, i == 0 ? "\"" : ",\"");
		put_base64(out, h->chain[i].der, h->chain[i].len);
		jades_put_text(out, "\"");
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

/* No value of these parts has a character that JSON would want escaped. */
void
jades_put_start(struct sink *json, const struct profile *profile,
    const struct alg *alg, const struct jades_signer *signer)
{
	char thumbprint[BASE64URL_LEN(SHA256_SIZE)];

	jades_put_text(json, "{\"alg\":\"");
	jades_put_text(json, alg->name);
	jades_put_text(json, "\",\"cty\":\"");
	jades_put_text(json, profile->content_type);
	jades_put_text(json, "\",\"kid\":\"");
	put_kid(json, signer);
	jades_put_text(json, "\",\"x5t#S256\":\"");
	put(json, thumbprint,
	    base64url_encode(signer->digest, SHA256_SIZE, thumbprint));
	jades_put_text(json, "\",\"x5c\":[");
}

void
jades_put_time(struct sink *json, const struct profile *profile,
    enum signing_time form, int64_t time)
{
	char sig_t[UTC_SIZE];

	jades_put_text(json, "],\"typ\":\"");
	jades_put_text(json, profile->type);
	jades_put_text(json, profile->encoded ? "\"" : "\",\"b64\":false");
	if (form == SIGNING_TIME_SIGT) {
		utc_format(time, sig_t);
		jades_put_text(json, ",\"sigT\":\"");
		jades_put_text(json, sig_t);
		jades_put_text(json, "\"");
	} else {
		jades_put_text(json, ",\"iat\":");
		put_decimal(json, time);
	}
}

/* An empty crit is not allowed (RFC 7515 4.1.11): then there is none. */
void
jades_put_end(struct sink *json, const struct profile *profile,
    enum signing_time form, bool has_token, bool crit)
{
	bool sig_t = form == SIGNING_TIME_SIGT;
	const bool named[] = {
	    !profile->encoded, sig_t, has_token && (sig_t || crit)};
	static const char *const names[] = {"b64", "sigT", "adoTst"};
	const char *before = ",\"crit\":[\"";
	size_t i;

	for (i = 0; i < 3; i++) {
		if (!named[i])
			continue;
		jades_put_text(json, before);
		jades_put_text(json, names[i]);
		before = "\",\"";
	}
	/* has one been put? */
	jades_put_text(json, before[1] == ',' ? "\"]}" : "}");
}

static void
put_header(struct sink *out, const struct plan *p)
{
	const struct jades_header *h = p->h;
	struct base64_sink b;

	base64url_sink_init(&b, out);
	jades_put_start(&b.sink, p->profile, p->alg, &p->signer);
	put_chain(&b.sink, h);
	jades_put_time(&b.sink, p->profile, h->signing_time, h->time);
	if (h->content_timestamp != NULL) {
		jades_put_text(&b.sink, JADES_TOKEN_BEFORE);
		put_base64(
		    &b.sink, h->content_timestamp, h->content_timestamp_len);
		jades_put_text(&b.sink, JADES_TOKEN_AFTER);
	}
	jades_put_end(&b.sink, p->profile, h->signing_time,
	    h->content_timestamp != NULL, h->crit_content_timestamp);
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
