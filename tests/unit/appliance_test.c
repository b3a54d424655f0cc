/* Signer's side of an appliance against one that lies: of its lies none
 * becomes an approval, and an honest one is not lost. (long because every lie
 * is told to the same station) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <time.h>

#include "common/jcs.h"
#include "common/merkle.h"
#include "common/summary.h"
#include "host/base/file.h"
#include "host/daemon/appliance.h"
#include "tests/unit/support/liar.h"
#include "tests/unit/support/make_seal.h"
#include "tests/unit/support/scratch.h"

#define ITEMS 3
#define SELECT (1u << 4)
#define LEFT (1u << 2)

static const char *const payload[ITEMS] = {
    "{\"displayParameter\":{\"title\":{\"en\":[\"One\"]}},\"id\":\"urn:1\"}",
    "{\"displayParameter\":{\"title\":{\"en\":[\"Two\"]}},\"id\":\"urn:2\"}",
    "{\"displayParameter\":{\"title\":{\"el\":[\"Three\"]}},\"id\":\"urn:3\"}",
};

static struct {
	struct scratch scratch;
	char socket[SCRATCH_PATH], pin[SCRATCH_PATH];
	struct liar *liar;
	struct appliance *a;
	struct config_key key;
	struct key_chain chain;
	struct leaf leaf[ITEMS];
	struct appliance_batch batch;
	int64_t signing_time;
	unsigned approvals, refusals, enrolments;
	uint64_t log_size;
	bool late;
	enum err log_says; /* when an approval is to be entered */
	struct granted granted;
} f;

static enum err
host_leaves(void *arg, const uint8_t root[static SHA256_SIZE], int64_t after,
    struct appliance_page *out)
{
	(void)arg;
	assert_memory_equal(root, f.batch.root, SHA256_SIZE);
	/* Two, then the rest: pages of any size will do. */
	out->count = 0;
	while (out->count < 2 && after < ITEMS)
		leaf_encode(&f.leaf[after++], out->leaf[out->count++]);
	out->after = after;
	out->signing_time = f.signing_time;
	return ERR_OK;
}

