/*
 * zegel key import-cert: takes a certificate if its key is the token's and if
 * it can seal; the chain goes behind it, the trust anchor is left out (it would
 * prove nothing, and every sealed file carries the rest).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/bounds.h"
#include "host/base/file.h"
#include "host/base/hex.h"
#include "host/base/station_owner.h"
#include "host/cli/key.h"
#include "host/cli/key_seal.h"
#include "host/cli/softhsm.h"
#include "host/daemon/key_chain.h"
#include "host/daemon/reply.h"
#include "host/x509/chain.h"
#include "host/x509/pem.h"
#include "host/x509/spki.h"

struct import {
	struct key_verb *k;
	struct cert given[KEY_CERTS];
	size_t given_count;
	const struct cert
	    *path[KEY_CERTS]; /* the certificate, then its chain */
	size_t path_count;
	const struct cert *anchor; /* self-signed at its end, or NULL */
	uint8_t spki[SPKI_CAP]; /* of the key in the token */
	size_t spki_len;
	bool daemon; /* one runs, with what it read at its start */
	char file[STATION_PATH];
};

/* What the running daemon's signer sees in the token. */
static bool
key_from_signer(struct import *i)
{
	struct client *signer;
	cJSON *reply = NULL, *one;
	struct fault fault;
	const char *hex;
	bool found = false;

	if (client_open(&signer, &i->k->station, CLIENT_SIGNER, &fault) !=
	    ERR_OK)
		return false;
	i->daemon = true;
	if (client_call(signer, client_request("keys"), &reply, &fault) ==
	    ERR_OK) {
		cJSON_ArrayForEach(
		    one, cJSON_GetObjectItemCaseSensitive(reply, "keys"))
		{
			hex = reply_text(one, "publicKey");
			if (strcmp(reply_text(one, "key"), i->k->name) != 0 ||
			    hex[0] == '\0' || strlen(hex) / 2 > SPKI_CAP)
				continue;
			i->spki_len = strlen(hex) / 2;
			found = hex_decode(hex, strlen(hex), i->spki,
				    i->spki_len) == ERR_OK;
		}
	}
	cJSON_Delete(reply);
	client_close(signer);
	return found;
}

/* Without a PIN: most tokens show public keys to everyone. */
static enum err
key_from_token(struct import *i, struct fault *fault)
{
	const struct config_key *section = i->k->section;
	struct token_config c = {.uri = section->uri, .sessions = 1};
	struct token_public_key key;
	struct token_detail detail = {""};
	struct token *t = NULL;
	enum err e = ERR_OK;

	if (section->module[0] != '\0')
		c.module = section->module;
	if (i->k->config->softhsm)
		e = softhsm_configure(&i->k->station, fault);
	if (e != ERR_OK)
		return e;
	e = token_open(&t, &c, &detail);
	if (e == ERR_OK)
		e = token_public_key(t, &key, &detail);
	token_close(t);
	if (e == ERR_OK)
		e = spki_from_token_key(
		    &key, i->spki, sizeof(i->spki), &i->spki_len);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET,
		    "%s; a token that shows its public key only after the "
		    "login needs the running daemon and 'zegel unlock'",
		    detail.text);
	return ERR_OK;
}

/* An appliance shows its key by its certificate, which it does not have yet:
 * the first that is given must be of its key, and it says so itself when it is
 * loaded. */
static void
take_first(struct import *i)
{
	i->spki_len = i->given[0].spki_len;
	memcpy(i->spki, i->given[0].spki,
	    i->spki_len <= SPKI_CAP ? i->spki_len : 0);
}

