#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "host/tsp/authority.h"
#include "host/tsp/client.h"
#include "tests/unit/support/pki_server.h"
#include "tests/unit/support/scratch.h"

#define POLICY "1.3.6.1.4.1.99999.1"

static const uint8_t digest[64] = {1, 2, 3};
static struct fault fault;
static int64_t wait;
static struct station station;
static struct scratch folder;
static struct config config;
static int complaints;
static char last_complaint[64];

static void
complain(void *user, const char *authority, const struct fault *f)
{
	assert_ptr_equal(user, &station);
	assert_true(f->err != ERR_OK && f->detail[0] != '\0');
	snprintf(last_complaint, sizeof(last_complaint), "%s", authority);
	complaints++;
}

/* A station of its own each time, with those authorities. */
static void
configure(const char *first, const char *second)
{
	const char *const paths[2] = {first, second};
	struct config_timestamp *t;
	unsigned i;

	scratch_remove(&folder);
	scratch_make(&folder);
	snprintf(station.dir, sizeof(station.dir), "%s", folder.dir);
	memset(&config, 0, sizeof(config));
	config.net_timeout = 2;
	for (i = 0; i < 2 && paths[i] != NULL; i++) {
		t = &config.timestamps[config.timestamp_count++];
		snprintf(t->name, sizeof(t->name), i == 0 ? "one" : "two");
		pki_server_url(paths[i], t->url);
		pki_server_path("root/ca.pem", t->anchor);
		snprintf(t->policy, sizeof(t->policy), POLICY);
	}
}

static enum err
stamp_of(size_t digest_len)
{
	struct tsp_client *c;
	struct tsp_token t;
	enum err e;

	complaints = 0;
	fault_clear(&fault);
	assert_int_equal(
	    tsp_client_open(&c, &config, &station, &fault), ERR_OK);
	tsp_client_on_trouble(c, complain, &station);
	e = tsp_client_stamp(c, digest, digest_len, &t, &wait, &fault);
	if (e == ERR_OK) {
		assert_int_equal(t.info.imprint.len, digest_len);
		assert_memory_equal(t.info.imprint.p, digest, digest_len);
		assert_true(t.path.count >= 2);
		tsp_token_free(&t);
	} else {
		assert_int_equal(fault.err, e);
	}
	tsp_client_close(c);
	return e;
}

static enum err
stamp(void)
{
	return stamp_of(32);
}

static void
a_good_authority_gives_a_good_timestamp(void **state)
{
	(void)state;
	configure("/tsa", NULL);
	assert_int_equal(stamp(), ERR_OK);
	assert_int_equal(stamp_of(48), ERR_OK);
	assert_int_equal(stamp_of(64), ERR_OK);
	configure("/tsa/rsa", NULL);
	assert_int_equal(stamp(), ERR_OK);
	configure("/tsa/redirect", NULL);
	assert_int_equal(stamp(), ERR_OK);
	assert_int_equal(complaints, 0);
}

/* Every fault of the servers has its own error, and nothing comes of it. */
static void
every_fault_is_told_apart(void **state)
{
	static const struct {
		const char *path;
		enum err err;
	} faults[] = {
	    {"/tsa/wrong-nonce", ERR_TSP_NONCE},
	    {"/tsa/no-nonce", ERR_TSP_NONCE},
	    {"/tsa/wrong-imprint", ERR_TSP_IMPRINT},
	    {"/tsa/wrong-policy", ERR_TSP_POLICY},
	    {"/tsa/wrong-ess", ERR_TSP_CERTIFICATE},
	    {"/tsa/wrong-signature", ERR_TSP_SIGNATURE},
	    {"/tsa/expired", ERR_TSP_EXPIRED},
	    {"/tsa/self-signed", ERR_TSP_SELF_SIGNED},
	    {"/tsa/two-tokens", ERR_TSP_RESPONSE},
	    {"/tsa/truncated", ERR_TSP_RESPONSE},
	    {"/tsa/garbage", ERR_TSP_RESPONSE},
	    {"/tsa/empty", ERR_TSP_RESPONSE},
	    {"/tsa/refused", ERR_TSA_REFUSED},
	    {"/tsa/html", ERR_NET_TYPE},
	    {"/tsa/404", ERR_NET_STATUS},
	    {"/tsa/text", ERR_NET_STATUS},
	    {"/tsa/closed", ERR_NET_FAILED},
	    {"/tsa/huge", ERR_TOO_LARGE},
	    {"/tsa/redirect-file", ERR_NET_URL},
	    {"/tsa/slow/20", ERR_TIMEOUT},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		configure(faults[i].path, NULL);
		assert_int_equal(stamp(), faults[i].err);
		assert_int_equal(complaints, 1);
		assert_true(wait > 0 && wait <= 5);
		assert_memory_equal(fault.detail, "one: ", 5);
		/* and is not asked again at once, in another process either */
		assert_int_equal(stamp(), ERR_TSA_LATER);
	}
}

