#include "tests/bridge/redir.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <usbredirparser.h>

#define TRIES 300

/* A packet of the guest's that is not answered yet. */
struct packet {
	struct packet *next;
	uint64_t id;
	bool control;
	struct usb_redir_control_packet_header request;
	struct usb_redir_bulk_packet_header bulk;
	struct transfer transfer;
};

static struct {
	struct bus *bus;
	int fd;
	struct usbredirparser *parser;
	struct packet *packets;
	bool greeted;
} redir;

static void
on_log(void *arg, int level, const char *text)
{
	(void)arg;
	if (level <= usbredirparser_warning)
		fprintf(stderr, "bridge: %s\n", text);
}

static int
on_read(void *arg, uint8_t *data, int count)
{
	ssize_t n = recv(redir.fd, data, (size_t)count, MSG_DONTWAIT);

	(void)arg;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	return n == 0 ? -1 : (int)n;
}

static int
on_write(void *arg, uint8_t *data, int count)
{
	ssize_t n = send(redir.fd, data, (size_t)count, MSG_NOSIGNAL);

	(void)arg;
	return n < 0 ? (errno == EINTR ? 0 : -1) : (int)n;
}

static void
flush(void)
{
	while (usbredirparser_has_data_to_write(redir.parser) > 0 &&
	    usbredirparser_do_write(redir.parser) == 0) {
	}
}

static uint8_t
status_of(int status)
{
	switch (status) {
	case 0:
		return usb_redir_success;
	case -EPIPE:
		return usb_redir_stall;
	case -ENOENT:
		return usb_redir_cancelled;
	case -EOVERFLOW:
		return usb_redir_babble;
	default:
		return usb_redir_ioerror;
	}
}

static void
finish_packet(struct transfer *t)
{
	struct packet *p = t->arg, **at;
	bool in = ((t->endpoint | t->setup[0]) & 0x80) != 0;
	int octets = in ? (int)t->done : 0;
	uint8_t *data = in ? t->data : NULL; /* the parser wants it so */

	if (p->control) {
		p->request.status = status_of(t->status);
		p->request.length = (uint16_t)t->done;
		usbredirparser_send_control_packet(
		    redir.parser, p->id, &p->request, data, octets);
	} else {
		p->bulk.status = status_of(t->status);
		p->bulk.length = (uint16_t)t->done;
		p->bulk.length_high = (uint16_t)(t->done >> 16);
		usbredirparser_send_bulk_packet(
		    redir.parser, p->id, &p->bulk, data, octets);
	}
	flush();
	for (at = &redir.packets; *at != p; at = &(*at)->next) {
	}
	*at = p->next;
	free(t->data);
	free(p);
}

static struct packet *
new_packet(uint64_t id, const uint8_t *data, size_t len, size_t octets)
{
	struct packet *p = calloc(1, sizeof(*p));

	if (p == NULL)
		abort();
	p->id = id;
	p->transfer.data = malloc(len + 1);
	if (p->transfer.data == NULL)
		abort();
	if (data != NULL && octets <= len)
		memcpy(p->transfer.data, data, octets);
	p->transfer.len = len;
	p->transfer.finish = finish_packet;
	p->transfer.arg = p;
	p->next = redir.packets;
	redir.packets = p;
	return p;
}

static void
on_control(void *arg, uint64_t id, struct usb_redir_control_packet_header *h,
    uint8_t *data, int data_len)
{
	struct packet *p = new_packet(id, data, h->length, (size_t)data_len);
	uint8_t *s = p->transfer.setup;

	(void)arg;
	p->control = true;
	p->request = *h;
	s[0] = h->requesttype;
	s[1] = h->request;
	s[2] = (uint8_t)h->value;
	s[3] = (uint8_t)(h->value >> 8);
	s[4] = (uint8_t)h->index;
	s[5] = (uint8_t)(h->index >> 8);
	s[6] = (uint8_t)h->length;
	s[7] = (uint8_t)(h->length >> 8);
	usbredirparser_free_packet_data(redir.parser, data);
	bus_submit(redir.bus, &p->transfer);
}

