/*
 * secret.h: random octets and memory for secrets.
 *
 *	secret_random(salt, sizeof(salt));
 *	uint8_t *pin = secret_alloc(64);
 *	secret_free(pin, 64);
 *
 * Memory    locked (mlock), out of core dumps, wiped before it is freed
 * Chunks    none
 * Errors    alloc: NULL; random: the process aborts, since nothing good can
 *           be done without entropy
 * Trust     getrandom(2)
 * Limits    RLIMIT_MEMLOCK
 */
#ifndef HOST_BASE_SECRET_H
#define HOST_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

void secret_random(void *out, size_t len);
void *secret_alloc(size_t len);
void secret_free(void *p, size_t len); /* takes NULL */
void secret_wipe(void *p, size_t len);

/* Time does not depend on the contents. */
bool secret_equal(const void *a, const void *b, size_t len);

#endif
