/*
 * appliance.h: the core on a board: the one loop of the firmware.
 *
 *	board_init();
 *	selftest...
 *	appliance_run();
 *
 * Memory    one struct ctx, static
 * Chunks    packets of the link
 * Errors    what cannot go on halts the board
 * Trust     the approval key is derived from the board's device secret, and is
 *           worth what that is worth
 * Limits    never returns
 */
#ifndef FIRMWARE_APPLIANCE_H
#define FIRMWARE_APPLIANCE_H

_Noreturn void appliance_run(void);

#endif
