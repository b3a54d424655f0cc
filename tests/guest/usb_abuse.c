/*
 * usb_abuse: a program that may open the device and means it no good: requests
 * of any kind, octets on every endpoint, halts, resets, transfers that are
 * taken back. Always the same ones. At the end the card reader has to answer.
 *
 *	build/tests/guest/usb_abuse [ROUNDS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libusb.h>

#define VENDOR 0x1209
#define PRODUCT 0x0001
#define ROUNDS 300
#define SHORT 15 /* milliseconds */
#define LONG 2000
#define MOST 3000

static libusb_device_handle *device;
static uint32_t dice = 1;
static unsigned taken, refused;

static uint32_t
roll(uint32_t below)
{
	dice = dice * 1664525 + 1013904223;
	return (dice >> 8) % below;
}

static void
count(int status)
{
	if (status >= 0)
		taken++;
	else
		refused++;
}

static void
fill(uint8_t *buf, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = (uint8_t)roll(256);
}

/* Anything but a new address or configuration, which are the host's. */
static void
request(void)
{
	static const uint8_t types[] = {
	    0x00, 0x80, 0x01, 0x81, 0x02, 0x82, 0x21, 0xa1, 0x41, 0xc1};
	uint8_t data[256], type = types[roll(sizeof(types))];
	uint8_t number = (uint8_t)(roll(4) == 0 ? roll(256) : roll(13));
	uint16_t value = (uint16_t)(roll(2) == 0 ? roll(8) << 8 : roll(4));

	if ((type & 0x7f) == 0 && (number == 5 || number == 9))
		return;
	fill(data, sizeof(data));
	count(libusb_control_transfer(device, type, number, value,
	    (uint16_t)(roll(2) == 0 ? roll(4) : 0x80 + roll(4)), data,
	    (uint16_t)roll(sizeof(data)), LONG));
}

static void
octets(unsigned endpoint)
{
	uint8_t data[MOST];
	int n = 0;
	size_t len = roll(3) == 0 ? 64 * roll(5) : roll(MOST);

	fill(data, sizeof(data));
	/* often it begins like a message */
	if (roll(2) == 0 && endpoint == 1) {
		memset(data, 0, 10);
		data[0] = (uint8_t)(0x60 + roll(20));
		data[1] = (uint8_t)roll(60);
		len = 10 + (roll(2) == 0 ? data[1] : roll(60));
	} else if (roll(2) == 0) {
		data[0] = 0x5a;
		data[1] = (uint8_t)roll(0x20);
		data[2] = 0;
		data[3] = (uint8_t)roll(64);
	}
	count(libusb_bulk_transfer(
	    device, (unsigned char)endpoint, data, (int)len, &n, SHORT));
}

static void
fetch(unsigned endpoint)
{
	uint8_t data[MOST];
	int n = 0;

	count(libusb_bulk_transfer(device, (unsigned char)endpoint, data,
	    64 * (int)(1 + roll(40)), &n, SHORT));
}

static void
halt(unsigned endpoint)
{
	int n = 0;
	uint8_t data[64];

	count(libusb_control_transfer(
	    device, 2, 3, 0, (uint16_t)endpoint, NULL, 0, LONG));
	count(libusb_bulk_transfer(
	    device, (unsigned char)endpoint, data, 64, &n, SHORT));
	if (roll(2) == 0)
		count(libusb_clear_halt(device, (unsigned char)endpoint));
}

static void
round_of(unsigned n)
{
	static const unsigned endpoints[] = {0x01, 0x81, 0x02, 0x82};

	switch (roll(8)) {
	case 0:
	case 1:
		request();
		break;
	case 2:
	case 3:
		octets(1 + roll(2));
		break;
	case 4:
	case 5:
		fetch(0x81 + roll(2));
		break;
	case 6:
		halt(endpoints[roll(4)]);
		break;
	default:
		count(libusb_set_interface_alt_setting(
		    device, (int)roll(2), (int)(roll(8) == 0)));
		break;
	}
	if (n % 100 == 99)
		count(libusb_reset_device(device));
}

/* After all that, as a driver begins. */
static int
works(void)
{
	uint8_t status[10] = {0x65, 0, 0, 0, 0, 0, 77}, answer[64];
	int n = 0;

	if (libusb_set_interface_alt_setting(device, 0, 0) != 0 ||
	    libusb_set_interface_alt_setting(device, 1, 0) != 0)
		return 0;
	if (libusb_bulk_transfer(device, 0x01, status, 10, &n, LONG) != 0)
		return 0;
	if (libusb_bulk_transfer(device, 0x81, answer, 64, &n, LONG) != 0)
		return 0;
	return n == 10 && answer[0] == 0x81 && answer[6] == 77;
}

int
main(int argc, char **argv)
{
	unsigned rounds = ROUNDS, n;
	int good;

	if (argc > 1)
		rounds = (unsigned)strtoul(argv[1], NULL, 10);
	if (libusb_init(NULL) != 0)
		return 1;
	device = libusb_open_device_with_vid_pid(NULL, VENDOR, PRODUCT);
	if (device == NULL || libusb_claim_interface(device, 0) != 0 ||
	    libusb_claim_interface(device, 1) != 0) {
		printf("no device\n");
		return 1;
	}
	for (n = 0; n < rounds; n++)
		round_of(n);
	good = works();
	printf("abused: %u taken, %u refused, %s\n", taken, refused,
	    good ? "works" : "broken");
	libusb_close(device);
	libusb_exit(NULL);
	return !good;
}
