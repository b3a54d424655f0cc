# Zegel: 'make help' lists the targets. Everything is built into build/ only.
# V=1 shows the commands, SAN=1 builds with AddressSanitizer and UBSan.

V ?= 0
SAN ?= 0
B ?= build
Q := $(if $(filter 1,$(V)),,@)

CC ?= cc
PKGS := nettle sqlite3 libcjson inih p11-kit-1
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lwolfssl -ldl -lpthread -lm

WARN := -Wall -Wextra -Wshadow -Wcast-qual -Wmissing-prototypes \
	-Wstrict-prototypes -Wundef -Wimplicit-fallthrough -Werror
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE \
	-fstack-clash-protection -fcf-protection
LDHARDEN := -pie -Wl,-z,relro,-z,now,-z,noexecstack
OPT := -O2 -g
ifeq ($(SAN),1)
B := $(B)/san
OPT := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
HARDEN := -fPIE
LDHARDEN := -pie -fsanitize=address,undefined
endif
CFLAGS := -std=c11 -I. $(OPT) $(WARN)
HOST_CFLAGS := $(CFLAGS) -D_GNU_SOURCE $(HARDEN) $(PKG_CFLAGS)

.DEFAULT_GOAL := all
.SUFFIXES:
.DELETE_ON_ERROR:

# Each folder lists its own sources.
COMMON_SRC :=
HOST_SRC :=
HSM_SRC :=
include common/files.mk hsm/files.mk $(wildcard host/*/files.mk)
include $(wildcard tests/*/files.mk)

LIB_SRC := $(COMMON_SRC) $(HSM_SRC) $(HOST_SRC)
LIB_OBJ := $(LIB_SRC:%.c=$(B)/obj/%.o)
LIB := $(B)/libzegel.a

PROGRAMS := $(B)/bin/zegel $(B)/bin/zegeld

.PHONY: all
all: $(PROGRAMS) ## build build/bin/zegel and build/bin/zegeld

$(LIB): $(LIB_OBJ)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(if $(Q),@echo "CC $<")
	$(Q)$(CC) $(HOST_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/bin/zegel: $(B)/obj/host/cli/main.o $(LIB)
	@mkdir -p $(@D)
	$(if $(Q),@echo "LD $@")
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

$(B)/bin/zegeld: $(B)/obj/host/daemon/main.o $(LIB)
	@mkdir -p $(@D)
	$(if $(Q),@echo "LD $@")
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

# A unit test is one file tests/unit/MODULE_test.c; it prints TAP.
# Those in tests/unit/common/ need no library but stdio, so that they also
# run as 32-bit; the others use cmocka.
UNIT_SRC := $(wildcard tests/unit/*_test.c)
UNIT := $(UNIT_SRC:%.c=$(B)/%)
COMMON_UNIT_SRC := $(wildcard tests/unit/common/*_test.c)
COMMON_UNIT := $(COMMON_UNIT_SRC:%.c=$(B)/%)
COMMON_UNIT_32 := $(COMMON_UNIT_SRC:%.c=$(B)/m32/%)

$(UNIT) $(COMMON_UNIT): $(B)/%: $(B)/obj/%.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS) -lcmocka

# 32-bit: common/ and its tests, with a plain C hash of the tests' own.
M32_OBJ := $(COMMON_SRC:%.c=$(B)/m32/%.o) $(B)/m32/tests/unit/common/plain_sha.o
$(B)/m32/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) -m32 $(CFLAGS) -MMD -MP -c -o $@ $<
$(COMMON_UNIT_32): $(B)/m32/%: $(B)/m32/%.o $(M32_OBJ)
	$(Q)$(CC) -m32 $(OPT) -o $@ $^

# The device's compiler sees common/ in every build of the checks.
ARM_CC ?= arm-none-eabi-gcc
ARM_OBJ := $(COMMON_SRC:%.c=$(B)/cortex-m3/%.o)
$(B)/cortex-m3/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(ARM_CC) -mcpu=cortex-m3 -mthumb -Os -ffreestanding \
		-ffunction-sections -fdata-sections -std=c11 -I. $(WARN) \
		-fstack-usage -MMD -MP -c -o $@ $<
.PHONY: cortex-m3
cortex-m3: $(ARM_OBJ) ## compile common/ for the appliance's processor

-include $(shell find $(B) -name '*.d' 2>/dev/null)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sort -u | \
		awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: clean
clean: ## remove build/, keeping a station in it
	$(Q)find $(B) -mindepth 1 -maxdepth 1 ! -name station -exec rm -rf {} +
