/*
 * budget.h: how often, and from when on, one timestamp authority may be asked;
 * kept in a file, so that a restart does not forget it.
 *
 *	struct budget b = {.path = path, .requests = 20, .period = 1200};
 *	enum err e = budget_take(&b, now, &wait, &fault);
 *	e = budget_failed(&b, now, answer.retry_after, &wait, &fault);
 *	e = budget_good(&b, now, &fault);
 *
 * Memory    nothing is kept: each call reads the file
 * Chunks    none
 * Errors    TSA_LATER: not now, wait says for how many seconds;
 *           those of file.h
 * Trust     a request is counted durably before it is sent: a crash counts
 *           one too many, never one too few. A damaged file counts as a
 *           budget that was used up when it was seen, and is replaced
 * Limits    BUDGET_REQUESTS requests in a period; pauses of BUDGET_PAUSE
 *           seconds, doubled with every failure up to BUDGET_PAUSE_MAX; what
 *           the authority asks for itself is honoured whole
 */
#ifndef HOST_TSP_BUDGET_H
#define HOST_TSP_BUDGET_H

#include "host/base/fault.h"

#define BUDGET_REQUESTS 1000
#define BUDGET_PAUSE 5
#define BUDGET_PAUSE_MAX 3600

struct budget {
	const char *path;
	unsigned requests; /* 0: any number */
	int64_t period; /* seconds */
};

/* One more request, if there may be one now. */
MUST_USE enum err budget_take(
    const struct budget *b, int64_t now, int64_t *wait, struct fault *fault);

/* It came to nothing. retry_after: what the authority asked for, or -1. */
MUST_USE enum err budget_failed(const struct budget *b, int64_t now,
    int64_t retry_after, int64_t *wait, struct fault *fault);

/* It came to something: earlier failures are forgotten. */
MUST_USE enum err budget_good(
    const struct budget *b, int64_t now, struct fault *fault);

#endif
