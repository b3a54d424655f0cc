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
#include "host/base/file.h"
#include "host/cli/init.h"
#include "host/daemon/client.h"
#include "host/daemon/ipc.h"
#include "host/daemon/key_chain.h"
#include "host/daemon/process.h"
#include "host/daemon/reply.h"
#include "host/log/audit.h"
#include "host/queue/store.h"
#include "host/x509/pem.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/signer_front.h"

#define PIN "123456"

struct signer_front signer_front;

static void
write_anchor(const char *name, const struct cert *c)
{
	char *pem = pem_encode("CERTIFICATE", c->der, c->len);
	char path[STATION_PATH + 40];
	struct fault fault;

	snprintf(path, sizeof(path), "%s/%s", signer_front.station.dir, name);
	assert_non_null(pem);
	assert_int_equal(
	    file_replace(path, (const uint8_t *)pem, strlen(pem), 0644, &fault),
	    ERR_OK);
	free(pem);
}

static void
pin_authority(struct signer_authority *a, const char *name, const char *policy)
{
	struct config *c = signer_front.config;
	struct config_timestamp *t = &c->timestamps[c->timestamp_count++];
	struct make_cert root;

	a->key = soft_key_new(ALG_ES256);
	root = make_cert_by(name, name, a->key, a->key);
	root.ca = true;
	make_cert(&root, &a->root);
	snprintf(t->name, sizeof(t->name), "%s", name);
	snprintf(t->anchor, sizeof(t->anchor), "%s.pem", name);
	snprintf(t->policy, sizeof(t->policy), "%s", policy);
	write_anchor(t->anchor, &a->root);
	c->content_timestamp = true;
}

static void
unpin_authority(struct signer_authority *a)
{
	cert_free(&a->root);
	soft_key_free(a->key);
}

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
	assert_int_equal(
	    init_station(signer_front.dir, &o, &signer_front.station, &fault),
	    ERR_OK);
	close(fds[0]);
	station_path(&signer_front.station, STATION_CONFIG, path);
	assert_int_equal(
	    config_load(&signer_front.config, path, &fault), ERR_OK);
	signer_front.config->approval_window = SIGNER_FRONT_WINDOW;
	pin_authority(&signer_front.first, "first", "1.2.3.5");
	pin_authority(&signer_front.second, "second", "");
	assert_int_equal(
	    key_chain_load(&signer_front.chain, signer_front.config,
		&signer_front.config->keys[0], &signer_front.station, &fault),
	    ERR_OK);
	station_path(&signer_front.station, STATION_STORE, path);
	assert_int_equal(store_open(&signer_front.store, path, &fault), ERR_OK);
}

