/*
 * screen_keys.h: private to firmware/: the screens of what is done with keys;
 * screen.c puts them in their rows.
 *
 *	screen_keys_put(&text, c);
 *	text_row(pixels, last, screen_keys_hint(c, more));
 *
 * Memory    none
 * Chunks    whole pages
 * Errors    none
 * Trust     shows what ask_op.put shows, and never a PIN
 * Limits    STATE_ASKED, STATE_PUK, STATE_PIN, STATE_DONE
 */
#ifndef FIRMWARE_SCREEN_KEYS_H
#define FIRMWARE_SCREEN_KEYS_H

#include "firmware/ctx.h"
#include "firmware/text.h"

void screen_keys_put(struct text *t, const struct ctx *c);

/* What the buttons do; NULL: nothing. more: the page goes on below. */
const char *screen_keys_hint(const struct ctx *c, bool more);

/* While select is held. */
const char *screen_keys_hold(const struct ctx *c);

/* One line: is there a key, and what can be done with it. */
void screen_keys_state(struct text *t, const struct key_state *k);

#endif
