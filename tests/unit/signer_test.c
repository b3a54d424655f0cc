/*
 * Signer and logger as processes of their own; this test is their front, and
 * not an honest one: it asks for signatures under everything but what was
 * approved (invariants 3, 4 and 5).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/daemon/reply.h"
#include "host/log/audit.h"
#include "host/log/log.h"
#include "tests/unit/support/signer_front.h"

static void
nothing_is_signed_without_a_pin(void **state)
{
	cJSON *request = client_request("approve"), *reply;
	uint8_t root[SHA256_SIZE];
	struct leaf l;

	(void)state;
	signer_front_make_leaf(&l, 0, "{\"a\":0}");
	signer_front_root_of(&l, 1, root);
	reply_add_hex(request, "root", root, SHA256_SIZE);
	reply_add_hex(request, "certificate", l.certificate, SHA256_SIZE);
	cJSON_AddNumberToObject(request, "count", 1);
	cJSON_AddStringToObject(
	    request, "key", signer_front.config->keys[0].name);
	assert_int_equal(
	    signer_front_terminal(request, &reply), ERR_TOKEN_LOGGED_OUT);
	cJSON_Delete(reply);
	client_close(signer_front.terminal);
	signer_front.terminal = NULL;
}

/* The same words, and no consent. */
static void
asking_whether_one_may_approve_approves_nothing(void **state)
{
	cJSON *request, *reply;
	struct leaf l;

	(void)state;
	signer_front_unlock();
	signer_front_make_leaf(&l, 0, "{\"a\":2}");
	request = signer_front_approve_request(&l, 1);
	cJSON_ReplaceItemInObjectCaseSensitive(
	    request, "verb", cJSON_CreateString("may-approve"));
	assert_int_equal(signer_front_terminal(request, &reply), ERR_OK);
	assert_string_equal(reply_text(reply, "means"), "terminal");
	assert_null(cJSON_GetObjectItemCaseSensitive(reply, "approval"));
	cJSON_Delete(reply);
	assert_int_equal(
	    signer_front_ask(0, &l, 1, 0, &l, 1), ERR_APPROVAL_ABSENT);
}

static void
nothing_is_signed_without_an_approval(void **state)
{
	struct leaf l;

	(void)state;
	signer_front_unlock();
	signer_front_make_leaf(&l, 0, "{\"a\":1}");
	assert_int_equal(
	    signer_front_ask(0, &l, 1, 0, &l, 1), ERR_APPROVAL_ABSENT);
	assert_int_equal(
	    signer_front_ask(999, &l, 1, 0, &l, 1), ERR_APPROVAL_ABSENT);
}

static void
what_is_not_under_the_root_is_refused(void **state)
{
	struct leaf l[3], other;
	uint64_t approval;

	(void)state;
	signer_front_make_leaf(&l[0], 0, "{\"a\":2}");
	signer_front_make_leaf(&l[1], 1, "{\"a\":3}");
	signer_front_make_leaf(&l[2], 2, "{\"a\":4}");
	approval = signer_front_approve(l, 3);
	/* Another credential, another salt, another place, a proof of
	 * another leaf, an index that the root does not have. */
	signer_front_make_leaf(&other, 1, "{\"a\":99}");
	assert_int_equal(signer_front_ask(approval, l, 3, 1, &other, 2),
	    ERR_APPROVAL_MISMATCH);
	other = l[1];
	other.salt[0] ^= 1;
	assert_int_equal(signer_front_ask(approval, l, 3, 1, &other, 2),
	    ERR_APPROVAL_MISMATCH);
	other = l[1];
	other.index = 2;
	assert_int_equal(signer_front_ask(approval, l, 3, 1, &other, 2),
	    ERR_APPROVAL_MISMATCH);
	assert_int_equal(signer_front_ask(approval, l, 3, 0, &l[1], 2),
	    ERR_APPROVAL_MISMATCH);
	other = l[1];
	other.index = 3;
	assert_int_equal(signer_front_ask(approval, l, 3, 1, &other, 2),
	    ERR_APPROVAL_MISMATCH);
	other = l[1];
	other.tbs[0] ^= 1;
	assert_int_equal(signer_front_ask(approval, l, 3, 1, &other, 2),
	    ERR_APPROVAL_MISMATCH);
}

