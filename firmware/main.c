#include "boards/board.h"
#include "firmware/appliance.h"
#include "firmware/selftest.h"

int
main(void)
{
	const char *wrong;

	board_init();
	wrong = selftest();
	if (wrong != NULL)
		board_halt(wrong);
	appliance_run();
}
