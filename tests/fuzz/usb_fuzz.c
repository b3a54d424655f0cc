/*
 * usb_fuzz: a host and a controller do to the whole device what they like, on
 * every endpoint. Whatever it is: the device keeps to the contract of
 * common/link.h, comes to rest, signs nothing that was not armed, leaves the
 * last PIN try alone, and after a reset works as on the first day.
 *
 * Input: commands of one octet, by its upper four bits. 0: a packet of any
 * kind and endpoint (two octets). 1, 2: OUT to the card or the console. For
 * these a length and so many octets follow. 3: SETUP, 8 octets follow. 4: DONE
 * of 0x80, 0x81, 0x82. 5: a whole APDU, its length and octets follow. 6: a
 * frame of the console with a right check sum: its number, length, octets.
 * 7: as 6, by LINK_CONSOLE. 8: reset and configuration. 9: power for the card.
 * a: a digest of that octet is armed. b: time passes. c: another key.
 */
#include "tests/unit/firmware/usb_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

struct run {
	struct device *d;
	bool out[USB_PIPES], in[USB_PIPES], control; /* with the controller */
	unsigned signatures;
};

static unsigned
pipe_of(unsigned endpoint)
{
	switch (endpoint) {
	case 0x01:
		return USB_CARD_OUT;
	case 0x81:
		return USB_CARD_IN;
	case 0x02:
		return USB_CONSOLE_OUT;
	case 0x82:
		return USB_CONSOLE_IN;
	default:
		return USB_PIPES;
	}
}

static void
must(bool good)
{
	if (!good)
		abort();
}

/* What it tells, in order, as a controller would understand it. */
static void
check_told(struct run *r)
{
	struct device *d = r->d;
	unsigned i, pipe;

	must(tap_bad == 0 && d->told < HOST_LOG);
	for (i = 0; i < d->told; i++) {
		pipe = pipe_of(d->log[i].endpoint);
		switch (d->log[i].kind) {
		case LINK_READY:
			must(pipe < USB_PIPES && d->log[i].endpoint < 0x80);
			must(!r->out[pipe]);
			r->out[pipe] = true;
			break;
		case LINK_IN:
			must(d->log[i].endpoint >= 0x80);
			must(pipe < USB_PIPES || d->log[i].endpoint == 0x80);
			must(pipe == USB_PIPES ? r->control : !r->in[pipe]);
			if (pipe < USB_PIPES)
				r->in[pipe] = true;
			r->control = false;
			break;
		case LINK_STALL:
			must(pipe < USB_PIPES || r->control);
			r->control = r->control && pipe < USB_PIPES;
			break;
		case LINK_CLEAR:
			must(pipe < USB_PIPES);
			r->out[pipe] = r->in[pipe] = false;
			break;
		case LINK_CONNECT:
		case LINK_ADDRESS:
		case LINK_CONSOLE:
			break;
		default:
			abort();
		}
	}
	must(d->signatures <= r->signatures);
	must(d->key.pin_tries >= 1);
}

static void
give(struct run *r, unsigned kind, unsigned endpoint, const uint8_t *octets,
    size_t len)
{
	unsigned pipe = pipe_of(endpoint);

	if (kind == LINK_CONSOLE && !usb_is_receptive(&r->d->ctx))
		return;
	if (kind == LINK_RESET) {
		memset(r->out, 0, sizeof(r->out));
		memset(r->in, 0, sizeof(r->in));
	}
	if (kind == LINK_RESET || kind == LINK_SETUP)
		r->control = kind == LINK_SETUP && endpoint == 0 && len == 8;
	if (kind == LINK_OUT && pipe < USB_PIPES) {
		if (!r->out[pipe])
			return; /* the controller said NAK */
		r->out[pipe] = false;
	}
	if (kind == LINK_DONE && pipe < USB_PIPES)
		r->in[pipe] = false;
	device_give(r->d, (enum link_kind)kind, endpoint, octets, len);
	check_told(r);
}