static void
what_is_under_the_root_is_signed_once(void **state)
{
	struct msg_signed_item first;
	struct leaf l[2];
	uint64_t approval;

	(void)state;
	signer_front_make_leaf(&l[0], 0, "{\"a\":5}");
	signer_front_make_leaf(&l[1], 1, "{\"a\":6}");
	approval = signer_front_approve(l, 2);
	assert_int_equal(signer_front_ask(approval, l, 2, 0, &l[0], 3), ERR_OK);
	first = signer_front.m.signed_.item[0];
	assert_int_equal(first.signature_len, 64);
	assert_int_equal(
	    cert_verify_digest(&signer_front.chain.cert[0],
		signer_front.chain.alg, l[0].tbs, 32, first.signature, 64),
	    ERR_OK);
	/* Asked again, as after a crash: the same signature, no second one. */
	assert_int_equal(signer_front_ask(approval, l, 2, 0, &l[0], 3),
	    ERR_LOG_SEALED_ALREADY);
	assert_int_equal(signer_front.m.signed_.item[0].signature_len, 64);
	assert_memory_equal(
	    signer_front.m.signed_.item[0].signature, first.signature, 64);
	assert_int_equal(signer_front.m.signed_.item[0].seal, first.seal);
	/* Another leaf of the same credential, as from a restored backup. */
	assert_int_equal(signer_front_ask(approval, l, 2, 1, &l[1], 3),
	    ERR_LOG_SEALED_ALREADY);
	assert_int_equal(signer_front.m.signed_.item[0].signature_len, 0);
}

/* Both are intended and signed before either is in the log; the log takes one
 * seal. */
static void
a_signature_that_the_log_refused_stays_with_signer(void **state)
{
	uint64_t approval;
	struct leaf l;

	(void)state;
	signer_front_make_leaf(&l, 0, "{\"a\":12}");
	approval = signer_front_approve(&l, 1);
	signer_front_request_seal(approval, &l, 1, 0, &l, 8);
	signer_front_request_seal(approval, &l, 1, 0, &l, 8);
	assert_int_equal(signer_front_take_seal(), ERR_OK);
	/* Refused by the log; or, when the first was through before the second
	 * was intended, answered with the seal that is there. */
	if (signer_front_take_seal() != ERR_LOG_SEALED_ALREADY)
		assert_int_equal(
		    signer_front.m.signed_.item[0].err, ERR_APPROVAL_MISMATCH);
}

static void
a_digest_that_front_made_up_is_refused_though_approved(void **state)
{
	struct leaf l[2];
	uint64_t approval;

	(void)state;
	signer_front_make_leaf(&l[0], 0, "{\"a\":7}");
	memset(l[0].tbs, 0x5a, SHA256_SIZE); /* of who knows what */
	signer_front_make_leaf(&l[1], 1, "{\"a\":8}");
	l[1].payload[0] ^= 1;
	approval = signer_front_approve(l, 2);
	assert_int_equal(
	    signer_front_ask(approval, l, 2, 0, &l[0], 4), ERR_HEADER_DIFFERS);
	assert_int_equal(
	    signer_front_ask(approval, l, 2, 1, &l[1], 5), ERR_NOT_FOUND);
}

static void
a_header_with_another_time_is_refused(void **state)
{
	struct leaf l;
	uint64_t approval;

	(void)state;
	signer_front_make_leaf(&l, 0, "{\"a\":9}");
	approval = signer_front_approve(&l, 1);
	signer_front.signing_time++;
	assert_int_equal(
	    signer_front_ask(approval, &l, 1, 0, &l, 6), ERR_HEADER_DIFFERS);
	signer_front.signing_time--;
}

/* The header is that of the leaf's own profile, whatever front had in mind. */
static void
a_header_of_another_profile_is_refused(void **state)
{
	struct leaf l[2];
	uint64_t approval;

	(void)state;
	signer_front.profile = PROFILE_JSON_COMPACT;
	signer_front_make_leaf(&l[0], 0, "{\"a\":20}");
	signer_front_make_leaf(&l[1], 1, "{\"a\":21}");
	l[1].profile = PROFILE_JSON;
	signer_front.profile = PROFILE_EDC;
	approval = signer_front_approve(l, 2);
	assert_int_equal(signer_front_ask(approval, l, 2, 0, l, 30), ERR_OK);
	assert_int_equal(
	    signer_front_ask(approval, l, 2, 1, &l[1], 31), ERR_HEADER_DIFFERS);
}