static enum err
load_appliance(struct import *i, struct fault *fault)
{
	cJSON *request = client_request("appliance-do"), *reply = NULL;
	char text[2 * BOUND_CERTIFICATE + 1];
	struct client *signer = NULL;
	enum err e;

	/* check_path has seen how long it is. */
	hex_encode(i->path[0]->der, i->path[0]->len, text);
	cJSON_AddStringToObject(request, "deed", "certificate");
	cJSON_AddStringToObject(request, "certificate", text);
	e = client_open(&signer, &i->k->station, CLIENT_SIGNER, fault);
	if (e != ERR_OK) {
		cJSON_Delete(request);
		return e;
	}
	cli_note(i->k->cli,
	    "look at the appliance: hold select to load the certificate, left "
	    "to refuse");
	i->daemon = true;
	e = client_call(signer, request, &reply, fault);
	cJSON_Delete(reply);
	client_close(signer);
	return e;
}

/* From the certificate of the token's key upwards; the rest is left out. */
static enum err
find_path(struct import *i, struct fault *fault)
{
	const struct cert *last = NULL, *next;
	size_t n;

	for (n = 0; n < i->given_count && last == NULL; n++)
		if (i->given[n].spki_len == i->spki_len &&
		    memcmp(i->given[n].spki, i->spki, i->spki_len) == 0)
			last = &i->given[n];
	if (last == NULL)
		return fault_set(fault, ERR_TOKEN_KEY_MISMATCH, FAULT_NO_OFFSET,
		    "none of the %zu certificate%s is for the key %s in the "
		    "token",
		    i->given_count, i->given_count == 1 ? "" : "s", i->k->name);
	while (last != NULL) {
		i->path[i->path_count++] = last;
		next = NULL;
		for (n = 0; n < i->given_count && next == NULL; n++)
			if (&i->given[n] != last &&
			    der_same(&i->given[n].subject, &last->issuer))
				next = &i->given[n];
		if (next != NULL && der_same(&next->subject, &next->issuer)) {
			i->anchor = next;
			next = NULL;
		}
		if (i->path_count == KEY_CERTS)
			break;
		last = next;
	}
	return ERR_OK;
}

static enum err
check_path(struct import *i, struct fault *fault)
{
	const struct cert *top = i->path[i->path_count - 1];
	struct cert others[KEY_CERTS];
	size_t n;

	if (i->path_count > BOUND_CHAIN)
		return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
		    "a seal carries %d certificates, these are %zu",
		    BOUND_CHAIN, i->path_count);
	for (n = 0; n < i->path_count; n++) {
		others[n] = *i->path[n];
		if (others[n].len > BOUND_CERTIFICATE)
			return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
			    "certificate %zu has more than %d octets", n + 1,
			    BOUND_CERTIFICATE);
	}
	/* Signatures and dates, up to the highest one that was given. */
	return chain_check(i->path[0], others + 1, i->path_count - 1,
	    i->anchor != NULL ? i->anchor : top, 1, (int64_t)time(NULL), fault);
}

static enum err
check_seal(struct import *i, struct fault *fault)
{
	struct finding_list f = {i->k->cli, cJSON_CreateArray()};
	const struct config_key *section = i->k->section;
	const struct cert *c = i->path[0];
	const struct alg *alg;
	enum err e;

	e = key_seal_findings(&f, c, (int64_t)time(NULL));
	cJSON_Delete(f.list);
	if (e != ERR_OK)
		return fault_set(
		    fault, e, FAULT_NO_OFFSET, "it is not taken: see above");
	if (i->k->config->mode == MODE_PRODUCTION && cert_says_test(c))
		return fault_set(fault, ERR_STATION_MODE, FAULT_NO_OFFSET,
		    "a production station takes no TEST certificate");
	if (section->alg[0] == '\0')
		return ERR_OK;
	alg = alg_find(section->alg, strlen(section->alg));
	if (alg == NULL || !cert_fits_alg(c, alg))
		return fault_set(fault, ERR_ALGORITHM, FAULT_NO_OFFSET,
		    "[key %s] says algorithm = %s, which is not this key's",
		    i->k->name, section->alg);
	return ERR_OK;
}

