/*
 * bus.h: a USB host controller with one device at it, by the packets of
 * common/link.h. Transfers are queued for each endpoint, as a driver queues
 * its URBs.
 *
 * Everything here happens under bus.lock; who finishes a transfer calls its
 * function under it, too, and wakes whoever waits at bus.moved.
 */
#ifndef TESTS_BRIDGE_BUS_H
#define TESTS_BRIDGE_BUS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/link.h"
#include "tests/bridge/link.h"

/* errno's numbers, as usbfs has them. */
struct transfer {
	struct transfer *next;
	uint8_t endpoint; /* 0: a request, with data as far as it has any */
	uint8_t setup[8];
	uint8_t *data;
	size_t len, done;
	int status; /* 0 or a negative errno */
	void (*finish)(struct transfer *t);
	void *arg;
};

#define BUS_PIPES 5 /* 0, 0x01, 0x81, 0x02, 0x82 */

struct pipe_end {
	struct transfer *first;
	bool ready, halted, held;
	uint8_t in[LINK_OCTETS];
	size_t in_len, in_taken;
};

struct bus {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	struct link link;
	bool connected, gone;
	bool asked; /* the first of pipe[0] is with the device */
	uint8_t address; /* as the device set it */
	struct pipe_end pipe[BUS_PIPES];
	/* a packet that is not the bus's: of the console */
	void (*console)(struct bus *b, const uint8_t *packet, size_t len);
};

void bus_init(struct bus *b);

/* The cable is pulled: whatever waits ends with -ENODEV. */
void bus_lose(struct bus *b);

/* What came from the device. */
void bus_take(struct bus *b, const uint8_t *packet, size_t len);

void bus_submit(struct bus *b, struct transfer *t);
/* false if it is finished already; else it finishes with -ENOENT. */
bool bus_cancel(struct bus *b, struct transfer *t);

/* Resets it, and waits until it is there again. */
bool bus_reset(struct bus *b);

/* One request, waited for: octets of its answer, or a negative errno. */
int bus_request(struct bus *b, unsigned type, unsigned number, unsigned value,
    unsigned index, void *data, size_t len);

/* Address and configuration 1, as a kernel does it. */
bool bus_configure(struct bus *b);

#endif
