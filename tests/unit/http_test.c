#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/net/http.h"
#include "tests/unit/support/pki_server.h"

static struct fault fault;
static struct http_answer answer;

static enum err
exchange(struct http *h, const char *path, const char *body_type)
{
	char url[PKI_SERVER_TEXT];
	struct http_request r = {.url = url,
	    .body_type = body_type,
	    .body = (const uint8_t *)"/x y",
	    .body_len = 4,
	    .max = 1 << 20};
	enum err e;

	pki_server_url(path, url);
	if (strncmp(path, "/tsa", 4) == 0)
		r.type = "application/timestamp-reply";
	memset(&fault, 0, sizeof(fault));
	http_answer_free(&answer);
	e = http_exchange(h, &r, &answer, &fault);
	if (e != ERR_OK) {
		assert_int_equal(fault.err, e);
		assert_non_null(strstr(fault.detail, path));
	}
	return e;
}

static enum err
get(const char *path, const char *proxy, unsigned timeout)
{
	struct http_options options = {proxy, timeout};
	struct http *h;
	enum err e;

	e = http_open(&h, &options, &fault);
	if (e == ERR_OK)
		e = exchange(h, path, NULL);
	http_close(h);
	return e;
}

static void
what_is_asked_for_comes_whole(void **state)
{
	struct http_options options = {NULL, 0};
	char path[PKI_SERVER_TEXT];
	uint8_t file[4096];
	size_t len;
	struct http *h;
	FILE *f;

	(void)state;
	pki_server_path("issuer/ca.cer", path);
	f = fopen(path, "rb");
	assert_non_null(f);
	len = fread(file, 1, sizeof(file), f);
	fclose(f);
	assert_int_equal(http_open(&h, &options, &fault), ERR_OK);
	assert_int_equal(exchange(h, "/issuer/ca.cer", NULL), ERR_OK);
	assert_int_equal(answer.status, 200);
	assert_int_equal(answer.len, len);
	assert_memory_equal(answer.body, file, len);
	/* over the same connection: a body, then again none */
	assert_int_equal(exchange(h, "/fault", "text/plain"), ERR_OK);
	assert_int_equal(exchange(h, "/issuer/ca.cer", NULL), ERR_OK);
	assert_int_equal(answer.len, len);
	http_close(h);
}

static void
trouble_of_the_server_has_its_errors(void **state)
{
	(void)state;
	assert_int_equal(get("/tsa/404", NULL, 0), ERR_NET_STATUS);
	assert_int_equal(get("/tsa/text", NULL, 0), ERR_NET_STATUS);
	assert_int_equal(get("/tsa/closed", NULL, 0), ERR_NET_FAILED);
	assert_int_equal(get("/tsa/empty", NULL, 0), ERR_OK);
	assert_int_equal(answer.len, 0);
	assert_int_equal(get("/tsa/html", NULL, 0), ERR_NET_TYPE);
	assert_non_null(strstr(fault.detail, "a web page"));
	assert_int_equal(get("/tsa/huge", NULL, 0), ERR_TOO_LARGE);
}

static void
a_server_says_when_to_come_back(void **state)
{
	(void)state;
	assert_int_equal(get("/tsa/503/1/17", NULL, 0), ERR_NET_LATER);
	assert_int_equal(answer.status, 503);
	assert_int_equal(answer.retry_after, 17);
	assert_int_equal(get("/tsa/quota/0", NULL, 0), ERR_NET_LATER);
	assert_int_equal(answer.status, 429);
	assert_int_equal(answer.retry_after, 86400);
	/* not for ever */
	assert_int_equal(get("/tsa/503/1/99999999", NULL, 0), ERR_NET_LATER);
	assert_int_equal(answer.retry_after, HTTP_RETRY_MAX);
	assert_int_equal(get("/tsa/404", NULL, 0), ERR_NET_STATUS);
	assert_int_equal(answer.retry_after, -1);
}

static void
redirects_stay_within_their_scheme(void **state)
{
	(void)state;
	assert_int_equal(get("/tsa/redirect", NULL, 0), ERR_OK);
	assert_true(answer.len > 0);
	assert_int_equal(get("/tsa/redirect-file", NULL, 0), ERR_NET_URL);
	assert_int_equal(answer.len, 0);
}

static void
waits_have_an_end(void **state)
{
	time_t begin = time(NULL);

	(void)state;
	assert_int_equal(get("/tsa/slow/20", NULL, 1), ERR_TIMEOUT);
	assert_true(time(NULL) - begin < 5);
}