static void
the_next_authority_helps_out(void **state)
{
	(void)state;
	configure("/tsa/wrong-nonce", "/tsa");
	assert_int_equal(stamp(), ERR_OK);
	assert_int_equal(complaints, 1);
	assert_string_equal(last_complaint, "one");
	configure("/tsa/html", "/tsa/expired");
	assert_int_equal(stamp(), ERR_NET_TYPE);
	assert_int_equal(complaints, 2);
	/* the reason of one that was asked tells more than of one that was not
	 */
	configure("/tsa/503/9/60", "/tsa/expired");
	assert_int_equal(stamp(), ERR_NET_LATER);
	snprintf(config.timestamps[1].name, 64, "three");
	assert_int_equal(stamp(), ERR_TSP_EXPIRED);
	assert_int_equal(wait, 5);
}

static void
an_unpinned_authority_is_not_believed(void **state)
{
	(void)state;
	configure("/tsa", NULL);
	pki_server_path("tsa-self.pem", config.timestamps[0].anchor);
	assert_int_equal(stamp(), ERR_TSP_UNTRUSTED);
	configure("/tsa/self-signed", NULL);
	pki_server_path("tsa-self.pem", config.timestamps[0].anchor);
	assert_int_equal(stamp(), ERR_TSP_SELF_SIGNED);
}

static void
a_budget_holds_across_restarts(void **state)
{
	(void)state;
	configure("/tsa", NULL);
	snprintf(config.timestamps[0].budget, 24, "2/1h");
	assert_int_equal(stamp(), ERR_OK);
	assert_int_equal(stamp(), ERR_OK);
	assert_int_equal(stamp(), ERR_TSA_LATER);
	assert_true(wait > 3590 && wait <= 3600);
}

static void
a_quota_is_respected_for_as_long_as_is_asked(void **state)
{
	(void)state;
	configure("/tsa/quota/1", NULL);
	assert_int_equal(stamp(), ERR_OK);
	assert_int_equal(stamp(), ERR_NET_LATER);
	assert_int_equal(wait, 86400);
	assert_int_equal(stamp(), ERR_TSA_LATER);
	assert_true(wait > 86390);
}

static void
without_an_authority_there_is_no_timestamp(void **state)
{
	struct tsp_client *c;

	(void)state;
	configure(NULL, NULL);
	assert_int_equal(stamp(), ERR_TSA_ABSENT);
	configure("/tsa", NULL);
	snprintf(config.timestamps[0].anchor, 64, "keys/none.pem");
	assert_int_not_equal(
	    tsp_client_open(&c, &config, &station, &fault), ERR_OK);
	assert_null(c);
}

static void
a_production_station_takes_no_test_authority(void **state)
{
	struct tsp_authority a;

	(void)state;
	configure("/tsa", NULL);
	assert_int_equal(
	    tsp_authority_open(&a, &config, 0, &station, &fault), ERR_OK);
	assert_int_equal(a.anchor_count, 1);
	tsp_authority_close(&a);
	config.mode = MODE_PRODUCTION;
	assert_int_equal(tsp_authority_open(&a, &config, 0, &station, &fault),
	    ERR_STATION_MODE);
	assert_non_null(strstr(fault.detail, config.timestamps[0].anchor));
	assert_int_equal(a.anchor_count, 0);
}

static int
begin(void **state)
{
	(void)state;
	pki_server_begin();
	scratch_make(&folder);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	scratch_remove(&folder);
	pki_server_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_authority_gives_a_good_timestamp),
	    cmocka_unit_test(every_fault_is_told_apart),
	    cmocka_unit_test(the_next_authority_helps_out),
	    cmocka_unit_test(an_unpinned_authority_is_not_believed),
	    cmocka_unit_test(a_budget_holds_across_restarts),
	    cmocka_unit_test(a_quota_is_respected_for_as_long_as_is_asked),
	    cmocka_unit_test(without_an_authority_there_is_no_timestamp),
	    cmocka_unit_test(a_production_station_takes_no_test_authority),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
