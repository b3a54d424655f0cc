#include "firmware/ccid.h"

#include <string.h>

#include "firmware/ctx.h"
#include "firmware/hmac.h"

/* CCID 1.10 6.1. */
enum command {
	SET_PARAMETERS = 0x61,
	POWER_ON = 0x62,
	POWER_OFF = 0x63,
	SLOT_STATUS = 0x65,
	SECURE = 0x69,
	ESCAPE = 0x6b,
	GET_PARAMETERS = 0x6c,
	RESET_PARAMETERS = 0x6d,
	XFR_BLOCK = 0x6f,
	ABORT = 0x72,
	SET_RATE = 0x73,
};

/* 6.2 */
enum answer {
	DATA_BLOCK = 0x80,
	SLOT_STATUS_ANSWER = 0x81,
	PARAMETERS = 0x82,
	ESCAPE_ANSWER = 0x83,
	RATE = 0x84,
};

/* bError, table 6.2-2; below 0x80 the place of the offending octet. */
enum reason {
	NOT_THERE = 0,
	BAD_LENGTH = 1,
	BAD_SLOT = 5,
	BAD_OCTET_7 = 7,
	BAD_LEVEL = 8,
	MUTE = 0xfe,
	ABORTED = 0xff,
};

#define FAILED 0x40 /* bmCommandStatus */
#define INACTIVE 1 /* bmICCStatus */
#define NO_CARD 2
#define PROTOCOL_T1 1
#define POWER_MAX 3 /* automatic, 5, 3, 1.8 V */

/* T=1 alone; no historical octets. */
static const uint8_t atr[] = {0x3b, 0x80, 0x01, 0x81};
/* 6.2.3: F/D as at the start, LRC, IFSC of 254; nothing depends on it. */
static const uint8_t parameters[] = {0x11, 0x10, 0x00, 0x4d, 0x00, 0xfe, 0x00};

void
ccid_restart(struct ctx *c)
{
	struct ccid *d = &c->ccid;

	hmac_wipe(d->buf, sizeof(d->buf));
	d->state = CCID_TAKES;
	d->aborting = false;
	d->got = 0;
	d->len = 0;
}

void
ccid_init(struct ctx *c)
{
	ccid_restart(c);
	c->ccid.powered = false;
	piv_reset(c);
}

bool
ccid_is_receptive(const struct ctx *c)
{
	return c->ccid.state == CCID_TAKES;
}

/* What the header says; only if there is one. */
static uint64_t
length(const struct ccid *d)
{
	const uint8_t *p = d->buf + 1;

	return (uint64_t)CCID_HEAD + p[0] + ((uint32_t)p[1] << 8) +
	    ((uint32_t)p[2] << 16) + ((uint64_t)p[3] << 24);
}

void
ccid_take(struct ctx *c, const uint8_t *octets, size_t len, bool ends)
{
	struct ccid *d = &c->ccid;
	size_t room = 0;

	if (d->state != CCID_TAKES)
		return;
	if (d->got < sizeof(d->buf))
		room = sizeof(d->buf) - (size_t)d->got;
	memcpy(d->buf + sizeof(d->buf) - room, octets, len < room ? len : room);
	d->got += len;
	if (d->got >= CCID_HEAD && (ends || d->got >= length(d)))
		d->state = CCID_WHOLE;
	else if (ends)
		d->got = 0; /* there is nobody to answer to */
}

/* Header of the answer, from that of the message; len octets stand behind. */
static void
answer(struct ccid *d, enum answer type, size_t len)
{
	uint8_t *p = d->buf;

	p[0] = (uint8_t)type;
	p[1] = (uint8_t)len;
	p[2] = (uint8_t)(len >> 8);
	p[3] = p[4] = 0;
	p[7] = d->powered ? 0 : INACTIVE;
	p[8] = p[9] = 0;
	d->len = (uint16_t)(CCID_HEAD + len);
}

static enum answer
type_of(unsigned command)
{
	switch (command) {
	case POWER_ON:
	case SECURE:
	case XFR_BLOCK:
		return DATA_BLOCK;
	case GET_PARAMETERS:
	case RESET_PARAMETERS:
	case SET_PARAMETERS:
		return PARAMETERS;
	case ESCAPE:
		return ESCAPE_ANSWER;
	case SET_RATE:
		return RATE;
	default:
		return SLOT_STATUS_ANSWER;
	}
}

