/* From reset to main, and every exception that nobody expects. */
#include <string.h>

#include "boards/board.h"
#include "boards/lm3s6965evb/regs.h"
#include "boards/lm3s6965evb/start.h"

#define PAINT 0xa5a5a5a5u

extern uint8_t start_data[], start_data_end[], start_data_flash[];
extern uint8_t start_bss[], start_bss_end[];

static size_t
distance(const uint8_t *from, const uint8_t *to)
{
	return (uintptr_t)to - (uintptr_t)from;
}

void start_reset(void);
_Noreturn void start_fault(void);
_Noreturn void start_fault_on_new_stack(void);

#define RAM_BITS 16
#define GUARD_BITS 8

/* Nothing in memory is run, and nothing at the end of the stack touched. Of
 * two regions the later one counts. */
static void
guard_memory(void)
{
	MPU_RNR = 0;
	MPU_RBAR = (uint32_t)(uintptr_t)start_stack_bottom;
	MPU_RASR = MPU_RASR_XN | MPU_RASR_READ_WRITE | MPU_RASR_NORMAL |
	    MPU_RASR_SIZE(RAM_BITS);
	MPU_RNR = 1;
	MPU_RBAR = (uint32_t)(uintptr_t)start_stack_bottom;
	MPU_RASR = MPU_RASR_XN | MPU_RASR_NORMAL | MPU_RASR_SIZE(GUARD_BITS);
	MPU_CTRL = MPU_CTRL_ON;
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

/* The stack is painted, so that one can see how much of it was ever used. */
void
start_reset(void)
{
	volatile uint32_t *sp;

	__asm__ volatile("mov %0, sp" : "=r"(sp));
	for (volatile uint32_t *p = start_stack_bottom; p < sp; p++)
		*p = PAINT;
	memcpy(
	    start_data, start_data_flash, distance(start_data, start_data_end));
	memset(start_bss, 0, distance(start_bss, start_bss_end));
	guard_memory();
	main();
	board_halt("MAIN RETURNED");
}

_Noreturn void
start_fault_on_new_stack(void)
{
	board_halt("PROCESSOR FAULT");
}

/* The reason may be that the stack is at its end: begin a new one. */
__attribute__((naked)) _Noreturn void
start_fault(void)
{
	__asm__ volatile("ldr r0, =start_stack_top\n\t"
			 "mov sp, r0\n\t"
			 "b start_fault_on_new_stack\n\t"
			 ".ltorg");
}

#define SYSTEM_VECTORS 16

/* Interrupts that are not named here are never switched on. */
__attribute__((section(".vectors"), used)) static void (
	*const vectors[SYSTEM_VECTORS + MAC_INTERRUPT + 1])(void) = {
    [0] = (void (*)(void))start_stack_top,
    [1] = start_reset,
    [2] = start_fault, /* NMI */
    [3] = start_fault, /* hard fault: the others end here, too */
    [4] = start_fault,
    [5] = start_fault,
    [6] = start_fault,
    [11] = start_fault,
    [12] = start_fault,
    [14] = start_fault,
    [15] = clock_tick,
    [SYSTEM_VECTORS + MAC_INTERRUPT] = link_interrupt,
};
