/*
 * pin.h: one PIN in memory that is never swapped out nor dumped.
 *
 *	struct pin *p = pin_new();
 *	enum err e = pin_set(p, octets, len);
 *	pin_free(p);
 *
 * Memory    whole pages of its own: mlock, MADV_DONTDUMP, wiped before free
 * Chunks    none
 * Errors    pin_set: PIN_LENGTH; pin_new: NULL without memory
 * Trust     pin_equal takes the same time for every PIN of one length
 * Limits    1 to PIN_CAP octets; RLIMIT_MEMLOCK (without the right to lock, the
 *           pages still stay out of core dumps)
 */
#ifndef HSM_PIN_H
#define HSM_PIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

#define PIN_CAP 255

struct pin {
	size_t len; /* 0: none */
	uint8_t value[PIN_CAP];
};

struct pin *pin_new(void);
void pin_free(struct pin *p); /* takes NULL */
MUST_USE enum err pin_set(struct pin *p, const uint8_t *octets, size_t len);
void pin_wipe(struct pin *p);
bool pin_equal(const struct pin *p, const uint8_t *octets, size_t len);

#endif
