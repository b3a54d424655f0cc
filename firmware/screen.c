#include "firmware/screen.h"

#include <string.h>

#include "common/utc.h"
#include "firmware/core.h"
#include "firmware/screen_keys.h"
#include "firmware/text.h"

#define LAST_ROW (TEXT_ROWS - 1)

/* A heading in its own line, what it heads in the next. */
static void
put_part(struct text *t, const char *heading, const struct summary_view *v,
    enum summary_part part)
{
	text_put_string(t, heading);
	text_end_line(t);
	if (v->part[part].len == 0)
		text_put_string(t, "(none)");
	text_put(t, v->part[part].text, v->part[part].len);
	if (v->part[part].cut)
		text_put_string(t, " [there is more]");
	text_end_line(t);
}

static void
put_item(struct text *t, const struct ctx *c)
{
	const struct summary_view *v = &c->room.review.view;

	text_put_string(t, "Item ");
	text_put_number(t, c->view.page);
	text_put_string(t, " of ");
	text_put_number(t, c->batch.count);
	text_end_line(t);
	if (!c->view.shown) {
		text_put_string(t, "is being fetched...");
		text_end_line(t);
		return;
	}
	if (!v->understood) {
		text_put_string(t, "CONTENT NOT UNDERSTOOD");
		text_end_line(t);
	}
	put_part(t, "Learner:", v, SUMMARY_LEARNER);
	put_part(t, "Title:", v, SUMMARY_TITLE);
	put_part(t, "Issuer:", v, SUMMARY_ISSUER);
	put_part(t, "Issuer's number:", v, SUMMARY_ISSUER_ID);
	put_part(t, "Issued:", v, SUMMARY_ISSUED);
	put_part(t, "Valid from:", v, SUMMARY_VALID_FROM);
	put_part(t, "Valid until:", v, SUMMARY_VALID_UNTIL);
	put_part(t, "Id:", v, SUMMARY_CREDENTIAL_ID);
	text_put_string(t, "Claims: ");
	text_put_number(t, v->claims);
	text_put_string(t, ", languages: ");
	text_put_number(t, v->languages);
	text_end_line(t);
}

static void
put_titles(struct text *t, const struct batch *b)
{
	size_t i;

	text_put_string(t, "Titles:");
	text_end_line(t);
	for (i = 0; i < BATCH_TITLES && b->title[i].count > 0; i++) {
		text_put_number(t, b->title[i].count);
		text_put_string(t, " x ");
		text_put(t, b->title[i].text, b->title[i].len);
		if (b->title[i].len == 0)
			text_put_string(t, "(none)");
		if (b->title[i].cut)
			text_put_string(t, "...");
		text_end_line(t);
	}
	if (b->other_titles > 0) {
		text_put_number(t, b->other_titles);
		text_put_string(t, " with other titles");
		text_end_line(t);
	}
}

static void
put_batch(struct text *t, const struct ctx *c)
{
	const struct batch *b = &c->batch;
	char time[UTC_SIZE];

	text_put_string(t, "Seal ");
	text_put_number(t, b->count);
	text_put_string(t, b->count == 1 ? " credential" : " credentials");
	text_end_line(t);
	if (b->profile != PROFILE_EDC) {
		text_put_string(t, "of profile ");
		text_put_string(t, profile_get(b->profile)->name);
		text_end_line(t);
	}
	text_put_string(t, "as ");
	text_put(t, b->institution, b->institution_len);
	text_end_line(t);
	utc_format((int64_t)b->time, time);
	text_put_string(t, "on ");
	text_put(t, time, 10);
	text_put_string(t, " ");
	text_put(t, time + 11, 8);
	text_end_line(t);
	if (b->not_understood > 0) {
		text_put_string(t, "CONTENT NOT UNDERSTOOD: ");
		text_put_number(t, b->not_understood);
		text_end_line(t);
	}
	text_put_string(t, "Root of all:");
	text_end_line(t);
	text_put_hex(t, b->root, SHA256_SIZE);
	text_end_line(t);
	put_titles(t, b);
	/* the host's choice of what is shown of texts in several languages */
	if (b->language[0] != '\0') {
		text_put_string(t, "Language chosen: ");
		text_put(t, b->language, sizeof(b->language));
		text_end_line(t);
	}
	text_put_string(t, "Station:");
	text_end_line(t);
	text_put(t, b->station_name, b->station_len);
	text_end_line(t);
	if (c->port->warning != NULL) {
		text_put_string(t, c->port->warning);
		text_end_line(t);
	}
}

static void
put_page(struct text *t, const struct ctx *c)
{
	if (c->state == STATE_ASKED || c->state == STATE_PUK)
		screen_keys_put(t, c);
	else if (c->view.page == 0)
		put_batch(t, c);
	else
		put_item(t, c);
}

unsigned
screen_lines(const struct ctx *c)
{
	struct text t;

	text_init(&t, NULL, 0, 0);
	put_page(&t, c);
	return t.line;
}

