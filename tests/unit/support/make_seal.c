#include "tests/unit/support/make_seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/bounds.h"
#include "common/sha256.h"
#include "common/sha512.h"
#include "tests/unit/support/soft_key.h"

#define FILE_CAP (1u << 20)
#define ALGS (ALG_ES512 + 1)

static struct cert ca, certificates[ALGS];
static struct soft_key *keys[ALGS];
static struct test_ca_key *ca_key;
static struct x509_signer ca_signer;
static int64_t from = MAKE_SEAL_NOW;

static void
must(int good)
{
	if (!good)
		abort();
}

void
make_seal_from(int64_t time)
{
	from = time;
}

const struct cert *
make_seal_ca(void)
{
	uint8_t *der;
	size_t len;

	if (ca_key != NULL)
		return &ca;
	must(test_ca_key_new(&ca_key, &ca_signer) == ERR_OK);
	must(test_ca_compose(&ca_signer, from, &der, &len) == ERR_OK);
	must(cert_parse(&ca, der, len, NULL) == ERR_OK);
	free(der);
	return &ca;
}

const struct x509_signer *
make_seal_ca_signer(void)
{
	make_seal_ca();
	return &ca_signer;
}

const struct cert *
make_seal_certificate(unsigned alg)
{
	static const struct x509_subject subject = {
	    MAKE_SEAL_ORGANISATION, MAKE_SEAL_ID, "BE", "Seal"};
	const struct x509_signer *s;
	uint8_t *der;
	size_t len;

	if (keys[alg] != NULL)
		return &certificates[alg];
	make_seal_ca();
	keys[alg] = soft_key_new(alg);
	s = soft_key_signer(keys[alg]);
	must(test_seal_certificate_compose(&subject, s->spki, s->spki_len, &ca,
		 &ca_signer, from, &der, &len) == ERR_OK);
	must(cert_parse(&certificates[alg], der, len, NULL) == ERR_OK);
	free(der);
	return &certificates[alg];
}

void
make_seal_end(void)
{
	size_t i;

	for (i = 0; i < ALGS; i++) {
		if (keys[i] != NULL)
			cert_free(&certificates[i]);
		soft_key_free(keys[i]);
		keys[i] = NULL;
	}
	if (ca_key != NULL)
		cert_free(&ca);
	test_ca_key_free(ca_key);
	ca_key = NULL;
}

void
make_seal_sign(unsigned alg, const void *digest, size_t digest_len,
    uint8_t *signature, size_t cap, size_t *signature_len)
{
	const struct x509_signer *s;

	make_seal_certificate(alg);
	s = soft_key_signer(keys[alg]);
	must(s->sign(s->arg, digest, digest_len, signature, cap,
		 signature_len) == ERR_OK);
}

/* Header with @A, @T and @C filled in, base64url, NUL-terminated. */
static void
protect(const char *template, unsigned alg, char *out)
{
	const struct cert *c = make_seal_certificate(alg);
	static char json[20000];
	size_t n = 0;

	for (; *template != '\0'; template ++) {
		if (template[0] != '@') {
			json[n++] = *template;
			continue;
		}
		template ++;
		if (*template == 'A') {
			memcpy(json + n, alg_get(alg)->name, 5);
			n += 5;
		}
		if (*template == 'T')
			n += base64url_encode(c->sha256, 32, json + n);
		if (*template == 'C')
			n += base64_encode(c->der, c->len, json + n);
	}
	out[base64url_encode((uint8_t *)json, n, out)] = '\0';
}

static void
sign(unsigned number, const char *protected, const char *payload, char *out)
{
	const struct alg *alg = alg_get(number);
	uint8_t digest[SHA512_SIZE], signature[BOUND_SIGNATURE];
	struct sha256 h256;
	struct sha512 h512;
	size_t n;

	if (alg->hash_size == SHA256_SIZE) {
		sha256_init(&h256);
		sha256_push(&h256, protected, strlen(protected));
		sha256_push(&h256, ".", 1);
		sha256_push(&h256, payload, strlen(payload));
		sha256_finish(&h256, digest);
	} else {
		sha512_init(&h512, alg->hash_size);
		sha512_push(&h512, protected, strlen(protected));
		sha512_push(&h512, ".", 1);
		sha512_push(&h512, payload, strlen(payload));
		sha512_finish(&h512, digest);
	}
	make_seal_sign(
	    number, digest, alg->hash_size, signature, sizeof(signature), &n);
	out[base64url_encode(signature, n, out)] = '\0';
}

struct file {
	char *text;
	size_t len;
};

static void
add(struct file *f, const char *text)
{
	size_t n = strlen(text);

	must(f->len + n < FILE_CAP);
	memcpy(f->text + f->len, text, n + 1);
	f->len += n;
}

/* Only what the payloads of tests need: quotes, backslashes, controls. */
static void
add_string(struct file *f, const char *text)
{
	char one[8];

	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			snprintf(one, sizeof(one), "\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			snprintf(one, sizeof(one), "\\u%04x",
			    (unsigned)(unsigned char)*text);
		else
			snprintf(one, sizeof(one), "%c", *text);
		add(f, one);
	}
}

static void
add_members(struct file *f, const struct make_seal *m, const char *protected,
    const char *signature)
{
	add(f, "\"protected\":\"");
	add(f, protected);
	add(f, "\"");
	if (m->unprotected != NULL)
		add(f, m->unprotected);
	add(f, ",\"signature\":\"");
	add(f, signature);
	add(f, "\"}");
}

char *
make_seal(const struct make_seal *m, size_t *len)
{
	unsigned alg = m->alg == 0 ? ALG_ES256 : m->alg, i;
	static char protected[30000];
	struct file f = {malloc(FILE_CAP), 0};
	char signature[1000];

	must(f.text != NULL);
	protect(
	    m->header == NULL ? MAKE_SEAL_HEADER : m->header, alg, protected);
	sign(alg, protected, m->payload, signature);
	if (m->form == JWS_COMPACT) {
		add(&f, protected);
		add(&f, ".");
		add(&f, m->payload);
		add(&f, ".");
		add(&f, signature);
		*len = f.len;
		return f.text;
	}
	add(&f, "{\"payload\":\"");
	add_string(&f, m->payload);
	add(&f, m->form == JWS_FLATTENED ? "\"," : "\",\"signatures\":[");
	for (i = 0; i < (m->seals == 0 ? 1 : m->seals); i++) {
		if (m->break_last && i + 1 == m->seals)
			signature[0] = signature[0] == 'A' ? 'B' : 'A';
		if (m->form != JWS_FLATTENED)
			add(&f, i > 0 ? ",{" : "{");
		add_members(&f, m, protected, signature);
	}
	if (m->form != JWS_FLATTENED)
		add(&f, "]}");
	*len = f.len;
	return f.text;
}
