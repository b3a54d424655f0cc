/*
 * Signer and logger as processes of their own; this test is their front, and
 * not an honest one: it asks for signatures under everything but what was
 * approved (invariants 3, 4 and 5).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/merkle.h"
#include "host/base/config.h"
#include "host/cli/init.h"
#include "host/daemon/client.h"
#include "host/daemon/ipc.h"
#include "host/daemon/key_chain.h"
#include "host/daemon/process.h"
#include "host/daemon/reply.h"
#include "host/log/audit.h"
#include "host/queue/store.h"
#include "tests/unit/support/scratch.h"

#define PIN "123456"
#define WINDOW 4

static struct {
	struct scratch scratch;
	char dir[SCRATCH_PATH];
	struct station station;
	struct config *config;
	struct key_chain chain;
	struct store *store;
	struct client *terminal;
	int signer, logger;
	pid_t pids[2];
	int64_t signing_time;
	union msg m;
} f;

static void
make_station(void)
{
	struct init o = {.mode = "test",
	    .name = "signer-test",
	    .organisation = "Test Institute TEST",
	    .organisation_id = "VATBE-0000000097",
	    .country = "BE",
	    .key_type = "p256"};
	char path[STATION_PATH];
	struct fault fault;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], PIN, 6), 6);
	close(fds[1]);
	o.pin_fd = fds[0];
	assert_int_equal(init_station(f.dir, &o, &f.station, &fault), ERR_OK);
	close(fds[0]);
	station_path(&f.station, STATION_CONFIG, path);
	assert_int_equal(config_load(&f.config, path, &fault), ERR_OK);
	f.config->approval_window = WINDOW;
	assert_int_equal(key_chain_load(&f.chain, f.config, &f.config->keys[0],
			     &f.station, &fault),
	    ERR_OK);
	station_path(&f.station, STATION_STORE, path);
	assert_int_equal(store_open(&f.store, path, &fault), ERR_OK);
}

static int
listen_signer(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char path[STATION_PATH];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	station_path(&f.station, STATION_SIGNER_SOCKET, path);
	assert_true(strlen(path) < sizeof(a.sun_path));
	memcpy(a.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static int
start_processes(void **state)
{
	struct process p = {.station = &f.station};
	int fs[2], fl[2], sl[2], ready[2], fd;
	char octet;
	int i;

	(void)state;
	memset(&f, 0, sizeof(f));
	scratch_make(&f.scratch);
	scratch_path(&f.scratch, "s", f.dir);
	make_station();
	p.config = f.config;
	assert_int_equal(ipc_pair(fs), ERR_OK);
	assert_int_equal(ipc_pair(fl), ERR_OK);
	assert_int_equal(ipc_pair(sl), ERR_OK);
	assert_int_equal(pipe(ready), 0);
	fd = listen_signer();
	p.ready = ready[1];
	fflush(NULL);
	for (i = 0; i < 2; i++) {
		f.pids[i] = fork();
		if (f.pids[i] != 0)
			continue;
		close(fs[0]);
		close(fl[0]);
		p.front = i == 0 ? fl[1] : fs[1];
		p.signer = i == 0 ? sl[1] : -1;
		p.logger = i == 0 ? -1 : sl[0];
		close(i == 0 ? sl[0] : sl[1]);
		p.listen = i == 0 ? -1 : fd;
		_exit(i == 0 ? logger_run(&p) : signer_run(&p));
	}
	close(fs[1]);
	close(fl[1]);
	close(sl[0]);
	close(sl[1]);
	close(fd);
	f.signer = fs[0];
	f.logger = fl[0];
	for (i = 0; i < 2; i++)
		assert_int_equal(read(ready[0], &octet, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return 0;
}

static int
stop_processes(void **state)
{
	int status, i;

	(void)state;
	client_close(f.terminal);
	close(f.signer);
	close(f.logger);
	for (i = 0; i < 2; i++) {
		waitpid(f.pids[i], &status, 0);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	store_close(f.store);
	key_chain_free(&f.chain);
	config_free(f.config);
	scratch_remove(&f.scratch);
	return 0;
}

/* Signer asks whether a root still waits for its consent. */
static void
answer_waiting(enum err e)
{
	f.m.head.type = MSG_WAITING;
	f.m.head.err = e;
	assert_int_equal(
	    ipc_send(f.signer, &f.m, sizeof(struct msg_approval)), ERR_OK);
}

/* Waits for a message of that type; news of keys are passed over, and every
 * root waits, unless that is what is waited for. */