/* The former one stays beside it, under the time when it was replaced. */
static enum err
keep_former(struct import *i, struct fault *fault)
{
	char kept[STATION_PATH + 32], stamp[24];
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
	snprintf(kept, sizeof(kept), "%s.until-%s", i->file, stamp);
	if (link(i->file, kept) == 0) {
		cli_say(i->k->cli, "the former one is kept as %s", kept);
		return ERR_OK;
	}
	if (errno == ENOENT || errno == EEXIST)
		return ERR_OK;
	return fault_errno(fault, errno, "cannot keep %s", i->file);
}

static enum err
write_out(struct import *i, struct fault *fault)
{
	char *pem, *text = NULL;
	size_t n, size = 0;
	FILE *out;
	enum err e;

	out = open_memstream(&text, &size);
	if (out == NULL)
		return fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "PEM");
	for (n = 0; n < i->path_count; n++) {
		pem = pem_encode(
		    "CERTIFICATE", i->path[n]->der, i->path[n]->len);
		fputs(pem != NULL ? pem : "", out);
		free(pem);
	}
	if (fclose(out) != 0) {
		free(text);
		return fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "PEM");
	}
	e = keep_former(i, fault);
	if (e == ERR_OK)
		e = file_replace(i->file, text, size, 0644, fault);
	free(text);
	if (e == ERR_OK)
		e = station_owner_apply(&i->k->station, fault);
	return e;
}

static void
report(const struct import *i)
{
	const struct cert *c = i->path[0];
	struct cli *cli = i->k->cli;
	cJSON *result = cJSON_CreateObject();

	cli_say(cli, "%s: certificate of %s (%s), and %zu of its chain%s",
	    i->file, c->organisation, c->organisation_id, i->path_count - 1,
	    i->anchor != NULL ? "; the trust anchor is left out" : "");
	if (i->k->section->certificate[0] == '\0')
		cli_say(cli,
		    "write into zegel.conf, section [key %s]:\n\n"
		    "certificate = keys/%s.pem\n",
		    i->k->name, i->k->name);
	if (i->daemon)
		cli_say(cli,
		    "restart the daemon to use it; batches that are closed "
		    "already then need to be closed and approved again");
	cJSON_AddStringToObject(result, "key", i->k->name);
	cJSON_AddStringToObject(result, "file", i->file);
	reply_add_hex(result, "certificate", c->sha256, SHA256_SIZE);
	cJSON_AddNumberToObject(result, "chain", (double)i->path_count - 1);
	cJSON_AddBoolToObject(
	    result, "configured", i->k->section->certificate[0] != '\0');
	cJSON_AddBoolToObject(result, "restart", i->daemon);
	cli_result(cli, result);
}

int
key_import(struct key_verb *k, const char *file)
{
	struct import i = {.k = k};
	char own[CONFIG_TEXT];
	struct fault fault;
	enum err e;
	int code;

	e = key_section(k, &fault);
	if (e == ERR_OK)
		e = cert_load(file, i.given, KEY_CERTS, &i.given_count, &fault);
	if (e != ERR_OK)
		return cli_fail(
		    k->cli, &fault, k->section == NULL ? NULL : file);
	snprintf(own, sizeof(own), "keys/%.64s.pem", k->name);
	e = key_chain_path(&k->station,
	    k->section->certificate[0] != '\0' ? k->section->certificate : own,
	    i.file, &fault);
	if (e == ERR_OK && k->section->appliance)
		take_first(&i);
	else if (e == ERR_OK && !key_from_signer(&i))
		e = key_from_token(&i, &fault);
	if (e == ERR_OK)
		e = find_path(&i, &fault);
	if (e == ERR_OK)
		e = check_seal(&i, &fault);
	if (e == ERR_OK)
		e = check_path(&i, &fault);
	if (e == ERR_OK && k->section->appliance)
		e = load_appliance(&i, &fault);
	if (e == ERR_OK)
		e = write_out(&i, &fault);
	if (e == ERR_OK)
		report(&i);
	code = e == ERR_OK ? 0 : cli_fail(k->cli, &fault, NULL);
	key_certs_free(i.given, i.given_count);
	return code;
}