static void
refuse(struct ccid *d, enum reason reason)
{
	answer(d, type_of(d->buf[0]), 0);
	d->buf[7] |= FAILED;
	d->buf[8] = (uint8_t)reason;
	if (reason == BAD_SLOT)
		d->buf[7] = FAILED | NO_CARD;
}

static void
power(struct ctx *c, bool on)
{
	struct ccid *d = &c->ccid;

	if (on && d->buf[7] > POWER_MAX) {
		refuse(d, BAD_OCTET_7);
		return;
	}
	d->powered = on;
	piv_reset(c);
	if (on)
		memcpy(d->buf + CCID_HEAD, atr, sizeof(atr));
	answer(d, type_of(d->buf[0]), on ? sizeof(atr) : 0);
	d->buf[9] = on ? 0 : 1; /* the clock: stopped low */
}

static void
give_parameters(struct ccid *d)
{
	memcpy(d->buf + CCID_HEAD, parameters, sizeof(parameters));
	answer(d, PARAMETERS, sizeof(parameters));
	d->buf[9] = PROTOCOL_T1;
}

/* It sets what is set already: nothing travels at another speed for it. */
static void
set_parameters(struct ccid *d, size_t len)
{
	if (d->buf[7] != PROTOCOL_T1)
		refuse(d, BAD_OCTET_7);
	else if (len != sizeof(parameters))
		refuse(d, BAD_LENGTH);
	else
		give_parameters(d);
}

static void
exchange(struct ctx *c, size_t len)
{
	struct ccid *d = &c->ccid;

	if (d->buf[8] != 0 || d->buf[9] != 0)
		refuse(d, BAD_LEVEL);
	else
		answer(d, DATA_BLOCK, piv_apdu(c, d->buf + CCID_HEAD, len));
}

static void
work(struct ctx *c, size_t len)
{
	struct ccid *d = &c->ccid;
	bool takes = d->buf[0] == XFR_BLOCK || d->buf[0] == SET_PARAMETERS;

	if (!takes && len > 0) {
		refuse(d,
		    type_of(d->buf[0]) == SLOT_STATUS_ANSWER ||
			    d->buf[0] == POWER_ON
			? BAD_LENGTH
			: NOT_THERE);
		return;
	}
	switch (d->buf[0]) {
	case POWER_ON:
	case POWER_OFF:
		power(c, d->buf[0] == POWER_ON);
		break;
	case SLOT_STATUS:
		answer(d, SLOT_STATUS_ANSWER, 0);
		break;
	case ABORT:
		if (d->buf[6] == d->abort_seq)
			d->aborting = false;
		answer(d, SLOT_STATUS_ANSWER, 0);
		break;
	case GET_PARAMETERS:
	case RESET_PARAMETERS:
		give_parameters(d);
		break;
	case SET_PARAMETERS:
		set_parameters(d, len);
		break;
	case XFR_BLOCK:
		exchange(c, len);
		break;
	default:
		refuse(d, NOT_THERE);
		break;
	}
}

/* Commands for which the card has to have power. */
static bool
wants_power(unsigned command)
{
	return command == XFR_BLOCK || type_of(command) == PARAMETERS;
}

bool
ccid_run(struct ctx *c)
{
	struct ccid *d = &c->ccid;
	uint64_t len = length(d);

	if (d->state != CCID_WHOLE)
		return false;
	if (d->buf[5] != 0)
		refuse(d, BAD_SLOT);
	else if (d->got != len || len > sizeof(d->buf))
		refuse(d, BAD_LENGTH);
	else if (d->aborting &&
	    (d->buf[0] != ABORT || d->buf[6] != d->abort_seq))
		refuse(d, ABORTED);
	else if (wants_power(d->buf[0]) && !d->powered)
		refuse(d, MUTE);
	else
		work(c, (size_t)len - CCID_HEAD);
	/* a PIN */
	hmac_wipe(d->buf + d->len, sizeof(d->buf) - d->len);
	d->state = CCID_ANSWERS;
	return true;
}

bool
ccid_answer(const struct ctx *c, const uint8_t **octets, size_t *len)
{
	*octets = c->ccid.buf;
	*len = c->ccid.len;
	return c->ccid.state == CCID_ANSWERS;
}

void
ccid_fetched(struct ctx *c)
{
	bool aborting = c->ccid.aborting;

	ccid_restart(c);
	c->ccid.aborting = aborting;
}

bool
ccid_abort(struct ctx *c, unsigned slot, unsigned seq)
{
	if (slot != 0)
		return false;
	c->ccid.aborting = true;
	c->ccid.abort_seq = (uint8_t)seq;
	return true;
}
