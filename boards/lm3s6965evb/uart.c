#include "boards/lm3s6965evb/parts.h"
#include "boards/lm3s6965evb/regs.h"

#define PINS_UART 0x03u /* port A */

void
uart_init(void)
{
	GPIO_AFSEL(GPIO_A) |= PINS_UART;
	GPIO_DEN(GPIO_A) |= PINS_UART;
	UART_CTL = 0;
	UART_IBRD = CLOCK_HZ / (16 * 115200);
	UART_FBRD = (CLOCK_HZ % (16 * 115200) * 64 + 8 * 115200) /
	    (16 * 115200);
	UART_LCRH = 0x70; /* 8 bits, FIFO */
	UART_CTL = 0x301;
}

void
uart_text(const char *text)
{
	for (; *text != '\0'; text++) {
		while ((UART_FR & UART_FR_TXFF) != 0) {
		}
		UART_DR = (uint8_t)*text;
	}
}
