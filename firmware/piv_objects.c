/* What the card says of itself: SP 800-73-4 part 1, 3.1 and 4. */
#include <string.h>

#include "common/be.h"
#include "common/sha256.h"
#include "firmware/keys.h"
#include "firmware/piv_parts.h"

/* 2.2: the application, whole and with its version. */
static const uint8_t aid[] = {
    0xa0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00};
#define AID_PROVIDER 5 /* of it, NIST's */

/* Where the GUID stands in CHUID. */
#define GUID_AT 31
#define GUID 16

/* Part 2, table 3. */
static const uint8_t template[] = {0x61, 0x11, 0x4f, 0x06, 0x00, 0x00, 0x10,
    0x00, 0x01, 0x00, 0x79, 0x07, 0x4f, 0x05, 0xa0, 0x00, 0x00, 0x03, 0x08};

/* 3.3.2: the card's own PIN, not a global one. */
static const uint8_t discovery[] = {0x7e, 0x12, 0x4f, 0x0b, 0xa0, 0x00, 0x00,
    0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00, 0x5f, 0x2f, 0x02, 0x40,
    0x00};

/* 3.1.2: not of a federal agency (9999), GUID, no expiry worth the name, no
 * signature. */
static const uint8_t chuid[] = {0x53, 0x3b, 0x30, 0x19, 0xd4, 0xe7, 0x39, 0xda,
    0x73, 0x9c, 0xed, 0x39, 0xce, 0x73, 0x9d, 0x83, 0x68, 0x58, 0x21, 0x08,
    0x42, 0x10, 0x84, 0x21, 0xc8, 0x42, 0x10, 0xc3, 0xeb, /* GUID: */ 0x34,
    0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* expires: */ 0x35,
    0x08, '2', '0', '9', '9', '1', '2', '3', '1', 0x3e, 0x00, 0xfe, 0x00};

/* 3.1.1: this card refers to no other model of data. */
static const uint8_t ccc[] = {0x53, 0x1d, 0xf0, 0x00, 0xf1, 0x01, 0x21, 0xf2,
    0x01, 0x21, 0xf3, 0x00, 0xf4, 0x01, 0x00, 0xf5, 0x01, 0x10, 0xf6, 0x00,
    0xf7, 0x00, 0xfa, 0x00, 0xfb, 0x00, 0xfc, 0x00, 0xfd, 0x00, 0xfe};

/* 4.x: 53 { 70 { certificate } 71 { 0: not compressed } FE {} }. */
#define CERTIFICATE_HEAD 8
static const uint8_t certificate_tail[] = {0x71, 0x01, 0x00, 0xfe, 0x00};

enum object {
	DISCOVERY = 0x7e,
	CHUID = 0x5fc102,
	CCC = 0x5fc107,
	CERTIFICATE = 0x5fc105, /* of PIV_SLOT */
};

static enum piv_status
leave(struct piv *p, const uint8_t *octets, size_t len)
{
	memcpy(p->room, octets, len);
	p->len = (uint16_t)len;
	return PIV_DONE;
}

enum piv_status
piv_select(struct ctx *c, const struct piv_command *m)
{
	if (m->p1 != 0x04 || m->p2 != 0)
		return PIV_PARAMETERS;
	if (m->len < AID_PROVIDER || m->len > sizeof(aid) ||
	    memcmp(m->data, aid, m->len) != 0)
		return PIV_NOT_FOUND;
	c->piv.selected = true;
	return leave(&c->piv, template, sizeof(template));
}

static enum piv_status
get_certificate(struct ctx *c)
{
	uint32_t len = keys_certificate_len(c);

	if (len == 0)
		return PIV_NOT_FOUND;
	c->piv.certificate = true;
	c->piv.len = (uint16_t)(CERTIFICATE_HEAD + len +
	    sizeof(certificate_tail));
	return PIV_DONE;
}

static enum piv_status
get_chuid(struct ctx *c)
{
	uint8_t digest[SHA256_SIZE];

	sha256(c->port->point, sizeof(c->port->point), digest);
	(void)leave(&c->piv, chuid, sizeof(chuid));
	memcpy(c->piv.room + GUID_AT, digest, GUID);
	return PIV_DONE;
}

enum piv_status
piv_get_data(struct ctx *c, const struct piv_command *m)
{
	uint32_t object = 0;
	size_t i;

	if (m->p1 != 0x3f || m->p2 != 0xff)
		return PIV_PARAMETERS;
	if (m->len < 3 || m->data[0] != 0x5c || m->data[1] != m->len - 2 ||
	    m->data[1] > 3)
		return PIV_DATA;
	for (i = 2; i < m->len; i++)
		object = object << 8 | m->data[i];
	switch (object) {
	case DISCOVERY:
		return leave(&c->piv, discovery, sizeof(discovery));
	case CHUID:
		return get_chuid(c);
	case CCC:
		return leave(&c->piv, ccc, sizeof(ccc));
	case CERTIFICATE:
		return get_certificate(c);
	default:
		return PIV_NOT_FOUND;
	}
}

bool
piv_read_certificate(struct ctx *c, uint32_t at, uint8_t *buf, size_t len)
{
	uint32_t total = keys_certificate_len(c);
	uint32_t end = CERTIFICATE_HEAD + total;
	uint8_t head[CERTIFICATE_HEAD] = {0x53, 0x82, 0, 0, 0x70, 0x82, 0, 0};
	size_t n;

	/* it is not the one whose length was said */
	if (end + sizeof(certificate_tail) != c->piv.len)
		return false;
	be16_put(head + 2, (uint16_t)(total + 4 + sizeof(certificate_tail)));
	be16_put(head + 6, (uint16_t)total);
	for (; len > 0; buf += n, at += (uint32_t)n, len -= n) {
		if (at < CERTIFICATE_HEAD) {
			n = 1;
			*buf = head[at];
		} else if (at >= end) {
			n = 1;
			*buf = certificate_tail[at - end];
		} else {
			n = len < end - at ? len : end - at;
			n = keys_certificate(c, at - CERTIFICATE_HEAD, buf, n);
			if (n == 0)
				return false;
		}
	}
	return true;
}
