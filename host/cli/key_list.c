/* zegel key list: from signer, or from the files when no daemon runs. */
#include <stdio.h>

#include "common/utc.h"
#include "host/cli/key.h"
#include "host/daemon/reply.h"

/* What signer would say of a certificate. */
static void
add_certificate(cJSON *to, const struct cert *c)
{
	char time[UTC_SIZE];

	reply_add_hex(to, "certificate", c->sha256, SHA256_SIZE);
	cJSON_AddStringToObject(to, "organisation", c->organisation);
	cJSON_AddStringToObject(to, "organisationId", c->organisation_id);
	cJSON_AddStringToObject(to, "commonName", c->common_name);
	utc_format(c->not_before, time);
	cJSON_AddStringToObject(to, "notBefore", time);
	utc_format(c->not_after, time);
	cJSON_AddStringToObject(to, "notAfter", time);
}

/* Without a daemon: every section as the files have it. */
static cJSON *
from_files(struct key_verb *k)
{
	cJSON *reply = cJSON_CreateObject(), *one;
	cJSON *list = cJSON_AddArrayToObject(reply, "keys");
	struct cert chain[KEY_CERTS];
	char path[STATION_PATH];
	struct fault fault;
	unsigned i;
	size_t n;

	for (i = 0; i < k->config->key_count; i++) {
		k->section = &k->config->keys[i];
		k->name = k->section->name;
		one = cJSON_CreateObject();
		cJSON_AddItemToArray(list, one);
		cJSON_AddStringToObject(one, "key", k->name);
		cJSON_AddStringToObject(one, "state", "unknown");
		cJSON_AddStringToObject(one, "reason", "no daemon is running");
		if (key_certs(k, chain, KEY_CERTS, &n, path, &fault) != ERR_OK)
			continue;
		add_certificate(one, &chain[0]);
		key_certs_free(chain, n);
	}
	return reply;
}

static void
line(struct key_verb *k, const char *name, const char *text)
{
	char clean[600];

	if (text[0] != '\0')
		cli_say(k->cli, "    %-12s %s", name,
		    cli_clean(text, clean, sizeof(clean)));
}

static void
print_certificate(struct key_verb *k, const cJSON *one)
{
	char text[700];

	if (reply_text(one, "certificate")[0] == '\0') {
		line(k, "certificate",
		    "none yet: 'zegel key csr', then 'zegel key import-cert'");
		return;
	}
	snprintf(text, sizeof(text), "%s (%s), valid %.10s to %.10s",
	    reply_text(one, "organisation"), reply_text(one, "organisationId"),
	    reply_text(one, "notBefore"), reply_text(one, "notAfter"));
	line(k, "certificate", text);
	line(k, "algorithm", reply_text(one, "algorithm"));
}

static void
print(struct key_verb *k, const cJSON *one)
{
	const char *reason = reply_text(one, "reason");
	const struct config_key *section;
	char text[400];

	cli_say(k->cli, "%s: %s%s%s", reply_text(one, "key"),
	    reply_text(one, "state"), reason[0] != '\0' ? ", " : "", reason);
	section = config_key(k->config, reply_text(one, "key"));
	if (section != NULL)
		line(k, "uri", section->uri);
	if (reply_text(one, "token")[0] != '\0') {
		snprintf(text, sizeof(text), "%s (%s %s), serial number %s",
		    reply_text(one, "token"), reply_text(one, "manufacturer"),
		    reply_text(one, "model"), reply_text(one, "serial"));
		line(k, "token", text);
		line(k, "module", reply_text(one, "module"));
	}
	if (reply_text(one, "keyId")[0] != '\0') {
		snprintf(text, sizeof(text), "%s, id %s",
		    reply_text(one, "keyLabel"), reply_text(one, "keyId"));
		line(k, "key object", text);
	}
	print_certificate(k, one);
	if (section != NULL && reply_text(one, "certificate")[0] != '\0')
		line(k, "in file", section->certificate);
}

static enum err
ask(struct key_verb *k, cJSON **reply, struct fault *fault)
{
	struct client *signer;
	enum err e;

	*reply = NULL;
	e = client_open(&signer, &k->station, CLIENT_SIGNER, fault);
	if (e == ERR_DAEMON_ABSENT) {
		*reply = from_files(k);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	e = client_call(signer, client_request("keys"), reply, fault);
	client_close(signer);
	return e;
}

int
key_list(struct key_verb *k)
{
	const struct config_key *section;
	cJSON *reply, *one, *list;
	struct fault fault;
	int code = 0;

	if (ask(k, &reply, &fault) != ERR_OK) {
		code = cli_fail(k->cli, &fault, NULL);
		goto out;
	}
	list = cJSON_GetObjectItemCaseSensitive(reply, "keys");
	if (cJSON_GetArraySize(list) == 0)
		cli_say(k->cli, "no keys: zegel.conf has no [key NAME] yet");
	while ((one = cJSON_DetachItemFromArray(list, 0)) != NULL) {
		print(k, one);
		section = config_key(k->config, reply_text(one, "key"));
		if (section != NULL) {
			cJSON_AddStringToObject(one, "uri", section->uri);
			cJSON_AddStringToObject(
			    one, "file", section->certificate);
		}
		cli_result(k->cli, one);
	}
out:
	cJSON_Delete(reply);
	return code;
}