static void
await(int fd, enum msg_type type)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	enum msg_type got;

	do {
		assert_int_equal(poll(&p, 1, 20000), 1);
		assert_int_equal(ipc_receive(fd, &f.m), ERR_OK);
		got = (enum msg_type)f.m.head.type;
		if (got == MSG_WAITING_QUERY && type != MSG_WAITING_QUERY)
			answer_waiting(ERR_OK);
	} while (
	    got != type && (got == MSG_KEY_STATE || got == MSG_WAITING_QUERY));
	assert_int_equal(got, type);
}

static enum err
ask_terminal(cJSON *request, cJSON **reply)
{
	struct fault fault;

	fault_clear(&fault);
	if (f.terminal == NULL)
		assert_int_equal(
		    client_open(&f.terminal, &f.station, CLIENT_SIGNER, &fault),
		    ERR_OK);
	return client_call(f.terminal, request, reply, &fault);
}

static void
unlock(void)
{
	cJSON *request = client_request("unlock"), *reply;
	struct fault fault;

	assert_int_equal(
	    client_open(&f.terminal, &f.station, CLIENT_SIGNER, &fault),
	    ERR_OK);
	cJSON_AddNumberToObject(request, "pin", 6);
	assert_int_equal(client_send(f.terminal, request, -1, &fault), ERR_OK);
	assert_int_equal(
	    client_send_octets(f.terminal, PIN, 6, &fault), ERR_OK);
	assert_int_equal(client_receive(f.terminal, &reply, &fault), ERR_OK);
	cJSON_Delete(reply);
}

/* An honest leaf: what front makes of a payload. */
static void
make_leaf(struct leaf *l, uint32_t index, const char *payload)
{
	struct jades_header header;
	uint8_t key[SHA256_SIZE];
	struct fault fault;
	struct jades_tbs t;
	size_t len;

	if (f.signing_time == 0)
		f.signing_time = 1700000000;
	assert_int_equal(store_put(f.store, (const uint8_t *)payload,
			     strlen(payload), key, &fault),
	    ERR_OK);
	memset(l, 0, sizeof(*l));
	key_chain_header(&f.chain, f.signing_time, &header);
	assert_int_equal(jades_tbs_init(&t, &header, NULL), ERR_OK);
	jades_tbs_push(&t, (const uint8_t *)payload, strlen(payload));
	jades_tbs_finish(&t, l->payload, l->tbs, &len);
	l->kind = KIND_JADES;
	l->profile = PROFILE_EDC;
	l->alg = f.chain.alg->number;
	l->index = index;
	memcpy(l->certificate, f.chain.cert[0].sha256, SHA256_SIZE);
	memset(l->salt, (int)(0x40 + index), LEAF_SALT);
}

static void
root_of(const struct leaf *l, uint32_t n, uint8_t root[static SHA256_SIZE])
{
	uint8_t hash[SHA256_SIZE];
	struct merkle m;
	uint32_t i;

	merkle_init(&m);
	for (i = 0; i < n; i++) {
		leaf_hash(&l[i], hash);
		assert_int_equal(merkle_push(&m, hash), ERR_OK);
	}
	merkle_root(&m, root);
}

static cJSON *
approve_request(const struct leaf *l, uint32_t n)
{
	cJSON *request = client_request("approve");
	uint8_t root[SHA256_SIZE];

	root_of(l, n, root);
	reply_add_hex(request, "root", root, SHA256_SIZE);
	reply_add_hex(request, "certificate", l[0].certificate, SHA256_SIZE);
	cJSON_AddNumberToObject(request, "count", n);
	cJSON_AddStringToObject(request, "key", f.config->keys[0].name);
	return request;
}

/* A person's consent to the root over n leaves: the approval's log index. */
static uint64_t
approve(const struct leaf *l, uint32_t n)
{
	struct fault fault;
	cJSON *reply;
	uint64_t entry;

	assert_int_equal(
	    client_send(f.terminal, approve_request(l, n), -1, &fault), ERR_OK);
	await(f.signer, MSG_APPROVED);
	entry = f.m.approval.approval;
	assert_int_equal(client_receive(f.terminal, &reply, &fault), ERR_OK);
	assert_int_equal(reply_number(reply, "approval", -1), entry);
	cJSON_Delete(reply);
	return entry;
}

/* Asks for a seal over leaf number at of l[0..n-1]; claim is sent in its
 * place. */