static int
listen_signer(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char path[STATION_PATH];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	station_path(&signer_front.station, STATION_SIGNER_SOCKET, path);
	assert_true(strlen(path) < sizeof(a.sun_path));
	memcpy(a.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

int
signer_front_begin(void **state)
{
	struct process p = {.station = &signer_front.station};
	int fs[2], fl[2], sl[2], ready[2], fd;
	char octet;
	int i;

	(void)state;
	memset(&signer_front, 0, sizeof(signer_front));
	scratch_make(&signer_front.scratch);
	scratch_path(&signer_front.scratch, "s", signer_front.dir);
	make_station();
	p.config = signer_front.config;
	assert_int_equal(ipc_pair(fs), ERR_OK);
	assert_int_equal(ipc_pair(fl), ERR_OK);
	assert_int_equal(ipc_pair(sl), ERR_OK);
	assert_int_equal(pipe(ready), 0);
	fd = listen_signer();
	p.ready = ready[1];
	fflush(NULL);
	for (i = 0; i < 2; i++) {
		signer_front.pids[i] = fork();
		if (signer_front.pids[i] != 0)
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
	signer_front.signer = fs[0];
	signer_front.logger = fl[0];
	for (i = 0; i < 2; i++)
		assert_int_equal(read(ready[0], &octet, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return 0;
}

int
signer_front_end(void **state)
{
	int status, i;

	(void)state;
	client_close(signer_front.terminal);
	close(signer_front.signer);
	close(signer_front.logger);
	for (i = 0; i < 2; i++) {
		/* a test that failed may have left it stopped */
		kill(signer_front.pids[i], SIGCONT);
		waitpid(signer_front.pids[i], &status, 0);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	store_close(signer_front.store);
	key_chain_free(&signer_front.chain);
	unpin_authority(&signer_front.first);
	unpin_authority(&signer_front.second);
	config_free(signer_front.config);
	scratch_remove(&signer_front.scratch);
	return 0;
}

/* Signer asks whether a root still waits for its consent. */
void
signer_front_answer_waiting(enum err e)
{
	signer_front.m.head.type = MSG_WAITING;
	signer_front.m.head.err = e;
	assert_int_equal(ipc_send(signer_front.signer, &signer_front.m,
			     sizeof(struct msg_approval)),
	    ERR_OK);
}

/* Waits for a message of that type; news of keys are passed over, and every
 * root waits, unless that is what is waited for. */
void
signer_front_await(int fd, enum msg_type type)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	enum msg_type got;

	do {
		assert_int_equal(poll(&p, 1, 20000), 1);
		assert_int_equal(ipc_receive(fd, &signer_front.m), ERR_OK);
		got = (enum msg_type)signer_front.m.head.type;
		if (got == MSG_WAITING_QUERY && type != MSG_WAITING_QUERY)
			signer_front_answer_waiting(ERR_OK);
	} while (
	    got != type && (got == MSG_KEY_STATE || got == MSG_WAITING_QUERY));
	assert_int_equal(got, type);
}

enum err
signer_front_terminal(cJSON *request, cJSON **reply)
{
	struct fault fault;

	fault_clear(&fault);
	if (signer_front.terminal == NULL)
		assert_int_equal(
		    client_open(&signer_front.terminal, &signer_front.station,
			CLIENT_SIGNER, &fault),
		    ERR_OK);
	return client_call(signer_front.terminal, request, reply, &fault);
}

void
signer_front_unlock(void)
{
	cJSON *request = client_request("unlock"), *reply;
	struct fault fault;

	if (signer_front.terminal == NULL)
		assert_int_equal(
		    client_open(&signer_front.terminal, &signer_front.station,
			CLIENT_SIGNER, &fault),
		    ERR_OK);
	cJSON_AddNumberToObject(request, "pin", 6);
	assert_int_equal(
	    client_send(signer_front.terminal, request, -1, &fault), ERR_OK);
	assert_int_equal(
	    client_send_octets(signer_front.terminal, PIN, 6, &fault), ERR_OK);
	assert_int_equal(
	    client_receive(signer_front.terminal, &reply, &fault), ERR_OK);
	cJSON_Delete(reply);
}

/* An honest leaf: what front makes of a payload. */
void
signer_front_make_leaf(struct leaf *l, uint32_t index, const char *payload)
{
	struct jades_header header;
	uint8_t key[SHA256_SIZE];
	struct fault fault;
	struct jades_tbs t;
	size_t len;

	if (signer_front.signing_time == 0)
		signer_front.signing_time = 1700000000;
	if (signer_front.profile == 0)
		signer_front.profile = PROFILE_EDC;
	assert_int_equal(store_put(signer_front.store, (const uint8_t *)payload,
			     strlen(payload), key, &fault),
	    ERR_OK);
	memset(l, 0, sizeof(*l));
	key_chain_header(&signer_front.chain, signer_front.profile,
	    signer_front.signing_time, &header);
	if (signer_front.token_len > 0) {
		/* Whatever it is: signer has to look. */
		header.content_timestamp = signer_front.token;
		header.content_timestamp_len = signer_front.token_len;
		assert_int_equal(
		    store_put(signer_front.store, signer_front.token,
			signer_front.token_len, key, &fault),
		    ERR_OK);
	}
	assert_int_equal(jades_tbs_init(&t, &header, NULL), ERR_OK);
	jades_tbs_push(&t, (const uint8_t *)payload, strlen(payload));
	jades_tbs_finish(&t, l->payload, l->tbs, &len);
	l->kind = KIND_JADES;
	l->profile = signer_front.profile;
	l->alg = signer_front.chain.alg->number;
	l->index = index;
	memcpy(l->certificate, signer_front.chain.cert[0].sha256, SHA256_SIZE);
	memset(l->salt, (int)(0x40 + index), LEAF_SALT);
}

void
signer_front_root_of(
    const struct leaf *l, uint32_t n, uint8_t root[static SHA256_SIZE])
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

cJSON *
signer_front_approve_request(const struct leaf *l, uint32_t n)
{
	cJSON *request = client_request("approve");
	uint8_t root[SHA256_SIZE];

	signer_front_root_of(l, n, root);
	reply_add_hex(request, "root", root, SHA256_SIZE);
	reply_add_hex(request, "certificate", l[0].certificate, SHA256_SIZE);
	cJSON_AddNumberToObject(request, "count", n);
	cJSON_AddStringToObject(
	    request, "key", signer_front.config->keys[0].name);
	return request;
}

/* A person's consent to the root over n leaves: the approval's log index. */
uint64_t
signer_front_approve(const struct leaf *l, uint32_t n)
{
	struct fault fault;
	cJSON *reply;
	uint64_t entry;

	assert_int_equal(client_send(signer_front.terminal,
			     signer_front_approve_request(l, n), -1, &fault),
	    ERR_OK);
	signer_front_await(signer_front.signer, MSG_APPROVED);
	entry = signer_front.m.approval.approval;
	assert_int_equal(
	    client_receive(signer_front.terminal, &reply, &fault), ERR_OK);
	assert_int_equal(reply_number(reply, "approval", -1), entry);
	cJSON_Delete(reply);
	return entry;
}

/* Asks for a seal over leaf number at of l[0..n-1]; claim is sent in its
 * place. */
void
signer_front_request_seal(uint64_t approval, const struct leaf *l, uint32_t n,
    uint32_t at, const struct leaf *claim, uint8_t identity)
{
	uint8_t hash[8][SHA256_SIZE], proof[MERKLE_PROOF_MAX][SHA256_SIZE];
	struct msg_sign *m = &signer_front.m.sign;
	uint32_t i;

	memset(m, 0, ipc_size(MSG_SIGN, 1));
	m->head.type = MSG_SIGN;
	m->head.tag = 7;
	m->head.count = 1;
	m->approval = approval;
	m->signing_time = signer_front.signing_time;
	leaf_encode(claim, m->item[0].leaf);
	memset(m->item[0].identity, identity, SHA256_SIZE);
	if (signer_front.token_len > 0)
		sha256(signer_front.token, signer_front.token_len,
		    m->item[0].timestamp);
	for (i = 0; i < n; i++)
		leaf_hash(&l[i], hash[i]);
	m->item[0].proof_len = (uint8_t)merkle_prove(
	    (const uint8_t(*)[32])hash, n, at, proof);
	memcpy(m->item[0].proof, proof, m->item[0].proof_len * SHA256_SIZE);
	assert_int_equal(
	    ipc_send(signer_front.signer, m, ipc_size(MSG_SIGN, 1)), ERR_OK);
}

/* The answer's error; a refused item carries no octet of a signature. */
enum err
signer_front_take_seal(void)
{
	static const uint8_t none[BOUND_SIGNATURE];
	const struct msg_signed_item *item = signer_front.m.signed_.item;

	signer_front_await(signer_front.signer, MSG_SIGNED);
	assert_int_equal(signer_front.m.head.tag, 7);
	assert_int_equal(signer_front.m.head.count, 1);
	if (item->err != ERR_OK && item->err != ERR_LOG_SEALED_ALREADY) {
		assert_int_equal(item->signature_len, 0);
		assert_memory_equal(item->signature, none, sizeof(none));
	}
	return (enum err)item->err;
}

enum err
signer_front_ask(uint64_t approval, const struct leaf *l, uint32_t n,
    uint32_t at, const struct leaf *claim, uint8_t identity)
{
	signer_front_request_seal(approval, l, n, at, claim, identity);
	return signer_front_take_seal();
}
