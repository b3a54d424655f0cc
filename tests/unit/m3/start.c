/*
 * The tests of common/ on an emulated Cortex-M3: vectors, and a way out.
 * newlib's rdimon does the rest: printf by semihosting.
 */
#include <stdint.h>
#include <stdlib.h>

extern char stack_top[];

extern void initialise_monitor_handles(void);
extern int main(void);
void _fini(void);
void start(void);

static void
fault(void)
{
	abort();
}

void
start(void)
{
	initialise_monitor_handles();
	exit(main());
}

/* newlib calls it at the end; there is nothing to be done. */
void
_fini(void)
{
}

/* The first is no function: where the stack begins. */
__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    stack_top,
    (void *)start,
    (void *)fault,
    (void *)fault,
    (void *)fault,
    (void *)fault,
    (void *)fault,
};