static void
request_seal(uint64_t approval, const struct leaf *l, uint32_t n, uint32_t at,
    const struct leaf *claim, uint8_t identity)
{
	uint8_t hash[8][SHA256_SIZE], proof[MERKLE_PROOF_MAX][SHA256_SIZE];
	struct msg_sign *m = &f.m.sign;
	uint32_t i;

	memset(m, 0, ipc_size(MSG_SIGN, 1));
	m->head.type = MSG_SIGN;
	m->head.tag = 7;
	m->head.count = 1;
	m->approval = approval;
	m->signing_time = f.signing_time;
	leaf_encode(claim, m->item[0].leaf);
	memset(m->item[0].identity, identity, SHA256_SIZE);
	for (i = 0; i < n; i++)
		leaf_hash(&l[i], hash[i]);
	m->item[0].proof_len = (uint8_t)merkle_prove(
	    (const uint8_t(*)[32])hash, n, at, proof);
	memcpy(m->item[0].proof, proof, m->item[0].proof_len * SHA256_SIZE);
	assert_int_equal(ipc_send(f.signer, m, ipc_size(MSG_SIGN, 1)), ERR_OK);
}

/* The answer's error; a refused item carries no octet of a signature. */
static enum err
take_seal(void)
{
	static const uint8_t none[BOUND_SIGNATURE];
	const struct msg_signed_item *item = f.m.signed_.item;

	await(f.signer, MSG_SIGNED);
	assert_int_equal(f.m.head.tag, 7);
	assert_int_equal(f.m.head.count, 1);
	if (item->err != ERR_OK && item->err != ERR_LOG_SEALED_ALREADY) {
		assert_int_equal(item->signature_len, 0);
		assert_memory_equal(item->signature, none, sizeof(none));
	}
	return (enum err)item->err;
}

static enum err
ask(uint64_t approval, const struct leaf *l, uint32_t n, uint32_t at,
    const struct leaf *claim, uint8_t identity)
{
	request_seal(approval, l, n, at, claim, identity);
	return take_seal();
}

static void
nothing_is_signed_without_a_pin(void **state)
{
	cJSON *request = client_request("approve"), *reply;
	uint8_t root[SHA256_SIZE];
	struct leaf l;

	(void)state;
	make_leaf(&l, 0, "{\"a\":0}");
	root_of(&l, 1, root);
	reply_add_hex(request, "root", root, SHA256_SIZE);
	reply_add_hex(request, "certificate", l.certificate, SHA256_SIZE);
	cJSON_AddNumberToObject(request, "count", 1);
	cJSON_AddStringToObject(request, "key", f.config->keys[0].name);
	assert_int_equal(ask_terminal(request, &reply), ERR_TOKEN_LOGGED_OUT);
	cJSON_Delete(reply);
	client_close(f.terminal);
	f.terminal = NULL;
}

static void
nothing_is_signed_without_an_approval(void **state)
{
	struct leaf l;

	(void)state;
	unlock();
	make_leaf(&l, 0, "{\"a\":1}");
	assert_int_equal(ask(0, &l, 1, 0, &l, 1), ERR_APPROVAL_ABSENT);
	assert_int_equal(ask(999, &l, 1, 0, &l, 1), ERR_APPROVAL_ABSENT);
}

static void
what_is_not_under_the_root_is_refused(void **state)
{
	struct leaf l[3], other;
	uint64_t approval;

	(void)state;
	make_leaf(&l[0], 0, "{\"a\":2}");
	make_leaf(&l[1], 1, "{\"a\":3}");
	make_leaf(&l[2], 2, "{\"a\":4}");
	approval = approve(l, 3);
	/* Another credential, another salt, another place, a proof of
	 * another leaf, an index that the root does not have. */
	make_leaf(&other, 1, "{\"a\":99}");
	assert_int_equal(
	    ask(approval, l, 3, 1, &other, 2), ERR_APPROVAL_MISMATCH);
	other = l[1];
	other.salt[0] ^= 1;
	assert_int_equal(
	    ask(approval, l, 3, 1, &other, 2), ERR_APPROVAL_MISMATCH);
	other = l[1];
	other.index = 2;
	assert_int_equal(
	    ask(approval, l, 3, 1, &other, 2), ERR_APPROVAL_MISMATCH);
	assert_int_equal(
	    ask(approval, l, 3, 0, &l[1], 2), ERR_APPROVAL_MISMATCH);
	other = l[1];
	other.index = 3;
	assert_int_equal(
	    ask(approval, l, 3, 1, &other, 2), ERR_APPROVAL_MISMATCH);
	other = l[1];
	other.tbs[0] ^= 1;
	assert_int_equal(
	    ask(approval, l, 3, 1, &other, 2), ERR_APPROVAL_MISMATCH);
}

