/*
 * sign_verify STATION COUNT: one thread that signs COUNT digests with the
 * station's key and verifies each signature with its certificate: the work
 * that sealing cannot do without. The PIN is read from descriptor 0. Prints
 * the rate per second.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/base/config.h"
#include "host/daemon/key_chain.h"
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

int
main(int argc, char **argv)
{
	uint8_t digest[SHA256_SIZE] = {0}, signature[BOUND_SIGNATURE];
	struct token_detail detail = {""};
	struct station station;
	struct config *config;
	struct key_chain chain;
	struct fault fault;
	struct token *token;
	char path[STATION_PATH];
	long i, count;
	double start;
	size_t len;

	if (argc != 3)
		return 64;
	count = strtol(argv[2], NULL, 10);
	must(station_open(&station, argv[1], &fault), "station");
	station_path(&station, STATION_CONFIG, path);
	must(config_load(&config, path, &fault), fault.detail);
	must(key_chain_load(&chain, config, &config->keys[0], &station, &fault),
	    fault.detail);
	token = open_key(config, &chain, &station);
	start = now();
	for (i = 0; i < count; i++) {
		memcpy(digest, &i, sizeof(i));
		must(token_sign(token, chain.alg, digest, chain.alg->hash_size,
			 signature, sizeof(signature), &len, &detail),
		    detail.text);
		must(cert_verify_digest(&chain.cert[0], chain.alg, digest,
			 chain.alg->hash_size, signature, len),
		    "verify");
	}
	printf("%.1f\n", (double)count / (now() - start));
	token_close(token);
	key_chain_free(&chain);
	config_free(config);
	return 0;
}
