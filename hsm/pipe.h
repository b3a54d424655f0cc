/*
 * pipe.h: private to hsm/: how the octets of a console reach their appliance.
 *
 *	e = pipe_open_socket(&p, path);
 *	e = p->send(p, octets, len, pipe_now() + 5000);
 *	e = p->receive(p, &octets, &len, pipe_now() + 5000);
 *	p->close(p);
 *
 * Memory    open allocates, close frees; what was received lives until the next
 *           call
 * Chunks    a stream in each direction
 * Errors    TOKEN_ABSENT: nobody is there; PEER_GONE: nobody any more; TIMEOUT;
 *           TOKEN_AMBIGUOUS, TOKEN_BUSY (used by another program), DENIED; IO
 * Trust     none: who is at the other end may be anybody
 * Limits    one thread at a time
 */
#ifndef HSM_PIPE_H
#define HSM_PIPE_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct pipe {
	/* All of it, or an error. */
	enum err (*send)(
	    struct pipe *p, const uint8_t *buf, size_t len, int64_t deadline);
	/* One octet or more. */
	enum err (*receive)(
	    struct pipe *p, const uint8_t **buf, size_t *len, int64_t deadline);
	void (*close)(struct pipe *p);
};

/* Milliseconds of a clock that nobody sets. */
int64_t pipe_now(void);

/* A socket of packets (common/link.h): an emulated board, or who holds it. */
MUST_USE enum err pipe_open_socket(struct pipe **p, const char *path);

/* The one appliance on USB with that serial number; "": the only one. */
MUST_USE enum err pipe_open_usb(struct pipe **p, const char *serial);

#endif