static void
on_bulk(void *arg, uint64_t id, struct usb_redir_bulk_packet_header *h,
    uint8_t *data, int data_len)
{
	size_t len = (size_t)h->length_high << 16 | h->length;
	struct packet *p = new_packet(id, data, len, (size_t)data_len);

	(void)arg;
	p->bulk = *h;
	p->transfer.endpoint = h->endpoint;
	usbredirparser_free_packet_data(redir.parser, data);
	bus_submit(redir.bus, &p->transfer);
}

static void
on_cancel(void *arg, uint64_t id)
{
	struct packet *p;

	(void)arg;
	for (p = redir.packets; p != NULL; p = p->next) {
		if (p->id == id) {
			bus_cancel(redir.bus, &p->transfer);
			return;
		}
	}
}

static void
on_reset(void *arg)
{
	(void)arg;
	/* the guest's address is QEMU's business: the device needs one, too */
	if (!bus_reset(redir.bus) ||
	    bus_request(redir.bus, 0, 5, 2, 0, NULL, 0) < 0)
		fprintf(stderr, "bridge: no device after a reset\n");
}

static void
send_configuration(uint64_t id, int status)
{
	struct usb_redir_configuration_status_header h = {0};
	uint8_t number = 0;

	if (status >= 0)
		status = bus_request(
		    redir.bus, 0x80, 8, 0, 0, &number, sizeof(number));
	h.status = status_of(status < 0 ? status : 0);
	h.configuration = number;
	usbredirparser_send_configuration_status(redir.parser, id, &h);
}

static void
on_set_configuration(
    void *arg, uint64_t id, struct usb_redir_set_configuration_header *h)
{
	(void)arg;
	send_configuration(
	    id, bus_request(redir.bus, 0, 9, h->configuration, 0, NULL, 0));
}

static void
on_get_configuration(void *arg, uint64_t id)
{
	(void)arg;
	send_configuration(id, 0);
}

static void
send_setting(uint64_t id, uint8_t interface, int status)
{
	struct usb_redir_alt_setting_status_header h = {0};
	uint8_t number = 0;

	if (status >= 0)
		status = bus_request(
		    redir.bus, 0x81, 10, 0, interface, &number, sizeof(number));
	h.status = status_of(status < 0 ? status : 0);
	h.interface = interface;
	h.alt = number;
	usbredirparser_send_alt_setting_status(redir.parser, id, &h);
}

static void
on_set_setting(
    void *arg, uint64_t id, struct usb_redir_set_alt_setting_header *h)
{
	(void)arg;
	send_setting(id, h->interface,
	    bus_request(redir.bus, 1, 11, h->alt, h->interface, NULL, 0));
}

static void
on_get_setting(
    void *arg, uint64_t id, struct usb_redir_get_alt_setting_header *h)
{
	(void)arg;
	send_setting(id, h->interface, 0);
}

