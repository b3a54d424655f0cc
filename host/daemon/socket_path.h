/*
 * socket_path.h: the address of a Unix socket under a path of any length. The
 * kernel takes 107 octets; a longer path is named through its folder.
 *
 *	int folder;
 *	e = socket_path_set(&address, path, &folder, &fault);
 *	bind(fd, (struct sockaddr *)&address, sizeof(address));
 *	socket_path_end(folder);
 *
 * Memory    one descriptor, from set to end; the address is of no use later
 * Chunks    none
 * Errors    TOO_LARGE if the name alone is too long; NOT_FOUND, DENIED, IO of
 *           the folder
 * Trust     none: it names a socket, who answers is another question
 * Limits    a longer path needs /proc; names of up to 80 octets
 */
#ifndef HOST_DAEMON_SOCKET_PATH_H
#define HOST_DAEMON_SOCKET_PATH_H

#include <sys/socket.h>
#include <sys/un.h>

#include "common/err.h"
#include "host/base/fault.h"

/* *folder is -1 where none is needed. */
MUST_USE enum err socket_path_set(struct sockaddr_un *address, const char *path,
    int *folder, struct fault *fault);

/* errno stays as it is: what bind or connect said may be told afterwards. */
void socket_path_end(int folder);

#endif