static void
request(struct run *r, unsigned number, unsigned value)
{
	uint8_t setup[8] = {0, (uint8_t)number, (uint8_t)value};

	give(r, LINK_SETUP, 0, setup, sizeof(setup));
	give(r, LINK_DONE, 0x80, NULL, 0);
}

static void
configure(struct run *r)
{
	give(r, LINK_RESET, 0, NULL, 0);
	request(r, 5, 7);
	request(r, 9, 1);
	must(r->d->ctx.usb.device == USB_DEVICE_CONFIGURED);
}

static void
ccid(struct run *r, unsigned type, const uint8_t *octets, size_t len)
{
	uint8_t message[CCID_HEAD + 255] = {
	    (uint8_t)type, (uint8_t)len, (uint8_t)(len >> 8)};

	if (len > 0)
		memcpy(message + CCID_HEAD, octets, len);
	give(r, LINK_OUT, 0x01, message, CCID_HEAD + len);
	if (len > 0 && (CCID_HEAD + len) % LINK_USB_PACKET == 0)
		give(r, LINK_OUT, 0x01, NULL, 0);
	give(r, LINK_DONE, 0x81, NULL, 0);
}

static void
frame(struct run *r, unsigned kind, const uint8_t *p, size_t len)
{
	uint8_t octets[FRAME_MAX];
	size_t n = frame_encode(p[0], p + 1, len, octets);

	give(r, kind, kind == LINK_OUT ? 0x02 : 0, octets, n);
	give(r, LINK_DONE, 0x82, NULL, 0);
}

/* Octets of the input that a command of a length and octets took. */
static size_t
with_octets(struct run *r, const uint8_t *p, size_t len)
{
	size_t head = *p >> 4 == 0 ? 4 : *p >> 4 >= 6 ? 3 : 2, n;

	if (len < head)
		return len;
	n = p[head - 1] < len - head ? p[head - 1] : len - head;
	switch (*p >> 4) {
	case 0:
		give(r, p[1], p[2], p + head, n);
		break;
	case 1:
		give(r, LINK_OUT, 0x01, p + head, n);
		break;
	case 2:
		give(r, LINK_OUT, 0x02, p + head, n);
		break;
	case 5:
		ccid(r, 0x6f, p + head, n);
		break;
	default: {
		uint8_t body[1 + 255];

		body[0] = p[1];
		memcpy(body + 1, p + head, n);
		frame(r, *p >> 4 == 6 ? LINK_OUT : LINK_CONSOLE, body, n);
		break;
	}
	}
	return head + n;
}

static size_t
command(struct run *r, const uint8_t *p, size_t len)
{
	struct device *d = r->d;

	switch (*p >> 4) {
	case 3:
		if (len < 9)
			return len;
		give(r, LINK_SETUP, 0, p + 1, 8);
		return 9;
	case 4:
		give(r, LINK_DONE, 0x80 + *p % 3, NULL, 0);
		return 1;
	case 8:
		configure(r);
		return 1;
	case 9:
		ccid(r, 0x62, NULL, 0);
		return 1;
	case 10:
		if (d->ctx.state == STATE_IDLE ||
		    d->ctx.state == STATE_APPROVED) {
			device_arm(d, *p);
			r->signatures++;
		}
		return 1;
	case 11:
		core_tick(&d->ctx, d->ctx.now + 1000u * (*p & 15), 0);
		return 1;
	case 12:
		d->key.alg = (*p & 1) != 0 ? ALG_ES384 : ALG_ES256;
		return 1;
	default:
		return with_octets(r, p, len);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	static const uint8_t select[] = {0, 0xa4, 4, 0, 5, 0xa0, 0, 0, 3, 8};
	struct run r = {.d = device_new(ALG_ES256)};
	size_t n;

	tap_bad = 0;
	device_run(r.d);
	check_told(&r);
	while (len > 0) {
		n = command(&r, buf, len);
		buf += n;
		len -= n;
	}
	configure(&r);
	ccid(&r, 0x62, NULL, 0);
	ccid(&r, 0x6f, select, sizeof(select));
	must(r.d->ctx.piv.selected);
	free(r.d);
	return 0;
}
