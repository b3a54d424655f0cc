/*
 * zegel key generate: a key pair in a token, made by this process itself: the
 * daemon's signer signs and does nothing else to a token. What zegel.conf
 * then needs is printed, never written: the file is the administrator's.
 */
#include <stdio.h>
#include <string.h>

#include "host/base/hex.h"
#include "host/base/secret.h"
#include "host/base/station_owner.h"
#include "host/cli/init.h"
#include "host/cli/key.h"
#include "host/cli/softhsm.h"
#include "hsm/provision.h"

#define ID_LEN 8
#define URI_CAP 1024

struct plan {
	struct token_config token;
	enum token_key_type type;
	unsigned bits;
	char label[33];
	uint8_t id[64];
	size_t id_len;
	char uri[URI_CAP]; /* names token, object and id */
	char pins[STATION_PATH + 8];
};

static enum err
choose_token(struct key_verb *k, struct plan *p, struct fault *fault)
{
	const struct config_key *section = k->section;
	bool embedded = k->config->softhsm;

	if (section != NULL && (k->uri != NULL || k->module != NULL))
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "[key %s] in zegel.conf names the token: no --uri or "
		    "--module",
		    k->name);
	if (section == NULL && k->name[0] == '\0')
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "give the new key's NAME: --key NAME");
	if (section == NULL && !config_is_section(k->name))
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--key is fewer than 64 letters, digits, . _ -, as "
		    "zegel.conf has it in [key NAME]");
	if (section != NULL) {
		p->token.uri = section->uri;
		if (section->module[0] != '\0')
			p->token.module = section->module;
	} else if (k->uri != NULL) {
		p->token.uri = k->uri;
		p->token.module = k->module;
	} else if (embedded) {
		p->token.uri = "pkcs11:token=" INIT_TOKEN;
	} else {
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "there is no section [key %s] in zegel.conf: give the "
		    "token's --uri, and --module",
		    k->name);
	}
	if (embedded && p->token.module == NULL)
		p->token.module = softhsm_module();
	p->token.sessions = 1;
	return embedded ? softhsm_configure(&k->station, fault) : ERR_OK;
}

static void
add_to_uri(struct plan *p, const char *attribute, const char *value)
{
	char *query = strchr(p->uri, '?'), rest[URI_CAP];
	size_t n;

	snprintf(rest, sizeof(rest), "%s", query == NULL ? "" : query);
	if (query != NULL)
		*query = '\0';
	n = strlen(p->uri);
	snprintf(p->uri + n, sizeof(p->uri) - n, "%s%s=%s%s",
	    n > 0 && p->uri[n - 1] != ':' ? ";" : "", attribute, value, rest);
}

/* What the URI leaves open is chosen here: the section's name and random
 * octets. */
static enum err
choose_names(struct key_verb *k, struct plan *p, struct fault *fault)
{
	char text[3 * 64 + 1] = "";
	struct token_detail detail = {""};
	size_t i;
	enum err e;

	if (strlen(p->token.uri) > URI_CAP / 2)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET, "URI");
	e = provision_names(p->token.uri, p->label, p->id, &p->id_len, &detail);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "%s", detail.text);
	snprintf(p->uri, sizeof(p->uri), "%s", p->token.uri);
	if (p->label[0] == '\0') {
		if (strlen(k->name) >= sizeof(p->label))
			return fault_set(fault, ERR_NAME_INVALID,
			    FAULT_NO_OFFSET, "a key's label has 32 octets");
		snprintf(p->label, sizeof(p->label), "%s", k->name);
		add_to_uri(p, "object", p->label);
	}
	if (p->id_len == 0) {
		p->id_len = ID_LEN;
		secret_random(p->id, p->id_len);
		for (i = 0; i < p->id_len; i++)
			snprintf(text + 3 * i, 4, "%%%02X", p->id[i]);
		add_to_uri(p, "id", text);
	}
	return ERR_OK;
}

static enum err
choose(struct key_verb *k, struct plan *p, struct fault *fault)
{
	char dir[STATION_PATH];
	enum err e;

	if (k->type == NULL)
		k->type = "p256";
	p->type = init_key_type(k->type, &p->bits);
	if (p->type == 0)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--type is p256, p384, p521, rsa3072 or rsa4096");
	station_path(&k->station, STATION_SIGNER, dir);
	snprintf(p->pins, sizeof(p->pins), "%s/pins", dir);
	p->token.pin_state = p->pins;
	e = choose_token(k, p, fault);
	return e == ERR_OK ? choose_names(k, p, fault) : e;
}

static void
report(const struct key_verb *k, const struct plan *p)
{
	cJSON *result = cJSON_CreateObject();
	char id[2 * 64 + 1], section[URI_CAP + STATION_PATH + 200];
	const char *module = p->token.module;

	hex_encode(p->id, p->id_len, id);
	snprintf(section, sizeof(section),
	    "[key %s]\nuri = %s\n%s%s%scertificate = keys/%s.pem\n", k->name,
	    p->uri,
	    module == NULL ? "" : "module = ", module == NULL ? "" : module,
	    module == NULL ? "" : "\n", k->name);
	cli_say(k->cli, "key %s: %s made in the token, label %s, id %s",
	    k->name, k->type, p->label, id);
	cJSON_AddStringToObject(result, "key", k->name);
	cJSON_AddStringToObject(result, "type", k->type);
	cJSON_AddStringToObject(result, "label", p->label);
	cJSON_AddStringToObject(result, "id", id);
	cJSON_AddStringToObject(result, "uri", p->uri);
	if (k->section == NULL) {
		cli_say(k->cli, "write into zegel.conf:\n\n%s", section);
		cJSON_AddStringToObject(result, "section", section);
	} else if (strcmp(p->uri, k->section->uri) != 0) {
		cli_say(k->cli,
		    "zegel.conf names the token only; write into [key %s]:\n\n"
		    "uri = %s\n",
		    k->name, p->uri);
	}
	cli_say(k->cli,
	    "then restart the daemon; next: 'zegel key csr --key %s'", k->name);
	cli_result(k->cli, result);
}

int
key_generate(struct key_verb *k)
{
	struct plan p = {.id_len = 0};
	struct token_detail detail = {""};
	uint8_t *pin = NULL;
	struct fault fault;
	size_t len = 0;
	enum err e;

	e = choose(k, &p, &fault);
	if (e == ERR_OK)
		e = cli_read_pin("PIN: ", k->pin_fd, &pin, &len, &fault);
	if (e != ERR_OK)
		return cli_fail(k->cli, &fault, NULL);
	e = provision_key(&p.token, p.type, p.bits, p.label, p.id, p.id_len,
	    pin, len, &detail);
	secret_free(pin, CLI_PIN);
	if (e != ERR_OK)
		return cli_fail_text(k->cli, e, "%s", detail.text);
	report(k, &p);
	/* What root has written into softhsm/ is signer's. */
	if (k->config->softhsm &&
	    station_owner_apply(&k->station, &fault) != ERR_OK)
		return cli_fail(k->cli, &fault, NULL);
	return 0;
}
