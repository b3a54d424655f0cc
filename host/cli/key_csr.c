/* zegel key csr: signer composes and signs the request; this writes it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/file.h"
#include "host/base/hex.h"
#include "host/base/secret.h"
#include "host/cli/daemon.h"
#include "host/cli/key.h"
#include "host/daemon/reply.h"
#include "host/x509/issue.h"
#include "host/x509/pem.h"

/* Whoever gave it is told of it, and not of the certificate. */
static enum err
check_given(const struct key_verb *k, struct fault *fault)
{
	const struct {
		const char *option, *text;
	} given[] = {{"organisation", k->organisation},
	    {"organisation-id", k->organisation_id},
	    {"common-name", k->common_name}};
	size_t i;

	for (i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (given[i].text != NULL &&
		    x509_check_text(given[i].text) != ERR_OK)
			return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
			    "--%s has 1 to %d octets of UTF-8, without control "
			    "characters",
			    given[i].option, CERT_TEXT - 1);
	if (k->country != NULL && !x509_is_country(k->country))
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--country has two capital letters, such as BE");
	return ERR_OK;
}

/* What the options leave open is as in the present certificate. */
static enum err
fill_subject(
    struct key_verb *k, struct cert *c, bool there, struct fault *fault)
{
	if (k->organisation == NULL)
		k->organisation = c->organisation;
	if (k->organisation_id == NULL)
		k->organisation_id = c->organisation_id;
	if (k->country == NULL)
		k->country = c->country;
	if (k->common_name == NULL)
		k->common_name = c->common_name[0] != '\0' ? c->common_name
							   : k->organisation;
	if (k->organisation[0] == '\0' || k->organisation_id[0] == '\0' ||
	    !x509_is_country(k->country))
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "%s: give --organisation, --organisation-id and --country",
		    there ? "the certificate does not tell all of the subject"
			  : "there is no certificate to take the subject from");
	return ERR_OK;
}

/* It composes the request itself; its PIN is typed there, if it is not given.
 */
static enum err
ask_appliance(struct key_verb *k, struct daemon *d, cJSON *ask, cJSON **reply,
    struct fault *fault)
{
	uint8_t *pin = NULL;
	size_t len = 0;
	enum err e = ERR_OK;

	*reply = NULL;
	if (k->pin_fd >= 0)
		e = cli_read_pin("", k->pin_fd, &pin, &len, fault);
	if (e == ERR_OK) {
		cli_note(k->cli,
		    "look at the appliance: type its PIN there if it asks, "
		    "read the request, and hold select");
		cJSON_AddNumberToObject(ask, "pin", (double)len);
		e = client_send(d->signer, ask, -1, fault);
	} else {
		cJSON_Delete(ask);
	}
	if (e == ERR_OK && len > 0)
		e = client_send_octets(d->signer, pin, len, fault);
	secret_free(pin, CLI_PIN);
	return e == ERR_OK ? client_receive(d->signer, reply, fault) : e;
}

static enum err
request(struct key_verb *k, struct daemon *d, char **pem, struct fault *fault)
{
	cJSON *ask = client_request("csr"), *reply;
	const char *hex;
	uint8_t *der;
	size_t len;
	enum err e;

	cJSON_AddStringToObject(ask, "key", k->name);
	cJSON_AddStringToObject(ask, "organisation", k->organisation);
	cJSON_AddStringToObject(ask, "organisationId", k->organisation_id);
	cJSON_AddStringToObject(ask, "country", k->country);
	cJSON_AddStringToObject(ask, "commonName", k->common_name);
	e = k->section->appliance ? ask_appliance(k, d, ask, &reply, fault)
				  : client_call(d->signer, ask, &reply, fault);
	if (e != ERR_OK)
		goto out;
	hex = reply_text(reply, "der");
	len = strlen(hex) / 2;
	der = malloc(len + 1);
	if (der == NULL || len == 0 ||
	    hex_decode(hex, 2 * len, der, len) != ERR_OK)
		e = fault_set(
		    fault, ERR_MESSAGE_SYNTAX, FAULT_NO_OFFSET, "request");
	else
		*pem = pem_encode("CERTIFICATE REQUEST", der, len);
	if (e == ERR_OK && *pem == NULL)
		e = fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "request");
	free(der);
out:
	cJSON_Delete(reply);
	return e;
}

static enum err
write_out(struct key_verb *k, const char *pem, struct fault *fault)
{
	cJSON *result;
	enum err e;

	if (k->output != NULL) {
		e = file_create(k->output, pem, strlen(pem), 0644, fault);
		if (e != ERR_OK)
			return e;
		cli_say(k->cli,
		    "%s: request of key %s for %s (%s); next, with the "
		    "answer: 'zegel key import-cert'",
		    k->output, k->name, k->organisation, k->organisation_id);
	} else if (!k->cli->json) {
		fputs(pem, stdout);
	}
	result = cJSON_CreateObject();
	cJSON_AddStringToObject(result, "key", k->name);
	cJSON_AddStringToObject(result, "organisation", k->organisation);
	cJSON_AddStringToObject(result, "organisationId", k->organisation_id);
	cJSON_AddStringToObject(result, "country", k->country);
	cJSON_AddStringToObject(result, "commonName", k->common_name);
	cJSON_AddStringToObject(result, "pem", pem);
	if (k->output != NULL)
		cJSON_AddStringToObject(result, "file", k->output);
	cli_result(k->cli, result);
	return ERR_OK;
}

int
key_csr(struct key_verb *k)
{
	struct cert chain[KEY_CERTS] = {{0}};
	struct daemon d = {.lifetime = -1};
	char path[STATION_PATH], *pem = NULL;
	struct fault fault;
	size_t count = 0;
	enum err e;

	e = key_section(k, &fault);
	if (e == ERR_OK)
		e = check_given(k, &fault);
	if (e == ERR_OK)
		/* An unreadable certificate is one more reason for a csr. */
		(void)!key_certs(k, chain, KEY_CERTS, &count, path, &fault);
	if (e == ERR_OK)
		e = fill_subject(k, &chain[0], count > 0, &fault);
	if (e == ERR_OK)
		e = daemon_join(&d, k->cli, &fault);
	if (e == ERR_OK && !k->section->appliance)
		e = daemon_unlock(&d, k->cli, k->name, k->pin_fd, &fault);
	if (e == ERR_OK)
		e = request(k, &d, &pem, &fault);
	if (e == ERR_OK)
		e = write_out(k, pem, &fault);
	daemon_leave(&d);
	key_certs_free(chain, count);
	free(pem);
	return e == ERR_OK ? 0 : cli_fail(k->cli, &fault, NULL);
}
