/* The console's interface of an appliance on USB (docs/BOARDS.md). */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libusb.h>

#include "hsm/pipe.h"

#define VENDOR 0x1209
#define PRODUCT 0x0001
#define INTERFACE 1
#define INTERFACE_CLASS 0xff
#define INTERFACE_SUBCLASS 0x5a
#define INTERFACE_PROTOCOL 1
#define ENDPOINT_OUT 0x02
#define ENDPOINT_IN 0x82
#define SERIAL 64

struct usb_pipe {
	struct pipe pipe; /* first */
	libusb_context *context;
	libusb_device_handle *device;
	bool claimed;
	/* Apart: what was received is read while something is sent. in is whole
	 * packets, or the controller babbles. */
	uint8_t out[4096], in[16384];
};

static enum err
error_of(int status)
{
	switch (status) {
	case LIBUSB_SUCCESS:
		return ERR_OK;
	case LIBUSB_ERROR_TIMEOUT:
		return ERR_TIMEOUT;
	case LIBUSB_ERROR_ACCESS:
		return ERR_DENIED;
	case LIBUSB_ERROR_NO_MEM:
		return ERR_NO_MEMORY;
	case LIBUSB_ERROR_NO_DEVICE:
	case LIBUSB_ERROR_NOT_FOUND:
		return ERR_TOKEN_ABSENT;
	case LIBUSB_ERROR_PIPE:
		return ERR_PEER_GONE;
	default:
		return ERR_IO;
	}
}

/* For libusb 0 is no limit at all. */
static unsigned
left_until(int64_t deadline)
{
	int64_t left = deadline - pipe_now();

	return left < 1 ? 1 : left > INT32_MAX ? INT32_MAX : (unsigned)left;
}

/* Once it was there, its absence is another thing. */
static enum err
moved(int status)
{
	enum err e = error_of(status);

	return e == ERR_TOKEN_ABSENT ? ERR_PEER_GONE : e;
}

static enum err
usb_send(struct pipe *p, const uint8_t *buf, size_t len, int64_t deadline)
{
	struct usb_pipe *u = (struct usb_pipe *)p;
	int n, status = LIBUSB_SUCCESS;
	size_t part;

	while (len > 0 && status == LIBUSB_SUCCESS) {
		part = len < sizeof(u->out) ? len : sizeof(u->out);
		/* libusb wants it writable */
		memcpy(u->out, buf, part);
		n = 0;
		status = libusb_bulk_transfer(u->device, ENDPOINT_OUT, u->out,
		    (int)part, &n, left_until(deadline));
		buf += n;
		len -= (size_t)n;
	}
	/* a PIN, or a PUK */
	explicit_bzero(u->out, sizeof(u->out));
	return moved(status);
}

static enum err
usb_receive(struct pipe *p, const uint8_t **buf, size_t *len, int64_t deadline)
{
	struct usb_pipe *u = (struct usb_pipe *)p;
	int n = 0, status;

	do {
		status = libusb_bulk_transfer(u->device, ENDPOINT_IN, u->in,
		    sizeof(u->in), &n, left_until(deadline));
	} while (status == LIBUSB_SUCCESS && n == 0 && pipe_now() < deadline);
	/* octets that came in time are not lost with the time-out */
	if (n == 0)
		return status == LIBUSB_SUCCESS ? ERR_TIMEOUT : moved(status);
	*buf = u->in;
	*len = (size_t)n;
	return ERR_OK;
}

static void
usb_close(struct pipe *p)
{
	struct usb_pipe *u = (struct usb_pipe *)p;

	if (u->claimed)
		libusb_release_interface(u->device, INTERFACE);
	if (u->device != NULL)
		libusb_close(u->device);
	if (u->context != NULL)
		libusb_exit(u->context);
	free(u);
}

static bool
has_console(libusb_device *device)
{
	const struct libusb_interface_descriptor *i;
	struct libusb_device_descriptor d;
	struct libusb_config_descriptor *c;
	bool good = false;

	if (libusb_get_device_descriptor(device, &d) != LIBUSB_SUCCESS ||
	    d.idVendor != VENDOR || d.idProduct != PRODUCT ||
	    libusb_get_active_config_descriptor(device, &c) != LIBUSB_SUCCESS)
		return false;
	if (c->bNumInterfaces > INTERFACE &&
	    c->interface[INTERFACE].num_altsetting == 1) {
		i = c->interface[INTERFACE].altsetting;
		good = i->bInterfaceClass == INTERFACE_CLASS &&
		    i->bInterfaceSubClass == INTERFACE_SUBCLASS &&
		    i->bInterfaceProtocol == INTERFACE_PROTOCOL;
	}
	libusb_free_config_descriptor(c);
	return good;
}

/* "" is any device. */
static bool
has_serial(libusb_device_handle *device, const char *serial)
{
	struct libusb_device_descriptor d;
	unsigned char text[SERIAL];
	int n;

	if (*serial == '\0')
		return true;
	if (libusb_get_device_descriptor(libusb_get_device(device), &d) !=
	    LIBUSB_SUCCESS)
		return false;
	n = libusb_get_string_descriptor_ascii(
	    device, d.iSerialNumber, text, sizeof(text));
	return n > 0 && (size_t)n == strlen(serial) &&
	    memcmp(text, serial, (size_t)n) == 0;
}

/* The one appliance of that serial number. One that cannot be opened is an
 * error only if there is no other. */
static enum err
find(struct usb_pipe *u, const char *serial)
{
	libusb_device_handle *device;
	enum err e = ERR_TOKEN_ABSENT;
	libusb_device **list;
	ssize_t n = libusb_get_device_list(u->context, &list), i;
	int status;

	if (n < 0)
		return error_of((int)n);
	for (i = 0; i < n && e != ERR_TOKEN_AMBIGUOUS; i++) {
		if (!has_console(list[i]))
			continue;
		status = libusb_open(list[i], &device);
		if (status != LIBUSB_SUCCESS) {
			if (u->device == NULL)
				e = error_of(status);
			continue;
		}
		if (!has_serial(device, serial)) {
			libusb_close(device);
		} else if (u->device != NULL) {
			libusb_close(device);
			e = ERR_TOKEN_AMBIGUOUS;
		} else {
			u->device = device;
			e = ERR_OK;
		}
	}
	libusb_free_device_list(list, 1);
	return e;
}

enum err
pipe_open_usb(struct pipe **p, const char *serial)
{
	struct usb_pipe *u = calloc(1, sizeof(*u));
	enum err e;
	int status;

	*p = NULL;
	if (u == NULL)
		return ERR_NO_MEMORY;
	u->pipe = (struct pipe){usb_send, usb_receive, usb_close};
	e = error_of(libusb_init(&u->context));
	if (e == ERR_OK)
		e = find(u, serial);
	if (e == ERR_OK) {
		status = libusb_claim_interface(u->device, INTERFACE);
		u->claimed = status == LIBUSB_SUCCESS;
		e = status == LIBUSB_ERROR_BUSY ? ERR_TOKEN_BUSY
						: error_of(status);
	}
	/* the stream begins anew, whatever another host left in it */
	if (e == ERR_OK)
		e = error_of(
		    libusb_set_interface_alt_setting(u->device, INTERFACE, 0));
	if (e != ERR_OK)
		usb_close(&u->pipe);
	else
		*p = &u->pipe;
	return e;
}
