/* zegel key test: token, key and certificate, line by line. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/utc.h"
#include "host/cli/daemon.h"
#include "host/cli/key.h"
#include "host/cli/key_revocation.h"
#include "host/cli/key_seal.h"
#include "host/daemon/reply.h"

#define ABOUT FINDING_ABOUT_FILE

/* Two kinds of bad news: a "no", and what kept us from finding out. */
struct selftest {
	bool no;
	enum err unknown;
	struct fault fault;
};

static void
add_token(struct finding_list *f, const cJSON *key)
{
	if (reply_text(key, "token")[0] == '\0')
		return;
	finding_add(f, ABOUT, VERIFY_PASSED, "token",
	    "%s (%s %s), serial number %s", reply_text(key, "token"),
	    reply_text(key, "manufacturer"), reply_text(key, "model"),
	    reply_text(key, "serial"));
	finding_add(f, ABOUT, VERIFY_PASSED, "key", "%s, id %s",
	    reply_text(key, "keyLabel"), reply_text(key, "keyId"));
}

/* Why the daemon cannot use the key. */
static void
add_trouble(
    struct finding_list *f, enum err e, const char *detail, struct selftest *v)
{
	const char *check = "token";
	bool no = e == ERR_TOKEN_KEY_MISMATCH || e == ERR_SIGNATURE_INVALID ||
	    e == ERR_ALGORITHM || e == ERR_TOKEN_AMBIGUOUS;

	if (no)
		check = "match";
	else if (e == ERR_TOKEN_KEY_ABSENT)
		check = "key";
	else if (e >= ERR_CERT_SYNTAX && e <= ERR_CERT_SIGNATURE)
		check = "certificate";
	finding_add(f, ABOUT, no ? VERIFY_FAILED : VERIFY_UNKNOWN, check,
	    "%s%s%s", err_text(e), detail[0] != '\0' ? ": " : "", detail);
	if (no)
		v->no = true;
	else if (v->unknown == ERR_OK)
		v->unknown = e;
}

/* Signer's self-test: the token signs, the certificate verifies. */
static void
self_test(struct key_verb *k, struct daemon *d, struct finding_list *f,
    struct selftest *v)
{
	cJSON *request = client_request("test"), *reply;
	struct fault fault;
	enum err e;

	cJSON_AddStringToObject(request, "key", k->name);
	e = client_call(d->signer, request, &reply, &fault);
	if (e == ERR_OK) {
		finding_add(f, ABOUT, VERIFY_PASSED, "match",
		    "the key in the token is the certificate's");
		finding_add(f, ABOUT, VERIFY_PASSED, "signature",
		    "%s: a message of the self-test was signed, logged and "
		    "verified",
		    reply_text(reply, "algorithm"));
	} else {
		add_trouble(f, e, fault.detail, v);
	}
	cJSON_Delete(reply);
}

static void
test_token(struct key_verb *k, struct daemon *d, const struct cert *c,
    struct finding_list *f, struct selftest *v)
{
	char loaded[2 * SHA256_SIZE + 1];
	cJSON *key = NULL;
	enum err e;

	e = daemon_key(d, k->name, &key, &v->fault);
	if (e != ERR_OK) {
		add_trouble(f, e, v->fault.detail, v);
		return;
	}
	add_token(f, key);
	snprintf(loaded, sizeof(loaded), "%s", reply_text(key, "certificate"));
	if (c != NULL && loaded[0] != '\0') {
		cJSON *file = cJSON_CreateObject();

		reply_add_hex(file, "sha256", c->sha256, SHA256_SIZE);
		if (strcmp(loaded, reply_text(file, "sha256")) != 0) {
			finding_add(f, ABOUT, VERIFY_FAILED, "certificate",
			    "the daemon still has another one loaded: restart "
			    "it");
			v->no = true;
		}
		cJSON_Delete(file);
	}
	if (c == NULL || reply_number(key, "reasonNumber", 0) != 0)
		add_trouble(f,
		    c == NULL ? ERR_NOT_FOUND
			      : (enum err)reply_number(key, "reasonNumber", 0),
		    c == NULL ? "no certificate to test the key with" : "", v);
	else if (!v->no)
		self_test(k, d, f, v);
	cJSON_Delete(key);
}

static void
test_revocation(const struct key_verb *k, const struct cert *chain,
    size_t count, struct finding_list *f, struct selftest *v)
{
	enum err e = key_revocation(k, chain, count, f);

	if (e == ERR_REVOKED)
		v->no = true;
	else if (e != ERR_OK)
		v->unknown = e;
}

static int
conclude(struct key_verb *k, struct finding_list *f, const struct selftest *v,
    const struct cert *c)
{
	const char *verdict = v->no ? "no" : v->unknown ? "unknown" : "seal";
	cJSON *result = cJSON_CreateObject();

	cli_say(k->cli, "  => %s",
	    v->no	     ? "this key cannot seal"
		: v->unknown ? "it could not be found out"
			     : "this key can seal");
	cJSON_AddStringToObject(result, "key", k->name);
	if (c != NULL)
		reply_add_hex(result, "certificate", c->sha256, SHA256_SIZE);
	cJSON_AddItemToObject(result, "findings", f->list);
	cJSON_AddStringToObject(result, "verdict", verdict);
	cli_result(k->cli, result);
	return v->no ? 1 : v->unknown ? err_exit(v->unknown) : 0;
}

int
key_test(struct key_verb *k)
{
	struct finding_list f = {k->cli, NULL};
	struct cert chain[KEY_CERTS];
	struct selftest v = {false, ERR_OK, {0}};
	struct daemon d = {.lifetime = -1};
	char path[STATION_PATH];
	struct fault fault;
	size_t count = 0;
	enum err e, loaded;
	int code;

	e = key_section(k, &fault);
	if (e == ERR_OK)
		e = daemon_join(&d, k->cli, &fault);
	if (e != ERR_OK) {
		code = cli_fail(k->cli, &fault, NULL);
		goto out;
	}
	e = daemon_unlock(&d, k->cli, k->name, k->pin_fd, &fault);
	/* Found wrong after the login: that is what is tested here. */
	if (e != ERR_OK && e != ERR_TOKEN_KEY_MISMATCH &&
	    e != ERR_TOKEN_KEY_ABSENT) {
		code = cli_fail(k->cli, &fault, NULL);
		goto out;
	}
	f.list = cJSON_CreateArray();
	cli_say(k->cli, "key %s", k->name);
	if (e != ERR_OK)
		add_trouble(&f, e, fault.detail, &v);
	loaded = key_certs(k, chain, KEY_CERTS, &count, path, &fault);
	if (loaded != ERR_OK) {
		finding_add(&f, ABOUT, VERIFY_FAILED, "certificate", "%s: %s",
		    err_text(loaded), fault.detail);
		v.no = true;
	} else {
		finding_add(&f, ABOUT, VERIFY_PASSED, "certificate",
		    "%s, and %zu of its chain", k->section->certificate,
		    count - 1);
		if (key_seal_findings(&f, &chain[0], time(NULL)) != ERR_OK)
			v.no = true;
		if (k->online)
			test_revocation(k, chain, count, &f, &v);
	}
	if (e == ERR_OK) {
		bool seal = !v.no;

		v.no = false;
		test_token(k, &d, count > 0 ? &chain[0] : NULL, &f, &v);
		v.no = v.no || !seal;
	}
	code = conclude(k, &f, &v, count > 0 ? &chain[0] : NULL);
out:
	daemon_leave(&d);
	key_certs_free(chain, count);
	return code;
}
