/* zegel init: a station with everything it needs to seal. */
#include <stdio.h>
#include <string.h>

#include "host/base/config_value.h"
#include "host/cli/cli.h"
#include "host/cli/init.h"
#include "host/log/log.h"
#include "host/x509/issue.h"
#include "hsm/provision.h"

static const char usage[] =
    "[--mode test] [--organisation NAME] [--organisation-id ID] ...\n"
    "--mode production --origin NAME --uri URI [--module FILE] ...";
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

/* A made-up one would stand in every proof, for ever. */
static enum err
check_origin(const struct init *o, struct fault *fault)
{
	if (o->origin == NULL && strcmp(o->mode, "production") == 0)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "a production station needs --origin: its log's name for "
		    "ever, under a domain of yours");
	if (o->origin != NULL &&
	    (!config_is_origin(o->origin) ||
		strlen(o->origin) >= LOG_ORIGIN_MAX))
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--origin is a name such as example.org/seal-log: ASCII "
		    "without blanks and '+', fewer than %d octets",
		    LOG_ORIGIN_MAX);
	return ERR_OK;
}

/* The daemon would say so, of a station that is in the way of a second init. */
static enum err
check_token(const struct init *o, struct fault *fault)
{
	struct token_detail detail = {""};
	enum err e;

	if (o->uri == NULL && strcmp(o->mode, "production") == 0)
		return fault_set(fault, ERR_STATION_MODE, FAULT_NO_OFFSET,
		    "a production station needs a token of its own: --uri");
	if (o->uri == NULL && o->module != NULL)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--module is that of the token's --uri");
	if (o->uri == NULL)
		return ERR_OK;
	e = provision_check(o->uri, o->module, &detail);
	if (e != ERR_OK)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "%s: %s: %s", e == ERR_TOKEN_URI ? "--uri" : "--module",
		    err_text(e), detail.text);
	return ERR_OK;
}

static enum err
check(const struct init *o, struct fault *fault)
{
	enum err e;

	if (strcmp(o->mode, "test") != 0 && strcmp(o->mode, "production") != 0)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--mode is test or production");
	e = check_token(o, fault);
	if (e == ERR_OK)
		e = check_origin(o, fault);
	if (e != ERR_OK)
		return e;
	if (!x509_is_country(o->country))
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--country has two capital letters, such as BE");
	if (init_key_type(o->key_type, NULL) == 0)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--key-type is p256, p384, p521, rsa3072 or rsa4096");
	return ERR_OK;
}

int
verb_init(struct cli *c)
{
	struct init o = {.pin_fd = -1};
	const struct cli_option options[] = {
	    {"mode", CLI_TEXT, &o.mode, "MODE", "test (default) or production"},
	    {"name", CLI_TEXT, &o.name, "NAME", "what people call the station"},
	    {"origin", CLI_TEXT, &o.origin, "NAME",
		"the log's name, for ever (mode test: else made up)"},
	    {"organisation", CLI_TEXT, &o.organisation, "NAME",
		"for the test certificate"},
	    {"organisation-id", CLI_TEXT, &o.organisation_id, "ID",
		"organizationIdentifier, like VATBE-0123456789"},
	    {"country", CLI_TEXT, &o.country, "CC", "two letters"},
	    {"key-type", CLI_TEXT, &o.key_type, "TYPE",
		"p256 (default), p384, p521, rsa3072, rsa4096"},
	    {"no-certificate", CLI_FLAG, &o.no_certificate, NULL,
		"make no test certificate: one comes from elsewhere"},
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
	if (code == 0)
		code = cli_count(c, 0, 0);
	if (code != 0)
		return cli_exit(code);
	defaults(&o);
	e = check(&o, &fault);
	if (e == ERR_OK)
		e = init_station(c->station_dir, &o, &s, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	cli_say(c, "station %s in %s, mode %s", o.name, s.dir, o.mode);
	cli_say(c, "log origin %s", o.origin);
	if (o.uri == NULL && o.no_certificate)
		cli_say(c,
		    "seal key %s in SoftHSM2 token \"%s\", without a "
		    "certificate",
		    INIT_KEY, INIT_TOKEN);
	else if (o.uri == NULL)
		cli_say(c,
		    "seal key %s in SoftHSM2 token \"%s\", test "
		    "certificate for %s (%s)",
		    INIT_KEY, INIT_TOKEN, o.organisation, o.organisation_id);
	if (o.uri != NULL || o.no_certificate)
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
