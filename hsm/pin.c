#include "hsm/pin.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Whole pages, so that locking and unlocking touches nobody else's data. */
static size_t
size_of_pages(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (sizeof(struct pin) + page - 1) / page * page;
}

struct pin *
pin_new(void)
{
	size_t size = size_of_pages();
	void *p;

	p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	(void)mlock(p, size);
	(void)madvise(p, size, MADV_DONTDUMP);
	/* A child of fork has no business with it. */
	(void)madvise(p, size, MADV_WIPEONFORK);
	return p;
}

void
pin_wipe(struct pin *p)
{
	explicit_bzero(p, sizeof(*p));
}

void
pin_free(struct pin *p)
{
	if (p == NULL)
		return;
	pin_wipe(p);
	munmap(p, size_of_pages());
}

enum err
pin_set(struct pin *p, const uint8_t *octets, size_t len)
{
	if (len == 0 || len > PIN_CAP)
		return ERR_PIN_LENGTH;
	if (octets == p->value)
		return ERR_OK;
	pin_wipe(p);
	memcpy(p->value, octets, len);
	p->len = len;
	return ERR_OK;
}

bool
pin_equal(const struct pin *p, const uint8_t *octets, size_t len)
{
	uint8_t diff = 0;
	size_t i;

	if (len != p->len)
		return false;
	for (i = 0; i < len; i++)
		diff |= p->value[i] ^ octets[i];
	return diff == 0;
}
