/* What the operations on keys have in common: texts, digests, signatures. */
#include <string.h>

#include "common/oid.h"
#include "common/utc.h"
#include "firmware/ask.h"
#include "firmware/handlers.h"
#include "firmware/keys.h"

const char *
ask_curve(enum alg_number alg)
{
	return alg == ALG_ES384 ? "P-384" : "P-256";
}

void
ask_put_line(struct text *t, const char *line)
{
	text_put_string(t, line);
	text_end_line(t);
}

void
ask_put_text(struct text *t, const char *heading, const void *text, size_t len)
{
	ask_put_line(t, heading);
	text_put(t, text, len);
	text_end_line(t);
}

void
ask_put_date(struct text *t, const char *heading, int64_t time)
{
	char text[UTC_SIZE];

	utc_format(time, text);
	text_put_string(t, heading);
	text_put(t, text, 10);
	text_end_line(t);
}

void
ask_digest(enum alg_number alg, const void *buf, size_t len,
    uint8_t out[static SHA512_SIZE])
{
	struct sha512 h;

	if (alg != ALG_ES384) {
		sha256(buf, len, out);
		return;
	}
	sha512_init(&h, alg_get(alg)->hash_size);
	sha512_push(&h, buf, len);
	sha512_finish(&h, out);
}

enum err
ask_may_sign(const struct ctx *c)
{
	if (!keys_is_there(c))
		return ERR_TOKEN_KEY_ABSENT;
	return keys_is_open(c) ? ERR_OK : ERR_TOKEN_LOGGED_OUT;
}

enum err
ask_sign(struct ctx *c, const void *buf, size_t len,
    uint8_t rs[static MSG_SEAL_SIGNATURE])
{
	uint8_t digest[SHA512_SIZE];
	size_t size;
	enum err e = ask_may_sign(c);

	if (e != ERR_OK)
		return e;
	size = alg_get(keys_alg(c))->hash_size;
	ask_digest(keys_alg(c), buf, len, digest);
	e = memory_count(c, digest, size, 0);
	if (e == ERR_OK)
		e = c->port->keys->sign(c->port->vault, digest, size, rs);
	return e;
}

static void
put_oid(struct der_writer *w, const char *oid, size_t len)
{
	der_put_value(w, DER_OID, oid, len);
}

/* RFC 5480 2.1, 2.2: ecPublicKey, the curve, the point uncompressed. */
void
ask_put_key(struct der_writer *w, const struct ctx *c)
{
	static const uint8_t before[2] = {0, 4};
	uint8_t point[MSG_SEAL_SIGNATURE];
	size_t end = w->pos, mark, len = keys_point(c, point);

	der_put(w, point, len);
	der_put(w, before, sizeof(before));
	der_wrap(w, DER_BIT_STRING, end);
	mark = w->pos;
	if (keys_alg(c) == ALG_ES384)
		put_oid(w, OID_P384, OID_LEN(OID_P384));
	else
		put_oid(w, OID_P256, OID_LEN(OID_P256));
	put_oid(w, OID_EC_KEY, OID_LEN(OID_EC_KEY));
	der_wrap(w, DER_SEQUENCE, mark);
	der_wrap(w, DER_SEQUENCE, end);
}
