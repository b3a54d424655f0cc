/*
 * key.h: the parts of 'zegel key', one file each.
 *
 *	int code = key_test(&k);
 *
 * Memory    struct key_verb is the verb's; certificates and config are its own
 * Chunks    none
 * Errors    exit codes, as cli_fail returns them
 * Trust     what a part trusts is said there
 * Limits    KEY_CERTS certificates a file
 */
#ifndef HOST_CLI_KEY_H
#define HOST_CLI_KEY_H

#include "host/base/config.h"
#include "host/cli/cli.h"
#include "host/x509/cert.h"

#define KEY_CERTS 8

struct key_verb {
	struct cli *cli;
	struct station station;
	struct config *config;
	const char *name; /* --key, else the station's default one */
	const struct config_key *section; /* NULL: not in zegel.conf */
	int64_t pin_fd;
	const char *type, *uri, *module; /* generate */
	const char *organisation, *organisation_id, *country; /* csr */
	const char *common_name, *output;
	bool online; /* test */
};

/* Station, configuration and section for k->cli and k->name; config is to be
 * freed with config_free. */
MUST_USE enum err key_load(struct key_verb *k, struct fault *fault);

/* The section of --key, which must be there. */
MUST_USE enum err key_section(const struct key_verb *k, struct fault *fault);

/* Certificates in the file that the section names. */
MUST_USE enum err key_certs(const struct key_verb *k, struct cert *chain,
    size_t cap, size_t *count, char path[static STATION_PATH],
    struct fault *fault);
void key_certs_free(struct cert *chain, size_t count);

int key_list(struct key_verb *k);
int key_generate(struct key_verb *k);
int key_csr(struct key_verb *k);
int key_import(struct key_verb *k, const char *file);
int key_test(struct key_verb *k);

#endif
