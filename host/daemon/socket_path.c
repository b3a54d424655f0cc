#include "host/daemon/socket_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum err
open_folder(const char *path, size_t len, int *folder, struct fault *fault)
{
	char *name = strndup(path, len);
	enum err e = ERR_OK;

	if (name == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "socket");
	*folder = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*folder < 0)
		e = fault_errno(fault, errno, "cannot open %s", name);
	free(name);
	return e;
}

enum err
socket_path_set(struct sockaddr_un *address, const char *path, int *folder,
    struct fault *fault)
{
	const char *name = strrchr(path, '/');
	size_t len = strlen(path);
	enum err e;

	*folder = -1;
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (len < sizeof(address->sun_path)) {
		memcpy(address->sun_path, path, len);
		return ERR_OK;
	}
	/* With room for /proc/self/fd/, a number, / and the final 0. */
	if (name == NULL || strlen(name + 1) > 80)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "path %s is too long for a socket", path);
	e = open_folder(path, (size_t)(name - path), folder, fault);
	if (e == ERR_OK)
		snprintf(address->sun_path, sizeof(address->sun_path),
		    "/proc/self/fd/%d/%s", *folder, name + 1);
	return e;
}

void
socket_path_end(int folder)
{
	int saved = errno;

	if (folder >= 0)
		close(folder);
	errno = saved;
}
