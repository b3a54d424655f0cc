#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/net/cache.h"
#include "tests/unit/support/pki_server.h"
#include "tests/unit/support/scratch.h"

static struct scratch folder;
static struct cache cache;
static struct fault fault;
static bool cached;
static size_t len;

static enum err
post(const char *path, const char *body, uint8_t **answer)
{
	char url[PKI_SERVER_TEXT];
	struct cache f = {cache.http, NULL};
	struct cache_request r = {.url = url,
	    .body_type = "text/plain",
	    .body = (const uint8_t *)body,
	    .body_len = strlen(body),
	    .max = 65536};

	pki_server_url(path, url);
	return cache_get(&f, &r, answer, &len, &cached, &fault);
}

/* The server's fault for that address, "" for none. */
static void
set_fault(const char *text)
{
	uint8_t *answer = NULL;

	/* an empty answer is none */
	assert_int_equal(post("/fault", text, &answer), ERR_NET_FAILED);
	free(answer);
}

static enum err
get(const char *path, bool refresh)
{
	char url[PKI_SERVER_TEXT];
	struct cache_request r = {.url = url, .max = 65536, .refresh = refresh};
	uint8_t *answer;
	enum err e;

	pki_server_url(path, url);
	e = cache_get(&cache, &r, &answer, &len, &cached, &fault);
	if (e == ERR_OK)
		assert_int_equal(answer[0], 0x30);
	free(answer);
	return e;
}

static unsigned
kept(void)
{
	const struct dirent *entry;
	DIR *d = opendir(folder.dir);
	unsigned n = 0;

	while ((entry = readdir(d)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(d);
	return n;
}

/* Makes all that was kept so much older. */
static void
grow_old(int64_t seconds)
{
	struct timespec times[2] = {{0}, {0}};
	const struct dirent *entry;
	DIR *d = opendir(folder.dir);

	times[0].tv_sec = times[1].tv_sec = time(NULL) - seconds;
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			assert_int_equal(
			    utimensat(dirfd(d), entry->d_name, times, 0), 0);
	closedir(d);
}

static int
fresh(void **state)
{
	struct http_options options = {NULL, 2};

	(void)state;
	scratch_make(&folder);
	cache.folder = folder.dir;
	if (http_open(&cache.http, &options, &fault) != ERR_OK)
		return 1;
	set_fault("/issuer/ca.crl ");
	return 0;
}

static int
gone(void **state)
{
	(void)state;
	http_close(cache.http);
	cache.http = NULL;
	scratch_remove(&folder);
	return 0;
}

static void
nothing_is_fetched_twice_while_it_is_fresh(void **state)
{
	(void)state;
	assert_int_equal(get("/issuer/ca.crl", false), ERR_OK);
	assert_false(cached);
	assert_int_equal(get("/issuer/ca.crl", false), ERR_OK);
	assert_true(cached);
	assert_int_equal(get("/issuer/ca.cer", false), ERR_OK);
	assert_false(cached);
	assert_int_equal(kept(), 2);
	/* unless its reader has no use for it */
	assert_int_equal(get("/issuer/ca.crl", true), ERR_OK);
	assert_false(cached);
	grow_old(CACHE_FRESH - 2);
	assert_int_equal(get("/issuer/ca.crl", false), ERR_OK);
	assert_true(cached);
	grow_old(CACHE_FRESH + 1);
	assert_int_equal(get("/issuer/ca.crl", false), ERR_OK);
	assert_false(cached);
}

static void
what_is_old_helps_out_when_nobody_answers(void **state)
{
	(void)state;
	assert_int_equal(get("/issuer/ca.crl", false), ERR_OK);
	grow_old(CACHE_FRESH + 1);
	set_fault("/issuer/ca.crl 404");
	assert_int_equal(get("/issuer/ca.crl", false), ERR_OK);
	assert_true(cached);
	assert_int_equal(get("/issuer/ca.crl", true), ERR_NET_STATUS);
	grow_old(CACHE_KEPT + 1);
	assert_int_equal(get("/issuer/ca.crl", false), ERR_NET_STATUS);
	cache_sweep(&cache);
	assert_int_equal(kept(), 0);
}

static void
a_web_page_takes_nothings_place(void **state)
{
	char url[PKI_SERVER_TEXT];
	struct cache_request r = {.url = url, .max = 65536, .refresh = true};
	uint8_t *answer;

	(void)state;
	pki_server_url("/issuer/ca.crl", url);
	assert_int_equal(get("/issuer/ca.crl", false), ERR_OK);
	set_fault("/issuer/ca.crl html");
	assert_int_equal(
	    cache_get(&cache, &r, &answer, &len, &cached, &fault), ERR_OK);
	assert_int_equal(answer[0], '<');
	free(answer);
	assert_int_equal(get("/issuer/ca.crl", false), ERR_OK);
	assert_true(cached);
}

static void
questions_with_other_bodies_are_other_questions(void **state)
{
	char url[PKI_SERVER_TEXT];
	struct cache_request r = {.url = url,
	    .body_type = "application/ocsp-request",
	    .body = (const uint8_t *)"a",
	    .body_len = 1,
	    .max = 65536};
	uint8_t *answer;

	(void)state;
	set_fault("/issuer/ocsp try-later");
	pki_server_url("/issuer/ocsp", url);
	assert_int_equal(
	    cache_get(&cache, &r, &answer, &len, &cached, &fault), ERR_OK);
	assert_false(cached);
	free(answer);
	r.body = (const uint8_t *)"b";
	assert_int_equal(
	    cache_get(&cache, &r, &answer, &len, &cached, &fault), ERR_OK);
	assert_false(cached);
	free(answer);
	assert_int_equal(
	    cache_get(&cache, &r, &answer, &len, &cached, &fault), ERR_OK);
	assert_true(cached);
	free(answer);
}

static int
begin(void **state)
{
	(void)state;
	pki_server_begin();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	pki_server_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		nothing_is_fetched_twice_while_it_is_fresh, fresh, gone),
	    cmocka_unit_test_setup_teardown(
		what_is_old_helps_out_when_nobody_answers, fresh, gone),
	    cmocka_unit_test_setup_teardown(
		a_web_page_takes_nothings_place, fresh, gone),
	    cmocka_unit_test_setup_teardown(
		questions_with_other_bodies_are_other_questions, fresh, gone),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
