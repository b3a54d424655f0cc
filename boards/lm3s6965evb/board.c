/* The processor, its clock, the buttons, and the end of everything. */
#include "boards/lm3s6965evb/parts.h"
#include "boards/lm3s6965evb/regs.h"
#include "boards/lm3s6965evb/start.h"
#include "common/sha256.h"

#define PINS_BUTTONS 0x0fu /* port E: up, down, left, right; low: pressed */
#define PIN_SELECT (1u << 1) /* port F */

/* 50 MHz: crystal of 8 MHz, PLL of 200 MHz, divided by 4. */
#define RCC_SET (3u << 23 /* SYSDIV */ | 1u << 22 /* USESYSDIV */ | RCC_XTAL)
#define RCC_XTAL (0xeu << 6)
/* Other fields; PLL off, main oscillator off, which oscillator: all to 0. */
#define RCC_CLEAR (0xfu << 23 | 0xfu << 6 | 1u << 13 | 3u << 4 | 1u)
#define RCC_BYPASS (1u << 11)
#define PLL_TRIES 100000

static volatile uint32_t millis;

static void
clock_init(void)
{
	SYSCTL_RCC |= RCC_BYPASS;
	SYSCTL_RCC = (SYSCTL_RCC & ~RCC_CLEAR) | RCC_SET;
	for (int i = 0; i < PLL_TRIES && (SYSCTL_RIS & SYSCTL_RIS_PLLLRIS) == 0;
	     i++) {
	}
	SYSCTL_RCC &= ~RCC_BYPASS;
	SYSTICK_LOAD = CLOCK_HZ / 1000 - 1;
	SYSTICK_VAL = 0;
	SYSTICK_CTRL = SYSTICK_CTRL_ON;
}

void
clock_tick(void)
{
	millis = millis + 1;
}

static void
pins_init(void)
{
	SYSCTL_RCGC1 |= SYSCTL_RCGC1_UART0 | SYSCTL_RCGC1_SSI0;
	SYSCTL_RCGC2 |= SYSCTL_RCGC2_GPIO_A_TO_G | SYSCTL_RCGC2_EMAC0 |
	    SYSCTL_RCGC2_EPHY0;
	/* A part is there only some cycles after its clock. */
	(void)SYSCTL_RCGC2;
	(void)SYSCTL_RCGC2;
	GPIO_PUR(GPIO_E) |= PINS_BUTTONS;
	GPIO_DEN(GPIO_E) |= PINS_BUTTONS;
	GPIO_PUR(GPIO_F) |= PIN_SELECT;
	GPIO_DEN(GPIO_F) |= PIN_SELECT;
}

/* The link last: the host may send as soon as it says so on the UART. */
void
board_init(void)
{
	clock_init();
	pins_init();
	uart_init();
	spi_init();
	oled_init();
	store_init();
	link_init();
	uart_text(store_is_there() ? "card: there\r\n" : "card: none\r\n");
	uart_text("link: up\r\n");
}

const struct board_info *
board_info(void)
{
	static const struct board_info info = {
	    .name = "lm3s6965evb",
	    .board_class = BOARD_CLASS_DEMONSTRATION,
	    .has_trng = false,
	    .store_is_removable = true,
	};

	return &info;
}

uint32_t
board_millis(void)
{
	return millis;
}

/* With interrupts held back, what comes between the question and the sleep
 * still ends the sleep. Buttons are seen at the next tick. */
void
board_wait(void)
{
	__asm__ volatile("cpsid i" ::: "memory");
	if (!link_is_waiting())
		__asm__ volatile("wfi" ::: "memory");
	__asm__ volatile("cpsie i" ::: "memory");
}

unsigned
board_buttons(void)
{
	static const unsigned of_port_e[] = {
	    BOARD_BUTTON_UP,
	    BOARD_BUTTON_DOWN,
	    BOARD_BUTTON_LEFT,
	    BOARD_BUTTON_RIGHT,
	};
	uint32_t pins = GPIO_DATA(GPIO_E, PINS_BUTTONS);
	unsigned pressed = 0;

	for (unsigned i = 0; i < 4; i++) {
		if ((pins & 1u << i) == 0)
			pressed |= of_port_e[i];
	}
	if (GPIO_DATA(GPIO_F, PIN_SELECT) == 0)
		pressed |= BOARD_BUTTON_SELECT;
	return pressed;
}

/* The whole program, up to the first values of its variables. It begins at
 * address 0, which compiler and hash take for no object at all: the first word
 * is read apart. */
void
board_firmware_digest(uint8_t out[static SHA256_SIZE])
{
	/* cppcheck-suppress nullPointer */
	uint32_t first = REG(0);
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, &first, sizeof(first));
	sha256_push(&h, (const void *)sizeof(first),
	    (uintptr_t)start_flash_end - sizeof(first));
	sha256_finish(&h, out);
}

_Noreturn void
board_reset(void)
{
	SCB_AIRCR = SCB_AIRCR_RESET;
	for (;;) {
	}
}
