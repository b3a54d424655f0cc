/*
 * Any octets as zegel.conf and as approval.conf: what is refused says why and
 * where, what is accepted is within its forms, and nothing is half loaded.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/config.h"
#include "host/base/config_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool good)
{
	if (!good)
		abort();
}

static uint64_t
lines_of(const uint8_t *data, size_t size)
{
	uint64_t n = 1;
	size_t i;

	for (i = 0; i < size; i++)
		n += data[i] == '\n';
	return n;
}

static void
check_config(const struct config *c)
{
	unsigned i;

	require(c->name[0] != '\0' && config_is_text(c->name));
	require(c->mode == MODE_TEST ||
	    (c->mode == MODE_PRODUCTION && !c->softhsm));
	require(config_is_origin(c->origin));
	require(config_is_language(c->language));
	require(c->approval_window >= 60 && c->settle >= 1);
	require(c->key_count <= CONFIG_KEYS);
	for (i = 0; i < c->key_count; i++) {
		require(config_is_name(c->keys[i].name));
		require(config_key(c, c->keys[i].name) == &c->keys[i]);
		require(c->keys[i].uri[0] != '\0');
		require(config_is_pin(c->keys[i].pin));
		require(c->keys[i].sessions >= 1);
	}
	require(
	    c->default_key[0] == '\0' || config_key(c, c->default_key) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct approval_config nobody;
	struct approval_config a;
	struct config *c = NULL;
	struct fault f;
	char path[40];
	enum err e;
	int fd;

	fd = memfd_create("config", MFD_CLOEXEC);
	require(fd >= 0 && fchmod(fd, 0600) == 0);
	require(write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fault_clear(&f);
	e = config_load(&c, path, &f);
	require((e == ERR_OK) == (c != NULL) && f.err == e);
	require(e == ERR_OK || f.offset == FAULT_NO_OFFSET ||
	    (f.offset >= 1 && f.offset <= lines_of(data, size)));
	if (c != NULL)
		check_config(c);
	config_free(c);
	fault_clear(&f);
	e = config_load_approval(&a, path, &f);
	require(f.err == e);
	if (e == ERR_OK)
		require(a.uid_count > 0 && a.terminal);
	else
		require(memcmp(&a, &nobody, sizeof(a)) == 0);
	close(fd);
	return 0;
}
