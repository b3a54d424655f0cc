/* Pages that a person turns; an item's page is asked for from the host. */
#include <string.h>

#include "boards/board.h"
#include "firmware/core.h"
#include "firmware/handlers.h"
#include "firmware/screen.h"
#include "firmware/ticket.h"

/* Pages: the batch, then its items. */
static unsigned
turn_to(struct ctx *c, uint32_t page)
{
	c->view = (struct view){page, 0, false};
	return page == 0 ? 0 : EVENT_TURN;
}

static unsigned
press_down(struct ctx *c)
{
	unsigned lines = screen_lines(c);

	if ((unsigned)c->view.top + SCREEN_ROWS < lines) {
		c->view.top = (uint16_t)(c->view.top + SCREEN_STEP);
		return 0;
	}
	if (c->view.page < c->batch.count)
		return turn_to(c, c->view.page + 1);
	return 0;
}

static unsigned
press_up(struct ctx *c)
{
	if (c->view.top > 0) {
		c->view.top = (uint16_t)(c->view.top - SCREEN_STEP);
		return 0;
	}
	if (c->view.page > 0)
		return turn_to(c, c->view.page - 1);
	return 0;
}

/* An item that the host could not foresee. */
static unsigned
press_right(struct ctx *c)
{
	uint8_t octets[4];
	uint32_t number;

	if (c->port->random(c->port->arg, octets, sizeof(octets)) != ERR_OK)
		return 0;
	memcpy(&number, octets, sizeof(number));
	return turn_to(c, 1 + number % c->batch.count);
}

unsigned
review_press(struct ctx *c, unsigned pressed)
{
	if (pressed == BOARD_BUTTON_LEFT)
		return EVENT_LEFT;
	if (c->state == STATE_WANTED)
		return 0;
	if (pressed == BOARD_BUTTON_DOWN)
		return press_down(c);
	if (pressed == BOARD_BUTTON_UP)
		return press_up(c);
	if (pressed == BOARD_BUTTON_RIGHT)
		return press_right(c);
	if (buttons_held(&c->buttons, BOARD_BUTTON_SELECT, c->now) < CORE_HOLD)
		return 0;
	c->consent = CONSENT_GIVEN;
	return EVENT_HELD;
}

enum state
review_on_turn(struct ctx *c, const struct msg *m)
{
	struct msg r = {.number = MSG_WANTED};

	(void)m;
	r.wanted.index = c->view.page - 1;
	core_send(c, &r);
	/* from here the host's silence counts */
	c->heard = c->now;
	return STATE_WANTED;
}

static enum err
check_review(struct ctx *c, const struct msg *m)
{
	const struct msg_octets *o = &m->review.summary;
	uint8_t digest[SHA256_SIZE];
	struct leaf leaf;
	enum err e;

	e = ticket_check(&c->batch, m->review.leaf, m->review.ticket, &leaf);
	if (e != ERR_OK)
		return e;
	/* a good ticket, but of another item */
	if (leaf.index != c->view.page - 1)
		return ERR_ITEM_ORDER;
	sha256(o->p, o->len, digest);
	if (memcmp(digest, leaf.summary, SHA256_SIZE) != 0)
		return ERR_SUMMARY_DIFFERS;
	if (o->len > sizeof(c->room.review.octets))
		return ERR_SUMMARY_SYNTAX;
	memcpy(c->room.review.octets, o->p, o->len);
	return summary_read(
	    &c->room.review.view, c->room.review.octets, o->len);
}

enum state
review_on_review(struct ctx *c, const struct msg *m)
{
	enum err e = check_review(c, m);

	if (e != ERR_OK)
		return core_fail(c, e, m->number);
	c->view.shown = true;
	return STATE_REVIEW;
}
