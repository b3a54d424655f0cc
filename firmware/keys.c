#include "firmware/keys.h"

#include <string.h>

#include "firmware/core.h"
#include "firmware/handlers.h"

static size_t
point_len(const struct ctx *c)
{
	return 2 * (size_t)alg_get(c->port->key->alg)->coordinate;
}

bool
keys_is_there(const struct ctx *c)
{
	return c->port->key->key == MSG_KEY_READY;
}

unsigned
keys_tries(const struct ctx *c)
{
	unsigned tries = c->port->key->pin_tries;

	return keys_is_there(c) && tries > 0 ? tries - 1 : 0;
}

bool
keys_is_open(const struct ctx *c)
{
	return keys_is_there(c) && c->port->key->is_open;
}

enum err
keys_login(struct ctx *c, const uint8_t *pin, size_t len)
{
	if (!keys_is_there(c))
		return ERR_TOKEN_KEY_ABSENT;
	return c->port->keys->login(
	    c->port->vault, &(struct msg_octets){pin, len}, false);
}

void
keys_logout(struct ctx *c)
{
	c->armed = false;
	if (keys_is_there(c))
		c->port->keys->logout(c->port->vault);
}

enum alg_number
keys_alg(const struct ctx *c)
{
	return c->port->key->alg;
}

size_t
keys_point(const struct ctx *c, uint8_t out[static MSG_SEAL_SIGNATURE])
{
	if (!keys_is_there(c))
		return 0;
	memcpy(out, c->port->key->point, point_len(c));
	return point_len(c);
}

uint32_t
keys_certificate_len(const struct ctx *c)
{
	return keys_is_there(c) ? c->port->key->certificate_len : 0;
}

size_t
keys_certificate(struct ctx *c, uint32_t offset, uint8_t *buf, size_t cap)
{
	if (offset >= keys_certificate_len(c))
		return 0;
	return c->port->keys->get_certificate(c->port->vault, offset, buf, cap);
}

/* A seal names its certificate: for another one it would be worth nothing. */
static enum err
check_sign(const struct ctx *c, enum alg_number alg)
{
	if (!keys_is_there(c))
		return ERR_TOKEN_KEY_ABSENT;
	if (alg != c->port->key->alg)
		return ERR_ALGORITHM;
	if (!keys_is_open(c))
		return ERR_TOKEN_LOGGED_OUT;
	if (c->port->key->certificate_len == 0 ||
	    memcmp(c->port->key->certificate, c->batch.certificate,
		SHA256_SIZE) != 0)
		return ERR_CERT_CHANGED;
	return ERR_OK;
}

/* Once for each item of the batch, however often it is armed. */
static enum err
count(struct ctx *c, const uint8_t *digest, size_t len)
{
	uint32_t index = c->armed_leaf.index;
	uint8_t *octet = &c->room.counted[index / 8];
	uint8_t bit = (uint8_t)(1u << index % 8);
	enum err e;

	if (index >= BOUND_BATCH)
		return ERR_INTERNAL;
	if ((*octet & bit) != 0)
		return ERR_OK;
	e = memory_count(c, digest, len, 0);
	if (e == ERR_OK)
		*octet |= bit;
	return e;
}

enum err
keys_sign(struct ctx *c, enum alg_number alg, const uint8_t *digest, size_t len,
    uint8_t *rs, size_t *rs_len)
{
	enum err e = check_sign(c, alg);

	*rs_len = 0;
	if (e != ERR_OK)
		return e;
	if (!core_take_armed(c, alg, digest, len))
		return ERR_APPROVAL_ABSENT;
	e = count(c, digest, len);
	if (e == ERR_OK)
		e = c->port->keys->sign(c->port->vault, digest, len, rs);
	if (e == ERR_OK)
		*rs_len = point_len(c);
	return e;
}
