#include "tests/unit/support/appliance_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <time.h>

#include "common/jcs.h"
#include "common/merkle.h"
#include "common/summary.h"
#include "tests/unit/support/make_seal.h"

static const char *const payload[APPLIANCE_FIXTURE_ITEMS] = {
    "{\"displayParameter\":{\"title\":{\"en\":[\"One\"]}},\"id\":\"urn:1\"}",
    "{\"displayParameter\":{\"title\":{\"de\":[\"Zwei\"],\"en\":[\"Two\"]}},"
    "\"id\":\"urn:2\"}",
    "{\"displayParameter\":{\"title\":{\"el\":[\"Three\"]}},\"id\":\"urn:3\"}",
};

struct appliance_fixture appliance_fixture;

static enum err
host_leaves(void *arg, const uint8_t root[static SHA256_SIZE], int64_t after,
    struct appliance_page *out)
{
	(void)arg;
	assert_memory_equal(root, appliance_fixture.batch.root, SHA256_SIZE);
	/* Two, then the rest: pages of any size will do. */
	out->count = 0;
	while (out->count < 2 && after < APPLIANCE_FIXTURE_ITEMS)
		leaf_encode(&appliance_fixture.leaf[after++],
		    out->leaf[out->count++].leaf);
	out->after = after;
	out->signing_time = appliance_fixture.signing_time;
	return ERR_OK;
}

