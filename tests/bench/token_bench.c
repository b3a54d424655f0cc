/*
 * token_bench: what hsm/ costs on top of C_SignInit and C_Sign.
 *
 *	token_bench [SECONDS]
 *
 * P-256 in a SoftHSM2 token of its own: the module called directly with a
 * session a thread, and token_sign, each with one and two threads; in turns,
 * so that a busy machine slows all alike. Prints signatures a second and the
 * ratio. token_sign does more: it takes a session, checks that it belongs to
 * the key's connection, and checks the length of what comes back.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hsm/key.h"
#include "hsm/module.h"
#include "hsm/token.h"
#include "hsm/uri.h"
#include "tests/unit/support/softhsm.h"

#define URI "pkcs11:token=bench;object=p256"
#define THREADS 2
#define TURNS 4

static struct token_detail detail;
static struct token *token;
static struct module *module;
static CK_SESSION_HANDLE session[THREADS];
static CK_OBJECT_HANDLE key;
static atomic_bool stop;

static void
must(int good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "token_bench: %s: %s\n", what, detail.text);
	exit(1);
}

struct worker {
	pthread_t thread;
	unsigned number;
	unsigned long count;
};

static void *
direct(void *arg)
{
	CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
	CK_BYTE digest[32] = {1}, sig[64];
	struct worker *w = arg;
	CK_ULONG n;

	for (; !stop; w->count++) {
		n = sizeof(sig);
		must(module->f->C_SignInit(
			 session[w->number], &mechanism, key) == CKR_OK &&
			module->f->C_Sign(
			    session[w->number], digest, 32, sig, &n) == CKR_OK,
		    "C_Sign");
	}
	return NULL;
}

static void *
through_token(void *arg)
{
	const struct alg *alg = alg_get(ALG_ES256);
	uint8_t digest[32] = {1}, sig[64];
	struct token_detail d;
	struct worker *w = arg;
	size_t n;

	for (; !stop; w->count++)
		must(token_sign(token, alg, digest, 32, sig, sizeof(sig), &n,
			 &d) == ERR_OK,
		    "token_sign");
	return NULL;
}

static double
rate(void *(*work)(void *), unsigned threads, double seconds)
{
	struct worker w[THREADS];
	unsigned long sum = 0;
	struct timespec from, to;
	unsigned i;

	memset(w, 0, sizeof(w));
	stop = false;
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 0; i < threads; i++) {
		w[i].number = i;
		must(pthread_create(&w[i].thread, NULL, work, &w[i]) == 0,
		    "thread");
	}
	usleep((useconds_t)(seconds * 1e6));
	stop = true;
	for (i = 0; i < threads; i++) {
		pthread_join(w[i].thread, NULL);
		sum += w[i].count;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)sum /
	    ((double)(to.tv_sec - from.tv_sec) +
		(double)(to.tv_nsec - from.tv_nsec) / 1e9);
}

static void
begin(void)
{
	struct token_config c = {
	    .uri = URI, .module = SOFTHSM_MODULE, .sessions = THREADS};
	CK_TOKEN_INFO info;
	P11KitUri *uri;
	struct key found;
	CK_SLOT_ID slot;
	unsigned i;

	softhsm_begin();
	softhsm_token("bench");
	softhsm_key("bench", TOKEN_P256, 0, "p256", 1);
	must(token_open(&token, &c, &detail) == ERR_OK, "token_open");
	must(token_login(token, (const uint8_t *)SOFTHSM_PIN,
		 strlen(SOFTHSM_PIN), &detail) == ERR_OK,
	    "token_login");
	must(module_open(&module, SOFTHSM_MODULE, &detail) == ERR_OK &&
		uri_parse(&uri, URI, &detail) == ERR_OK &&
		uri_find_slot(uri, module, NULL, &slot, &info, &detail) ==
		    ERR_OK,
	    "slot");
	for (i = 0; i < THREADS; i++)
		must(module->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL,
			 NULL, &session[i]) == CKR_OK,
		    "C_OpenSession");
	must(key_find(module->f, session[0], uri, NULL, &found, &detail) ==
		ERR_OK,
	    "key");
	key = found.handle;
	p11_kit_uri_free(uri);
}

int
main(int argc, char **argv)
{
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 0.5;
	double raw[THREADS] = {0}, ours[THREADS] = {0};
	unsigned turn, n;

	begin();
	for (turn = 0; turn < TURNS; turn++)
		for (n = 0; n < THREADS; n++) {
			raw[n] += rate(direct, n + 1, seconds) / TURNS;
			ours[n] += rate(through_token, n + 1, seconds) / TURNS;
		}
	printf("%-8s %12s %12s %7s\n", "threads", "C_Sign/s", "token_sign/s",
	    "ratio");
	for (n = 0; n < THREADS; n++)
		printf("%-8u %12.0f %12.0f %7.3f\n", n + 1, raw[n], ours[n],
		    ours[n] / raw[n]);
	token_close(token);
	module_close(module);
	softhsm_end();
	return 0;
}
