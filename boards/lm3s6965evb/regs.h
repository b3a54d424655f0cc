/*
 * regs.h: private to boards/lm3s6965evb. The registers that we use of the
 * LM3S6965 (data sheet DS-LM3S6965) and of its Cortex-M3, by their names there.
 */
#ifndef BOARDS_LM3S6965EVB_REGS_H
#define BOARDS_LM3S6965EVB_REGS_H

#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(uintptr_t)(address))

/* System control (chapter 5). */
#define SYSCTL_RIS REG(0x400fe050)
#define SYSCTL_RIS_PLLLRIS (1u << 6)
#define SYSCTL_RCC REG(0x400fe060)
#define SYSCTL_RCGC1 REG(0x400fe104)
#define SYSCTL_RCGC1_UART0 (1u << 0)
#define SYSCTL_RCGC1_SSI0 (1u << 4)
#define SYSCTL_RCGC2 REG(0x400fe108)
#define SYSCTL_RCGC2_GPIO_A_TO_G 0x7fu
#define SYSCTL_RCGC2_EMAC0 (1u << 28)
#define SYSCTL_RCGC2_EPHY0 (1u << 30)

/* General-purpose pins (chapter 8). Bits of an access to GPIO_DATA are chosen
 * by its address. */
#define GPIO_A 0x40004000u
#define GPIO_C 0x40006000u
#define GPIO_D 0x40007000u
#define GPIO_E 0x40024000u
#define GPIO_F 0x40025000u
#define GPIO_DATA(port, pins) REG((port) + ((uint32_t)(pins) << 2))
#define GPIO_DIR(port) REG((port) + 0x400)
#define GPIO_AFSEL(port) REG((port) + 0x420)
#define GPIO_PUR(port) REG((port) + 0x510)
#define GPIO_DEN(port) REG((port) + 0x51c)

/* UART0 (chapter 12). */
#define UART_DR REG(0x4000c000)
#define UART_FR REG(0x4000c018)
#define UART_FR_TXFF (1u << 5)
#define UART_IBRD REG(0x4000c024)
#define UART_FBRD REG(0x4000c028)
#define UART_LCRH REG(0x4000c02c)
#define UART_CTL REG(0x4000c030)

/* SSI0 (chapter 13). */
#define SSI_CR0 REG(0x40008000)
#define SSI_CR1 REG(0x40008004)
#define SSI_DR REG(0x40008008)
#define SSI_SR REG(0x4000800c)
#define SSI_SR_TNF (1u << 1)
#define SSI_SR_RNE (1u << 2)
#define SSI_SR_BSY (1u << 4)
#define SSI_CPSR REG(0x40008010)

/* Ethernet controller (chapter 15). */
#define MAC_RIS REG(0x40048000)
#define MAC_RIS_RXINT (1u << 0)
#define MAC_IM REG(0x40048004)
#define MAC_RCTL REG(0x40048008)
#define MAC_RCTL_RXEN (1u << 0)
#define MAC_RCTL_RSTFIFO (1u << 4)
#define MAC_TCTL REG(0x4004800c)
#define MAC_TCTL_TXEN (1u << 0)
#define MAC_TCTL_PADEN (1u << 1)
#define MAC_TCTL_CRC (1u << 2)
#define MAC_TCTL_DUPLEX (1u << 4)
#define MAC_DATA REG(0x40048010)
#define MAC_IA0 REG(0x40048014)
#define MAC_IA1 REG(0x40048018)
#define MAC_THR REG(0x4004801c)
#define MAC_NP REG(0x40048034)
#define MAC_TR REG(0x40048038)
#define MAC_TR_NEWTX (1u << 0)
#define MAC_INTERRUPT 42

/* The processor. */
#define SYSTICK_CTRL REG(0xe000e010)
#define SYSTICK_CTRL_ON 7u /* counts the processor's clock, interrupts */
#define SYSTICK_LOAD REG(0xe000e014)
#define SYSTICK_VAL REG(0xe000e018)
#define NVIC_ISER1 REG(0xe000e104) /* interrupts 32 to 63 */
#define SCB_AIRCR REG(0xe000ed0c)
#define SCB_AIRCR_RESET 0x05fa0004u
#define MPU_CTRL REG(0xe000ed94)
#define MPU_CTRL_ON 5u /* the rest of the memory as without it */
#define MPU_RNR REG(0xe000ed98)
#define MPU_RBAR REG(0xe000ed9c)
#define MPU_RASR REG(0xe000eda0)
#define MPU_RASR_XN (1u << 28)
#define MPU_RASR_READ_WRITE (3u << 24)
#define MPU_RASR_NORMAL (6u << 16) /* internal memory: shared, write-through */
#define MPU_RASR_SIZE(bits) (((bits)-1u) << 1 | 1u)

#define CLOCK_HZ 50000000u

#endif
