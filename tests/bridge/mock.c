/*
 * usbfs by umockdev. A request to reap is answered when there is something to
 * reap, or after PATIENCE: otherwise libusb, for which an emulated device is
 * always ready, would ask without a pause.
 */
#include "tests/bridge/mock.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <umockdev.h>
#include <unistd.h>

#define PATIENCE 5 /* milliseconds */
#define CLIENTS 16
#define INTERFACES 2
#define NODE "/dev/bus/usb/001/002"
#define SYS "/devices/pci0000:00/usb1/1-1"

/* A URB of a client. */
struct urb {
	struct urb *next;
	UMockdevIoctlClient *client;
	UMockdevIoctlData *data, *buffer;
	struct transfer transfer;
	bool finished;
};

static struct {
	struct bus *bus;
	struct urb *urbs;
	UMockdevIoctlClient *claimed[INTERFACES];
	UMockdevIoctlClient *reaping[CLIENTS];
	UMockdevTestbed *testbed;
	UMockdevIoctlBase *base;
	bool plugged;
} mock;

static struct usbdevfs_urb *
usbfs(struct urb *u)
{
	return (struct usbdevfs_urb *)(void *)u->data->data;
}

static void
forget(struct urb *u)
{
	struct urb **at;

	for (at = &mock.urbs; *at != u; at = &(*at)->next) {
	}
	*at = u->next;
	umockdev_ioctl_data_unref(u->data);
	if (u->buffer != NULL)
		umockdev_ioctl_data_unref(u->buffer);
	free(u->transfer.data);
	free(u);
}

/* Hands one finished URB to who asks for it. */
static bool
reap(UMockdevIoctlClient *client)
{
	UMockdevIoctlData *pointer;
	struct usbdevfs_urb *f;
	struct urb *u;
	size_t at;

	for (u = mock.urbs; u != NULL; u = u->next) {
		if (u->finished && u->client == client)
			break;
	}
	if (u == NULL)
		return false;
	f = usbfs(u);
	f->status = u->transfer.status;
	f->actual_length = (int)u->transfer.done;
	at = f->type == USBDEVFS_URB_TYPE_CONTROL ? 8 : 0;
	if (u->buffer != NULL &&
	    ((u->transfer.endpoint | u->transfer.setup[0]) & 0x80) != 0)
		memcpy(
		    u->buffer->data + at, u->transfer.data, u->transfer.done);
	pointer = umockdev_ioctl_data_resolve(
	    umockdev_ioctl_client_get_arg(client), 0, sizeof(void *), NULL);
	umockdev_ioctl_data_set_ptr(pointer, 0, u->data);
	umockdev_ioctl_client_complete(client, 0, 0);
	umockdev_ioctl_data_unref(pointer);
	forget(u);
	return true;
}

/* A client is there only as long as somebody holds it. */
static void
stop_reaping(int i)
{
	g_object_unref(mock.reaping[i]);
	mock.reaping[i] = NULL;
}

static void
finish_urb(struct transfer *t)
{
	struct urb *u = t->arg;
	int i;

	u->finished = true;
	for (i = 0; i < CLIENTS; i++) {
		if (mock.reaping[i] == u->client && reap(u->client)) {
			stop_reaping(i);
			return;
		}
	}
}

static void
submit(UMockdevIoctlClient *client, UMockdevIoctlData *arg)
{
	struct urb *u = calloc(1, sizeof(*u));
	struct usbdevfs_urb *f;
	size_t at = 0, len;

	if (u == NULL)
		abort();
	u->data = umockdev_ioctl_data_resolve(
	    arg, 0, sizeof(struct usbdevfs_urb), NULL);
	f = usbfs(u);
	len = (size_t)f->buffer_length;
	u->client = client;
	u->buffer = umockdev_ioctl_data_resolve(
	    u->data, G_STRUCT_OFFSET(struct usbdevfs_urb, buffer), len, NULL);
	u->transfer.endpoint = f->endpoint;
	if (f->type == USBDEVFS_URB_TYPE_CONTROL && len >= 8) {
		u->transfer.endpoint = 0;
		memcpy(u->transfer.setup, u->buffer->data, 8);
		at = 8;
	}
	u->transfer.len = len - at;
	u->transfer.data = malloc(len + 1);
	if (u->transfer.data == NULL)
		abort();
	if (u->buffer != NULL)
		memcpy(u->transfer.data, u->buffer->data + at, len - at);
	u->transfer.finish = finish_urb;
	u->transfer.arg = u;
	u->next = mock.urbs;
	mock.urbs = u;
	umockdev_ioctl_client_complete(client, 0, 0);
	bus_submit(mock.bus, &u->transfer);
}

