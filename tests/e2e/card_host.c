/*
 * card_host: a host at an appliance's console that does what stdin says, line
 * by line, and says what came of it, for tests that drive the card beside it.
 *
 *	build/tests/e2e/card_host CONSOLE
 *
 *	init ES256 PIN		asked, then done
 *	login PIN		done
 *	csr			asked, then request HEX
 *	certificate FILE	asked, then done; FILE is DER
 *	batch ALG COUNT FILE	root HEX, then approved HEX
 *	arm INDEX		armed HEX: the digest that may be signed once
 *	status			status STATE COUNTER TRIES
 *
 * What the appliance refuses is "error NAME".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/jades.h"
#include "common/leaf.h"
#include "hsm/console.h"

#define LINE 256
#define ITEMS 16
#define PATIENCE 60000
#define PAYLOAD 256

static struct console *console;
static uint8_t certificate[BOUND_CERTIFICATE];
static size_t certificate_len;
static struct {
	enum alg_number alg;
	uint64_t time;
	uint32_t count;
	struct {
		uint8_t leaf[LEAF_SIZE], ticket[MSG_TICKET];
		uint8_t tbs[SHA512_SIZE];
	} item[ITEMS];
} batch;

static void
say_hex(const char *what, const uint8_t *buf, size_t len)
{
	size_t i;

	printf("%s ", what);
	for (i = 0; i < len; i++)
		printf("%02x", buf[i]);
	printf("\n");
}

static void
say_error(enum err e)
{
	printf("error %s\n", err_name(e));
}

static struct msg_octets
text(const char *s)
{
	return (struct msg_octets){(const uint8_t *)s, strlen(s)};
}

static bool
load(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		return false;
	certificate_len = fread(certificate, 1, sizeof(certificate), f);
	fclose(f);
	return certificate_len > 0;
}

/* Says each answer, until it is the last one. */
static void
hear(const struct msg *question, unsigned last)
{
	enum err e = console_send(console, question);
	struct msg m;

	do {
		if (e == ERR_OK)
			e = console_wait(console, PATIENCE, &m);
		if (e != ERR_OK) {
			say_error(e);
			return;
		}
		if (m.number == MSG_ASKED)
			printf("asked\n");
		fflush(stdout);
	} while (m.number == MSG_ASKED);
	if (m.number == MSG_REQUEST)
		say_hex("request", m.request.der.p, m.request.der.len);
	else if (m.number == MSG_ARMED && m.armed.index < ITEMS)
		say_hex("armed", batch.item[m.armed.index].tbs,
		    alg_get(batch.alg)->hash_size);
	else if (m.number == MSG_STATUS_REPLY)
		printf("status %u %u %u\n", m.status_reply.state,
		    (unsigned)m.status_reply.counter, m.status_reply.pin_tries);
	else if (m.number == MSG_REFUSED)
		say_error((enum err)m.refused.reason);
	else
		printf("%s\n", m.number == last ? "done" : "other");
}

static void
init(const char *alg, const char *pin)
{
	struct msg m = {.number = MSG_INIT};

	m.init.now = (uint64_t)time(NULL);
	m.init.alg = strcmp(alg, "ES384") == 0 ? ALG_ES384 : ALG_ES256;
	m.init.station = text("station");
	m.init.pin = text(pin);
	hear(&m, MSG_DONE);
}

static void
login(const char *pin)
{
	struct msg m = {.number = MSG_LOGIN};

	m.login.pin = text(pin);
	hear(&m, MSG_DONE);
}

static void
csr(void)
{
	struct msg m = {.number = MSG_CSR};

	m.csr.country = text("XX");
	m.csr.organisation = text("Test University");
	m.csr.organisation_id = text("VATXX-123456789");
	m.csr.common_name = text("Test University seal");
	hear(&m, MSG_REQUEST);
}

static void
put_certificate(void)
{
	struct msg m = {.number = MSG_CERTIFICATE};
	enum err e;
	size_t at, n;

	m.certificate.len = (uint16_t)certificate_len;
	sha256(certificate, certificate_len, m.certificate.digest);
	e = console_send(console, &m);
	if (e == ERR_OK)
		e = console_wait(console, PATIENCE, &m);
	if (e != ERR_OK) {
		say_error(e);
		return;
	}
	for (at = 0; at < certificate_len; at += n) {
		n = certificate_len - at;
		n = n < FRAME_BODY ? n : FRAME_BODY;
		m.number = MSG_LOAD;
		m.bulk.octets = (struct msg_octets){certificate + at, n};
		if (at + n == certificate_len)
			hear(&m, MSG_DONE);
		else if (console_send(console, &m) != ERR_OK)
			return;
	}
}

