/* The card's PIN and its key: SP 800-73-4 part 2, 3.2.1 and 3.2.4. */
#include <string.h>

#include "common/der.h"
#include "firmware/hmac.h"
#include "firmware/keys.h"
#include "firmware/piv_parts.h"

#define PIN 8 /* octets, filled with 0xff */
#define PIN_REFERENCE 0x80 /* the card's own */
#define FORGET 0xff

#define TEMPLATE 0x7c
#define CHALLENGE 0x81 /* what is to be signed */
#define RESPONSE 0x82
#define EXPONENTIATION 0x85 /* ECDH: not with this key */

/* SP 800-78-4, table 6-2. */
#define PIV_P256 0x11
#define PIV_P384 0x14

static enum piv_status
tries(const struct ctx *c)
{
	unsigned n = keys_tries(c);

	if (n == 0)
		return PIV_BLOCKED;
	return (enum piv_status)(PIV_TRIES | (n < 15 ? n : 15));
}

static enum piv_status
try_pin(struct ctx *c, const uint8_t *pin)
{
	size_t len = PIN;

	while (len > 0 && pin[len - 1] == 0xff)
		len--;
	switch (keys_login(c, pin, len)) {
	case ERR_OK:
		return PIV_DONE;
	case ERR_PIN_WRONG:
		return tries(c);
	case ERR_PIN_LENGTH:
		return PIV_DATA;
	case ERR_PIN_LOCKED:
	case ERR_PIN_FINAL_TRY:
		return PIV_BLOCKED;
	case ERR_TOKEN_KEY_ABSENT:
		return PIV_REFUSED;
	default:
		return PIV_BROKEN;
	}
}

enum piv_status
piv_verify(struct ctx *c, const struct piv_command *m)
{
	if (m->p2 != PIN_REFERENCE || (m->p1 != 0 && m->p1 != FORGET))
		return PIV_PARAMETERS;
	if (m->p1 == FORGET) {
		if (m->len != 0)
			return PIV_LENGTH;
		keys_logout(c);
		return PIV_DONE;
	}
	if (m->len == 0)
		return keys_is_open(c) ? PIV_DONE : tries(c);
	return m->len == PIN ? try_pin(c, m->data) : PIV_LENGTH;
}

/* 7C { 82 {} 81 { digest } }, in any order. */
static enum piv_status
find_digest(const struct piv *p, struct der_reader *digest)
{
	struct der_reader all = der_reader(p->room, p->room_len), inside, value;
	bool challenge = false, response = false;
	uint8_t tag;

	if (der_enter(&all, TEMPLATE, &inside) != ERR_OK || !der_is_end(&all))
		return PIV_DATA;
	while (!der_is_end(&inside)) {
		if (der_next(&inside, &tag, &value) != ERR_OK)
			return PIV_DATA;
		if (tag == EXPONENTIATION)
			return PIV_FUNCTION;
		if (tag == CHALLENGE && !challenge && value.len > 0) {
			challenge = true;
			*digest = value;
		} else if (tag == RESPONSE && !response && value.len == 0) {
			response = true;
		} else {
			return PIV_DATA;
		}
	}
	return challenge && response ? PIV_DONE : PIV_DATA;
}

static enum piv_status
leave_signature(struct piv *p, const uint8_t *rs, size_t len)
{
	uint8_t der[PIV_ROOM];
	struct der_writer w;
	size_t der_len;

	if (der_ecdsa_from_raw(rs, len, der, sizeof(der), &der_len) != ERR_OK)
		return PIV_BROKEN;
	der_writer_init(&w, p->room, sizeof(p->room));
	der_put_value(&w, RESPONSE, der, der_len);
	der_wrap(&w, TEMPLATE, sizeof(p->room));
	if (w.err != ERR_OK)
		return PIV_BROKEN;
	p->len = (uint16_t)(w.cap - w.pos);
	memmove(p->room, w.buf + w.pos, p->len);
	return PIV_DONE;
}

static enum piv_status
sign(struct ctx *c, enum alg_number alg, const struct der_reader *digest)
{
	uint8_t rs[MSG_SEAL_SIGNATURE];
	size_t len;

	switch (keys_sign(c, alg, digest->p, digest->len, rs, &len)) {
	case ERR_OK:
		return leave_signature(&c->piv, rs, len);
	case ERR_TOKEN_LOGGED_OUT:
		return PIV_NO_PIN;
	default:
		return PIV_REFUSED; /* not armed, above all */
	}
}

enum piv_status
piv_authenticate(struct ctx *c, unsigned alg, unsigned slot)
{
	struct der_reader digest = {NULL, 0};
	enum alg_number number;
	enum piv_status status;

	if (slot != PIV_SLOT)
		return PIV_FUNCTION;
	if (!keys_is_there(c))
		return PIV_REFUSED;
	number = keys_alg(c);
	if (alg != (number == ALG_ES384 ? PIV_P384 : PIV_P256))
		return PIV_PARAMETERS;
	status = find_digest(&c->piv, &digest);
	if (status != PIV_DONE)
		return status;
	if (digest.len != alg_get(number)->hash_size)
		return PIV_DATA;
	return sign(c, number, &digest);
}
