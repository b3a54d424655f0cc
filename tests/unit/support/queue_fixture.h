/*
 * queue_fixture.h: a queue in a folder of its own, and items to put in.
 *
 *	queue_fixture_make(NULL);
 *	struct queue *q = queue_fixture_open();
 *	struct batch b = queue_fixture_batch(q, "name");
 *	int64_t id = queue_fixture_add(q, b.id, 1);
 *	queue_fixture_remove(NULL);
 *
 * Memory    one folder a program
 * Chunks    none
 * Errors    abort: a test cannot go on without
 * Trust     none
 * Limits    none
 */
#ifndef TESTS_UNIT_SUPPORT_QUEUE_FIXTURE_H
#define TESTS_UNIT_SUPPORT_QUEUE_FIXTURE_H

#include "host/queue/queue.h"

extern char queue_fixture_dir[64], queue_fixture_path[96];

/* For cmocka: a folder for each test. */
int queue_fixture_make(void **state);
int queue_fixture_remove(void **state);

struct queue *queue_fixture_open(void);
struct batch queue_fixture_batch(struct queue *q, const char *name);

/* An item to add: its number decides its name and identity. */
void queue_fixture_item(struct item *i, int64_t batch, uint32_t number);
int64_t queue_fixture_add(struct queue *q, int64_t batch, uint32_t number);

/* The first number that SQL says of that file. */
int queue_fixture_number(const char *file, const char *sql);

void queue_fixture_leaf(struct item *i, uint32_t index);
void queue_fixture_freeze(struct queue *q, int64_t id, uint32_t index);

#endif
