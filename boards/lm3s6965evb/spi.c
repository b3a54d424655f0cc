/* The bus of screen and card: SSI0, one chip select each. */
#include "boards/lm3s6965evb/parts.h"
#include "boards/lm3s6965evb/regs.h"

#define PINS_SSI 0x34u /* port A: clock 2, receive 4, transmit 5 */
#define PIN_OLED (1u << 3) /* port A, low: the screen listens */
#define PIN_DATA (1u << 7) /* port C, high: data, low: a command */
#define PIN_CARD (1u << 0) /* port D, low: the card listens */

#define FRAME_8_BITS 7u
#define MODE_2 (1u << 6) /* the screen's: clock idles high */
#define RATE(n) ((uint32_t)(n) << 8) /* CLOCK_HZ / 2 / (n + 1) */

static uint32_t card_rate;

static void
configure(uint32_t cr0)
{
	while ((SSI_SR & SSI_SR_BSY) != 0) {
	}
	SSI_CR1 = 0;
	SSI_CR0 = FRAME_8_BITS | cr0;
	SSI_CPSR = 2;
	SSI_CR1 = 2;
}

void
spi_init(void)
{
	GPIO_AFSEL(GPIO_A) |= PINS_SSI;
	GPIO_DIR(GPIO_A) |= PIN_OLED;
	GPIO_DEN(GPIO_A) |= PINS_SSI | PIN_OLED;
	GPIO_DIR(GPIO_C) |= PIN_DATA;
	GPIO_DEN(GPIO_C) |= PIN_DATA;
	GPIO_DIR(GPIO_D) |= PIN_CARD;
	GPIO_DEN(GPIO_D) |= PIN_CARD;
	spi_slow(true);
	configure(card_rate);
	spi_select(SPI_NONE);
}

void
spi_slow(bool slow)
{
	card_rate = slow ? RATE(63) : RATE(1); /* 391 kHz or 12.5 MHz */
}

/* The clock changes only while nobody listens. */
void
spi_select(enum spi_device device)
{
	GPIO_DATA(GPIO_A, PIN_OLED) = PIN_OLED;
	GPIO_DATA(GPIO_D, PIN_CARD) = PIN_CARD;
	if (device == SPI_NONE)
		return;
	configure(device == SPI_CARD ? card_rate : MODE_2 | RATE(5));
	if (device == SPI_CARD) {
		GPIO_DATA(GPIO_D, PIN_CARD) = 0;
		return;
	}
	GPIO_DATA(GPIO_C, PIN_DATA) = device == SPI_OLED_DATA ? PIN_DATA : 0;
	GPIO_DATA(GPIO_A, PIN_OLED) = 0;
}

uint8_t
spi_exchange(uint8_t octet)
{
	while ((SSI_SR & SSI_SR_TNF) == 0) {
	}
	SSI_DR = octet;
	while ((SSI_SR & SSI_SR_RNE) == 0) {
	}
	return (uint8_t)SSI_DR;
}
