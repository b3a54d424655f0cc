#include "firmware/buttons.h"

#include <string.h>

void
buttons_init(struct buttons *b)
{
	memset(b, 0, sizeof(*b));
	b->raw = ~0u; /* unlike any reading: nothing is stable yet */
}

unsigned
buttons_push(struct buttons *b, unsigned raw, uint32_t now)
{
	unsigned pressed;

	if (raw != b->raw) {
		b->raw = raw;
		b->since = now;
		return 0;
	}
	if (now - b->since < BUTTONS_DEBOUNCE)
		return 0;
	b->armed |= ~raw;
	if (raw == b->down)
		return 0;
	pressed = raw & ~b->down & b->armed;
	b->down = raw;
	b->held = now;
	return pressed;
}

uint32_t
buttons_held(const struct buttons *b, unsigned button, uint32_t now)
{
	if (b->down != button || b->raw != button || (b->armed & button) == 0)
		return 0;
	return now - b->held;
}

void
buttons_disarm(struct buttons *b)
{
	b->armed &= ~(b->down | b->raw);
}