static void
what_is_under_the_root_is_signed_once(void **state)
{
	struct msg_signed_item first;
	struct leaf l[2];
	uint64_t approval;

	(void)state;
	make_leaf(&l[0], 0, "{\"a\":5}");
	make_leaf(&l[1], 1, "{\"a\":6}");
	approval = approve(l, 2);
	assert_int_equal(ask(approval, l, 2, 0, &l[0], 3), ERR_OK);
	first = f.m.signed_.item[0];
	assert_int_equal(first.signature_len, 64);
	assert_int_equal(cert_verify_digest(&f.chain.cert[0], f.chain.alg,
			     l[0].tbs, 32, first.signature, 64),
	    ERR_OK);
	/* Asked again, as after a crash: the same signature, no second one. */
	assert_int_equal(
	    ask(approval, l, 2, 0, &l[0], 3), ERR_LOG_SEALED_ALREADY);
	assert_int_equal(f.m.signed_.item[0].signature_len, 64);
	assert_memory_equal(f.m.signed_.item[0].signature, first.signature, 64);
	assert_int_equal(f.m.signed_.item[0].seal, first.seal);
	/* Another leaf of the same credential, as from a restored backup. */
	assert_int_equal(
	    ask(approval, l, 2, 1, &l[1], 3), ERR_LOG_SEALED_ALREADY);
	assert_int_equal(f.m.signed_.item[0].signature_len, 0);
}

/* Both are intended and signed before either is in the log; the log takes one
 * seal. */
static void
a_signature_that_the_log_refused_stays_with_signer(void **state)
{
	uint64_t approval;
	struct leaf l;

	(void)state;
	make_leaf(&l, 0, "{\"a\":12}");
	approval = approve(&l, 1);
	request_seal(approval, &l, 1, 0, &l, 8);
	request_seal(approval, &l, 1, 0, &l, 8);
	assert_int_equal(take_seal(), ERR_OK);
	/* Refused by the log; or, when the first was through before the second
	 * was intended, answered with the seal that is there. */
	if (take_seal() != ERR_LOG_SEALED_ALREADY)
		assert_int_equal(
		    f.m.signed_.item[0].err, ERR_APPROVAL_MISMATCH);
}

static void
a_digest_that_front_made_up_is_refused_though_approved(void **state)
{
	struct leaf l[2];
	uint64_t approval;

	(void)state;
	make_leaf(&l[0], 0, "{\"a\":7}");
	memset(l[0].tbs, 0x5a, SHA256_SIZE); /* of who knows what */
	make_leaf(&l[1], 1, "{\"a\":8}");
	l[1].payload[0] ^= 1;
	approval = approve(l, 2);
	assert_int_equal(ask(approval, l, 2, 0, &l[0], 4), ERR_HEADER_DIFFERS);
	assert_int_equal(ask(approval, l, 2, 1, &l[1], 5), ERR_NOT_FOUND);
}

static void
a_header_with_another_time_is_refused(void **state)
{
	struct leaf l;
	uint64_t approval;

	(void)state;
	make_leaf(&l, 0, "{\"a\":9}");
	approval = approve(&l, 1);
	f.signing_time++;
	assert_int_equal(ask(approval, &l, 1, 0, &l, 6), ERR_HEADER_DIFFERS);
	f.signing_time--;
}

static void
another_certificate_is_not_approved(void **state)
{
	cJSON *request = client_request("approve"), *reply;
	uint8_t root[SHA256_SIZE];
	struct leaf l;

	(void)state;
	make_leaf(&l, 0, "{\"a\":10}");
	l.certificate[0] ^= 1;
	root_of(&l, 1, root);
	reply_add_hex(request, "root", root, SHA256_SIZE);
	reply_add_hex(request, "certificate", l.certificate, SHA256_SIZE);
	cJSON_AddNumberToObject(request, "count", 1);
	cJSON_AddStringToObject(request, "key", f.config->keys[0].name);
	assert_int_equal(ask_terminal(request, &reply), ERR_CERT_CHANGED);
	cJSON_Delete(reply);
}

static void
two_who_approve_at_once_make_one_approval(void **state)
{
	struct client *c[4];
	struct fault fault;
	int64_t entry[4];
	struct leaf l;
	cJSON *reply;
	int i;

	(void)state;
	make_leaf(&l, 0, "{\"a\":13}");
	for (i = 0; i < 4; i++)
		assert_int_equal(
		    client_open(&c[i], &f.station, CLIENT_SIGNER, &fault),
		    ERR_OK);
	for (i = 0; i < 4; i++)
		assert_int_equal(
		    client_send(c[i], approve_request(&l, 1), -1, &fault),
		    ERR_OK);
	for (i = 0; i < 4; i++)
		await(f.signer, MSG_APPROVED);
	for (i = 0; i < 4; i++) {
		assert_int_equal(client_receive(c[i], &reply, &fault), ERR_OK);
		entry[i] = reply_number(reply, "approval", -1);
		cJSON_Delete(reply);
		client_close(c[i]);
		assert_int_equal(entry[i], entry[0]);
	}
}

