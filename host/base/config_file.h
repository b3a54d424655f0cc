/*
 * config_file.h: one INI file, strictly: what libinih would pass over in
 * silence (a section without keys, a long name, a second meaning of a line)
 * is refused here.
 *
 *	struct config_sink sink = {.user = &x, .section = enter, .key = set};
 *	enum err e = config_file_read(&sink, path, CONFIG_OWNER_ANY, &fault);
 *
 * Memory    the file, for the time of the call
 * Chunks    whole files
 * Errors    CONFIG_SYNTAX, CONFIG_OPEN_TO_OTHERS, what the sink returns, those
 *           of file_read; the fault's offset is the line, its path the place,
 *           its file the name, as of two files of a station
 * Trust     no file that its group or others may write
 * Limits    lines of CONFIG_LINE octets, CONFIG_FILE octets in all
 */
#ifndef HOST_BASE_CONFIG_FILE_H
#define HOST_BASE_CONFIG_FILE_H

#include "common/err.h"
#include "host/base/fault.h"

#define CONFIG_LINE 1000
#define CONFIG_FILE 65536

enum config_owner {
	CONFIG_OWNER_ANY = 1,
	CONFIG_OWNER_ROOT, /* root, or who we are ourselves */
};

struct config_sink {
	void *user;
	/* Both set the fault's detail; place and line are added for them. */
	enum err (*section)(
	    void *user, const char *name, unsigned line, struct fault *fault);
	enum err (*key)(void *user, const char *key, const char *value,
	    unsigned line, struct fault *fault);
};

MUST_USE enum err config_file_read(const struct config_sink *sink,
    const char *path, enum config_owner owner, struct fault *fault);

/* For what is wrong with the whole of it: fault_in its name. */
void config_file_name(struct fault *fault, const char *path);

#endif
