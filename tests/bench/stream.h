/*
 * stream.h: how fast a checker is, alone and with the hash, against the hash
 * alone: the best of many short runs on one core, a line for each document.
 *
 *	stream_head();
 *	stream_measure("structure", buf, len, run_once);
 *	stream_measure_file(argv[1], run_once);
 */
#ifndef TESTS_BENCH_STREAM_H
#define TESTS_BENCH_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "common/sink.h"

/* Checks the whole of (buf, len), which passes on to hash if that is not NULL;
 * what is refused ends the program. */
typedef void stream_check(const uint8_t *buf, size_t len, struct sink *hash);

void stream_head(void);
void stream_measure(
    const char *name, const uint8_t *buf, size_t len, stream_check *check);
void stream_measure_file(const char *name, stream_check *check);

/* For who makes documents: text behind the n octets of out; returns the new n.
 */
size_t stream_put(uint8_t *out, size_t n, const char *text);

/* Ends the program if e is not ERR_OK. */
void stream_must(int e, uint64_t offset);

#endif
