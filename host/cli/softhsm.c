#include "host/cli/softhsm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/base/file.h"

const char *
softhsm_module(void)
{
	static const char *const path[] = {"/usr/lib/softhsm/libsofthsm2.so",
	    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
	    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
	    "/usr/lib64/pkcs11/libsofthsm2.so",
	    "/usr/lib/pkcs11/libsofthsm2.so"};
	size_t i;

	for (i = 0; i < sizeof(path) / sizeof(path[0]); i++)
		if (access(path[i], R_OK) == 0)
			return path[i];
	return NULL;
}

enum err
softhsm_configure(const struct station *station, struct fault *fault)
{
	char path[STATION_PATH], dir[STATION_PATH], tokens[STATION_PATH + 8];
	char text[STATION_PATH + 128];
	enum err e;

	station_path(station, STATION_SOFTHSM_CONFIG, path);
	station_path(station, STATION_SOFTHSM, dir);
	snprintf(tokens, sizeof(tokens), "%s/tokens", dir);
	e = file_make_folder(tokens, 0700, fault);
	if (e != ERR_OK)
		return e;
	snprintf(text, sizeof(text),
	    "directories.tokendir = %s\n"
	    "objectstore.backend = file\n"
	    "log.level = ERROR\n"
	    "slots.removable = false\n",
	    tokens);
	e = file_create(path, text, strlen(text), 0600, fault);
	if (e != ERR_OK && e != ERR_EXISTS)
		return e;
	setenv("SOFTHSM2_CONF", path, 1);
	return ERR_OK;
}
