#include "host/tsp/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/bounds.h"
#include "host/base/file.h"
#include "host/base/secret.h"
#include "host/net/http.h"
#include "host/tsp/authority.h"
#include "host/tsp/budget.h"

#define NONCE 8
#define PATH (STATION_PATH + 80)
#define ANSWER_MAX (BOUND_TIMESTAMP + 2048) /* status and its words, too */

struct authority {
	struct tsp_authority own;
	char path[PATH]; /* of its budget */
	struct budget budget;
};

struct tsp_client {
	struct http *http;
	struct authority authority[CONFIG_TIMESTAMPS];
	size_t count;
	void (*say)(
	    void *user, const char *authority, const struct fault *fault);
	void *say_user;
	enum err (*check)(
	    void *user, const struct tsp_token *t, struct fault *fault);
	void *check_user;
};

static enum err
open_authority(struct authority *a, const struct config *config, size_t number,
    const struct station *station, const char *folder, struct fault *fault)
{
	const struct config_timestamp *c = &config->timestamps[number];

	snprintf(a->path, sizeof(a->path), "%s/%s.tsa", folder, c->name);
	a->budget.path = a->path;
	if (c->budget[0] != '\0' &&
	    !config_parse_budget(
		c->budget, &a->budget.requests, &a->budget.period))
		return ERR_CONFIG_VALUE; /* config_load has seen to that */
	return tsp_authority_open(&a->own, config, number, station, fault);
}

enum err
tsp_client_open(struct tsp_client **out, const struct config *config,
    const struct station *station, struct fault *fault)
{
	struct http_options options = {config->proxy, config->net_timeout};
	struct tsp_client *c = calloc(1, sizeof(*c));
	char folder[STATION_PATH];
	enum err e;

	*out = NULL;
	if (c == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "timestamps");
	station_path(station, STATION_NET, folder);
	e = file_make_folder(folder, 0700, fault);
	if (e == ERR_OK)
		e = http_open(&c->http, &options, fault);
	while (e == ERR_OK && c->count < config->timestamp_count) {
		e = open_authority(&c->authority[c->count], config, c->count,
		    station, folder, fault);
		c->count++;
	}
	if (e != ERR_OK) {
		tsp_client_close(c);
		return e;
	}
	*out = c;
	return ERR_OK;
}

void
tsp_client_close(struct tsp_client *c)
{
	struct authority *a;

	if (c == NULL)
		return;
	for (a = c->authority; a < c->authority + c->count; a++)
		tsp_authority_close(&a->own);
	http_close(c->http);
	free(c);
}

void
tsp_client_cancel(struct tsp_client *c)
{
	http_cancel(c->http);
}

void
tsp_client_resume(struct tsp_client *c)
{
	http_resume(c->http);
}

void
tsp_client_on_trouble(struct tsp_client *c,
    void (*say)(void *user, const char *authority, const struct fault *fault),
    void *user)
{
	c->say = say;
	c->say_user = user;
}

void
tsp_client_on_token(struct tsp_client *c,
    enum err (*check)(
	void *user, const struct tsp_token *t, struct fault *fault),
    void *user)
{
	c->check = check;
	c->check_user = user;
}

/* One request, and its answer checked. */
static enum err
ask(struct tsp_client *c, const struct authority *a, const uint8_t *digest,
    size_t digest_len, struct tsp_token *t, int64_t *retry_after,
    struct fault *fault)
{
	uint8_t nonce[NONCE], query[TSP_REQUEST_CAP];
	struct tsp_request q = {.imprint = digest,
	    .imprint_len = digest_len,
	    .nonce = nonce,
	    .nonce_len = sizeof(nonce),
	    .want_certificate = true};
	struct http_request r = {.url = a->own.config->url,
	    .body_type = "application/timestamp-query",
	    .body = query,
	    .type = "application/timestamp-reply",
	    .max = ANSWER_MAX};
	struct tsp_expect x = {.digest = digest,
	    .digest_len = digest_len,
	    .nonce = nonce,
	    .nonce_len = sizeof(nonce),
	    .earliest = (int64_t)time(NULL) - TSP_CLOCK_SKEW};
	struct http_answer answer;
	enum err e;

	*retry_after = -1;
	tsp_authority_expect(&a->own, &x);
	q.policy = x.policy;
	secret_random(nonce, sizeof(nonce));
	e = tsp_request_encode(&q, query, sizeof(query), &r.body_len);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "request");
	e = http_exchange(c->http, &r, &answer, fault);
	*retry_after = answer.retry_after;
	if (e == ERR_OK) {
		x.latest = (int64_t)time(NULL) + TSP_CLOCK_SKEW;
		e = tsp_check_response(t, answer.body, answer.len, &x, fault);
	}
	if (e == ERR_OK && c->check != NULL) {
		e = c->check(c->check_user, t, fault);
		if (e != ERR_OK)
			tsp_token_free(t);
	}
	http_answer_free(&answer);
	return e;
}

/* Is it this machine's trouble, which another authority would share? */
static bool
is_ours(enum err e)
{
	return e == ERR_NO_MEMORY || e == ERR_CANCELLED || e == ERR_IO ||
	    e == ERR_NO_SPACE || e == ERR_READ_ONLY || e == ERR_DENIED;
}

static void
complain(
    struct tsp_client *c, const struct authority *a, const struct fault *fault)
{
	if (c->say != NULL)
		c->say(c->say_user, a->own.config->name, fault);
}

/* One authority: *wait is when it may be asked again, if it did not help. */
static enum err
try_one(struct tsp_client *c, const struct authority *a, const uint8_t *digest,
    size_t digest_len, struct tsp_token *t, int64_t *wait, struct fault *fault)
{
	int64_t retry_after;
	struct fault other;
	enum err e, noted;

	e = budget_take(&a->budget, (int64_t)time(NULL), wait, fault);
	if (e != ERR_OK)
		return e;
	e = ask(c, a, digest, digest_len, t, &retry_after, fault);
	if (is_ours(e))
		return e;
	noted = e == ERR_OK
	    ? budget_good(&a->budget, (int64_t)time(NULL), &other)
	    : budget_failed(
		  &a->budget, (int64_t)time(NULL), retry_after, wait, &other);
	/* a timestamp that came is good, whatever became of the note */
	if (noted != ERR_OK)
		complain(c, a, &other);
	return e;
}

enum err
tsp_client_stamp(struct tsp_client *c, const uint8_t *digest, size_t digest_len,
    struct tsp_token *t, int64_t *wait, struct fault *fault)
{
	enum err e, first = ERR_OK;
	struct fault why;
	int64_t again;
	size_t i;

	*wait = 0;
	memset(t, 0, sizeof(*t));
	if (c->count == 0)
		return fault_set(fault, ERR_TSA_ABSENT, FAULT_NO_OFFSET,
		    "see [timestamp NAME] in zegel.conf(5)");
	for (i = 0; i < c->count; i++) {
		again = BUDGET_PAUSE;
		e = try_one(
		    c, &c->authority[i], digest, digest_len, t, &again, &why);
		if (e == ERR_OK)
			return ERR_OK;
		complain(c, &c->authority[i], &why);
		if (*wait == 0 || again < *wait)
			*wait = again;
		/* that it must wait is the least telling reason */
		if (first == ERR_OK || first == ERR_TSA_LATER || is_ours(e)) {
			first = e;
			(void)fault_set(fault, e, FAULT_NO_OFFSET,
			    "%.40s: %.190s", c->authority[i].own.config->name,
			    why.detail);
		}
		if (is_ours(e))
			break;
	}
	return first;
}