static void *
cancel_soon(void *h)
{
	usleep(300000);
	http_cancel(h);
	return NULL;
}

static void
waits_can_be_cancelled(void **state)
{
	struct http_options options = {NULL, 30};
	time_t begin = time(NULL);
	pthread_t thread;
	struct http *h;

	(void)state;
	assert_int_equal(http_open(&h, &options, &fault), ERR_OK);
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, h), 0);
	assert_int_equal(exchange(h, "/tsa/slow/20", NULL), ERR_CANCELLED);
	pthread_join(thread, NULL);
	assert_true(time(NULL) - begin < 5);
	http_resume(h);
	assert_int_equal(exchange(h, "/issuer/ca.cer", NULL), ERR_OK);
	http_close(h);
}

/* However many there are, and none once it is taken back. */
static void
a_cancel_holds_until_it_is_taken_back(void **state)
{
	struct http_options options = {NULL, 0};
	struct http *h;

	(void)state;
	assert_int_equal(http_open(&h, &options, &fault), ERR_OK);
	http_cancel(h);
	assert_int_equal(exchange(h, "/issuer/ca.cer", NULL), ERR_CANCELLED);
	assert_int_equal(exchange(h, "/issuer/ca.cer", NULL), ERR_CANCELLED);
	http_resume(h);
	assert_int_equal(exchange(h, "/issuer/ca.cer", NULL), ERR_OK);
	/* also one that stopped nothing */
	http_cancel(h);
	http_resume(h);
	assert_int_equal(exchange(h, "/issuer/ca.cer", NULL), ERR_OK);
	http_close(h);
}

/* One that is configured, and no other: not even that of the environment. */
static void
the_configured_proxy_is_used(void **state)
{
	char proxy[PKI_SERVER_TEXT];
	struct http_options options = {proxy, 0};
	struct http_request r = {
	    .url = "http://nowhere.invalid/issuer/ca.cer", .max = 4096};
	struct http *h;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	assert_int_equal(get("/issuer/ca.cer", NULL, 0), ERR_OK);
	unsetenv("http_proxy");
	setenv("no_proxy", "127.0.0.1", 1);
	assert_int_equal(
	    get("/issuer/ca.cer", "http://127.0.0.1:1", 0), ERR_NET_FAILED);
	unsetenv("no_proxy");
	/* the server takes the whole address for a path it does not know */
	pki_server_url("", proxy);
	assert_int_equal(http_open(&h, &options, &fault), ERR_OK);
	http_answer_free(&answer);
	assert_int_equal(http_exchange(h, &r, &answer, &fault), ERR_NET_STATUS);
	assert_int_equal(answer.status, 404);
	http_close(h);
	assert_int_equal(get("/", "socks5://127.0.0.1", 0), ERR_NET_URL);
}

static void
addresses_are_of_http_and_name_no_user(void **state)
{
	char longest[HTTP_URL + 1];

	(void)state;
	assert_true(http_is_url("http://a"));
	assert_true(http_is_url("HTTPS://tsa.example.org:8080/a?b=c@d"));
	assert_false(http_is_url(""));
	assert_false(http_is_url("http://"));
	assert_false(http_is_url("http:///a"));
	assert_false(http_is_url("ftp://a"));
	assert_false(http_is_url("file:///etc/passwd"));
	assert_false(http_is_url("http://user:word@a/"));
	assert_false(http_is_url("http://a/ b"));
	assert_false(http_is_url("http://a/\n"));
	assert_false(http_is_url("http://\xc3\xa9/"));
	memset(longest, 'a', sizeof(longest));
	memcpy(longest, "http://", 7);
	longest[HTTP_URL] = '\0';
	assert_false(http_is_url(longest));
	longest[HTTP_URL - 1] = '\0';
	assert_true(http_is_url(longest));
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
	http_answer_free(&answer);
	pki_server_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_asked_for_comes_whole),
	    cmocka_unit_test(trouble_of_the_server_has_its_errors),
	    cmocka_unit_test(a_server_says_when_to_come_back),
	    cmocka_unit_test(redirects_stay_within_their_scheme),
	    cmocka_unit_test(waits_have_an_end),
	    cmocka_unit_test(waits_can_be_cancelled),
	    cmocka_unit_test(a_cancel_holds_until_it_is_taken_back),
	    cmocka_unit_test(the_configured_proxy_is_used),
	    cmocka_unit_test(addresses_are_of_http_and_name_no_user),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