static void
a_root_that_does_not_wait_any_more_is_not_approved(void **state)
{
	struct fault fault;
	struct leaf l;
	cJSON *reply;

	(void)state;
	make_leaf(&l, 0, "{\"a\":14}");
	assert_int_equal(
	    client_send(f.terminal, approve_request(&l, 1), -1, &fault),
	    ERR_OK);
	await(f.signer, MSG_WAITING_QUERY);
	answer_waiting(ERR_BATCH_UNKNOWN);
	assert_int_equal(
	    client_receive(f.terminal, &reply, &fault), ERR_BATCH_UNKNOWN);
	cJSON_Delete(reply);
}

static void
an_approval_is_forgotten_once_all_is_ended(void **state)
{
	struct msg_approval *m = &f.m.approval;
	struct leaf l;
	uint64_t approval;

	(void)state;
	make_leaf(&l, 0, "{\"a\":15}");
	approval = approve(&l, 1);
	assert_int_equal(ask(approval, &l, 1, 0, &l, 15), ERR_OK);
	memset(m, 0, sizeof(*m));
	m->head.type = MSG_ENDED;
	m->approval = approval;
	assert_int_equal(ipc_send(f.signer, m, sizeof(*m)), ERR_OK);
	assert_int_equal(ask(approval, &l, 1, 0, &l, 15), ERR_APPROVAL_ABSENT);
}

static void
an_approval_that_expired_signs_nothing(void **state)
{
	struct leaf l;
	uint64_t approval;

	(void)state;
	make_leaf(&l, 0, "{\"a\":11}");
	approval = approve(&l, 1);
	sleep(WINDOW + 1);
	assert_int_equal(ask(approval, &l, 1, 0, &l, 7), ERR_APPROVAL_EXPIRED);
}

static void
front_cannot_write_the_log_but_releases(void **state)
{
	struct msg_log_note *m = &f.m.log_note;

	(void)state;
	memset(m, 0, sizeof(*m));
	m->head.type = MSG_LOG_NOTE;
	m->kind = 8;
	assert_int_equal(ipc_send(f.logger, m, sizeof(*m)), ERR_OK);
	await(f.logger, MSG_LOG_ENTERED);
	assert_int_equal(f.m.head.err, ERR_LOG_KIND);

	memset(&f.m.log_release, 0, ipc_size(MSG_LOG_RELEASE, 1));
	f.m.head.type = MSG_LOG_RELEASE;
	f.m.head.count = 1;
	f.m.log_release.item[0].seal = 2; /* not a seal entry */
	assert_int_equal(
	    ipc_send(f.logger, &f.m, ipc_size(MSG_LOG_RELEASE, 1)), ERR_OK);
	await(f.logger, MSG_LOG_ENTERED);
	assert_int_equal(f.m.log_entered.item[0].err, ERR_LOG_NOT_THERE);
}

static void
the_log_shows_every_intent_and_one_seal(void **state)
{
	struct audit_result r;
	char dir[STATION_PATH];
	struct fault fault;

	(void)state;
	station_path(&f.station, STATION_LOG, dir);
	assert_int_equal(audit_log(dir, NULL, &r, &fault), ERR_OK);
	assert_int_equal(r.seals, 3);
	assert_true(r.open_intents > 0); /* the made-up digests */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_signed_without_a_pin),
	    cmocka_unit_test(nothing_is_signed_without_an_approval),
	    cmocka_unit_test(what_is_not_under_the_root_is_refused),
	    cmocka_unit_test(what_is_under_the_root_is_signed_once),
	    cmocka_unit_test(
		a_signature_that_the_log_refused_stays_with_signer),
	    cmocka_unit_test(
		a_digest_that_front_made_up_is_refused_though_approved),
	    cmocka_unit_test(a_header_with_another_time_is_refused),
	    cmocka_unit_test(another_certificate_is_not_approved),
	    cmocka_unit_test(two_who_approve_at_once_make_one_approval),
	    cmocka_unit_test(
		a_root_that_does_not_wait_any_more_is_not_approved),
	    cmocka_unit_test(an_approval_is_forgotten_once_all_is_ended),
	    cmocka_unit_test(an_approval_that_expired_signs_nothing),
	    cmocka_unit_test(front_cannot_write_the_log_but_releases),
	    cmocka_unit_test(the_log_shows_every_intent_and_one_seal),
	};

	return cmocka_run_group_tests(tests, start_processes, stop_processes);
}