/* A bar that grows while select is held. */
static void
put_hold(const struct ctx *c, uint8_t *pixels, const char *what)
{
	uint32_t held = buttons_held(&c->buttons, BOARD_BUTTON_SELECT, c->now);

	text_row(pixels, LAST_ROW, what);
	if (held > CORE_HOLD)
		held = CORE_HOLD;
	text_invert(pixels, LAST_ROW, held * BOARD_SCREEN_WIDTH / CORE_HOLD);
}

static void
draw_review(const struct ctx *c, uint8_t *pixels)
{
	struct text t;

	text_init(&t, pixels, c->view.top, SCREEN_ROWS);
	put_page(&t, c);
	if (c->state == STATE_WANTED)
		text_row(pixels, LAST_ROW, "LEFT refuses");
	else if (buttons_held(&c->buttons, BOARD_BUTTON_SELECT, c->now) > 0)
		put_hold(c, pixels, "keep holding: SIGNING");
	else if ((unsigned)c->view.top + SCREEN_ROWS < t.line)
		text_row(pixels, LAST_ROW, "DOWN more LEFT refuse");
	else if (c->view.page < c->batch.count)
		text_row(pixels, LAST_ROW, "DOWN items, HOLD sign");
	else
		text_row(pixels, LAST_ROW, "LEFT refuse,HOLD sign");
}

static void
draw_keys(const struct ctx *c, uint8_t *pixels)
{
	const char *hint;
	struct text t;

	text_init(&t, pixels, c->view.top, SCREEN_ROWS);
	screen_keys_put(&t, c);
	hint = screen_keys_hint(
	    c, (unsigned)c->view.top + SCREEN_ROWS < t.line);
	if (hint == NULL)
		return;
	if (buttons_held(&c->buttons, BOARD_BUTTON_SELECT, c->now) > 0)
		put_hold(c, pixels, screen_keys_hold(c));
	else
		text_row(pixels, LAST_ROW, hint);
}

static void
put_line(struct text *t, const char *text)
{
	text_put_string(t, text);
	text_end_line(t);
}

static void
draw_receiving(const struct ctx *c, struct text *t)
{
	put_line(t, "Receiving a batch");
	text_put_number(t, c->batch.received);
	text_put_string(t, " of ");
	text_put_number(t, c->batch.count);
	put_line(t, " checked");
	if (c->state == STATE_PAYLOAD) {
		put_line(t, "the next one:");
		text_put_number(
		    t, (uint64_t)c->item.got * 100 / c->item.payload_len);
		put_line(t, " %");
	}
}

static void
draw_failed(const struct ctx *c, struct text *t)
{
	put_line(t, c->state == STATE_REFUSED ? "REFUSED" : "FAILED");
	put_line(
	    t, c->failure.of_batch ? "this batch is void" : "nothing was done");
	put_line(t, err_text(c->failure.err));
	if (c->state == STATE_REFUSED)
		return;
	text_put_string(t, "error ");
	text_put_number(t, (uint64_t)c->failure.err);
	if (!c->failure.of_batch) {
		text_end_line(t);
		return;
	}
	text_put_string(t, ", item ");
	text_put_number(t, (uint64_t)c->failure.index + 1);
	text_put_string(t, ", octet ");
	text_put_number(t, c->failure.offset);
	text_end_line(t);
}

static void
draw_idle(const struct ctx *c, struct text *t)
{
	put_line(t, "Zegel");
	put_line(t, c->port->board);
	if (c->port->warning != NULL)
		put_line(t, c->port->warning);
	put_line(t, c->state == STATE_START ? "waits for a host" : "ready");
	text_put_string(t, "signatures: ");
	text_put_number(t, c->memory.counter);
	text_end_line(t);
	screen_keys_state(t, c->port->key);
}

void
screen_draw(const struct ctx *c, uint8_t pixels[static SCREEN_OCTETS])
{
	struct text t;

	memset(pixels, 0, SCREEN_OCTETS);
	text_init(&t, pixels, 0, TEXT_ROWS);
	switch (c->state) {
	case STATE_REVIEW:
	case STATE_WANTED:
		draw_review(c, pixels);
		break;
	case STATE_CHAIN:
	case STATE_READY:
	case STATE_TIMESTAMP:
	case STATE_PAYLOAD:
		draw_receiving(c, &t);
		break;
	case STATE_ASKED:
	case STATE_PUK:
	case STATE_PIN:
	case STATE_DONE:
		draw_keys(c, pixels);
		break;
	case STATE_LOAD:
		put_line(&t, "Receiving a certificate");
		break;
	case STATE_APPROVED:
		put_line(&t, "APPROVED");
		text_put_number(&t, c->batch.count);
		put_line(&t, " may be sealed");
		put_line(&t, "by");
		text_put(&t, c->batch.institution, c->batch.institution_len);
		break;
	case STATE_REFUSED:
	case STATE_FAILED:
		draw_failed(c, &t);
		break;
	default:
		draw_idle(c, &t);
		break;
	}
}
