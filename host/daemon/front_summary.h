/*
 * front_summary.h: a summary as JSON, kept with its item for those who look
 * at a batch. The registrar's consent is to the leaves, which hold its digest.
 *
 *	size_t n = front_summary_json(&summary, buf, cap);
 *
 * Memory    the caller's buffer
 * Chunks    whole
 * Errors    0 when it does not fit (it always fits 2,048 octets, else cut)
 * Trust     as the summary
 * Limits    texts are shortened to fit
 */
#ifndef HOST_DAEMON_FRONT_SUMMARY_H
#define HOST_DAEMON_FRONT_SUMMARY_H

#include <stddef.h>

#include "common/summary.h"

size_t front_summary_json(const struct summary *s, char *buf, size_t cap);

#endif