static enum err
host_payload(void *arg, const uint8_t digest[static SHA256_SIZE], uint8_t **buf,
    size_t *len)
{
	size_t i;

	(void)arg;
	for (i = 0; i < APPLIANCE_FIXTURE_ITEMS; i++) {
		if (memcmp(appliance_fixture.leaf[i].payload, digest,
			SHA256_SIZE) != 0)
			continue;
		*len = strlen(payload[i]);
		*buf = (uint8_t *)strdup(payload[i]);
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

static enum err
host_log_head(void *arg, uint64_t *size, uint8_t root[static SHA256_SIZE])
{
	(void)arg;
	*size = appliance_fixture.log_size;
	memset(root, (int)appliance_fixture.log_size, SHA256_SIZE);
	return ERR_OK;
}

static enum err
host_approved(void *arg, struct granted *g, struct fault *fault)
{
	(void)arg;
	if (appliance_fixture.log_says != ERR_OK)
		return fault_set(
		    fault, appliance_fixture.log_says, FAULT_NO_OFFSET, "log");
	appliance_fixture.approvals++;
	/* Decided there: nobody can refuse it at the terminal any more. */
	appliance_fixture.late = !appliance_cancel(
	    appliance_fixture.a, appliance_fixture.batch.root);
	g->entry = 17;
	appliance_fixture.granted = *g;
	return ERR_OK;
}

static enum err
host_refused(void *arg, const struct appliance_batch *b, enum err reason,
    struct fault *fault)
{
	(void)arg;
	(void)b;
	(void)reason;
	(void)fault;
	appliance_fixture.refusals++;
	return ERR_OK;
}

static enum err
host_enrolled(void *arg, const struct appliance_pin *pin)
{
	(void)arg;
	(void)pin;
	appliance_fixture.enrolments++;
	return ERR_OK;
}

static void
put_tbs(struct sink *sink, const uint8_t *buf, size_t len)
{
	(void)sink;
	(void)buf;
	(void)len;
}

static void
make_leaf(uint32_t i)
{
	struct leaf *l = &appliance_fixture.leaf[i];
	struct sink nowhere = {put_tbs};
	struct jades_header header;
	struct summary summary;
	struct jades_tbs t;
	struct jcs jcs;
	size_t len;

	key_chain_header(&appliance_fixture.chain, PROFILE_EDC,
	    appliance_fixture.signing_time, &header);
	assert_int_equal(jades_tbs_init(&t, &header, NULL), ERR_OK);
	jades_tbs_push(&t, (const uint8_t *)payload[i], strlen(payload[i]));
	jades_tbs_finish(&t, l->payload, l->tbs, &len);
	summary_init(&summary, PROFILE_EDC, APPLIANCE_FIXTURE_LANGUAGE);
	jcs_init(&jcs, &nowhere, &summary.sink);
	jcs_push(&jcs, (const uint8_t *)payload[i], strlen(payload[i]));
	assert_int_equal(jcs_finish(&jcs), ERR_OK);
	summary_finish(&summary);
	summary_digest(&summary, l->summary);
	l->kind = KIND_JADES;
	l->profile = PROFILE_EDC;
	l->alg = ALG_ES256;
	l->index = i;
	memcpy(l->certificate, appliance_fixture.chain.cert[0].sha256,
	    SHA256_SIZE);
	memset(l->salt, (int)(0x40 + i), LEAF_SALT);
}

static void
make_batch(void)
{
	uint8_t hash[SHA256_SIZE];
	struct merkle m;
	uint32_t i;

	snprintf(appliance_fixture.key.name, sizeof(appliance_fixture.key.name),
	    "default");
	appliance_fixture.chain.config = &appliance_fixture.key;
	appliance_fixture.chain.cert[0] = *make_seal_certificate(ALG_ES256);
	appliance_fixture.chain.count = 1;
	appliance_fixture.chain.alg = alg_get(ALG_ES256);
	appliance_fixture.chain.signing_time = SIGNING_TIME_IAT;
	appliance_fixture.signing_time = time(NULL);
	merkle_init(&m);
	for (i = 0; i < APPLIANCE_FIXTURE_ITEMS; i++) {
		make_leaf(i);
		leaf_hash(&appliance_fixture.leaf[i], hash);
		assert_int_equal(merkle_push(&m, hash), ERR_OK);
	}
	merkle_root(&m, appliance_fixture.batch.root);
	appliance_fixture.batch.count = APPLIANCE_FIXTURE_ITEMS;
	appliance_fixture.batch.chain = &appliance_fixture.chain;
	snprintf(appliance_fixture.batch.person,
	    sizeof(appliance_fixture.batch.person), "p-0123456789abcdef");
}

void
appliance_fixture_enrol(uint64_t counter)
{
	struct appliance_pin p = {
	    .board_class = liar_class(appliance_fixture.liar),
	    .counter = counter};

	memcpy(p.point, liar_point(appliance_fixture.liar), APPLIANCE_POINT);
	memcpy(p.firmware, liar_firmware(appliance_fixture.liar), SHA256_SIZE);
	assert_int_equal(
	    appliance_pin_store(&p, appliance_fixture.pin, NULL), ERR_OK);
}

void
appliance_fixture_open(bool production)
{
	struct appliance_config c = {.path = appliance_fixture.socket,
	    .pin = appliance_fixture.pin,
	    .station = "station",
	    .origin = "origin",
	    .language = appliance_fixture.language,
	    .production = production,
	    .window = 3600,
	    .host = {&appliance_fixture, host_leaves, host_payload,
		host_log_head, host_approved, host_refused, host_enrolled}};

	assert_int_equal(
	    appliance_open(&appliance_fixture.a, &c, NULL), ERR_OK);
}

int
appliance_fixture_begin(void **state)
{
	(void)state;
	memset(&appliance_fixture, 0, sizeof(appliance_fixture));
	scratch_make(&appliance_fixture.scratch);
	scratch_path(
	    &appliance_fixture.scratch, "link", appliance_fixture.socket);
	scratch_path(
	    &appliance_fixture.scratch, "appliance", appliance_fixture.pin);
	appliance_fixture.log_size = 7;
	appliance_fixture.language = APPLIANCE_FIXTURE_LANGUAGE;
	make_batch();
	appliance_fixture.liar = liar_start(
	    appliance_fixture.socket, LIAR_HONEST);
	appliance_fixture_enrol(0);
	return 0;
}

int
appliance_fixture_end(void **state)
{
	(void)state;
	appliance_close(appliance_fixture.a);
	liar_stop(appliance_fixture.liar);
	scratch_remove(&appliance_fixture.scratch);
	return 0;
}

int
appliance_fixture_end_all(void **state)
{
	(void)state;
	make_seal_end();
	return 0;
}

void
appliance_fixture_pause(long ms)
{
	struct timespec t = {0, ms * 1000000};

	nanosleep(&t, NULL);
}

struct appliance_status
appliance_fixture_status(void)
{
	struct appliance_status s;

	appliance_get(appliance_fixture.a, &s);
	return s;
}

/* Asks for the batch and holds select until there is an outcome. */
enum appliance_outcome
appliance_fixture_decide(unsigned buttons)
{
	struct appliance_status s = {.state = 0};
	struct fault fault;
	int i;

	for (i = 0; i < 500 && s.state != APPLIANCE_IDLE; i++) {
		appliance_fixture_pause(20);
		s = appliance_fixture_status();
	}
	assert_int_equal(appliance_ask(appliance_fixture.a,
			     &appliance_fixture.batch, &fault),
	    ERR_OK);
	for (i = 0; i < 600; i++) {
		s = appliance_fixture_status();
		if (s.outcome != APPLIANCE_PENDING)
			break;
		/* A button counts after it was seen released. */
		liar_press(appliance_fixture.liar,
		    s.state == APPLIANCE_REVIEW ? buttons : 0);
		appliance_fixture_pause(10);
	}
	liar_press(appliance_fixture.liar, 0);
	return s.outcome;
}