static void
another_certificate_is_not_approved(void **state)
{
	cJSON *request = client_request("approve"), *reply;
	uint8_t root[SHA256_SIZE];
	struct leaf l;

	(void)state;
	signer_front_make_leaf(&l, 0, "{\"a\":10}");
	l.certificate[0] ^= 1;
	signer_front_root_of(&l, 1, root);
	reply_add_hex(request, "root", root, SHA256_SIZE);
	reply_add_hex(request, "certificate", l.certificate, SHA256_SIZE);
	cJSON_AddNumberToObject(request, "count", 1);
	cJSON_AddStringToObject(
	    request, "key", signer_front.config->keys[0].name);
	assert_int_equal(
	    signer_front_terminal(request, &reply), ERR_CERT_CHANGED);
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
	signer_front_make_leaf(&l, 0, "{\"a\":13}");
	for (i = 0; i < 4; i++)
		assert_int_equal(client_open(&c[i], &signer_front.station,
				     CLIENT_SIGNER, &fault),
		    ERR_OK);
	for (i = 0; i < 4; i++)
		assert_int_equal(
		    client_send(
			c[i], signer_front_approve_request(&l, 1), -1, &fault),
		    ERR_OK);
	for (i = 0; i < 4; i++)
		signer_front_await(signer_front.signer, MSG_APPROVED);
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
	signer_front_make_leaf(&l, 0, "{\"a\":14}");
	assert_int_equal(client_send(signer_front.terminal,
			     signer_front_approve_request(&l, 1), -1, &fault),
	    ERR_OK);
	signer_front_await(signer_front.signer, MSG_WAITING_QUERY);
	signer_front_answer_waiting(ERR_BATCH_UNKNOWN);
	assert_int_equal(client_receive(signer_front.terminal, &reply, &fault),
	    ERR_BATCH_UNKNOWN);
	cJSON_Delete(reply);
}

/* A front that says in logger's place that the approval is durable. */
static void
front_cannot_answer_for_logger(void **state)
{
	struct timespec before, after;
	pid_t child;
	struct fault fault;
	struct leaf l;
	cJSON *reply;
	uint32_t tag;

	(void)state;
	signer_front_make_leaf(&l, 0, "{\"a\":16}");
	assert_int_equal(client_send(signer_front.terminal,
			     signer_front_approve_request(&l, 1), -1, &fault),
	    ERR_OK);
	signer_front_await(signer_front.signer, MSG_WAITING_QUERY);
	assert_int_equal(kill(signer_front.pids[1], SIGSTOP), 0);
	signer_front_answer_waiting(ERR_OK);
	tag = signer_front.m.head.tag & ~0xffu;
	usleep(200000);
	for (; (tag & 0xff) < 32; tag++) {
		signer_front.m.head.tag = tag;
		signer_front_answer_waiting(ERR_OK);
	}
	clock_gettime(CLOCK_MONOTONIC, &before);
	child = fork();
	if (child == 0) {
		usleep(600000);
		kill(signer_front.pids[1], SIGCONT);
		_exit(0);
	}
	signer_front_await(signer_front.signer, MSG_APPROVED);
	assert_int_equal(
	    client_receive(signer_front.terminal, &reply, &fault), ERR_OK);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true((after.tv_sec - before.tv_sec) * 1000 +
		(after.tv_nsec - before.tv_nsec) / 1000000 >=
	    500);
	waitpid(child, NULL, 0);
	cJSON_Delete(reply);
}

static void
an_approval_is_forgotten_once_all_is_ended(void **state)
{
	struct msg_approval *m = &signer_front.m.approval;
	struct leaf l;
	uint64_t approval;

	(void)state;
	signer_front_make_leaf(&l, 0, "{\"a\":15}");
	approval = signer_front_approve(&l, 1);
	assert_int_equal(signer_front_ask(approval, &l, 1, 0, &l, 15), ERR_OK);
	memset(m, 0, sizeof(*m));
	m->head.type = MSG_ENDED;
	m->approval = approval;
	assert_int_equal(ipc_send(signer_front.signer, m, sizeof(*m)), ERR_OK);
	assert_int_equal(
	    signer_front_ask(approval, &l, 1, 0, &l, 15), ERR_APPROVAL_ABSENT);
}

