# Zegel: 'make help' lists the targets. Everything is built into build/ only.
# V=1 shows the commands, SAN=1 builds with AddressSanitizer and UBSan.

V ?= 0
SAN ?= 0
FUZZ ?= 0
B ?= build
Q := $(if $(filter 1,$(V)),,@)

CC ?= cc
PKGS := nettle sqlite3 libcjson inih p11-kit-1 libxml-2.0 libusb-1.0 libcurl
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
ifeq ($(FUZZ),1)
# Only for 'make fuzz': clang and its libFuzzer.
B := $(B)/libfuzzer
CC := clang-14
OPT := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
HARDEN := -fPIE
LDHARDEN := -pie -fsanitize=address,undefined
endif
CFLAGS := -std=c11 -I. $(OPT) $(WARN)
HOST_CFLAGS := $(CFLAGS) -D_GNU_SOURCE $(HARDEN) $(PKG_CFLAGS)

.DEFAULT_GOAL := all
.SUFFIXES:
.DELETE_ON_ERROR:

# Programs are built once their main.c is there. Before tests/*/files.mk, whose
# rules name them.
PROGRAMS := $(if $(wildcard host/cli/main.c),$(B)/bin/zegel) \
	$(if $(wildcard host/daemon/main.c),$(B)/bin/zegeld)

# Each folder lists its own sources.
COMMON_SRC :=
HOST_SRC :=
HSM_SRC :=
FIRMWARE_SRC :=
include common/files.mk hsm/files.mk $(wildcard host/*/files.mk)
include firmware/core.mk
include $(wildcard tests/*/files.mk)

# The firmware's core is there for its tests; no program of the host uses it.
LIB_SRC := $(filter-out %/main.c,$(COMMON_SRC) $(HSM_SRC) $(HOST_SRC) \
	$(FIRMWARE_CORE))
LIB_OBJ := $(LIB_SRC:%.c=$(B)/obj/%.o)
LIB := $(B)/libzegel.a

.PHONY: all
all: $(PROGRAMS) ## build build/bin/zegel and build/bin/zegeld

# What was built with other flags or from other sources is built again.
# $(call same,TEXT): replaces the target only if it does not hold TEXT.
same = mkdir -p $(@D); echo '$1' | cmp -s - $@ || echo '$1' >$@
.PHONY: FORCE
FORCE:
$(B)/flags: FORCE
	@$(call same,$(CC) $(HOST_CFLAGS) $(LDHARDEN))
$(B)/sources: FORCE
	@$(call same,$(LIB_SRC))

$(LIB): $(LIB_OBJ) $(B)/sources
	$(Q)rm -f $@ && $(AR) rcs $@ $(LIB_OBJ)

$(B)/obj/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(if $(Q),@echo "CC $<")
	$(Q)$(CC) $(HOST_CFLAGS) -MMD -MP -c -o $@ $<

MAIN_OBJ := $(B)/obj/host/cli/main.o $(B)/obj/host/daemon/main.o
$(B)/bin/zegel: $(B)/obj/host/cli/main.o $(LIB)
$(B)/bin/zegeld: $(B)/obj/host/daemon/main.o $(LIB)
$(PROGRAMS):
	@mkdir -p $(@D)
	$(if $(Q),@echo "LD $@")
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

# The device's compiler sees common/ and the core in every build of the checks.
ARM_CC ?= arm-none-eabi-gcc
ARM_CFLAGS := -mcpu=cortex-m3 -mthumb -Os -ffreestanding -ffunction-sections \
	-fdata-sections -std=c11 -I. $(WARN)
ARM_OBJ := $(COMMON_SRC:%.c=$(B)/cortex-m3/%.o)
ARM_CORE_OBJ := $(FIRMWARE_CORE:%.c=$(B)/cortex-m3/%.o)
$(B)/cortex-m3/%.o: %.c $(B)/cortex-m3.flags
	@mkdir -p $(@D)
	$(Q)$(ARM_CC) $(ARM_CFLAGS) -fstack-usage -fcallgraph-info=su \
		-MMD -MP -c -o $@ $<
$(B)/cortex-m3.flags: FORCE
	@$(call same,$(ARM_CC) $(ARM_CFLAGS))
.PHONY: cortex-m3
cortex-m3: $(ARM_OBJ) $(ARM_CORE_OBJ) ## compile common/ and the core for the appliance's processor

include firmware/files.mk $(wildcard boards/*/files.mk)

include tests/files.mk

# Headers that each object was compiled with, as far as there are objects.
OBJ := $(LIB_OBJ) $(MAIN_OBJ) $(ARM_OBJ) $(ARM_CORE_OBJ) $(TEST_OBJ)
-include $(wildcard $(OBJ:.o=.d))

# A new make after deps: what pkg-config knows is read at its start.
.PHONY: run run-station
run: ## seal a sample batch at level LTA on a test station in build/station (YES=1: no question)
	$(Q)host/deps.sh host/packages.txt tests/pki/packages.txt
	$(Q)$(MAKE) --no-print-directory run-station
run-station: $(PROGRAMS) $(B)/tests/gen/drafts
	$(Q)YES=$(YES) host/run.sh $(B)

# The other of the README's two commands; what it runs stands in tests/files.mk.
.PHONY: check
check: deps

# For packages, too: make install DESTDIR=root PREFIX=/usr
DESTDIR ?=
PREFIX ?= /usr
.PHONY: install
install: all ## install under DESTDIR= with PREFIX=/usr
	$(Q)host/install.sh '$(B)' '$(DESTDIR)' '$(PREFIX)'

.PHONY: help
help: ## this list
	@echo "Variables: V=1 shows commands, SAN=1 builds with sanitizers"
	@grep -hE '^[a-z0-9-]+:.*##' Makefile tests/files.mk \
		$(wildcard */*/files.mk) | \
		awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}' | \
		LC_ALL=C sort

.PHONY: clean
clean: ## remove build/, keeping a station in it
	$(Q)find $(B) -mindepth 1 -maxdepth 1 ! -name station -exec rm -rf {} +
