/* zegel init: a station with everything it needs to seal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

static const char usage[] =
    "[--mode test] [--organisation NAME] [--organisation-id ID] ...\n"
    "--mode production --uri URI [--module FILE] ...";
static const char about[] =
    "Makes a station: folders, configuration, log with its key. In mode test\n"
    "also a SoftHSM2 token in the station's folder with a new seal key, and a\n"
    "test CA with a seal certificate. Overwrites nothing.";

static void
defaults(struct init *o)
{
	if (o->mode == NULL)
		o->mode = "test";
	if (o->name == NULL)
		o->name = "station";
	if (o->organisation == NULL)
		o->organisation = "University of Examples TEST";
	if (o->organisation_id == NULL)
		o->organisation_id = "VATBE-0000000097";
	if (o->country == NULL)
		o->country = "BE";
	if (o->key_type == NULL)
		o->key_type = "p256";
}

static enum err
check(const struct init *o, struct fault *fault)
{
	if (strcmp(o->mode, "test") != 0 && strcmp(o->mode, "production") != 0)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--mode is test or production");
	if (strcmp(o->mode, "production") == 0 && o->uri == NULL)
		return fault_set(fault, ERR_STATION_MODE, FAULT_NO_OFFSET,
		    "a production station needs a token of its own: --uri");
	if (strlen(o->country) != 2)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--country has two letters");
	if (init_key_type(o->key_type, NULL) == 0)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--key-type is p256, p384, p521, rsa3072 or rsa4096");
	return ERR_OK;
}

/* Unique without anyone's register: a name and random digits, under the
 * domain that can never be one. */
static void
make_origin(struct init *o)
{
	uint8_t random[6];
	char hex[13];

	if (o->origin != NULL)
		return;
	secret_random(random, sizeof(random));
	hex_encode(random, sizeof(random), hex);
	snprintf(o->origin_buf, sizeof(o->origin_buf), "zegel.invalid/%s/%s",
	    o->name, hex);
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
	return e;
}

static enum err
make(struct cli *c, struct init *o, struct station *s, struct fault *fault)
{
	char log_dir[STATION_PATH], log_key[STATION_PATH];
	enum err e;

	if (o->uri == NULL && softhsm_module() == NULL)
		return fault_set(fault, ERR_TOKEN_MODULE, FAULT_NO_OFFSET,
		    "SoftHSM2 is not installed (apt-get install softhsm2)");
	e = station_create(s, c->station_dir, fault);
	if (e != ERR_OK)
		return e;
	make_origin(o);
	station_path(s, STATION_LOG, log_dir);
	station_path(s, STATION_LOG_KEY, log_key);
	e = write_station_key(s, fault);
	if (e == ERR_OK)
		e = log_create(log_dir, log_key, o->origin, fault);
	if (e == ERR_OK && o->uri == NULL)
		e = init_test_token(s, o, fault);
	/* Last: a station without its configuration is none, and an init that
	 * stopped half-way can be told from a station. */
	if (e == ERR_OK)
		e = write_config(o, s, fault);
	if (e == ERR_OK)
		e = station_owner_apply(s, fault);
	return e;
}

int
verb_init(struct cli *c)
{
	struct init o = {.pin_fd = -1};
	const struct cli_option options[] = {
	    {"mode", CLI_TEXT, &o.mode, "MODE", "test (default) or production"},
	    {"name", CLI_TEXT, &o.name, "NAME", "what people call the station"},
	    {"origin", CLI_TEXT, &o.origin, "NAME",
		"the log's name, for ever (default: made up)"},
	    {"organisation", CLI_TEXT, &o.organisation, "NAME",
		"for the test certificate"},
	    {"organisation-id", CLI_TEXT, &o.organisation_id, "ID",
		"organizationIdentifier, like VATBE-0123456789"},
	    {"country", CLI_TEXT, &o.country, "CC", "two letters"},
	    {"key-type", CLI_TEXT, &o.key_type, "TYPE",
		"p256 (default), p384, p521, rsa3072, rsa4096"},
	    {"uri", CLI_TEXT, &o.uri, "URI",
		"PKCS#11 URI of a key in another token"},
	    {"module", CLI_TEXT, &o.module, "FILE", "its PKCS#11 module"},
	    {"pin-fd", CLI_NUMBER, &o.pin_fd, "N",
		"read the new token's PIN from this descriptor"},
	    CLI_END};
	struct station s;
	struct fault fault;
	cJSON *result;
	int code;
	enum err e;

	code = cli_parse(c, options, usage, about);
	if (code != 0)
		return cli_exit(code);
	if (c->argc > 0)
		return cli_fail_text(
		    c, ERR_USAGE, "unexpected argument %s", c->argv[0]);
	defaults(&o);
	e = check(&o, &fault);
	if (e == ERR_OK)
		e = make(c, &o, &s, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	cli_say(c, "station %s in %s, mode %s", o.name, s.dir, o.mode);
	cli_say(c, "log origin %s", o.origin);
	if (o.uri == NULL)
		cli_say(c,
		    "seal key %s in SoftHSM2 token \"%s\", test "
		    "certificate for %s (%s)",
		    INIT_KEY, INIT_TOKEN, o.organisation, o.organisation_id);
	else
		cli_say(c,
		    "next: 'zegel key csr', then 'zegel key "
		    "import-cert'");
	result = cJSON_CreateObject();
	cJSON_AddStringToObject(result, "station", s.dir);
	cJSON_AddStringToObject(result, "origin", o.origin);
	cJSON_AddStringToObject(result, "mode", o.mode);
	cli_result(c, result);
	return 0;
}
