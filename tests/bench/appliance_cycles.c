/*
 * How many instructions of a Cortex-M3 the appliance spends on each octet of a
 * credential, and on a signature: the firmware's own objects on QEMU's MPS2
 * board, which with -icount shift=0 takes one nanosecond for each instruction.
 * SysTick counts at 25 MHz, so one tick is 40 of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boards/board.h"
#include "common/jades.h"
#include "common/jcs.h"
#include "common/sha256.h"
#include "common/summary.h"
#include "firmware/crypto.h"

#define SYST ((volatile unsigned long *)0xe000e010) /* control, reload, value */
#define PER_TICK 40
#define LEN 65536

/* What of the board is asked for; there is none. */
bool
board_entropy(uint8_t *out, size_t len)
{
	memset(out, 7, len);
	return true;
}

_Noreturn void
board_halt(const char *reason)
{
	printf("halted: %s\n", reason);
	exit(1);
}

static uint8_t text[LEN];
static size_t text_len;

static unsigned long
ticks_since(unsigned long begun)
{
	return (begun - SYST[2]) & 0xffffff;
}

static unsigned long
now(void)
{
	SYST[1] = 0xffffff;
	SYST[2] = 0;
	SYST[0] = 5;
	return SYST[2];
}

static void
say(const char *name, unsigned long ticks, size_t octets)
{
	unsigned long tenths = (unsigned long)((unsigned long long)ticks *
	    PER_TICK * 10 / octets);

	printf("%s %lu.%lu\n", name, tenths / 10, tenths % 10);
}

static void
put(const char *s)
{
	size_t n = strlen(s);

	if (text_len + n <= LEN) {
		memcpy(text + text_len, s, n);
		text_len += n;
	}
}

/* As credentials are: names, short texts in several languages, dates. */
static void
make_text(void)
{
	int i;

	put("{\"credentialSubject\":{\"hasClaim\":[");
	for (i = 0; text_len < LEN - 1000; i++) {
		if (i > 0)
			put(",");
		put("{\"awardedBy\":{\"awardingBody\":[\"urn:epass:org:1\"],"
		    "\"awardingDate\":\"2026-06-30T00:00:00Z\",\"id\":"
		    "\"urn:epass:awardingProcess:17\",\"type\":"
		    "\"AwardingProcess\"},\"id\":"
		    "\"urn:epass:learningAchievement:1\",\"title\":{\"de\":["
		    "\"Grundlagen der \xc3\x96kologie\"],\"en\":[\"Foundations "
		    "of ecology\"]},\"type\":\"LearningAchievement\",\"volume\""
		    ":12.5}");
	}
	put("]},\"displayParameter\":{\"title\":{\"en\":[\"Diploma\"]}},"
	    "\"id\":\"urn:credential:1\"}");
}

/* In pieces as they come over the console; hashed, too, if tbs is not NULL. */
static void
check(struct jades_tbs *tbs, const char *name)
{
	static struct summary summary;
	static struct jcs jcs;
	unsigned long begun;
	size_t at, n;

	summary_init(&summary, PROFILE_EDC, NULL);
	jcs_init(&jcs, NULL, &summary.sink);
	begun = now();
	for (at = 0; at < text_len; at += n) {
		n = text_len - at < 1480 ? text_len - at : 1480;
		jcs_push(&jcs, text + at, n);
		if (tbs != NULL)
			jades_tbs_push(tbs, text + at, n);
	}
	if (jcs_finish(&jcs) != ERR_OK)
		exit(1);
	say(name, ticks_since(begun), text_len);
}

int
main(void)
{
	static struct jades_tbs tbs;
	static struct crypto_key key = {.curve = CRYPTO_P256, .secret = {1, 2}};
	uint8_t digest[SHA256_SIZE], signature[CRYPTO_SIGNATURE_MAX];
	unsigned long begun;
	int i;

	make_text();
	begun = now();
	sha256(text, text_len, digest);
	say("sha256", ticks_since(begun), text_len);
	check(NULL, "check");
	tbs.alg = ALG_ES256;
	sha256_init(&tbs.payload);
	sha256_init(&tbs.tbs.sha256);
	check(&tbs, "check_and_hash");
	if (crypto_key_derive(&key) != ERR_OK)
		return 1;
	/* The first one of a key costs more: multiples of its point. */
	for (i = 0; i < 2; i++) {
		begun = now();
		if (crypto_sign(&key, digest, sizeof(digest), signature) !=
		    ERR_OK)
			return 1;
		say(i == 0 ? "first" : "sign", ticks_since(begun), 1);
	}
	begun = now();
	if (crypto_verify(&key, digest, sizeof(digest), signature) != ERR_OK)
		return 1;
	say("verify", ticks_since(begun), 1);
	return 0;
}
