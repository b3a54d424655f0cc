/* handlers.h: private to firmware/: what the table of core.c calls. */
#ifndef FIRMWARE_HANDLERS_H
#define FIRMWARE_HANDLERS_H

#include "firmware/ctx.h"

/* Each returns the next state. m is NULL for events. */
enum state batch_on_begin(struct ctx *c, const struct msg *m);
enum state batch_on_chain(struct ctx *c, const struct msg *m);
enum state item_on_item(struct ctx *c, const struct msg *m);
enum state item_on_timestamp(struct ctx *c, const struct msg *m);
enum state item_on_payload(struct ctx *c, const struct msg *m);
enum state review_on_turn(struct ctx *c, const struct msg *m);
enum state review_on_review(struct ctx *c, const struct msg *m);
enum state consent_on_held(struct ctx *c, const struct msg *m);
enum state consent_on_left(struct ctx *c, const struct msg *m);
enum state consent_on_timeout(struct ctx *c, const struct msg *m);
enum state consent_on_arm(struct ctx *c, const struct msg *m);
enum state ask_on_message(struct ctx *c, const struct msg *m);
enum state ask_on_login(struct ctx *c, const struct msg *m);
enum state ask_on_certificate(struct ctx *c, const struct msg *m);
enum state ask_on_load(struct ctx *c, const struct msg *m);
enum state ask_on_held(struct ctx *c, const struct msg *m);
enum state ask_on_copied(struct ctx *c, const struct msg *m);
enum state ask_on_typed(struct ctx *c, const struct msg *m);
enum state ask_on_left(struct ctx *c, const struct msg *m);
enum state ask_on_timeout(struct ctx *c, const struct msg *m);
enum state memory_on_counter(struct ctx *c, const struct msg *m);
enum state memory_on_log_head(struct ctx *c, const struct msg *m);

/* What they share. */
void core_send(struct ctx *c, const struct msg *m);
enum state core_fail(struct ctx *c, enum err e, unsigned number);
enum state core_fail_at(
    struct ctx *c, enum err e, unsigned number, uint64_t offset);

/* Nothing of the batch is left, and no ticket is good. */
void batch_drop(struct ctx *c);
/* A frame of CHAIN, TIMESTAMP or PAYLOAD was taken: CONSOLE_CREDIT. */
MUST_USE enum err batch_take_credit(struct ctx *c);
/* By the host's clock and ours. */
uint64_t batch_time(const struct ctx *c);
void batch_count_title(struct batch *b, const struct summary_text *title);

/* A signature over that digest is counted, durably, before it leaves. time: of
 * an approval; else 0. */
MUST_USE enum err memory_count(
    struct ctx *c, const uint8_t *digest, size_t len, uint64_t time);

/* Log and last approval are those of another life: a person consented to a
 * beginning at that time. The counter stays. */
MUST_USE enum err memory_forget(struct ctx *c, uint64_t time);

/* What the buttons did since the last tick: an event, or 0. */
unsigned review_press(struct ctx *c, unsigned pressed);
unsigned ask_press(struct ctx *c, unsigned pressed);

/* REFUSED, for that reason. */
enum state consent_refuse(struct ctx *c, enum err reason);

/* Consent was given by a press that is still under way: asked of two sources,
 * and only once. */
bool consent_take(struct ctx *c);

#endif
