/* link.h: the far end of an emulated board's link (common/link.h). */
#ifndef TESTS_BRIDGE_LINK_H
#define TESTS_BRIDGE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link {
	int fd;
	bool ethernet; /* QEMU's stream of frames, else a socket of packets */
};

/* Waits for the socket to be there. */
bool link_open(struct link *l, const char *path, bool ethernet);

/* One packet; 0 at the end of it all. */
size_t link_receive(struct link *l, uint8_t *packet, size_t cap);
bool link_send(struct link *l, const uint8_t *packet, size_t len);

#endif
