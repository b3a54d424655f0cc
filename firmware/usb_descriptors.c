/* What the device says of itself: USB 2.0 9.6, CCID 1.10 5.1. */
#include <string.h>

#include "firmware/ccid.h"
#include "firmware/usb_parts.h"

enum kind {
	KIND_DEVICE = 1,
	KIND_CONFIGURATION = 2,
	KIND_STRING = 3,
	KIND_INTERFACE = 4,
	KIND_ENDPOINT = 5,
	KIND_CCID = 0x21,
};

enum string { MANUFACTURER = 1, PRODUCT = 2, SERIAL = 3, CONSOLE = 4 };

#define LE16(n) ((n)&0xff), ((n) >> 8 & 0xff)
#define LE32(n) LE16((n)&0xffff), LE16((n) >> 16 & 0xffff)
#define BULK(address) 7, KIND_ENDPOINT, (address), 2, LE16(LINK_USB_PACKET), 0
#define TOTAL 109

/* 1209:0001 is given by pid.codes for tests. A product needs a number of its
 * own, here, in udev's rule and in the list of readers (docs/TOKENS.md). */
static const uint8_t device[18] = {18, KIND_DEVICE, LE16(0x0200), 0, 0, 0,
    LINK_USB_PACKET, LE16(0x1209), LE16(0x0001), LE16(0x0100), MANUFACTURER,
    PRODUCT, SERIAL, 1};

static const uint8_t configuration[TOTAL] = {
    /* two interfaces; powered by the bus, 100 mA */
    9, KIND_CONFIGURATION, LE16(TOTAL), 2, 1, 0, 0x80, 50,

    /* the card: bulk alone, no interrupts, since it is never taken out */
    9, KIND_INTERFACE, USB_INTERFACE_CARD, 0, 2, 0x0b, 0, 0, 0, /* */
    54, KIND_CCID, LE16(0x0110), 0, /* one slot */
    7, /* 5, 3 and 1.8 V */
    LE32(2), /* T=1 */
    LE32(4000), LE32(4000), 0, /* kHz */
    LE32(10753), LE32(10753), 0, /* bit/s */
    LE32(254), LE32(0), LE32(0), /* IFSD, no synchronous cards, no mechanics */
    /* parameters, voltage, clock and rate by themselves; short APDUs */
    LE32(0x000200beu), LE32(CCID_MESSAGE), 0xff, 0xff, LE16(0), 0, 1, /* */
    BULK(0x01), BULK(0x81),

    /* the console */
    9, KIND_INTERFACE, 1, 0, 2, 0xff, 0x5a, 1, CONSOLE, /* */
    BULK(0x02), BULK(0x82)};

/* UTF-16 of ASCII. */
static size_t
put_string(uint8_t *out, const char *text, size_t len)
{
	size_t i;

	out[0] = (uint8_t)(2 + 2 * len);
	out[1] = KIND_STRING;
	for (i = 0; i < len; i++) {
		out[2 + 2 * i] = (uint8_t)text[i];
		out[3 + 2 * i] = 0;
	}
	return out[0];
}

static bool
string(const struct ctx *c, unsigned number, uint8_t *out, size_t *len)
{
	static const char *const texts[] = {
	    [MANUFACTURER] = "Zegel",
	    [PRODUCT] = "Zegel appliance",
	    [CONSOLE] = "Zegel console",
	};
	static const uint8_t languages[] = {4, KIND_STRING, LE16(0x0409)};
	char serial[USB_SERIAL];

	if (number == 0) {
		memcpy(out, languages, sizeof(languages));
		*len = sizeof(languages);
	} else if (number == SERIAL) {
		usb_serial(c, serial);
		*len = put_string(out, serial, sizeof(serial));
	} else if (number <= CONSOLE) {
		*len = put_string(out, texts[number], strlen(texts[number]));
	} else {
		return false;
	}
	return true;
}

bool
usb_descriptor(const struct ctx *c, unsigned kind, unsigned number,
    uint8_t out[static USB_ANSWER], size_t *len)
{
	_Static_assert(TOTAL <= USB_ANSWER, "the longest answer");

	if (kind == KIND_STRING)
		return string(c, number, out, len);
	if (kind == KIND_DEVICE && number == 0) {
		*len = sizeof(device);
		memcpy(out, device, sizeof(device));
		return true;
	}
	if (kind == KIND_CONFIGURATION && number == 0) {
		*len = sizeof(configuration);
		memcpy(out, configuration, sizeof(configuration));
		return true;
	}
	return false;
}

void
usb_serial(const struct ctx *c, char text[static USB_SERIAL])
{
	static const char digits[] = "0123456789ABCDEF";
	uint8_t digest[SHA256_SIZE];
	size_t i;

	sha256(c->port->point, sizeof(c->port->point), digest);
	for (i = 0; i < USB_SERIAL; i++)
		text[i] = digits[digest[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
}
