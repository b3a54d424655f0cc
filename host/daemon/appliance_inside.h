/*
 * appliance_inside.h: the inside of appliance.h, shared by its files only:
 *   appliance.c        the thread: finds the appliance, keeps its state
 *   appliance_call.c   what other threads ask of it
 *   appliance_batch.c  a batch: streamed, shown, decided
 *   appliance_order.c  what is done with its keys
 *   appliance_seal.c   its own key seals what was approved
 *
 * Memory    one struct
 * Chunks    none
 * Errors    none of its own
 * Trust     what stands above the lock is the thread's alone
 * Limits    none
 */
#ifndef HOST_DAEMON_APPLIANCE_INSIDE_H
#define HOST_DAEMON_APPLIANCE_INSIDE_H

#include <pthread.h>

#include "host/daemon/appliance.h"
#include "hsm/console.h"

struct appliance_item {
	uint8_t leaf[LEAF_SIZE], ticket[MSG_TICKET];
};

struct appliance {
	struct appliance_config c;
	char path[STATION_PATH], pin_path[STATION_PATH];
	struct console *console; /* NULL: not connected */
	struct msg hello;
	uint64_t log_size; /* told last */
	uint8_t log_root[SHA256_SIZE];
	int64_t log_told; /* when */
	uint64_t approved; /* its time of the last approval */
	pthread_t thread;

	pthread_mutex_t arm; /* one signature at a time; before line */
	pthread_mutex_t line; /* the console, and what follows */
	struct appliance_item *held; /* of what its key seals, or NULL */
	uint32_t held_count;
	uint8_t held_root[SHA256_SIZE];
	int64_t held_until; /* tick: then its approval has expired */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	bool stopping;
	bool ended; /* the thread has */
	bool let_go; /* what is held is not needed any more */
	bool asked, cancelled;
	bool decided; /* on the appliance: nobody else decides any more */
	const struct appliance_order *order; /* NULL: none */
	bool done; /* the order is */
	enum err order_err;
	struct fault order_fault;
	int64_t since; /* when it was asked for, or an appliance last there */
	struct appliance_batch batch;
	struct appliance_status status;
};

/* The batch of the moment: streamed from its begin, each time anew. */
struct appliance_run {
	struct appliance *a;
	struct appliance_batch batch;
	struct appliance_expected expected;
	struct appliance_item *item;
	struct appliance_page page;
	uint32_t index; /* of the item at hand */
};

/* OK: outcome is set. Errors of the line are to be tried again, see
 * appliance_is_line. */
MUST_USE enum err appliance_show(struct appliance_run *r, struct fault *fault);

/* The order that is there, if it can be carried out now. */
MUST_USE enum err appliance_obey(struct appliance *a,
    const struct appliance_order *order, struct fault *fault);

/* Ends whatever the appliance was at; what was under way comes first. */
MUST_USE enum err appliance_abort(struct appliance *a);

/* Not the appliance's word, but its cable. */
bool appliance_is_line(const struct appliance *a, enum err e);

/* With the line: takes the run's items, and lets them go. */
void appliance_keep(struct appliance_run *r, int64_t seconds);
void appliance_let_go(struct appliance *a);
int64_t appliance_tick(void); /* seconds, never set back */

/* To be left off? Of any thread. */
bool appliance_is_over(struct appliance *a);
void appliance_set_state(struct appliance *a, enum appliance_state state);
void appliance_set_sent(struct appliance *a, uint32_t sent);
void appliance_end(struct appliance *a, enum appliance_outcome outcome,
    enum err reason, const char *detail);

#endif
