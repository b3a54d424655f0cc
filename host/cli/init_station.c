#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/base/config_template.h"
#include "host/base/file.h"
#include "host/base/hex.h"
#include "host/base/secret.h"
#include "host/base/station_owner.h"
#include "host/cli/cli.h"
#include "host/cli/init.h"
#include "host/cli/softhsm.h"
#include "host/log/log.h"

/* Unique without anyone's register: a name and random digits, under the
 * domain that can never be one. */
static void
make_origin(struct init *o)
{
	uint8_t random[6];
	char hex[13], *c;

	if (o->origin != NULL)
		return;
	secret_random(random, sizeof(random));
	hex_encode(random, sizeof(random), hex);
	snprintf(o->origin_buf, sizeof(o->origin_buf), "zegel.invalid/%s/%s",
	    o->name, hex);
	/* What people call it may hold more than a log's name. */
	for (c = o->origin_buf; *c != '\0'; c++)
		if (*c <= 0x20 || *c >= 0x7f || *c == '+')
			*c = '-';
	o->origin = o->origin_buf;
}

static enum err
write_config(const struct init *o, const struct station *s, struct fault *fault)
{
	struct config_template t = {.name = o->name,
	    .mode = strcmp(o->mode, "test") == 0 ? MODE_TEST : MODE_PRODUCTION,
	    .origin = o->origin,
	    .softhsm = o->uri == NULL,
	    .key = INIT_KEY,
	    .uri = o->uri != NULL ? o->uri : INIT_URI,
	    .module = o->module != NULL ? o->module : softhsm_module(),
	    .certificate = "keys/" INIT_KEY ".pem"};
	char path[STATION_PATH];
	uint32_t uid = (uint32_t)getuid();
	enum err e;

	if (o->uri != NULL && o->module == NULL)
		t.module = NULL;
	station_path(s, STATION_CONFIG, path);
	e = config_write_template(path, &t, fault);
	if (e != ERR_OK)
		return e;
	station_path(s, STATION_APPROVAL_CONFIG, path);
	return config_write_approval(path, &uid, 1, fault);
}

static enum err
write_station_key(const struct station *s, struct fault *fault)
{
	char path[STATION_PATH];
	uint8_t key[32];
	enum err e;

	secret_random(key, sizeof(key));
	station_path(s, STATION_KEY, path);
	e = file_create(path, key, sizeof(key), 0600, fault);
	secret_wipe(key, sizeof(key));
	if (e == ERR_EXISTS)
		fault_set(fault, e, FAULT_NO_OFFSET,
		    "%s is what an init left that did not finish: remove it, "
		    "then init again",
		    s->dir);
	return e;
}

/* SoftHSM2's own bounds: a token is not begun with a PIN that it refuses. */
static enum err
read_new_pin(
    const struct init *o, uint8_t **pin, size_t *len, struct fault *fault)
{
	uint8_t *again = NULL;
	size_t again_len;
	enum err e;

	e = cli_read_pin("PIN for the new token (4 to 255 characters): ",
	    o->pin_fd, pin, len, fault);
	if (e == ERR_OK && (*len < 4 || *len > 255))
		e = fault_set(fault, ERR_PIN_LENGTH, FAULT_NO_OFFSET,
		    "4 to 255 characters were expected");
	if (e != ERR_OK || o->pin_fd >= 0)
		return e;
	/* Nobody sees what is typed. */
	e = cli_read_pin("The same once more: ", -1, &again, &again_len, fault);
	if (e == ERR_OK &&
	    (again_len != *len || !secret_equal(again, *pin, *len)))
		e = fault_set(fault, ERR_PIN_WRONG, FAULT_NO_OFFSET,
		    "the two PINs differ; nothing was made");
	secret_free(again, CLI_PIN);
	return e;
}

enum before { FOLDER_ABSENT, FOLDER_EMPTY, FOLDER_IN_USE };

static enum before
look_before(const char *dir)
{
	enum before found = FOLDER_EMPTY;
	struct dirent *one;
	DIR *d = opendir(dir);

	if (d == NULL)
		return errno == ENOENT ? FOLDER_ABSENT : FOLDER_IN_USE;
	while ((one = readdir(d)) != NULL)
		if (strcmp(one->d_name, ".") != 0 &&
		    strcmp(one->d_name, "..") != 0)
			found = FOLDER_IN_USE;
	closedir(d);
	return found;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	if (at->level > 0)
		(void)remove(path);
	return 0;
}

/* What a failed init leaves behind would stop the next one. Only a folder that
 * was empty, or not there, is emptied again. */
static void
clean_up(const struct station *s, enum before before)
{
	if (before == FOLDER_IN_USE)
		return;
	(void)nftw(s->dir, remove_one, 16, FTW_PHYS | FTW_DEPTH);
	if (before == FOLDER_ABSENT)
		(void)rmdir(s->dir);
}

enum err
init_station(
    const char *dir, struct init *o, struct station *s, struct fault *fault)
{
	char log_dir[STATION_PATH], log_key[STATION_PATH];
	enum before before = FOLDER_IN_USE;
	uint8_t *pin = NULL;
	size_t pin_len = 0;
	enum err e;

	if (o->uri == NULL && softhsm_module() == NULL)
		return fault_set(fault, ERR_TOKEN_MODULE, FAULT_NO_OFFSET,
		    "SoftHSM2 is not installed (apt-get install softhsm2)");
	if (station_open(s, dir, fault) == ERR_OK)
		return fault_set(fault, ERR_EXISTS, FAULT_NO_OFFSET,
		    "%s holds a station", s->dir);
	/* Before anything is there that would be in the way of a second try. */
	e = ERR_OK;
	if (o->uri == NULL)
		e = read_new_pin(o, &pin, &pin_len, fault);
	if (e != ERR_OK)
		goto out;
	before = look_before(station_default(dir));
	e = station_create(s, dir, fault);
	if (e != ERR_OK)
		goto out;
	make_origin(o);
	station_path(s, STATION_LOG, log_dir);
	station_path(s, STATION_LOG_KEY, log_key);
	e = write_station_key(s, fault);
	if (e == ERR_OK)
		e = log_create(log_dir, log_key, o->origin, fault);
	if (e == ERR_OK && o->uri == NULL)
		e = init_test_token(s, o, pin, pin_len, fault);
	/* Last: a station without its configuration is none, and an init that
	 * stopped half-way can be told from a station. */
	if (e == ERR_OK)
		e = write_config(o, s, fault);
	if (e == ERR_OK)
		e = station_owner_apply(s, fault);
	if (e != ERR_OK)
		clean_up(s, before);
out:
	secret_free(pin, CLI_PIN);
	return e;
}