static void
an_approval_that_expired_signs_nothing(void **state)
{
	struct leaf l;
	uint64_t approval;

	(void)state;
	signer_front_make_leaf(&l, 0, "{\"a\":11}");
	approval = signer_front_approve(&l, 1);
	sleep(SIGNER_FRONT_WINDOW + 1);
	assert_int_equal(
	    signer_front_ask(approval, &l, 1, 0, &l, 7), ERR_APPROVAL_EXPIRED);
}

static void
front_cannot_write_the_log_but_releases(void **state)
{
	struct msg_log_note *m = &signer_front.m.log_note;

	(void)state;
	memset(m, 0, sizeof(*m));
	m->head.type = MSG_LOG_NOTE;
	m->kind = 8;
	assert_int_equal(ipc_send(signer_front.logger, m, sizeof(*m)), ERR_OK);
	signer_front_await(signer_front.logger, MSG_LOG_ENTERED);
	assert_int_equal(signer_front.m.head.err, ERR_LOG_KIND);

	memset(&signer_front.m.log_release, 0, ipc_size(MSG_LOG_RELEASE, 1));
	signer_front.m.head.type = MSG_LOG_RELEASE;
	signer_front.m.head.count = 1;
	signer_front.m.log_release.item[0].seal = 2; /* not a seal entry */
	assert_int_equal(ipc_send(signer_front.logger, &signer_front.m,
			     ipc_size(MSG_LOG_RELEASE, 1)),
	    ERR_OK);
	signer_front_await(signer_front.logger, MSG_LOG_ENTERED);
	assert_int_equal(
	    signer_front.m.log_entered.item[0].err, ERR_LOG_NOT_THERE);
}

/* Asks logger for the release of a file; its answer's entry. */
static uint64_t
release(uint64_t seal, uint8_t file)
{
	struct msg_log_release *m = &signer_front.m.log_release;

	memset(m, 0, ipc_size(MSG_LOG_RELEASE, 1));
	m->head.type = MSG_LOG_RELEASE;
	m->head.count = 1;
	m->item[0].seal = seal;
	memset(m->item[0].file, file, SHA256_SIZE);
	assert_int_equal(
	    ipc_send(signer_front.logger, m, ipc_size(MSG_LOG_RELEASE, 1)),
	    ERR_OK);
	signer_front_await(signer_front.logger, MSG_LOG_ENTERED);
	assert_int_equal(signer_front.m.log_entered.item[0].err, ERR_OK);
	return signer_front.m.log_entered.item[0].entry;
}

static uint64_t
entries(void)
{
	char dir[STATION_PATH];
	struct fault fault;
	struct log *log;
	uint64_t n;

	station_path(&signer_front.station, STATION_LOG, dir);
	assert_int_equal(log_open_reader(&log, dir, &fault), ERR_OK);
	n = log_size(log);
	log_close(log);
	return n;
}

static void
the_log_names_each_file_that_goes_out_and_once(void **state)
{
	uint64_t approval, seal, entry, size;
	struct leaf l;

	(void)state;
	signer_front_make_leaf(&l, 0, "{\"a\":17}");
	approval = signer_front_approve(&l, 1);
	assert_int_equal(signer_front_ask(approval, &l, 1, 0, &l, 17), ERR_OK);
	seal = signer_front.m.signed_.item[0].seal;
	entry = release(seal, 1);
	size = entries();
	assert_int_equal(release(seal, 1), entry);
	assert_int_equal(entries(), size);
	/* as after a crash that took the first one */
	assert_int_equal(release(seal, 2), entry);
	assert_int_equal(entries(), size + 1);
	assert_int_equal(release(seal, 2), entry);
	assert_int_equal(release(seal, 1), entry);
	assert_int_equal(entries(), size + 1);
}

static enum err
extend(uint64_t seal, uint8_t file)
{
	struct msg_log_release *m = &signer_front.m.log_release;

	memset(m, 0, ipc_size(MSG_LOG_EXTEND, 1));
	m->head.type = MSG_LOG_EXTEND;
	m->head.count = 1;
	m->item[0].seal = seal;
	memset(m->item[0].file, file, SHA256_SIZE);
	assert_int_equal(
	    ipc_send(signer_front.logger, m, ipc_size(MSG_LOG_EXTEND, 1)),
	    ERR_OK);
	signer_front_await(signer_front.logger, MSG_LOG_ENTERED);
	return (enum err)signer_front.m.log_entered.item[0].err;
}

