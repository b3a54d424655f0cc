#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "host/net/fetch.h"
#include "tests/unit/support/pki_server.h"

static struct fetch *f;
static struct fault fault;
static size_t len;
static bool cached;

static enum err
ask(const char *path, bool refresh)
{
	char url[PKI_SERVER_TEXT];
	struct revocation_request q = {
	    .kind = ACCESS_CRL, .url = url, .max = 1 << 20, .refresh = refresh};
	const struct revocation_fetcher fetcher = fetch_fetcher(f);
	uint8_t *answer = NULL;
	enum err e;

	pki_server_url(path, url);
	fault_clear(&fault);
	e = fetcher.fetch(fetcher.arg, &q, &answer, &len, &cached, &fault);
	assert_int_equal(fault.err, e);
	free(answer);
	return e;
}

static void
what_is_fresh_is_not_asked_for_again(void **state)
{
	(void)state;
	assert_int_equal(ask("/issuer/ca.cer", false), ERR_OK);
	assert_false(cached);
	assert_true(len > 0);
	assert_int_equal(ask("/issuer/ca.cer", false), ERR_OK);
	assert_true(cached);
	assert_int_equal(ask("/issuer/ca.cer", true), ERR_OK);
	assert_true(cached);
	/* nothing is an answer, too */
	assert_int_equal(ask("/tsa/empty", false), ERR_OK);
	assert_int_equal(len, 0);
	assert_int_equal(ask("/tsa/empty", false), ERR_OK);
	assert_true(cached);
	assert_int_equal(len, 0);
}

/* The server would answer the second time. */
static void
a_place_that_failed_is_left_alone_for_a_while(void **state)
{
	(void)state;
	assert_int_equal(ask("/tsa/503/1/17", false), ERR_NET_LATER);
	assert_int_equal(ask("/tsa/503/1/17", false), ERR_NET_LATER);
	assert_int_equal(ask("/tsa/503/1/17", true), ERR_NET_LATER);
	assert_false(cached);
}

/* That was not the place's fault. */
static void
who_was_told_to_stop_may_ask_again(void **state)
{
	(void)state;
	fetch_cancel(f);
	assert_int_equal(ask("/issuer/ca.crl", false), ERR_CANCELLED);
	fetch_resume(f);
	assert_int_equal(ask("/issuer/ca.crl", false), ERR_OK);
	assert_false(cached);
}

static int
begin(void **state)
{
	(void)state;
	pki_server_begin();
	return fetch_open(&f, NULL, 0, &fault) == ERR_OK ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	fetch_close(f);
	pki_server_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_fresh_is_not_asked_for_again),
	    cmocka_unit_test(a_place_that_failed_is_left_alone_for_a_while),
	    cmocka_unit_test(who_was_told_to_stop_may_ask_again),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
