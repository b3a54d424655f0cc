#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base64.h"
#include "host/base/file.h"
#include "host/base/secret.h"
#include "host/cli/init.h"
#include "host/cli/softhsm.h"
#include "host/x509/issue.h"
#include "host/x509/pem.h"
#include "host/x509/spki.h"
#include "hsm/provision.h"

enum token_key_type
init_key_type(const char *name, unsigned *bits)
{
	static const struct {
		const char *name;
		enum token_key_type type;
		unsigned bits;
	} types[] = {{"p256", TOKEN_P256, 0}, {"p384", TOKEN_P384, 0},
	    {"p521", TOKEN_P521, 0}, {"rsa3072", TOKEN_RSA, 3072},
	    {"rsa4096", TOKEN_RSA, 4096}};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].name, name) != 0)
			continue;
		if (bits != NULL)
			*bits = types[i].bits;
		return types[i].type;
	}
	return 0;
}

static enum err
token_fault(struct fault *fault, enum err e, const struct token_detail *detail)
{
	return fault_set(fault, e, FAULT_NO_OFFSET, "%s", detail->text);
}

/* A new token and key; the SO PIN is random and forgotten: such a token is
 * made anew rather than repaired. */
static enum err
make_key(const struct init *o, const struct token_config *config,
    const uint8_t *pin, size_t pin_len, struct token_public_key *key,
    struct fault *fault)
{
	const uint8_t id = 1;
	struct token_detail detail = {""};
	struct token *t = NULL;
	uint8_t so_pin[16], random[16];
	enum token_key_type type;
	unsigned bits = 0;
	size_t i;
	enum err e;

	secret_random(random, sizeof(random));
	for (i = 0; i < sizeof(so_pin); i++)
		so_pin[i] = (uint8_t)('0' + random[i] % 10);
	type = init_key_type(o->key_type, &bits);
	e = provision_token(config->module, INIT_TOKEN, pin, pin_len, so_pin,
	    sizeof(so_pin), &detail);
	secret_wipe(so_pin, sizeof(so_pin));
	if (e == ERR_OK)
		e = provision_key(
		    config, type, bits, "seal", &id, 1, pin, pin_len, &detail);
	if (e == ERR_OK)
		e = token_open(&t, config, &detail);
	if (e == ERR_OK)
		e = token_login(t, pin, pin_len, &detail);
	if (e == ERR_OK)
		e = token_public_key(t, key, &detail);
	token_close(t);
	return e == ERR_OK ? ERR_OK : token_fault(fault, e, &detail);
}

static enum err
write_pem(const struct station *s, const char *name, const uint8_t *der,
    size_t len, struct fault *fault)
{
	char dir[STATION_PATH], path[STATION_PATH + 32], *pem;
	enum err e;

	station_path(s, STATION_KEYS, dir);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	pem = pem_encode("CERTIFICATE", der, len);
	if (pem == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", path);
	e = file_create(path, pem, strlen(pem), 0644, fault);
	free(pem);
	return e;
}

/* The CA signs two certificates and is forgotten. */
static enum err
make_certificates(const struct station *s, const struct init *o,
    const uint8_t *spki, size_t spki_len, struct fault *fault)
{
	const struct x509_subject subject = {
	    o->organisation, o->organisation_id, o->country, o->organisation};
	int64_t now = (int64_t)time(NULL);
	struct test_ca_key *key = NULL;
	uint8_t *ca_der = NULL, *der = NULL;
	struct x509_signer signer;
	struct cert ca = {0};
	size_t ca_len, len;
	enum err e;

	e = test_ca_key_new(&key, &signer);
	if (e == ERR_OK)
		e = test_ca_compose(&signer, now, &ca_der, &ca_len);
	if (e == ERR_OK)
		e = cert_parse(&ca, ca_der, ca_len, fault);
	if (e == ERR_OK)
		e = test_seal_certificate_compose(
		    &subject, spki, spki_len, &ca, &signer, now, &der, &len);
	if (e != ERR_OK) {
		fault_set(fault, e, FAULT_NO_OFFSET,
		    "test certificate for \"%.60s\", identifier \"%.40s\", "
		    "country \"%.4s\"",
		    o->organisation, o->organisation_id, o->country);
		goto out;
	}
	e = write_pem(s, "test-ca.pem", ca_der, ca_len, fault);
	if (e == ERR_OK)
		e = write_pem(s, INIT_KEY ".pem", der, len, fault);
out:
	test_ca_key_free(key);
	cert_free(&ca);
	free(ca_der);
	free(der);
	return e;
}

enum err
init_test_token(const struct station *s, const struct init *o,
    const uint8_t *pin, size_t pin_len, struct fault *fault)
{
	struct token_config config = {
	    .uri = INIT_URI, .module = softhsm_module(), .sessions = 1};
	char dir[STATION_PATH], pins[STATION_PATH + 8];
	struct token_public_key key;
	uint8_t spki[SPKI_CAP];
	size_t spki_len;
	enum err e;

	station_path(s, STATION_SIGNER, dir);
	snprintf(pins, sizeof(pins), "%s/pins", dir);
	config.pin_state = pins;
	e = softhsm_configure(s, fault);
	if (e == ERR_OK)
		e = make_key(o, &config, pin, pin_len, &key, fault);
	if (e != ERR_OK || o->no_certificate)
		return e;
	e = spki_from_token_key(&key, spki, sizeof(spki), &spki_len);
	if (e != ERR_OK)
		return fault_set(
		    fault, e, FAULT_NO_OFFSET, "public key of the token");
	return make_certificates(s, o, spki, spki_len, fault);
}
