#include "tests/unit/support/config_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <unistd.h>

#include "host/base/file.h"

char config_file_path[SCRATCH_PATH];
static struct scratch folder;

int
config_file_begin(void **state)
{
	(void)state;
	scratch_make(&folder);
	scratch_path(&folder, "zegel.conf", config_file_path);
	return 0;
}

int
config_file_end(void **state)
{
	(void)state;
	scratch_remove(&folder);
	return 0;
}

void
config_file_put(const void *text, size_t len)
{
	unlink(config_file_path);
	assert_int_equal(
	    file_create(config_file_path, text, len, 0644, NULL), ERR_OK);
}

enum err
config_file_load(const char *text, struct config **c, struct fault *f)
{
	config_file_put(text, strlen(text));
	fault_clear(f);
	return config_load(c, config_file_path, f);
}
