#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/daemon/front_stamps.h"
#include "host/x509/pem.h"
#include "tests/unit/support/make_seal.h"
#include "tests/unit/support/pki_server.h"
#include "tests/unit/support/scratch.h"

static struct scratch folder;
static struct station station;
static struct config config;
static struct front_stamps *stamps;
static char header[200];
static struct fault fault;

static void
write_anchor(void)
{
	const struct cert *ca = make_seal_ca();
	char *pem = pem_encode("CERTIFICATE", ca->der, ca->len);
	char path[SCRATCH_PATH];
	FILE *f;

	scratch_path(&folder, "anchor.pem", path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(pem, f) >= 0);
	assert_int_equal(fclose(f), 0);
	free(pem);
	snprintf(config.anchor, sizeof(config.anchor), "%s", path);
}

static int
begin(void **state)
{
	struct config_timestamp *t = &config.timestamps[0];
	const time_t now = time(NULL);

	(void)state;
	make_seal_from(now - 86400);
	snprintf(header, sizeof(header),
	    "{\"alg\":\"@A\",\"x5t#S256\":\"@T\",\"x5c\":[\"@C\"],"
	    "\"b64\":false,\"iat\":%lld,\"crit\":[\"b64\"]}",
	    (long long)now);
	pki_server_begin();
	scratch_make(&folder);
	snprintf(station.dir, sizeof(station.dir), "%s", folder.dir);
	write_anchor();
	config.level = CONFIG_LEVEL_T;
	config.net_timeout = 20;
	config.timestamp_count = 1;
	snprintf(t->name, sizeof(t->name), "one");
	pki_server_url("/tsa", t->url);
	pki_server_path("root/ca.pem", t->anchor);
	return front_stamps_open(&stamps, 1, &config, &station, &fault) ==
		ERR_OK
	    ? 0
	    : -1;
}

static int
end(void **state)
{
	(void)state;
	front_stamps_close(stamps);
	scratch_remove(&folder);
	make_seal_end();
	pki_server_end();
	return 0;
}

static enum err
raise_one(void)
{
	struct make_seal m = {.header = header, .payload = "{}"};
	uint8_t *file;
	size_t len;
	enum err e;

	fault_clear(&fault);
	file = (uint8_t *)make_seal(&m, &len);
	assert_false(
	    front_stamps_has_raised(stamps, CONFIG_LEVEL_T, file, len));
	e = front_stamps_raise(stamps, CONFIG_LEVEL_T, &file, &len, &fault);
	assert_int_equal(
	    front_stamps_has_raised(stamps, CONFIG_LEVEL_T, file, len),
	    e == ERR_OK);
	free(file);
	return e;
}

/* What it stopped, if anything, may not be the transfer after it. */
static void
a_pause_costs_nothing_once_it_is_over(void **state)
{
	int64_t seconds;
	char why[STAMPS_WHY];

	(void)state;
	assert_int_equal(raise_one(), ERR_OK);
	front_stamps_pause(stamps, true);
	assert_false(front_stamps_may(stamps, STAMPS_SEAL));
	assert_int_equal(raise_one(), ERR_TSA_LATER);
	front_stamps_pause(stamps, false);
	assert_true(front_stamps_may(stamps, STAMPS_SEAL));
	assert_int_equal(raise_one(), ERR_OK);
	assert_int_equal(raise_one(), ERR_OK);
	assert_false(front_stamps_waits(stamps, STAMPS_SEAL, &seconds, why));
}

/* Its seals would carry what a test PKI made. */
static void
a_production_station_trusts_no_test_authority(void **state)
{
	struct front_stamps *other = NULL;
	struct config real = config;

	(void)state;
	real.mode = MODE_PRODUCTION;
	assert_int_equal(front_stamps_open(&other, 1, &real, &station, &fault),
	    ERR_STATION_MODE);
	assert_null(other);
	assert_non_null(strstr(fault.detail, "anchor.pem"));
	/* nor one that only makes timestamps */
	memset(real.anchor, 0, sizeof(real.anchor));
	fault_clear(&fault);
	assert_int_equal(front_stamps_open(&other, 1, &real, &station, &fault),
	    ERR_STATION_MODE);
	assert_non_null(strstr(fault.detail, "ca.pem"));
	real.mode = MODE_TEST;
	assert_int_equal(
	    front_stamps_open(&other, 1, &real, &station, &fault), ERR_OK);
	front_stamps_close(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pause_costs_nothing_once_it_is_over),
	    cmocka_unit_test(a_production_station_trusts_no_test_authority),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
