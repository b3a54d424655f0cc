/*
 * sign_verify STATION COUNT SIZE: one thread with the station's key, measured
 * twice. First it signs digests and verifies each signature with the
 * certificate: what sealing cannot do without. Then it does the same for
 * documents of SIZE octets in memory: hash what is to be signed, sign, compose
 * the sealed file, verify it as 'zegel verify' does. The PIN is read from
 * descriptor 0. Prints both rates per second.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/base/config.h"
#include "host/daemon/key_chain.h"
#include "host/seal/sealed.h"
#include "host/seal/verify.h"
#include "host/x509/spki.h"
#include "hsm/token.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
must(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "%s: %s\n", what, err_text(e));
	exit(1);
}

static struct token *
open_key(
    const struct config *c, const struct key_chain *k, const struct station *s)
{
	struct token_config t = {
	    .uri = c->keys[0].uri, .module = c->keys[0].module, .sessions = 1};
	struct token_public_key expected;
	struct token_detail detail = {""};
	char path[STATION_PATH], pin[64];
	struct token *token;
	ssize_t n;

	station_path(s, STATION_SOFTHSM_CONFIG, path);
	setenv("SOFTHSM2_CONF", path, 1);
	must(cert_token_key(&k->cert[0], &expected), "certificate");
	t.expected = &expected;
	n = read(0, pin, sizeof(pin));
	if (n <= 0)
		must(ERR_PIN_LENGTH, "PIN");
	must(token_open(&token, &t, &detail), detail.text);
	must(token_login(token, (uint8_t *)pin, (size_t)n, &detail),
	    detail.text);
	return token;
}

static void
sign_digest(struct token *token, const struct key_chain *k, long n)
{
	uint8_t digest[SHA512_SIZE] = {0}, signature[BOUND_SIGNATURE];
	struct token_detail detail = {""};
	size_t len;

	memcpy(digest, &n, sizeof(n));
	must(token_sign(token, k->alg, digest, k->alg->hash_size, signature,
		 sizeof(signature), &len, &detail),
	    detail.text);
	must(cert_verify_digest(&k->cert[0], k->alg, digest, k->alg->hash_size,
		 signature, len),
	    "verify");
}

/* Canonical JSON that is mostly base64, as credentials are. */
static uint8_t *
make_payload(size_t size, size_t *len)
{
	static const char head[] = "{\"id\":\"urn:x\",\"image\":\"",
			  tail[] = "\"}";
	uint8_t *p = malloc(size + sizeof(head) + sizeof(tail));

	if (p == NULL)
		must(ERR_NO_MEMORY, "payload");
	memcpy(p, head, sizeof(head) - 1);
	memset(p + sizeof(head) - 1, 'A', size);
	memcpy(p + sizeof(head) - 1 + size, tail, sizeof(tail) - 1);
	*len = size + sizeof(head) + sizeof(tail) - 2;
	return p;
}

struct text_sink {
	struct sink sink;
	char text[BOUND_HEADER];
	size_t len;
};

static void
put_text(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct text_sink *t = (struct text_sink *)sink;

	memcpy(t->text + t->len, buf, len);
	t->len += len;
}

static void
sign_document(struct token *token, const struct key_chain *k,
    const uint8_t *payload, size_t payload_len)
{
	static struct text_sink header;
	uint8_t digest[SHA512_SIZE], unused[SHA256_SIZE], *file;
	uint8_t signature[BOUND_SIGNATURE];
	const struct verify_options options = {
	    .anchors = k->cert, .anchor_count = 1, .time = time(NULL)};
	struct token_detail detail = {""};
	struct verify_result result;
	struct jades_header h;
	struct jades_tbs tbs;
	struct fault fault;
	size_t len, digest_len, file_len;

	header = (struct text_sink){.sink = {put_text}};
	key_chain_header(k, PROFILE_EDC, time(NULL), &h);
	must(jades_tbs_init(&tbs, &h, &header.sink), "header");
	jades_tbs_push(&tbs, payload, payload_len);
	jades_tbs_finish(&tbs, unused, digest, &digest_len);
	must(token_sign(token, k->alg, digest, digest_len, signature,
		 sizeof(signature), &len, &detail),
	    detail.text);
	must(sealed_compose(profile_get(PROFILE_EDC), payload, payload_len,
		 header.text, header.len, signature, len, &file, &file_len),
	    "compose");
	/* The toy payload has no issuer: its verdict is not asked for. */
	(void)!verify_file(&result, file, file_len, &options, &fault);
	verify_result_free(&result);
	free(file);
}

int
main(int argc, char **argv)
{
	uint8_t *payload;
	struct station station;
	struct config *config;
	struct key_chain chain;
	struct fault fault;
	struct token *token;
	char path[STATION_PATH];
	long i, count;
	double start;
	size_t len;

	if (argc != 4)
		return 64;
	count = strtol(argv[2], NULL, 10);
	must(station_open(&station, argv[1], &fault), "station");
	station_path(&station, STATION_CONFIG, path);
	must(config_load(&config, path, &fault), fault.detail);
	must(key_chain_load(&chain, config, &config->keys[0], &station, &fault),
	    fault.detail);
	token = open_key(config, &chain, &station);
	for (i = 0; i < 200; i++)
		sign_digest(token, &chain, i);
	start = now();
	for (i = 0; i < count; i++)
		sign_digest(token, &chain, i);
	printf("%.1f ", (double)count / (now() - start));
	payload = make_payload(strtoul(argv[3], NULL, 10), &len);
	start = now();
	for (i = 0; i < count / 4; i++)
		sign_document(token, &chain, payload, len);
	printf("%.1f\n", (double)(count / 4) / (now() - start));
	free(payload);
	token_close(token);
	key_chain_free(&chain);
	config_free(config);
	return 0;
}