static enum err
host_payload(void *arg, const uint8_t digest[static SHA256_SIZE], uint8_t **buf,
    size_t *len)
{
	size_t i;

	(void)arg;
	for (i = 0; i < ITEMS; i++) {
		if (memcmp(f.leaf[i].payload, digest, SHA256_SIZE) != 0)
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
	*size = f.log_size;
	memset(root, (int)f.log_size, SHA256_SIZE);
	return ERR_OK;
}

static enum err
host_approved(void *arg, struct granted *g, struct fault *fault)
{
	(void)arg;
	if (f.log_says != ERR_OK)
		return fault_set(fault, f.log_says, FAULT_NO_OFFSET, "log");
	f.approvals++;
	/* Decided there: nobody can refuse it at the terminal any more. */
	f.late = !appliance_cancel(f.a, f.batch.root);
	g->entry = 17;
	f.granted = *g;
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
	f.refusals++;
	return ERR_OK;
}

static enum err
host_enrolled(void *arg, const uint8_t digest[static SHA256_SIZE])
{
	(void)arg;
	(void)digest;
	f.enrolments++;
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
	struct leaf *l = &f.leaf[i];
	struct sink nowhere = {put_tbs};
	struct jades_header header;
	struct summary summary;
	struct jades_tbs t;
	struct jcs jcs;
	size_t len;

	key_chain_header(&f.chain, f.signing_time, &header);
	assert_int_equal(jades_tbs_init(&t, &header, NULL), ERR_OK);
	jades_tbs_push(&t, (const uint8_t *)payload[i], strlen(payload[i]));
	jades_tbs_finish(&t, l->payload, l->tbs, &len);
	summary_init(&summary, NULL);
	jcs_init(&jcs, &nowhere, &summary.sink);
	jcs_push(&jcs, (const uint8_t *)payload[i], strlen(payload[i]));
	assert_int_equal(jcs_finish(&jcs), ERR_OK);
	summary_finish(&summary);
	summary_digest(&summary, l->summary);
	l->kind = KIND_JADES;
	l->profile = PROFILE_EDC;
	l->alg = ALG_ES256;
	l->index = i;
	memcpy(l->certificate, f.chain.cert[0].sha256, SHA256_SIZE);
	memset(l->salt, (int)(0x40 + i), LEAF_SALT);
}

static void
make_batch(void)
{
	uint8_t hash[SHA256_SIZE];
	struct merkle m;
	uint32_t i;

	snprintf(f.key.name, sizeof(f.key.name), "default");
	f.chain.config = &f.key;
	f.chain.cert[0] = *make_seal_certificate(ALG_ES256);
	f.chain.count = 1;
	f.chain.alg = alg_get(ALG_ES256);
	f.chain.signing_time = SIGNING_TIME_IAT;
	f.signing_time = time(NULL);
	merkle_init(&m);
	for (i = 0; i < ITEMS; i++) {
		make_leaf(i);
		leaf_hash(&f.leaf[i], hash);
		assert_int_equal(merkle_push(&m, hash), ERR_OK);
	}
	merkle_root(&m, f.batch.root);
	f.batch.count = ITEMS;
	f.batch.chain = &f.chain;
	snprintf(f.batch.person, sizeof(f.batch.person), "p-0123456789abcdef");
}

static void
enrol(uint64_t counter)
{
	struct appliance_pin p = {
	    .board_class = liar_class(f.liar), .counter = counter};

	memcpy(p.point, liar_point(f.liar), APPLIANCE_POINT);
	memcpy(p.firmware, liar_firmware(f.liar), SHA256_SIZE);
	assert_int_equal(appliance_pin_store(&p, f.pin, NULL), ERR_OK);
}

static void
open_it(bool production)
{
	struct appliance_config c = {.path = f.socket,
	    .pin = f.pin,
	    .station = "station",
	    .origin = "origin",
	    .production = production,
	    .window = 3600,
	    .host = {&f, host_leaves, host_payload, host_log_head,
		host_approved, host_refused, host_enrolled}};

	assert_int_equal(appliance_open(&f.a, &c, NULL), ERR_OK);
}

static int
set_up(void **state)
{
	(void)state;
	memset(&f, 0, sizeof(f));
	scratch_make(&f.scratch);
	scratch_path(&f.scratch, "link", f.socket);
	scratch_path(&f.scratch, "appliance", f.pin);
	f.log_size = 7;
	make_batch();
	f.liar = liar_start(f.socket, LIAR_HONEST);
	enrol(0);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	appliance_close(f.a);
	liar_stop(f.liar);
	scratch_remove(&f.scratch);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	make_seal_end();
	cert_thread_end();
	return 0;
}

static void
pause_ms(long ms)
{
	struct timespec t = {0, ms * 1000000};

	nanosleep(&t, NULL);
}

static struct appliance_status
status(void)
{
	struct appliance_status s;

	appliance_get(f.a, &s);
	return s;
}

/* Asks for the batch and holds select until there is an outcome. */
static enum appliance_outcome
decide(unsigned buttons)
{
	struct appliance_status s = {.state = 0};
	struct fault fault;
	int i;

	for (i = 0; i < 500 && s.state != APPLIANCE_IDLE; i++) {
		pause_ms(20);
		s = status();
	}
	assert_int_equal(appliance_ask(f.a, &f.batch, &fault), ERR_OK);
	for (i = 0; i < 600; i++) {
		s = status();
		if (s.outcome != APPLIANCE_PENDING)
			break;
		/* A button counts after it was seen released. */
		liar_press(f.liar, s.state == APPLIANCE_REVIEW ? buttons : 0);
		pause_ms(10);
	}
	liar_press(f.liar, 0);
	return s.outcome;
}

static void
refuses(enum lie lie, enum err reason)
{
	liar_set(f.liar, lie);
	open_it(false);
	assert_int_equal(decide(SELECT), APPLIANCE_FAILED);
	assert_int_equal(status().reason, reason);
	assert_int_equal(f.approvals, 0);
	assert_int_equal(f.refusals, 0);
}

static void
an_honest_approval_is_granted(void **state)
{
	(void)state;
	open_it(false);
	assert_int_equal(decide(SELECT), APPLIANCE_APPROVED);
	assert_int_equal(f.approvals, 1);
	assert_true(f.late);
	assert_string_equal(f.granted.means, "appliance");
	assert_string_equal(f.granted.key, "default");
	assert_memory_equal(f.granted.approval.root, f.batch.root, 32);
	assert_int_equal(status().entry, 17);
	assert_int_equal(appliance_allows(f.a, &f.granted), ERR_OK);
	f.granted.approval.count++;
	assert_int_equal(
	    appliance_allows(f.a, &f.granted), ERR_APPROVAL_SIGNATURE);
}

static void
a_refusal_is_one(void **state)
{
	(void)state;
	open_it(false);
	assert_int_equal(decide(LEFT), APPLIANCE_REFUSED);
	assert_int_equal(status().reason, ERR_NOT_CONSENTED);
	assert_int_equal(f.refusals, 1);
	assert_int_equal(f.approvals, 0);
}

static void
a_wrong_leaf_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_WRONG_LEAF, ERR_ITEM_DIGEST);
}