static int
discard(UMockdevIoctlClient *client, UMockdevIoctlData *arg)
{
	unsigned long address = *(unsigned long *)(void *)arg->data;
	struct urb *u;

	for (u = mock.urbs; u != NULL; u = u->next) {
		if (u->client == client && !u->finished &&
		    u->data->client_addr == address)
			return bus_cancel(mock.bus, &u->transfer) ? 0 : EINVAL;
	}
	return EINVAL;
}

static unsigned
number_at(UMockdevIoctlData *arg)
{
	UMockdevIoctlData *d = umockdev_ioctl_data_resolve(
	    arg, 0, sizeof(unsigned), NULL);
	unsigned n = *(unsigned *)(void *)d->data;

	umockdev_ioctl_data_unref(d);
	return n;
}

static int
claim(UMockdevIoctlClient *client, unsigned interface)
{
	if (interface >= INTERFACES)
		return EINVAL;
	if (mock.claimed[interface] != NULL &&
	    mock.claimed[interface] != client)
		return EBUSY;
	mock.claimed[interface] = client;
	return 0;
}

static int
release(UMockdevIoctlClient *client, unsigned interface)
{
	if (interface >= INTERFACES || mock.claimed[interface] != client)
		return EINVAL;
	mock.claimed[interface] = NULL;
	return 0;
}

static int
capabilities(UMockdevIoctlData *arg)
{
	UMockdevIoctlData *d = umockdev_ioctl_data_resolve(
	    arg, 0, sizeof(guint32), NULL);

	*(guint32 *)(void *)d->data = USBDEVFS_CAP_BULK_CONTINUATION |
	    USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_ZERO_PACKET;
	umockdev_ioctl_data_unref(d);
	return 0;
}

static int
set_interface(UMockdevIoctlData *arg)
{
	UMockdevIoctlData *d = umockdev_ioctl_data_resolve(
	    arg, 0, sizeof(struct usbdevfs_setinterface), NULL);
	struct usbdevfs_setinterface *s = (void *)d->data;
	int e = bus_request(
	    mock.bus, 1, 11, s->altsetting, s->interface, NULL, 0);

	umockdev_ioctl_data_unref(d);
	return e < 0 ? -e : 0;
}

static int
simple(
    UMockdevIoctlClient *client, unsigned long request, UMockdevIoctlData *arg)
{
	int e;

	switch (request) {
	case USBDEVFS_GET_CAPABILITIES:
		return capabilities(arg);
	case USBDEVFS_CLAIMINTERFACE:
		return claim(client, number_at(arg));
	case USBDEVFS_RELEASEINTERFACE:
		return release(client, number_at(arg));
	case USBDEVFS_GETDRIVER:
	case USBDEVFS_IOCTL: /* to detach a driver: there is none */
		return ENODATA;
	case USBDEVFS_DISCARDURB:
		return discard(client, arg);
	case USBDEVFS_SETINTERFACE:
		return set_interface(arg);
	case USBDEVFS_CLEAR_HALT:
		e = bus_request(mock.bus, 2, 1, 0, number_at(arg), NULL, 0);
		return e < 0 ? -e : 0;
	case USBDEVFS_RESET:
		return bus_reset(mock.bus) && bus_configure(mock.bus) ? 0
								      : ENODEV;
	default:
		return ENOTTY;
	}
}

