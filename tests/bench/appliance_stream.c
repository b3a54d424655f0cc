/*
 * appliance_stream SOCKET OCTETS: how fast an appliance takes an item in,
 * checks and hashes it, and how many signatures it makes, through its console.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hsm/console.h"
#include "tests/unit/support/appliance.h"

#define SIGNATURES 2000

static double
seconds(void)
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
	fprintf(stderr, "appliance_stream: %s: %s\n", what, err_text(e));
	exit(1);
}

static char *
make_payload(size_t len)
{
	static const char one[] =
	    "{\"id\":\"urn:epass:learningAchievement:1\",\"title\":{\"de\":["
	    "\"Grundlagen der \xc3\x96kologie\"],\"en\":[\"Foundations of "
	    "ecology\"]},\"type\":\"LearningAchievement\",\"volume\":12.5}";
	char *text = malloc(len + 200), *p = text;
	const char *end = text + len - sizeof(one) - 100;

	if (text == NULL)
		exit(1);
	p += snprintf(p, 100, "{\"credentialSubject\":{\"hasClaim\":[");
	while (p < end)
		p += snprintf(
		    p, sizeof(one) + 1, "%s%s", p[-1] == '[' ? "" : ",", one);
	memcpy(p, "]},\"id\":\"urn:credential:1\"}", 28);
	return text;
}

/* The next one waits in the appliance while it makes the one before. */
static void
ask(struct console *c)
{
	const struct msg m = {.number = MSG_COUNTER};

	must(console_send(c, &m), "counter");
}

int
main(int argc, char **argv)
{
	struct appliance *host = appliance_new();
	struct console *c;
	struct msg hello, m, r;
	double begun, took;
	char *payload;
	unsigned i;

	if (argc != 3)
		return 64;
	payload = make_payload(strtoul(argv[2], NULL, 10));
	must(console_open(&c, argv[1], 20000, &hello), "hello");
	m = appliance_begin_message(host, 1);
	must(console_begin(c, &m, host->certificate, host->certificate_len),
	    "begin");
	m = appliance_item_message(host, 0, payload);
	begun = seconds();
	must(console_item(c, &m, NULL, (const uint8_t *)payload, &r), "item");
	took = seconds() - begun;
	printf("stream %.1f MB/s\n", (double)strlen(payload) / 1e6 / took);
	must(console_wait(c, 5000, &m), "root");
	begun = seconds();
	ask(c);
	for (i = 1; i <= SIGNATURES; i++) {
		if (i < SIGNATURES)
			ask(c);
		must(console_wait(c, 20000, &m), "counter");
		if (m.number != MSG_COUNTER_REPLY)
			must(ERR_CONSOLE_ORDER, "counter");
	}
	took = seconds() - begun;
	printf("signatures %.0f /s\n", SIGNATURES / took);
	m = (struct msg){.number = MSG_ABORT};
	must(console_send(c, &m), "abort");
	console_close(c);
	free(payload);
	free(host);
	return 0;
}