static void
a_wrong_root_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_WRONG_ROOT, ERR_APPROVAL_MISMATCH);
}

static void
a_wrong_count_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_WRONG_COUNT, ERR_APPROVAL_MISMATCH);
}

static void
another_keys_approval_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_OTHER_KEY, ERR_APPROVAL_SIGNATURE);
}

static void
an_old_counter_is_refused(void **state)
{
	(void)state;
	enrol(5);
	refuses(LIAR_OLD_COUNTER, ERR_APPROVAL_COUNTER);
}

static void
another_stations_approval_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_OTHER_STATION, ERR_APPROVAL_DIFFERS);
}

static void
another_roots_approval_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_OTHER_ROOT, ERR_APPROVAL_DIFFERS);
}

static void
an_expired_approval_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_EXPIRED, ERR_APPROVAL_DIFFERS);
}

static void
another_firmwares_approval_is_refused(void **state)
{
	(void)state;
	refuses(LIAR_OTHER_FIRMWARE, ERR_APPLIANCE_UNKNOWN);
}

static void
an_item_beyond_the_batch_is_not_sent(void **state)
{
	(void)state;
	liar_set(f.liar, LIAR_BEYOND);
	open_it(false);
	/* Not an appliance's word: the line is begun anew, and it lies again,
	 * for as long as anybody waits. */
	pause_ms(1500);
	assert_int_equal(appliance_ask(f.a, &f.batch, NULL), ERR_OK);
	pause_ms(1500);
	assert_int_equal(status().outcome, APPLIANCE_PENDING);
	liar_set(f.liar, LIAR_HONEST);
	assert_int_equal(decide(SELECT), APPLIANCE_APPROVED);
}

static void
an_approval_is_used_once(void **state)
{
	(void)state;
	open_it(false);
	assert_int_equal(decide(SELECT), APPLIANCE_APPROVED);
	liar_set(f.liar, LIAR_OLD_APPROVAL);
	assert_int_equal(decide(SELECT), APPLIANCE_FAILED);
	assert_int_equal(status().reason, ERR_APPROVAL_DIFFERS);
	assert_int_equal(f.approvals, 1);
}

/* What comes too early, no frames, a hung-up line: nothing is approved by it,
 * and once it is honest the batch is shown again by itself. */
static void
a_broken_line_loses_nothing(void **state)
{
	static const enum lie lie[] = {
	    LIAR_EARLY_ROOT, LIAR_EARLY_APPROVAL, LIAR_GARBAGE, LIAR_GONE};
	size_t i;

	(void)state;
	open_it(false);
	for (i = 0; i < sizeof(lie) / sizeof(lie[0]); i++) {
		f.approvals = 0;
		liar_set(f.liar, lie[i]);
		assert_int_equal(appliance_ask(f.a, &f.batch, NULL), ERR_OK);
		pause_ms(900);
		assert_int_equal(f.approvals, 0);
		assert_int_equal(status().outcome, APPLIANCE_PENDING);
		liar_set(f.liar, LIAR_HONEST);
		assert_int_equal(decide(SELECT), APPLIANCE_APPROVED);
		assert_int_equal(f.approvals, 1);
	}
}

