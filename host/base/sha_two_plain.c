/* Processors for which nobody has written it yet. */
#include "host/base/sha_two.h"

bool
sha_two_is_there(void)
{
	return false;
}

void
sha_two_blocks(uint32_t a_state[static 8], const uint8_t *a,
    uint32_t b_state[static 8], const uint8_t *b, size_t blocks)
{
	(void)a_state, (void)a, (void)b_state, (void)b, (void)blocks;
}
