#include "firmware/piv.h"

#include <string.h>

#include "common/be.h"
#include "firmware/hmac.h"
#include "firmware/keys.h"
#include "firmware/piv_parts.h"

enum instruction {
	VERIFY = 0x20,
	GENERAL_AUTHENTICATE = 0x87,
	SELECT = 0xa4,
	GET_RESPONSE = 0xc0,
	GET_DATA = 0xcb,
};

#define CLA_CHAIN 0x10
#define APDU_HEAD 4
#define LE_MAX 256

void
piv_reset(struct ctx *c)
{
	hmac_wipe(&c->piv, sizeof(c->piv));
	keys_logout(c);
}

/* ISO 7816-4 5.1, the four short cases. */
static bool
decode(struct piv_command *m, const uint8_t *apdu, size_t len)
{
	if (len < APDU_HEAD)
		return false;
	m->cla = apdu[0];
	m->ins = apdu[1];
	m->p1 = apdu[2];
	m->p2 = apdu[3];
	m->data = apdu + APDU_HEAD + 1;
	m->len = 0;
	m->le = 0;
	if (len == APDU_HEAD)
		return true;
	if (len > APDU_HEAD + 1) {
		m->len = apdu[APDU_HEAD];
		if (m->len == 0)
			return false; /* a long one */
		apdu += 1 + m->len;
		if (len == (size_t)APDU_HEAD + 1 + m->len)
			return true;
		if (len != (size_t)APDU_HEAD + 2 + m->len)
			return false;
	}
	m->le = apdu[APDU_HEAD] == 0 ? LE_MAX : apdu[APDU_HEAD];
	return true;
}

/* Of a command in one piece or in many, the data comes together in room. */
static enum piv_status
collect(struct ctx *c, const struct piv_command *m)
{
	struct piv *p = &c->piv;

	if (!p->chained)
		p->room_len = 0;
	p->chained = false;
	if (m->len > sizeof(p->room) - p->room_len)
		return PIV_LENGTH;
	memcpy(p->room + p->room_len, m->data, m->len);
	p->room_len = (uint16_t)(p->room_len + m->len);
	if ((m->cla & CLA_CHAIN) == 0)
		return piv_authenticate(c, m->p1, m->p2);
	p->chained = true;
	p->head[0] = m->ins;
	p->head[1] = m->p1;
	p->head[2] = m->p2;
	p->len = 0; /* nothing to fetch in between */
	return PIV_DONE;
}

/* A chain is broken by anything that is not its next link. */
static bool
is_next_link(const struct piv *p, const struct piv_command *m)
{
	return m->ins == p->head[0] && m->p1 == p->head[1] &&
	    m->p2 == p->head[2];
}

static enum piv_status
work(struct ctx *c, const struct piv_command *m)
{
	struct piv *p = &c->piv;

	if ((m->cla & ~CLA_CHAIN) != 0)
		return PIV_CLASS;
	if (p->chained && !is_next_link(p, m)) {
		p->chained = false;
		return PIV_CHAIN_EXPECTED;
	}
	if (m->cla == CLA_CHAIN && m->ins != GENERAL_AUTHENTICATE)
		return PIV_NO_CHAIN;
	if (m->ins != GET_RESPONSE) {
		p->len = p->at = 0;
		p->certificate = false;
	}
	if (m->ins == SELECT)
		return piv_select(c, m);
	switch (m->ins) {
	case VERIFY:
		return p->selected ? piv_verify(c, m) : PIV_REFUSED;
	case GENERAL_AUTHENTICATE:
		return p->selected ? collect(c, m) : PIV_REFUSED;
	case GET_DATA:
		return p->selected ? piv_get_data(c, m) : PIV_REFUSED;
	case GET_RESPONSE:
		if (m->p1 != 0 || m->p2 != 0)
			return PIV_PARAMETERS;
		if (m->len != 0 || m->le == 0)
			return PIV_LENGTH;
		return p->at < p->len ? PIV_DONE : PIV_REFUSED;
	default:
		return PIV_INSTRUCTION;
	}
}

/* As much of the answer as is wanted; what is left is said in the status. */
static size_t
give(struct ctx *c, size_t le, uint8_t *out, enum piv_status *status)
{
	struct piv *p = &c->piv;
	size_t left = (size_t)(p->len - p->at);
	size_t n = left < le ? left : le;

	if (p->certificate && !piv_read_certificate(c, p->at, out, n)) {
		p->len = p->at = 0;
		*status = PIV_BROKEN;
		return 0;
	}
	if (!p->certificate)
		memcpy(out, p->room + p->at, n);
	p->at = (uint16_t)(p->at + n);
	left -= n;
	if (left > 0)
		*status = (enum piv_status)(
		    PIV_MORE | (left < LE_MAX ? left : 0));
	return n;
}

size_t
piv_apdu(struct ctx *c, uint8_t *apdu, size_t len)
{
	enum piv_status status = PIV_LENGTH;
	struct piv_command m;
	size_t n = 0;

	if (decode(&m, apdu, len)) {
		status = work(c, &m);
		if (status == PIV_DONE)
			n = give(c, m.le, apdu, &status);
	} else {
		c->piv.chained = false;
		c->piv.len = c->piv.at = 0;
	}
	be16_put(apdu + n, (uint16_t)status);
	return n + 2;
}