static void
the_log_takes_a_longer_form_only_of_what_was_released(void **state)
{
	uint64_t approval, seal, size;
	struct leaf l;

	(void)state;
	signer_front_make_leaf(&l, 0, "{\"a\":18}");
	approval = signer_front_approve(&l, 1);
	assert_int_equal(signer_front_ask(approval, &l, 1, 0, &l, 18), ERR_OK);
	seal = signer_front.m.signed_.item[0].seal;
	assert_int_equal(extend(seal, 1), ERR_LOG_NOT_THERE);
	assert_int_equal(extend(seal - 1, 1), ERR_LOG_NOT_THERE);
	release(seal, 1);
	size = entries();
	assert_int_equal(extend(seal, 2), ERR_OK);
	assert_int_equal(signer_front.m.log_entered.item[0].entry, size);
	assert_int_equal(entries(), size + 1);
}

static void
the_log_names_a_longer_form_once(void **state)
{
	uint64_t approval, seal, entry, size;
	struct leaf l;

	(void)state;
	signer_front_make_leaf(&l, 0, "{\"a\":19}");
	approval = signer_front_approve(&l, 1);
	assert_int_equal(signer_front_ask(approval, &l, 1, 0, &l, 19), ERR_OK);
	seal = signer_front.m.signed_.item[0].seal;
	entry = release(seal, 1);
	size = entries();
	assert_int_equal(extend(seal, 2), ERR_OK);
	assert_int_equal(extend(seal, 3), ERR_OK);
	assert_int_equal(entries(), size + 2);
	assert_int_equal(extend(seal, 2), ERR_OK);
	assert_int_equal(signer_front.m.log_entered.item[0].entry, size);
	assert_int_equal(extend(seal, 1), ERR_OK);
	assert_int_equal(signer_front.m.log_entered.item[0].entry, entry);
	assert_int_equal(release(seal, 3), entry);
	assert_int_equal(entries(), size + 2);
}

static void
the_log_shows_every_intent_and_one_seal(void **state)
{
	struct audit_result r;
	char dir[STATION_PATH];
	struct fault fault;

	(void)state;
	station_path(&signer_front.station, STATION_LOG, dir);
	assert_int_equal(audit_log(dir, NULL, &r, &fault), ERR_OK);
	assert_int_equal(r.seals, 7);
	assert_int_equal(r.releases, 3);
	assert_true(r.open_intents > 0); /* the made-up digests */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_signed_without_a_pin),
	    cmocka_unit_test(nothing_is_signed_without_an_approval),
	    cmocka_unit_test(asking_whether_one_may_approve_approves_nothing),
	    cmocka_unit_test(what_is_not_under_the_root_is_refused),
	    cmocka_unit_test(what_is_under_the_root_is_signed_once),
	    cmocka_unit_test(
		a_signature_that_the_log_refused_stays_with_signer),
	    cmocka_unit_test(
		a_digest_that_front_made_up_is_refused_though_approved),
	    cmocka_unit_test(a_header_with_another_time_is_refused),
	    cmocka_unit_test(a_header_of_another_profile_is_refused),
	    cmocka_unit_test(another_certificate_is_not_approved),
	    cmocka_unit_test(two_who_approve_at_once_make_one_approval),
	    cmocka_unit_test(
		a_root_that_does_not_wait_any_more_is_not_approved),
	    cmocka_unit_test(front_cannot_answer_for_logger),
	    cmocka_unit_test(an_approval_is_forgotten_once_all_is_ended),
	    cmocka_unit_test(an_approval_that_expired_signs_nothing),
	    cmocka_unit_test(front_cannot_write_the_log_but_releases),
	    cmocka_unit_test(the_log_names_each_file_that_goes_out_and_once),
	    cmocka_unit_test(
		the_log_takes_a_longer_form_only_of_what_was_released),
	    cmocka_unit_test(the_log_names_a_longer_form_once),
	    cmocka_unit_test(the_log_shows_every_intent_and_one_seal),
	};

	return cmocka_run_group_tests(
	    tests, signer_front_begin, signer_front_end);
}