static gboolean
on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, void *arg)
{
	unsigned long request = umockdev_ioctl_client_get_request(client);
	int e, i;

	(void)base;
	(void)arg;
	pthread_mutex_lock(&mock.bus->lock);
	if (request == USBDEVFS_SUBMITURB) {
		submit(client, umockdev_ioctl_client_get_arg(client));
	} else if (request == USBDEVFS_REAPURB ||
	    request == USBDEVFS_REAPURBNDELAY) {
		for (i = 0; i < CLIENTS - 1 && mock.reaping[i] != NULL; i++) {
		}
		if (!reap(client) && mock.reaping[i] == NULL)
			mock.reaping[i] = g_object_ref(client);
	} else {
		e = simple(
		    client, request, umockdev_ioctl_client_get_arg(client));
		umockdev_ioctl_client_complete(client, e == 0 ? 0 : -1, e);
	}
	pthread_mutex_unlock(&mock.bus->lock);
	return TRUE;
}

static void
on_vanished(UMockdevIoctlBase *base, UMockdevIoctlClient *client, void *arg)
{
	struct urb *u, *next;
	int i;

	(void)base;
	(void)arg;
	pthread_mutex_lock(&mock.bus->lock);
	for (i = 0; i < CLIENTS; i++) {
		if (mock.reaping[i] == client)
			stop_reaping(i);
	}
	for (i = 0; i < INTERFACES; i++) {
		if (mock.claimed[i] == client)
			mock.claimed[i] = NULL;
	}
	for (u = mock.urbs; u != NULL; u = next) {
		next = u->next;
		if (u->client != client)
			continue;
		if (!u->finished)
			bus_cancel(mock.bus, &u->transfer);
		forget(u);
	}
	pthread_mutex_unlock(&mock.bus->lock);
}

/* Nothing to reap for who asked long enough ago. */
static void
answer_reapers(void)
{
	int i;

	pthread_mutex_lock(&mock.bus->lock);
	for (i = 0; i < CLIENTS; i++) {
		if (mock.reaping[i] == NULL)
			continue;
		umockdev_ioctl_client_complete(mock.reaping[i], -1, EAGAIN);
		stop_reaping(i);
	}
	pthread_mutex_unlock(&mock.bus->lock);
}

/* Attributes of sysfs, out of the device's own descriptors. */
static char *
describe(struct bus *b)
{
	uint8_t octets[18 + 255];
	char strings[3][64];
	GString *text = g_string_new(NULL);
	int n, i, j;

	if (bus_request(b, 0x80, 6, 0x100, 0, octets, 18) != 18)
		return NULL;
	n = bus_request(b, 0x80, 6, 0x200, 0, octets + 18, 255);
	if (n < 9)
		return NULL;
	for (i = 0; i < 3; i++) {
		uint8_t s[255] = {0};
		int len = bus_request(
		    b, 0x80, 6, 0x300u + octets[14 + i], 0x409, s, sizeof(s));

		for (j = 0; 2 + 2 * j < len && j < 63; j++)
			strings[i][j] = (char)s[2 + 2 * j];
		strings[i][j] = '\0';
	}
	g_string_append_printf(text,
	    "P: " SYS "\nN: bus/usb/001/002\nE: SUBSYSTEM=usb\n"
	    "E: DRIVER=usb\nE: DEVTYPE=usb_device\nE: BUSNUM=001\n"
	    "E: DEVNUM=002\nE: DEVNAME=" NODE "\n"
	    "A: idVendor=%02x%02x\\n\nA: idProduct=%02x%02x\\n\n"
	    "A: manufacturer=%s\\n\nA: product=%s\\n\nA: serial=%s\\n\n"
	    "A: busnum=1\\n\nA: devnum=2\\n\nA: speed=12\\n\n"
	    "A: bConfigurationValue=1\\n\nA: bNumInterfaces= %u\\n\n"
	    "H: descriptors=",
	    octets[9], octets[8], octets[11], octets[10], strings[0],
	    strings[1], strings[2], octets[18 + 4]);
	for (i = 0; i < 18 + n; i++)
		g_string_append_printf(text, "%02X", octets[i]);
	g_string_append(text, "\n\n");
	for (i = 18; i < 18 + n && octets[i] != 0; i += octets[i]) {
		const uint8_t *p = octets + i;

		if (p[1] != 4)
			continue;
		g_string_append_printf(text,
		    "P: " SYS "/1-1:1.%u\nE: SUBSYSTEM=usb\n"
		    "E: DEVTYPE=usb_interface\nE: INTERFACE=%u/%u/%u\n"
		    "A: bInterfaceNumber=%02x\\n\nA: bInterfaceClass=%02x\\n\n"
		    "A: bInterfaceSubClass=%02x\\n\n"
		    "A: bInterfaceProtocol=%02x\\n\n"
		    "A: bNumEndpoints=%02x\\n\nA: bAlternateSetting= 0\\n\n\n",
		    p[2], p[5], p[6], p[7], p[2], p[5], p[6], p[7], p[4]);
	}
	return g_string_free(text, FALSE);
}

