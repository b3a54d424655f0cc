/* zegel key: the seal keys of a station and their certificates. */
#include <stdio.h>
#include <string.h>

#include "host/cli/key.h"
#include "host/daemon/key_chain.h"

static const char usage[] =
    "list\ngenerate [--key NAME] [--type TYPE] [--pin-fd N]\n"
    "csr [--key NAME] [-o FILE]\nimport-cert [--key NAME] FILE\n"
    "test [--key NAME] [--pin-fd N] [--online]";
static const char about[] =
    "list shows keys, tokens and certificates. generate makes a key in the\n"
    "token of [key NAME]. csr writes a certificate request (PKCS#10, PEM)\n"
    "that the key signs. import-cert takes the certificate that came back, if\n"
    "it is for that key and for seals. test says line by line whether token,\n"
    "key and certificate belong together and can seal; it signs a message of\n"
    "its own, which is logged.";

enum err
key_section(const struct key_verb *k, struct fault *fault)
{
	if (k->section != NULL)
		return ERR_OK;
	if (k->name[0] == '\0')
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    k->config->key_count == 0
			? "zegel.conf has no [key NAME] yet: see 'zegel key "
			  "generate'"
			: "zegel.conf has several keys: give --key NAME");
	return fault_set(fault, ERR_CONFIG_MISSING_KEY, FAULT_NO_OFFSET,
	    "there is no section [key %s] in zegel.conf", k->name);
}

enum err
key_certs(const struct key_verb *k, struct cert *chain, size_t cap,
    size_t *count, char path[static STATION_PATH], struct fault *fault)
{
	enum err e;

	*count = 0;
	path[0] = '\0';
	if (k->section->certificate[0] == '\0')
		return fault_set(fault, ERR_NOT_FOUND, FAULT_NO_OFFSET,
		    "[key %s] names no certificate file", k->name);
	e = key_chain_path(&k->station, k->section->certificate, path, fault);
	if (e == ERR_OK)
		e = cert_load(path, chain, cap, count, fault);
	return e;
}

void
key_certs_free(struct cert *chain, size_t count)
{
	while (count > 0)
		cert_free(&chain[--count]);
}

enum err
key_load(struct key_verb *k, struct fault *fault)
{
	char path[STATION_PATH];
	enum err e;

	e = cli_station(k->cli, &k->station, fault);
	if (e != ERR_OK)
		return e;
	station_path(&k->station, STATION_CONFIG, path);
	e = config_load(&k->config, path, fault);
	if (e != ERR_OK)
		return e;
	if (k->name == NULL)
		k->name = k->config->default_key;
	k->section = config_key(k->config, k->name);
	return ERR_OK;
}

static int
run(struct key_verb *k)
{
	const char *what = k->cli->argv[0];

	if (strcmp(what, "list") == 0)
		return key_list(k);
	if (strcmp(what, "generate") == 0)
		return key_generate(k);
	if (strcmp(what, "csr") == 0)
		return key_csr(k);
	if (strcmp(what, "import-cert") == 0)
		return key_import(k, k->cli->argv[1]);
	return key_test(k);
}

static int
check_words(struct cli *c)
{
	static const char *const words[] = {
	    "list", "generate", "csr", "import-cert", "test"};
	bool import;
	size_t i;
	int code;

	code = cli_count(c, 1, -1);
	if (code != 0)
		return code;
	import = strcmp(c->argv[0], "import-cert") == 0;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(c->argv[0], words[i]) == 0)
			return cli_count(c, import ? 2 : 1, import ? 2 : 1);
	return cli_fail_text(c, ERR_USAGE,
	    "there is no 'zegel key %s': see 'zegel key --help'", c->argv[0]);
}

int
verb_key(struct cli *c)
{
	struct key_verb k = {.cli = c, .pin_fd = -1};
	const struct cli_option options[] = {
	    {"key", CLI_TEXT, &k.name, "NAME",
		"which [key NAME] (default: the station's)"},
	    {"pin-fd", CLI_NUMBER, &k.pin_fd, "N",
		"read the token's PIN from this descriptor"},
	    {"type", CLI_TEXT, &k.type, "TYPE",
		"generate: p256 (default), p384, p521, rsa3072, rsa4096"},
	    {"uri", CLI_TEXT, &k.uri, "URI",
		"generate: the token, when zegel.conf has no such section"},
	    {"module", CLI_TEXT, &k.module, "FILE",
		"generate: its PKCS#11 module"},
	    {"organisation", CLI_TEXT, &k.organisation, "NAME",
		"csr: O (default of all four: as in the certificate)"},
	    {"organisation-id", CLI_TEXT, &k.organisation_id, "ID",
		"csr: organizationIdentifier, like VATBE-0123456789"},
	    {"country", CLI_TEXT, &k.country, "CC", "csr: C, two letters"},
	    {"common-name", CLI_TEXT, &k.common_name, "NAME",
		"csr: CN (default: O)"},
	    {"output", CLI_TEXT, &k.output, "FILE",
		"csr: write there; never overwrites (also -o)"},
	    {"online", CLI_FLAG, &k.online, NULL,
		"test: ask whether a certificate was revoked"},
	    CLI_END};
	struct fault fault;
	int code;

	code = cli_parse(c, options, usage, about);
	if (code == 0)
		code = check_words(c);
	if (code != 0)
		return cli_exit(code);
	code = key_load(&k, &fault) == ERR_OK ? run(&k)
					      : cli_fail(c, &fault, NULL);
	config_free(k.config);
	return code;
}
