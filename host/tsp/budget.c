/*
 * budget.c: the file is text, a line each: its name, until when to leave the
 * authority alone, how often it failed in a row, and the times of the
 * requests that count, oldest first.
 */
#include "host/tsp/budget.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/utc.h"
#include "host/base/config_value.h"
#include "host/base/file.h"
#include "host/net/http.h"

#define HEAD "zegel-tsa-v1\n"
#define FAILURES_MAX 1000
#define FILE_MAX (sizeof(HEAD) + (BUDGET_REQUESTS + 4) * UTC_SIZE)

struct ledger {
	int64_t until; /* not before; 0: at once */
	int64_t failures; /* in a row */
	int64_t at[BUDGET_REQUESTS];
	size_t count;
	bool mended; /* the file says something else */
};

/* Takes a line off the text; false at its end. */
static bool
next_line(char **text, char **line)
{
	char *end = strchr(*text, '\n');

	if (end == NULL)
		return false;
	*end = '\0';
	*line = *text;
	*text = end + 1;
	return true;
}

static bool
parse(char *text, struct ledger *l)
{
	char *line;

	if (strncmp(text, HEAD, sizeof(HEAD) - 1) != 0)
		return false;
	text += sizeof(HEAD) - 1;
	if (!next_line(&text, &line) ||
	    utc_parse(line, strlen(line), &l->until) != ERR_OK ||
	    !next_line(&text, &line) ||
	    !config_parse_number(line, strlen(line), &l->failures) ||
	    l->failures > FAILURES_MAX)
		return false;
	while (next_line(&text, &line)) {
		if (l->count == BUDGET_REQUESTS ||
		    utc_parse(line, strlen(line), &l->at[l->count]) != ERR_OK)
			return false;
		l->count++;
	}
	return *text == '\0';
}

static enum err
load(const struct budget *b, int64_t now, struct ledger *l, struct fault *fault)
{
	uint8_t *text;
	size_t len;
	enum err e;

	memset(l, 0, sizeof(*l));
	e = file_read(b->path, FILE_MAX, &text, &len, fault);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK && e != ERR_TOO_LARGE)
		return e;
	if (e == ERR_TOO_LARGE || strlen((char *)text) != len ||
	    !parse((char *)text, l)) {
		memset(l, 0, sizeof(*l));
		l->until = now + (b->requests > 0 ? b->period : BUDGET_PAUSE);
		l->mended = true;
	}
	if (e == ERR_OK)
		free(text);
	return ERR_OK;
}

static enum err
store(const struct budget *b, const struct ledger *l, struct fault *fault)
{
	char *text = malloc(FILE_MAX), at[UTC_SIZE];
	size_t n, i;
	enum err e;

	if (text == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", b->path);
	utc_format(l->until, at);
	n = (size_t)snprintf(
	    text, FILE_MAX, HEAD "%s\n%lld\n", at, (long long)l->failures);
	for (i = 0; i < l->count; i++) {
		utc_format(l->at[i], at);
		n += (size_t)snprintf(text + n, FILE_MAX - n, "%s\n", at);
	}
	e = file_replace(b->path, text, n, 0600, fault);
	free(text);
	return e;
}

/* Drops what counts no more. A time that is ahead, because the clock was set
 * back, counts as of now. */
static void
age(const struct budget *b, struct ledger *l, int64_t now)
{
	size_t i, kept = 0;

	for (i = 0; i < l->count; i++) {
		if (l->at[i] > now) {
			l->at[i] = now;
			l->mended = true;
		}
		if (l->at[i] > now - b->period)
			l->at[kept++] = l->at[i];
	}
	l->count = kept;
	if (l->until > now + HTTP_RETRY_MAX) {
		l->until = now + HTTP_RETRY_MAX;
		l->mended = true;
	}
}

/* What was mended as of now is kept: else it would be of now each time, and
 * the wait without end. */
static enum err
refuse(const struct budget *b, const struct ledger *l, int64_t until,
    const char *why, struct fault *fault)
{
	char text[UTC_SIZE];
	enum err e = l->mended ? store(b, l, fault) : ERR_OK;

	if (e != ERR_OK)
		return e;
	utc_format(until, text);
	return fault_set(
	    fault, ERR_TSA_LATER, FAULT_NO_OFFSET, "%s until %s", why, text);
}

enum err
budget_take(
    const struct budget *b, int64_t now, int64_t *wait, struct fault *fault)
{
	struct ledger l;
	enum err e;

	*wait = 0;
	e = load(b, now, &l, fault);
	if (e != ERR_OK)
		return e;
	age(b, &l, now);
	if (l.until > now) {
		*wait = l.until - now;
		return refuse(b, &l, l.until, "left alone", fault);
	}
	if (b->requests == 0)
		return ERR_OK;
	if (l.count >= b->requests) {
		*wait = l.at[l.count - b->requests] + b->period - now;
		return refuse(
		    b, &l, now + *wait, "its budget is used up", fault);
	}
	l.at[l.count++] = now;
	return store(b, &l, fault);
}

enum err
budget_failed(const struct budget *b, int64_t now, int64_t retry_after,
    int64_t *wait, struct fault *fault)
{
	struct ledger l;
	int64_t pause = BUDGET_PAUSE, i;
	enum err e;

	*wait = BUDGET_PAUSE;
	e = load(b, now, &l, fault);
	if (e != ERR_OK)
		return e;
	age(b, &l, now);
	for (i = 0; i < l.failures && pause < BUDGET_PAUSE_MAX; i++)
		pause *= 2;
	if (pause > BUDGET_PAUSE_MAX)
		pause = BUDGET_PAUSE_MAX;
	if (retry_after > pause)
		pause = retry_after;
	if (l.failures < FAILURES_MAX)
		l.failures++;
	l.until = now + pause;
	*wait = pause;
	return store(b, &l, fault);
}

enum err
budget_good(const struct budget *b, int64_t now, struct fault *fault)
{
	struct ledger l;
	enum err e;

	e = load(b, now, &l, fault);
	if (e != ERR_OK || (l.failures == 0 && l.until == 0))
		return e;
	age(b, &l, now);
	l.failures = 0;
	l.until = 0;
	return store(b, &l, fault);
}