/* Its own word is not the cable's: it is not asked again and again. */
static void
what_it_says_ends_the_asking(void **state)
{
	(void)state;
	refuses(LIAR_SAYS_IO, ERR_IO);
}

/* Nobody's PIN goes to an appliance that is not the enrolled one. */
static void
a_stranger_gets_no_pin(void **state)
{
	static const uint8_t pin[] = "123456";
	struct appliance_order o = {.pin = pin,
	    .old = pin,
	    .pin_len = 6,
	    .old_len = 6,
	    .deed = APPLIANCE_CHANGE_PIN};
	struct appliance_pin p;
	struct fault fault;
	int i;

	(void)state;
	assert_int_equal(appliance_pin_load(&p, f.pin, NULL), ERR_OK);
	p.firmware[0] ^= 1;
	assert_int_equal(appliance_pin_store(&p, f.pin, NULL), ERR_OK);
	open_it(false);
	for (i = 0; i < 500 && status().state != APPLIANCE_STRANGER; i++)
		pause_ms(10);
	assert_int_equal(appliance_do(f.a, &o, &fault), ERR_APPLIANCE_UNKNOWN);
	o.deed = APPLIANCE_UNBLOCK;
	assert_int_equal(appliance_do(f.a, &o, &fault), ERR_APPLIANCE_UNKNOWN);
	o.deed = APPLIANCE_RESET;
	assert_int_equal(appliance_do(f.a, &o, &fault), ERR_APPLIANCE_UNKNOWN);
}

static void
a_damaged_pin_is_none(void **state)
{
	struct fault fault;
	int i;

	(void)state;
	assert_int_equal(
	    file_replace(f.pin, "zegel-appliance-v1\n", 19, 0600, NULL),
	    ERR_OK);
	open_it(false);
	for (i = 0; i < 500 && status().state != APPLIANCE_STRANGER; i++)
		pause_ms(10);
	assert_int_equal(
	    appliance_ask(f.a, &f.batch, &fault), ERR_APPLIANCE_NOT_ENROLLED);
}

static void
what_the_log_refuses_gives_no_right(void **state)
{
	(void)state;
	f.log_says = ERR_NO_SPACE;
	open_it(false);
	assert_int_equal(decide(SELECT), APPLIANCE_FAILED);
	assert_int_equal(status().reason, ERR_NO_SPACE);
	assert_int_equal(f.approvals, 0);
}

static void
a_counter_is_used_up_before_it_gives_a_right(void **state)
{
	struct appliance_pin p;

	(void)state;
	f.log_says = ERR_NO_SPACE;
	open_it(false);
	assert_int_equal(decide(SELECT), APPLIANCE_FAILED);
	assert_int_equal(appliance_pin_load(&p, f.pin, NULL), ERR_OK);
	assert_int_equal(p.counter, 1);
}

static void
a_log_that_shrinks_stops_everything(void **state)
{
	struct fault fault;
	int i;

	(void)state;
	open_it(false);
	assert_int_equal(decide(SELECT), APPLIANCE_APPROVED);
	f.log_size = 3;
	for (i = 0; i < 1000 && appliance_allows_any(f.a) == ERR_OK; i++)
		pause_ms(10);
	assert_int_equal(appliance_allows_any(f.a), ERR_LOG_FORK);
	assert_int_equal(appliance_ask(f.a, &f.batch, &fault), ERR_LOG_FORK);
	/* And goes on with the right one. */
	f.log_size = 9;
	for (i = 0; i < 1000 && appliance_allows_any(f.a) != ERR_OK; i++)
		pause_ms(10);
	assert_int_equal(appliance_allows_any(f.a), ERR_OK);
}

