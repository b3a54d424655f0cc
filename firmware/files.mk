# The firmware. Its sources are compiled once for each processor (once more
# for the host and for the host as 32-bit, for boards/sim and the unit tests):
#   $(call firmware_objects,NAME) below, with NAME_CC and NAME_CFLAGS.
# A board's own sources, flags and how it is linked: boards/BOARD/files.mk.

FIRMWARE_SRC += \
	firmware/appliance.c \
	firmware/crypto.c \
	firmware/crypto_ecdsa.c \
	firmware/crypto_rfc6979.c \
	firmware/p256.c \
	firmware/remember.c \
	firmware/selftest.c \
	firmware/sha_wolfcrypt.c \
	firmware/twin.c \
	firmware/vault.c \
	firmware/vault_certificate.c \
	firmware/vault_seal.c

# wolfCrypt is Debian's source package, unpacked, never a part of this tree.
WOLFCRYPT := build/wolfcrypt
WOLFCRYPT_SRC := aes ecc hash hmac pwdbased random sha256 sha512 sp_c32 \
	sp_cortexm sp_int wolfmath
$(WOLFCRYPT)/patch-level: firmware/wolfcrypt.sh
	$(Q)firmware/wolfcrypt.sh $(WOLFCRYPT)
	$(Q)touch $@

# Nothing of where the tree lies gets into an object.
FIRMWARE_CFLAGS := -I. -Ifirmware -isystem $(WOLFCRYPT) \
	-DWOLFSSL_USER_SETTINGS '-ffile-prefix-map=$(CURDIR)=.'
# Its code is not ours to warn about; it shifts signed numbers, too.
WOLFCRYPT_CFLAGS := -w -fno-sanitize=undefined

# $(NAME_OBJ): everything but main.c; rules for any other .c as well.
define firmware_objects
$1_DIR := $$(B)/firmware/$1/obj
$1_OBJ := $$(patsubst %.c,$$($1_DIR)/%.o, \
	$$(COMMON_SRC) $$(filter-out firmware/main.c,$$(FIRMWARE_SRC))) \
	$$(WOLFCRYPT_SRC:%=$$($1_DIR)/wolfcrypt/%.o)
$$($1_DIR)/flags: FORCE
	@$$(call same,$$($1_CC) $$($1_CFLAGS) $$(WARN) $$(WOLFCRYPT_CFLAGS) \
		$$(subst ',,$$(FIRMWARE_CFLAGS)))
$$($1_DIR)/wolfcrypt/%.o: $$(WOLFCRYPT)/patch-level firmware/user_settings.h \
		$$($1_DIR)/flags
	@mkdir -p $$(@D)
	$$(Q)$$($1_CC) $$($1_CFLAGS) $$(FIRMWARE_CFLAGS) $$(WOLFCRYPT_CFLAGS) \
		-c -o $$@ $$(WOLFCRYPT)/wolfcrypt/src/$$*.c
# It holds a file of wolfCrypt, so it is as those.
$$($1_DIR)/firmware/p256.o: private $1_CFLAGS += -fno-sanitize=undefined
$$($1_DIR)/%.o: %.c $$($1_DIR)/flags $$(WOLFCRYPT)/patch-level
	@mkdir -p $$(@D)
	$$(Q)$$($1_CC) $$($1_CFLAGS) $$(FIRMWARE_CFLAGS) $$(WARN) \
		-MMD -MP -c -o $$@ $$<
-include $$(wildcard $$(addprefix $$($1_DIR)/,*/*.d */*/*.d */*/*/*.d))
endef

host_CC = $(CC)
host_CFLAGS := -std=c11 -D_GNU_SOURCE $(OPT) $(HARDEN)
m32_CC = $(CC) -m32
m32_CFLAGS := -std=c11 -D_GNU_SOURCE $(OPT)
$(foreach n,host m32,$(eval $(call firmware_objects,$n)))

# For boards/sim and the unit tests; what calls a board finds it elsewhere.
HOST_FIRMWARE := $(B)/firmware/host/firmware.a
M32_FIRMWARE := $(B)/firmware/m32/firmware.a
$(HOST_FIRMWARE): $(host_OBJ)
$(M32_FIRMWARE): $(m32_OBJ)
$(HOST_FIRMWARE) $(M32_FIRMWARE):
	$(Q)rm -f $@ && $(AR) rcs $@ $^

BOARD ?= lm3s6965evb
.PHONY: firmware
firmware: ## the appliance's firmware in build/firmware/BOARD (BOARD=lm3s6965evb)
	$(Q)host/deps.sh host/packages.txt firmware/packages.txt
	$(Q)$(MAKE) --no-print-directory $(if $(filter sim,$(BOARD)),sim,\
		$(B)/firmware/$(BOARD)/zegel.elf)