static void
compose(uint32_t index, char payload[static PAYLOAD], struct msg *m)
{
	struct jades_header h = {0};
	struct jades_tbs t;
	size_t len;

	snprintf(payload, PAYLOAD,
	    "{\"displayParameter\":{\"title\":{\"en\":[\"Diploma\"]}},"
	    "\"id\":\"urn:credential:%u\"}",
	    index);
	h.profile = PROFILE_EDC;
	h.alg = batch.alg;
	h.chain_len = 1;
	h.chain[0].der = certificate;
	h.chain[0].len = certificate_len;
	h.signing_time = SIGNING_TIME_IAT;
	h.time = (int64_t)batch.time;
	memset(m, 0, sizeof(*m));
	if (jades_tbs_init(&t, &h, NULL) != ERR_OK)
		abort();
	jades_tbs_push(&t, (const uint8_t *)payload, strlen(payload));
	jades_tbs_finish(&t, m->item.payload, m->item.tbs, &len);
	m->item.kind = KIND_JADES;
	m->item.form = FORM_CANONICAL;
	m->item.profile = PROFILE_EDC;
	m->item.alg = (uint8_t)batch.alg;
	m->item.index = index;
	m->item.payload_len = (uint32_t)strlen(payload);
}

static enum err
begin(void)
{
	struct msg m = {.number = MSG_BEGIN};

	batch.time = (uint64_t)time(NULL);
	memset(m.begin.nonce, 0x11, sizeof(m.begin.nonce));
	m.begin.count = batch.count;
	sha256(certificate, certificate_len, m.begin.certificate);
	m.begin.station = text("station");
	m.begin.origin = text("origin");
	m.begin.profile = PROFILE_EDC;
	m.begin.alg = (uint8_t)batch.alg;
	m.begin.signing_time = SIGNING_TIME_IAT;
	m.begin.time = m.begin.now = batch.time;
	m.begin.expires = batch.time + 3600;
	m.begin.chain_len = 1;
	m.begin.certificate_len[0] = (uint16_t)certificate_len;
	return console_begin(console, &m, certificate, certificate_len);
}

/* The leaf and its ticket, beside the digest that the host knows. */
static enum err
stream(uint32_t index)
{
	char payload[PAYLOAD];
	struct leaf leaf;
	struct msg m, r;
	enum err e;

	compose(index, payload, &m);
	e = console_item(console, &m, NULL, (const uint8_t *)payload, &r);
	if (e != ERR_OK)
		return e;
	if (leaf_decode(&leaf, r.result.leaf) != ERR_OK ||
	    memcmp(leaf.tbs, m.item.tbs, SHA512_SIZE) != 0)
		return ERR_ITEM_DIGEST;
	memcpy(batch.item[index].leaf, r.result.leaf, LEAF_SIZE);
	memcpy(batch.item[index].ticket, r.result.ticket, MSG_TICKET);
	memcpy(batch.item[index].tbs, leaf.tbs, SHA512_SIZE);
	return ERR_OK;
}

static void
review(void)
{
	uint32_t i;
	struct msg m;
	enum err e = begin();

	for (i = 0; e == ERR_OK && i < batch.count; i++)
		e = stream(i);
	if (e == ERR_OK)
		e = console_wait(console, PATIENCE, &m);
	if (e == ERR_OK) {
		say_hex("root", m.root.root, SHA256_SIZE);
		fflush(stdout);
		e = console_wait(console, PATIENCE, &m);
	}
	if (e == ERR_OK && m.number == MSG_REFUSED)
		e = (enum err)m.refused.reason;
	if (e == ERR_OK)
		say_hex("approved", m.approved.approval, APPROVAL_SIZE);
	else
		say_error(e);
}

static void
arm(uint32_t index)
{
	struct msg m = {.number = MSG_ARM};

	if (index >= ITEMS)
		return;
	memcpy(m.result.leaf, batch.item[index].leaf, LEAF_SIZE);
	memcpy(m.result.ticket, batch.item[index].ticket, MSG_TICKET);
	hear(&m, MSG_ARMED);
}

static void
obey(char *line)
{
	char word[4][LINE] = {""};
	int n = sscanf(line, "%255s %255s %255s %255s", word[0], word[1],
	    word[2], word[3]);
	struct msg m = {.number = MSG_STATUS};

	if (n == 3 && strcmp(word[0], "init") == 0) {
		init(word[1], word[2]);
	} else if (n == 2 && strcmp(word[0], "login") == 0) {
		login(word[1]);
	} else if (n == 1 && strcmp(word[0], "csr") == 0) {
		csr();
	} else if (n == 2 && strcmp(word[0], "certificate") == 0 &&
	    load(word[1])) {
		put_certificate();
	} else if (n == 4 && strcmp(word[0], "batch") == 0 && load(word[3])) {
		batch.alg = strcmp(word[1], "ES384") == 0 ? ALG_ES384
							  : ALG_ES256;
		batch.count = (uint32_t)strtoul(word[2], NULL, 10);
		if (batch.count <= ITEMS)
			review();
	} else if (n == 2 && strcmp(word[0], "arm") == 0) {
		arm((uint32_t)strtoul(word[1], NULL, 10));
	} else if (n == 1 && strcmp(word[0], "status") == 0) {
		hear(&m, MSG_STATUS_REPLY);
	} else {
		printf("error USAGE\n");
	}
}

int
main(int argc, char **argv)
{
	char line[4 * LINE];
	struct msg hello;
	enum err e;

	if (argc != 2)
		return 64;
	e = console_open(&console, argv[1], 5000, &hello);
	if (e != ERR_OK) {
		say_error(e);
		return 69;
	}
	say_hex("hello", hello.hello_reply.point, MSG_POINT);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		obey(line);
		fflush(stdout);
	}
	console_close(console);
	return 0;
}
