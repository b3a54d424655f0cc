# The board that QEMU emulates (-M lm3s6965evb): Cortex-M3, 256 KiB of flash,
# 64 KiB of memory. Its flash begins at address 0, so that is no null pointer.
lm3s6965evb := boards/lm3s6965evb
lm3s6965evb_CC = $(ARM_CC)
lm3s6965evb_CFLAGS := -std=c11 -mcpu=cortex-m3 -mthumb -Os -g \
	-ffunction-sections -fdata-sections -fno-common \
	-fno-delete-null-pointer-checks \
	-fstack-usage -fcallgraph-info=su
# The stack in octets: what 'make sizes' finds as the deepest chain, and more.
lm3s6965evb_LDFLAGS := -specs=nano.specs -nostartfiles -Wl,--gc-sections \
	-Wl,--defsym=STACK_OCTETS=10240 -Wl,--build-id=none \
	-T $(lm3s6965evb)/lm3s6965evb.ld
lm3s6965evb_SRC := $(addprefix $(lm3s6965evb)/,board.c card.c device.c \
	glyph.c halt.c link.c oled.c spi.c start.c store.c uart.c)
$(eval $(call firmware_objects,lm3s6965evb))
# Every octet is hashed twice: a tenth faster for 800 octets of flash.
$(lm3s6965evb_DIR)/wolfcrypt/sha256.o: WOLFCRYPT_CFLAGS += -O3

# zegel.elf is the firmware, board.elf serves the test of this board.
lm3s6965evb_BIN := $(B)/firmware/lm3s6965evb
$(lm3s6965evb_BIN)/zegel.elf: $(lm3s6965evb_DIR)/firmware/main.o
$(lm3s6965evb_BIN)/board.elf: $(lm3s6965evb_DIR)/tests/e2e/board_main.o
$(lm3s6965evb_BIN)/zegel.elf $(lm3s6965evb_BIN)/board.elf: $(lm3s6965evb_OBJ) \
		$(lm3s6965evb_SRC:%.c=$(lm3s6965evb_DIR)/%.o) \
		$(lm3s6965evb)/lm3s6965evb.ld
	$(if $(Q),@echo "LD $@")
	$(Q)$(lm3s6965evb_CC) $(lm3s6965evb_CFLAGS) $(lm3s6965evb_LDFLAGS) \
		-Wl,-Map=$(@:.elf=.map) -o $@ $(filter %.o,$^)
FIRMWARE_ELF += $(lm3s6965evb_BIN)/board.elf
lm3s6965evb_SIZES = tests/firmware_sizes $(lm3s6965evb)/sizes.budget \
	$(lm3s6965evb_BIN)/zegel.elf $(lm3s6965evb_DIR)
# As of other programs: built once its main.c is there.
ifneq ($(wildcard firmware/main.c),)
FIRMWARE_ELF += $(lm3s6965evb_BIN)/zegel.elf
FIRMWARE_SIZES += -c "sizes of lm3s6965evb" "$(lm3s6965evb_SIZES)"
FIRMWARE_SIZES_SAID += $(lm3s6965evb_SIZES) &&
endif
