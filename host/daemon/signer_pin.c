#include "host/daemon/signer_pin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/base/say.h"
#include "host/base/secret.h"

#define DESCRIPTORS 64

static bool inherited[DESCRIPTORS];

void
signer_pin_inherit(void)
{
	int fd;

	for (fd = 3; fd < DESCRIPTORS; fd++)
		inherited[fd] = fcntl(fd, F_GETFD) >= 0;
}

/* -1 if the key's PIN comes from nowhere of the kind. */
static int
pin_fd(const struct config_key *k)
{
	long fd;

	if (strncmp(k->pin, "fd:", 3) != 0)
		return -1;
	fd = strtol(k->pin + 3, NULL, 10);
	return fd >= 0 && fd < DESCRIPTORS && inherited[fd] ? (int)fd : -1;
}

void
signer_pin_close(const struct config *c)
{
	unsigned i;
	int fd;

	for (i = 0; i < c->key_count; i++) {
		fd = pin_fd(&c->keys[i]);
		if (fd >= 0)
			close(fd);
	}
}

/* systemd's folder of this unit's credentials, readable by root only. */
static int
open_credential(const char *name)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	char path[512];

	if (folder == NULL || strchr(name, '/') != NULL ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) >=
		sizeof(path))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

static void
read_pin(int fd, struct signer_pin *p)
{
	ssize_t got = 1;

	p->pin = secret_alloc(SIGNER_PIN);
	if (p->pin == NULL)
		return;
	while (p->len < SIGNER_PIN && got > 0) {
		got = read(fd, p->pin + p->len, SIGNER_PIN - p->len);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			p->len += (size_t)got;
	}
	if (p->len > 0 && p->pin[p->len - 1] == '\n')
		p->len--;
	if (p->len == 0)
		signer_pin_forget(p);
}

void
signer_pin_load(const struct config *c, struct signer_pin *pins)
{
	const struct config_key *k;
	unsigned i;
	int fd;

	memset(pins, 0, CONFIG_KEYS * sizeof(*pins));
	for (i = 0; i < c->key_count; i++) {
		k = &c->keys[i];
		if (strncmp(k->pin, "fd:", 3) == 0)
			fd = pin_fd(k);
		else if (strncmp(k->pin, "credential:", 11) == 0)
			fd = open_credential(k->pin + 11);
		else
			continue;
		if (fd >= 0) {
			read_pin(fd, &pins[i]);
			close(fd);
		}
		if (pins[i].pin == NULL)
			say(SAY_WARNING,
			    "key %s: no PIN came by %s; 'zegel unlock' can "
			    "give it",
			    k->name, k->pin);
	}
}

enum err
signer_pin_use(
    const struct config_key *k, struct signer_pin *pin, struct token *token)
{
	struct token_detail detail = {""};
	enum err e = ERR_OK;

	if (pin->pin != NULL && token != NULL) {
		e = token_login(token, pin->pin, pin->len, &detail);
		if (e != ERR_OK)
			say(SAY_ERROR, "key %s: %s: %s", k->name, err_text(e),
			    detail.text);
	}
	signer_pin_forget(pin);
	return e;
}

void
signer_pin_forget(struct signer_pin *pin)
{
	secret_free(pin->pin, SIGNER_PIN);
	pin->pin = NULL;
	pin->len = 0;
}