/* The seal key is in it: what is approved may be armed, and nothing else. */
static void
only_what_was_approved_is_armed(void **state)
{
	struct leaf other;
	struct fault fault;
	uint32_t i;

	(void)state;
	f.key.appliance = true;
	open_it(false);
	assert_int_equal(
	    appliance_arm(f.a, f.batch.root, &f.leaf[0]), ERR_APPROVAL_ABSENT);
	assert_int_equal(decide(SELECT), APPLIANCE_APPROVED);
	for (i = 0; i < ITEMS; i++) {
		assert_int_equal(
		    appliance_arm(f.a, f.batch.root, &f.leaf[i]), ERR_OK);
		appliance_disarm(f.a);
	}
	other = f.leaf[1];
	other.tbs[0] ^= 1;
	assert_int_equal(
	    appliance_arm(f.a, f.batch.root, &other), ERR_APPROVAL_ABSENT);
	other = f.leaf[1];
	other.index = ITEMS;
	assert_int_equal(
	    appliance_arm(f.a, f.batch.root, &other), ERR_APPROVAL_ABSENT);
	/* Another batch would make its tickets void. */
	assert_int_equal(
	    appliance_ask(f.a, &f.batch, &fault), ERR_APPLIANCE_BUSY);
	appliance_release(f.a, f.batch.root);
	assert_int_equal(
	    appliance_arm(f.a, f.batch.root, &f.leaf[0]), ERR_APPROVAL_ABSENT);
	assert_int_equal(decide(SELECT), APPLIANCE_APPROVED);
}

/* Power or cable gone: what it has forgotten is not waited for. */
static void
a_pulled_appliance_arms_nothing_more(void **state)
{
	(void)state;
	f.key.appliance = true;
	open_it(false);
	assert_int_equal(decide(SELECT), APPLIANCE_APPROVED);
	liar_hang_up(f.liar);
	pause_ms(50);
	assert_int_equal(
	    appliance_arm(f.a, f.batch.root, &f.leaf[0]), ERR_APPROVAL_ABSENT);
	assert_int_equal(
	    appliance_arm(f.a, f.batch.root, &f.leaf[1]), ERR_APPROVAL_ABSENT);
	assert_false(status().sealing);
	assert_int_equal(decide(SELECT), APPLIANCE_APPROVED);
	assert_int_equal(appliance_arm(f.a, f.batch.root, &f.leaf[2]), ERR_OK);
	appliance_disarm(f.a);
}

static void
production_asks_no_simulator(void **state)
{
	struct fault fault;
	int i;

	(void)state;
	open_it(true);
	for (i = 0; i < 500 && status().state != APPLIANCE_STRANGER; i++)
		pause_ms(10);
	assert_int_equal(
	    appliance_ask(f.a, &f.batch, &fault), ERR_STATION_MODE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_honest_approval_is_granted),
	    TEST(a_refusal_is_one),
	    TEST(a_wrong_leaf_is_refused),
	    TEST(a_wrong_root_is_refused),
	    TEST(a_wrong_count_is_refused),
	    TEST(another_keys_approval_is_refused),
	    TEST(an_old_counter_is_refused),
	    TEST(another_stations_approval_is_refused),
	    TEST(another_roots_approval_is_refused),
	    TEST(an_expired_approval_is_refused),
	    TEST(another_firmwares_approval_is_refused),
	    TEST(an_item_beyond_the_batch_is_not_sent),
	    TEST(an_approval_is_used_once),
	    TEST(a_broken_line_loses_nothing),
	    TEST(what_it_says_ends_the_asking),
	    TEST(a_stranger_gets_no_pin),
	    TEST(a_damaged_pin_is_none),
	    TEST(what_the_log_refuses_gives_no_right),
	    TEST(a_counter_is_used_up_before_it_gives_a_right),
	    TEST(a_log_that_shrinks_stops_everything),
	    TEST(only_what_was_approved_is_armed),
	    TEST(a_pulled_appliance_arms_nothing_more),
	    TEST(production_asks_no_simulator),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
