/*
 * ask.h: private to firmware/: what a host may ask to be done with keys, one
 * struct ask_op for each message; ask.c leads them past a person.
 *
 *	op = ask_find(m->number);
 *	e = op->take(c, m);		from the host into c->room.ask
 *	op->put(&text, c);		onto the screen
 *	e = op->run(c, &answer);	after consent
 *
 * Memory    c->room.ask, which is wiped when the answer is sent
 * Chunks    whole messages; CERTIFICATE is taken by LOAD
 * Errors    as msg.h's message says; take's come before anybody is asked
 * Trust     put shows all that run uses, but for PINs
 * Limits    MSG_NAME octets a text
 */
#ifndef FIRMWARE_ASK_H
#define FIRMWARE_ASK_H

#include "firmware/ctx.h"
#include "firmware/text.h"

struct ask_op {
	uint8_t number; /* of the message */
	enum err (*take)(struct ctx *c, const struct msg *m);
	void (*put)(struct text *t, const struct ctx *c);
	/* r: the answer, DONE unless it is set to another one */
	enum err (*run)(struct ctx *c, struct msg *r);
	const char *done; /* on the screen, when it is */
};

extern const struct ask_op ask_init, ask_enrol, ask_change_pin, ask_unblock,
    ask_reset, ask_csr, ask_certificate, ask_selftest;

/* NULL: not one of them. */
const struct ask_op *ask_find(unsigned number);

/* Places in ask.text; those of CSR are its own. */
#define ASK_STATION 0
#define ASK_PIN 1
#define ASK_CODE 2 /* the old PIN, or the PUK */

/* TOO_LARGE; CONSOLE_MESSAGE unless it is UTF-8 and not empty. */
MUST_USE enum err ask_take_text(
    struct ctx *c, unsigned place, const struct msg_octets *o);
struct msg_octets ask_text(const struct ctx *c, unsigned place);

/* Digits, and as many as a PIN has: PIN_LENGTH. */
MUST_USE enum err ask_take_pin(
    struct ctx *c, unsigned place, const struct msg_octets *o);

/* "P-256" */
const char *ask_curve(enum alg_number alg);

/* Lines of text: one that is ours, one with a text under its heading. */
void ask_put_line(struct text *t, const char *line);
void ask_put_text(
    struct text *t, const char *heading, const void *text, size_t len);
void ask_put_date(struct text *t, const char *heading, int64_t time);

/* Digest by alg, which must be one of the seal key's. */
void ask_digest(enum alg_number alg, const void *buf, size_t len,
    uint8_t out[static SHA512_SIZE]);

/* By the seal key over what is composed here, counted. TOKEN_KEY_ABSENT,
 * TOKEN_LOGGED_OUT before; IO. */
MUST_USE enum err ask_may_sign(const struct ctx *c);
MUST_USE enum err ask_sign(struct ctx *c, const void *buf, size_t len,
    uint8_t rs[static MSG_SEAL_SIGNATURE]);

/* SubjectPublicKeyInfo of the seal key, before what is there. */
void ask_put_key(struct der_writer *w, const struct ctx *c);

#endif
