/*
 * config_file.h: a zegel.conf for a test, written anew for each text.
 *
 *	e = config_file_load(CONFIG_FILE_GOOD "[seal]\n", &config, &fault);
 *
 * Memory    one file at a time, in a scratch folder that is gone at the end
 * Chunks    none
 * Errors    a failed test
 * Trust     tests only
 * Limits    none
 */
#ifndef TESTS_UNIT_SUPPORT_CONFIG_FILE_H
#define TESTS_UNIT_SUPPORT_CONFIG_FILE_H

#include "host/base/config.h"
#include "tests/unit/support/scratch.h"

/* What no file can do without. */
#define CONFIG_FILE_GOOD                                                       \
	"[station]\nname = Registry\nmode = test\n"                            \
	"[log]\norigin = example.org/log\n"
#define CONFIG_FILE_GOOD_LINES 5

extern char config_file_path[SCRATCH_PATH];

int config_file_begin(void **state);
int config_file_end(void **state);
void config_file_put(const void *text, size_t len);
enum err config_file_load(const char *text, struct config **c, struct fault *f);

#endif