/* Of the device's own descriptors: interfaces and endpoints, then itself. */
static bool
send_device(void)
{
	struct usb_redir_device_connect_header connect = {0};
	struct usb_redir_interface_info_header interfaces = {0};
	struct usb_redir_ep_info_header endpoints = {0};
	uint8_t d[18], c[255], interface = 0;
	int n, i, at;

	if (bus_request(redir.bus, 0x80, 6, 0x100, 0, d, 18) != 18)
		return false;
	n = bus_request(redir.bus, 0x80, 6, 0x200, 0, c, sizeof(c));
	if (n < 9)
		return false;
	for (i = 0; i < 32; i++)
		endpoints.type[i] = usb_redir_type_invalid;
	endpoints.type[0] = endpoints.type[16] = usb_redir_type_control;
	endpoints.max_packet_size[0] = endpoints.max_packet_size[16] = d[7];
	for (i = 0; i < n && c[i] != 0; i += c[i]) {
		if (c[i + 1] == 4) {
			at = (int)interfaces.interface_count++;
			interface = c[i + 2];
			interfaces.interface[at] = interface;
			interfaces.interface_class[at] = c[i + 5];
			interfaces.interface_subclass[at] = c[i + 6];
			interfaces.interface_protocol[at] = c[i + 7];
		} else if (c[i + 1] == 5) {
			at = (c[i + 2] & 15) + (c[i + 2] >> 7) * 16;
			endpoints.type[at] = c[i + 3] & 3;
			endpoints.interval[at] = c[i + 6];
			endpoints.interface[at] = interface;
			endpoints.max_packet_size[at] = (uint16_t)(c[i + 4] |
			    c[i + 5] << 8);
		}
	}
	connect.speed = usb_redir_speed_full;
	connect.device_class = d[4];
	connect.device_subclass = d[5];
	connect.device_protocol = d[6];
	connect.vendor_id = (uint16_t)(d[8] | d[9] << 8);
	connect.product_id = (uint16_t)(d[10] | d[11] << 8);
	connect.device_version_bcd = (uint16_t)(d[12] | d[13] << 8);
	usbredirparser_send_interface_info(redir.parser, &interfaces);
	usbredirparser_send_ep_info(redir.parser, &endpoints);
	usbredirparser_send_device_connect(redir.parser, &connect);
	return true;
}

static void
on_hello(void *arg, struct usb_redir_hello_header *h)
{
	(void)arg;
	(void)h;
	redir.greeted = send_device();
	if (!redir.greeted)
		fprintf(stderr, "bridge: no device\n");
}

static bool
connect_to(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct timespec pause = {0, 100 * 1000000};
	int i;

	if (strlen(path) >= sizeof(a.sun_path))
		return false;
	memcpy(a.sun_path, path, strlen(path));
	for (i = 0; i < TRIES; i++) {
		redir.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(redir.fd, (struct sockaddr *)&a, sizeof(a)) == 0)
			return true;
		close(redir.fd);
		nanosleep(&pause, NULL);
	}
	return false;
}

static void
start_parser(void)
{
	uint32_t caps[USB_REDIR_CAPS_SIZE] = {0};
	struct usbredirparser *p = usbredirparser_create();

	p->log_func = on_log;
	p->read_func = on_read;
	p->write_func = on_write;
	p->hello_func = on_hello;
	p->reset_func = on_reset;
	p->set_configuration_func = on_set_configuration;
	p->get_configuration_func = on_get_configuration;
	p->set_alt_setting_func = on_set_setting;
	p->get_alt_setting_func = on_get_setting;
	p->cancel_data_packet_func = on_cancel;
	p->control_packet_func = on_control;
	p->bulk_packet_func = on_bulk;
	usbredirparser_caps_set_cap(caps, usb_redir_cap_connect_device_version);
	usbredirparser_caps_set_cap(
	    caps, usb_redir_cap_ep_info_max_packet_size);
	usbredirparser_caps_set_cap(caps, usb_redir_cap_64bits_ids);
	usbredirparser_caps_set_cap(caps, usb_redir_cap_32bits_bulk_length);
	redir.parser = p;
	usbredirparser_init(
	    p, "bridge", caps, USB_REDIR_CAPS_SIZE, usbredirparser_fl_usb_host);
}

int
redir_run(struct bus *b, const char *path)
{
	struct pollfd p = {.events = POLLIN};
	int e = 0;

	redir.bus = b;
	if (!connect_to(path)) {
		perror(path);
		return 69;
	}
	p.fd = redir.fd;
	pthread_mutex_lock(&b->lock);
	if (!bus_reset(b) || bus_request(b, 0, 5, 2, 0, NULL, 0) < 0) {
		fprintf(stderr, "bridge: no device\n");
		return 69;
	}
	start_parser();
	while (e == 0) {
		flush();
		pthread_mutex_unlock(&b->lock);
		(void)poll(&p, 1, -1);
		pthread_mutex_lock(&b->lock);
		e = usbredirparser_do_read(redir.parser);
	}
	pthread_mutex_unlock(&b->lock);
	return 0;
}
