/*
 * start.h: private to boards/lm3s6965evb. Where the linker script put things,
 * and what the vector table names.
 */
#ifndef BOARDS_LM3S6965EVB_START_H
#define BOARDS_LM3S6965EVB_START_H

#include <stdint.h>

/* Addresses, not variables; the flash begins at 0. */
extern uint8_t start_flash_end[];
extern uint32_t start_stack_bottom[], start_stack_top[];

/* Interrupts. */
void clock_tick(void);
void link_interrupt(void);

int main(void);

#endif