static volatile sig_atomic_t told_to_end;

static void
on_signal(int number)
{
	(void)number;
	told_to_end = 1;
}

/* The device is plugged in: devices appear, the nodes first. */
static bool
plug(struct bus *b)
{
	GError *error = NULL;
	char *text = NULL;

	pthread_mutex_lock(&b->lock);
	if (bus_reset(b) && bus_configure(b))
		text = describe(b);
	pthread_mutex_unlock(&b->lock);
	if (text == NULL)
		return false;
	if (!umockdev_testbed_attach_ioctl(
		mock.testbed, NODE, mock.base, &error) ||
	    !umockdev_testbed_add_from_string(mock.testbed, text, &error)) {
		fprintf(stderr, "bridge: %s\n", error->message);
		g_error_free(error);
		g_free(text);
		return false;
	}
	g_free(text);
	return true;
}

static void
unplug(void)
{
	static const char *const devices[] = {
	    "/sys" SYS "/1-1:1.0", "/sys" SYS "/1-1:1.1", "/sys" SYS};
	struct timespec pause = {1, 0};
	size_t i;

	for (i = 0; i < 3; i++)
		umockdev_testbed_uevent(mock.testbed, devices[i], "remove");
	/* who hears of it still looks at what is named */
	nanosleep(&pause, NULL);
	pthread_mutex_lock(&mock.bus->lock);
	memset(mock.claimed, 0, sizeof(mock.claimed));
	pthread_mutex_unlock(&mock.bus->lock);
	umockdev_testbed_detach_ioctl(mock.testbed, NODE, NULL);
	for (i = 0; i < 3; i++)
		umockdev_testbed_remove_device(mock.testbed, devices[i]);
}

static void
replug(void)
{
	bool gone;

	pthread_mutex_lock(&mock.bus->lock);
	gone = mock.bus->gone;
	pthread_mutex_unlock(&mock.bus->lock);
	if (gone && mock.plugged) {
		unplug();
		mock.plugged = false;
	} else if (!gone && !mock.plugged) {
		mock.plugged = plug(mock.bus);
	}
}

/* The test bed is a folder that has to go, too. */
static int
run(char **command)
{
	struct timespec pause = {0, PATIENCE * 1000000};
	int status = 0;
	pid_t child = fork(), done;

	if (child == 0) {
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	do {
		nanosleep(&pause, NULL);
		answer_reapers();
		replug();
		if (told_to_end && child > 0)
			kill(child, SIGTERM);
		done = waitpid(child, &status, WNOHANG);
	} while (done == 0 && child > 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int
mock_run(struct bus *b, char **command)
{
	int code;

	mock.bus = b;
	mock.testbed = umockdev_testbed_new();
	if (!umockdev_in_mock_environment()) {
		fprintf(stderr, "bridge: run it by umockdev-wrapper\n");
		return 64;
	}
	mock.base = umockdev_ioctl_base_new();
	g_signal_connect(mock.base, "handle-ioctl", G_CALLBACK(on_ioctl), NULL);
	g_signal_connect(
	    mock.base, "client-vanished", G_CALLBACK(on_vanished), NULL);
	mock.plugged = plug(b);
	if (!mock.plugged) {
		fprintf(stderr, "bridge: no device\n");
		return 69;
	}
	code = run(command);
	g_object_unref(mock.testbed);
	g_object_unref(mock.base);
	return code;
}
