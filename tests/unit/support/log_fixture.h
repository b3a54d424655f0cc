/*
 * log_fixture.h: a log in a scratch folder, and entries to put into it.
 *
 *	struct log_fixture x;
 *	log_fixture_make(&x);                x.dir, x.key; created, closed
 *	log_fixture_append(l, 5);            five small entries
 *	log_fixture_remove(&x);
 *
 * Memory    fixed buffers
 * Chunks    none
 * Errors    abort
 * Trust     the key's seed is in this file: for tests only
 * Limits    none
 */
#ifndef TESTS_UNIT_SUPPORT_LOG_FIXTURE_H
#define TESTS_UNIT_SUPPORT_LOG_FIXTURE_H

#include "common/leaf.h"
#include "host/log/entry.h"
#include "host/log/log.h"
#include "tests/unit/support/scratch.h"

#define LOG_FIXTURE_ORIGIN "log.example/station"
#define LOG_FIXTURE_TIME 1790000000

struct log_fixture {
	struct scratch scratch;
	char dir[SCRATCH_PATH], key[SCRATCH_PATH], vkey[SCRATCH_PATH];
};

/* The key is the same in every run. */
void log_fixture_make(struct log_fixture *x);
void log_fixture_remove(struct log_fixture *x);
struct log *log_fixture_open(const struct log_fixture *x);

/* Entries that differ, by the index they get; not committed. */
void log_fixture_append(struct log *l, unsigned count);
void log_fixture_put(struct log *l, const struct entry *e);

/* A batch of up to 64 credentials, with leaves that nobody else has. */
#define LOG_FIXTURE_BATCH 64
struct log_fixture_batch {
	uint32_t count;
	int64_t time; /* of the next entry; grows */
	uint64_t approval; /* log index */
	uint64_t seal[LOG_FIXTURE_BATCH]; /* log indices */
	uint8_t leaf[LOG_FIXTURE_BATCH][LEAF_SIZE];
	uint8_t hash[LOG_FIXTURE_BATCH][SHA256_SIZE];
	uint8_t root[SHA256_SIZE];
};
void log_fixture_batch(
    struct log_fixture_batch *b, uint32_t count, int64_t time);
/* Entries about it. Nothing is committed. */
void log_fixture_approve(struct log *l, struct log_fixture_batch *b);
void log_fixture_intend(struct log *l, struct log_fixture_batch *b,
    enum entry_kind kind, uint32_t first, uint32_t count);
void log_fixture_seal(struct log *l, struct log_fixture_batch *b, uint32_t i);
void log_fixture_abandon(
    struct log *l, struct log_fixture_batch *b, uint32_t i);
void log_fixture_release(
    struct log *l, struct log_fixture_batch *b, uint32_t i);
/* Signature octets, and a file's digest, of credential i. */
void log_fixture_signature(uint32_t i, uint8_t out[static 64]);
void log_fixture_digest(uint32_t i, uint8_t out[static SHA256_SIZE]);

/* Reads every entry back and recomputes the root: true if all is well. */
bool log_fixture_is_whole(struct log *l);

#endif
