# The checks. Everything is found by its name:
#   tests/unit/common/MODULE_test.c  common/, stdio only, also as 32-bit and
#                                    on an emulated Cortex-M3
#   tests/unit/firmware/MODULE_test.c firmware/, likewise (on a Cortex-M3 what
#                                    has other arithmetic there); the board is
#                                    the test's own
#   tests/unit/MODULE_test.c         host/ and hsm/, with cmocka
#   tests/unit/support/*.c           linked to all of tests/unit/
#   tests/fuzz/MODULE_fuzz.c         LLVMFuzzerTestOneInput; seeds, if any, in
#                                    tests/fuzz/corpus/MODULE/
#   tests/selftest/*                 of the tools of this folder
#   tests/e2e/*_test.sh, *_test.py, tests/crash/*_test.sh  run build/bin from the top
# Each prints TAP; tests/run counts. tests/FOLDER/files.mk may add what its
# tests need built to TEST_NEEDS, and objects with rules of $(B)/obj/ to
# TEST_OBJ.

J ?= $(shell nproc)
RUN := tests/run -j $(J) $(if $(filter 1,$(V)),-v)

UNIT_SRC := $(wildcard tests/unit/*_test.c)
UNIT := $(UNIT_SRC:%.c=$(B)/%)
COMMON_UNIT_SRC := $(wildcard tests/unit/common/*_test.c)
COMMON_UNIT := $(COMMON_UNIT_SRC:%.c=$(B)/%)
COMMON_UNIT_32 := $(COMMON_UNIT_SRC:%.c=$(B)/m32/%)
SUPPORT_SRC := $(wildcard tests/unit/support/*.c)
SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(B)/obj/%.o)

$(UNIT): $(B)/%: $(B)/obj/%.o $(SUPPORT_OBJ) $(LIB)
$(COMMON_UNIT): $(B)/%: $(B)/obj/%.o $(LIB)
$(UNIT) $(COMMON_UNIT):
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS) -lcmocka

# 32-bit: common/ and its tests, with a plain C hash of the tests' own,
# because nettle is there for 64 bits only.
M32_SRC := $(COMMON_SRC) $(wildcard tests/unit/common/plain_*.c)
M32_OBJ := $(M32_SRC:%.c=$(B)/m32/%.o)
$(B)/m32/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) -m32 $(CFLAGS) -MMD -MP -c -o $@ $<
$(COMMON_UNIT_32): $(B)/m32/%: $(B)/m32/%.o $(M32_OBJ)
	$(Q)$(CC) -m32 $(OPT) $(LDHARDEN) -o $@ $^

# The appliance's processor: common/ as the firmware has it, its tests with
# newlib, on a board of QEMU's with memory enough for both.
COMMON_UNIT_M3 := $(COMMON_UNIT_SRC:%.c=$(B)/m3/%)
M3_OBJ := $(patsubst %.c,$(B)/m3/%.o,tests/unit/m3/start.c \
	$(wildcard tests/unit/common/plain_*.c))
$(B)/m3/%.o: %.c $(B)/cortex-m3.flags
	@mkdir -p $(@D)
	$(Q)$(ARM_CC) $(ARM_CFLAGS) -MMD -MP -c -o $@ $<
$(COMMON_UNIT_M3): $(B)/m3/%: $(B)/m3/%.o $(M3_OBJ) $(ARM_OBJ) \
		tests/unit/m3/mps2.ld
	$(Q)$(ARM_CC) $(ARM_CFLAGS) -specs=rdimon.specs -nostartfiles \
		-Wl,--gc-sections -T tests/unit/m3/mps2.ld -o $@ \
		$(filter %.o,$^)
M3_RUN = $(foreach t,$(COMMON_UNIT_M3) $(FIRMWARE_UNIT_M3),\
	-c "$(notdir $t) on a cortex-m3" "tests/unit/m3/run $t")

# The firmware brings its own hashes; it is never in one program with host/.
FIRMWARE_UNIT_SRC := $(wildcard tests/unit/firmware/*_test.c)
FIRMWARE_UNIT := $(FIRMWARE_UNIT_SRC:%.c=$(B)/%)
FIRMWARE_UNIT_32 := $(FIRMWARE_UNIT_SRC:%.c=$(B)/m32/%)
$(FIRMWARE_UNIT): $(B)/%: $(host_DIR)/%.o $(HOST_FIRMWARE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^
$(FIRMWARE_UNIT_32): $(B)/m32/%: $(m32_DIR)/%.o $(M32_FIRMWARE)
	@mkdir -p $(@D)
	$(Q)$(CC) -m32 $(OPT) $(LDHARDEN) -o $@ $^
FIRMWARE_UNIT_M3 := $(addprefix $(B)/m3/tests/unit/firmware/,crypto_test \
	p256_test)
UNIT += $(FIRMWARE_UNIT)
COMMON_UNIT_32 += $(FIRMWARE_UNIT_32)

# A fuzz target runs its seeds, and what a fixed generator makes of them, with
# any compiler; libFuzzer's own main comes only with 'make fuzz'.
FUZZ_SRC := $(wildcard tests/fuzz/*_fuzz.c)
FUZZ_BIN := $(FUZZ_SRC:%.c=$(B)/%)
FUZZ_MAIN := $(if $(filter 1,$(FUZZ)),,$(B)/obj/tests/fuzz/standalone.o)
$(FUZZ_BIN): $(B)/%: $(B)/obj/%.o $(FUZZ_MAIN) $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) $(if $(FUZZ_MAIN),,-fsanitize=fuzzer) \
		-o $@ $^ $(PKG_LIBS)

TEST_OBJ += $(patsubst %.c,$(B)/obj/%.o,$(UNIT_SRC) $(COMMON_UNIT_SRC) \
	$(FUZZ_SRC) tests/fuzz/standalone.c) $(SUPPORT_OBJ) $(M32_OBJ) \
	$(COMMON_UNIT_SRC:%.c=$(B)/m32/%.o) $(COMMON_UNIT_SRC:%.c=$(B)/m3/%.o) \
	$(M3_OBJ)

.PHONY: unit
unit: $(UNIT) $(COMMON_UNIT) $(TEST_NEEDS) ## unit tests (SAN=1: with sanitizers)
	$(Q)$(RUN) -t 120 $(UNIT) $(COMMON_UNIT)

SIZES = tests/sizes common/sizes.budget $(B)/cortex-m3 $(sort $(ARM_OBJ)) \
	-- $(ARM_CC) $(ARM_CFLAGS)
.PHONY: sizes
sizes: cortex-m3 ## code, memory and stack on the appliance, of common/ and firmware, by budget
	$(Q)$(SIZES)
	$(Q)$(SUB) $(FIRMWARE_ELF)
	$(Q)$(FIRMWARE_SIZES_SAID) :

# Objects tell lint which symbols others can see.
LINT = tests/lint/run --objects $(B)/obj
LINT_CC = -- $(CC) $(HOST_CFLAGS)
TIDY ?= 0
.PHONY: lint
lint: $(LIB) ## rules of names, includes, layout, static checks (TIDY=1: and clang-tidy)
	$(Q)$(LINT) $(if $(filter 1,$(TIDY)),--tidy) $(LINT_CC)

.PHONY: unit-32
unit-32: $(COMMON_UNIT_32) ## unit tests of common/ as 32-bit
	$(Q)$(RUN) -t 120 $^

.PHONY: unit-m3
unit-m3: $(COMMON_UNIT_M3) $(FIRMWARE_UNIT_M3) ## unit tests of common/, and of cryptography, on an emulated Cortex-M3
	$(Q)$(RUN) -t 240 $(M3_RUN)

SAN_UNIT := $(patsubst $(B)/%,$(B)/san/%,$(UNIT) $(COMMON_UNIT))
SAN_FUZZ := $(FUZZ_BIN:$(B)/%=$(B)/san/%)
SELFTEST := $(wildcard tests/selftest/*)
E2E_SH := $(wildcard tests/e2e/*_test.sh tests/crash/*_test.sh)
# What stands behind a script of the same name is not run by itself.
E2E := $(E2E_SH) $(filter-out $(E2E_SH:.sh=.py),$(wildcard tests/e2e/*_test.py))

.PHONY: check-build check-build-san
check-build: $(PROGRAMS) $(UNIT) $(COMMON_UNIT) $(COMMON_UNIT_32) \
	$(COMMON_UNIT_M3) $(FIRMWARE_UNIT_M3) $(TEST_NEEDS)
check-build-san: $(UNIT) $(COMMON_UNIT) $(FUZZ_BIN) $(TEST_NEEDS)

# Scripts that use npm packages name build/npm, where they are installed.
NPM_USERS := $(shell grep -ls build/npm $(E2E) $(wildcard tests/bench/* \
	tests/vectors/*) /dev/null)
build/npm/node_modules/.package-lock.json: tests/npm.txt tests/npm.sh
	tests/npm.sh build/npm
.PHONY: npm
npm: build/npm/node_modules/.package-lock.json

.PHONY: deps
deps: ## install the Debian packages that building and checking need
	$(Q)host/deps.sh host/packages.txt firmware/packages.txt \
	    tests/appliance.txt tests/packages.txt tests/pki/packages.txt

SUB := $(MAKE) --no-print-directory -k -j$(J)

# A failed build is a failed test; what could be built is still run.
# A new make after deps: what pkg-config knows is read at its start.
.PHONY: check check-run
check: deps ## everything that a clone can check by itself, in under 15 minutes
	$(Q)$(MAKE) --no-print-directory check-run
check-run:
	$(Q)$(RUN) \
	    -b "build" "$(SUB) check-build" \
	    -b "build with sanitizers" "$(SUB) SAN=1 check-build-san" \
	    -b "compile for cortex-m3" "$(SUB) cortex-m3" \
	    -b "firmware" "$(SUB) $(FIRMWARE_ELF)" \
	    $(if $(filter tests/e2e/% tests/crash/%,$(NPM_USERS)), \
	    -b "npm packages" "$(SUB) npm") \
	    -t 600 $(E2E) \
	    -c clang-tidy "$(LINT) --tidy --quick --only clang-tidy $(LINT_CC)" \
	    -c lint "$(LINT) $(LINT_CC)" $(SELFTEST) \
	    -c sizes "$(SIZES)" $(FIRMWARE_SIZES) \
	    -t 240 $(SAN_UNIT) $(SAN_FUZZ) \
	    -t 240 $(M3_RUN) \
	    -t 120 $(UNIT) $(COMMON_UNIT) $(COMMON_UNIT_32)

# Other people's vectors are read where they lie; nothing of them is here.
# tests/vectors/NAME.sh finds the folders in $VECTORS and $SAMPLES (one may be
# empty), programs of its own in build/tests/vectors/, and skips in TAP's way.
VECTORS ?=
SAMPLES ?=
VECTOR_SRC := $(wildcard tests/vectors/*_vectors.c)
VECTOR_BIN := $(VECTOR_SRC:%.c=$(B)/%)
VECTOR_RUN := $(wildcard tests/vectors/*.sh)
TEST_OBJ += $(VECTOR_SRC:%.c=$(B)/obj/%.o)
$(VECTOR_BIN): $(B)/%: $(B)/obj/%.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

# With firmware/, which is never in one program with host/.
APPLIANCE_WYCHEPROOF := $(B)/tests/vectors/appliance_wycheproof
$(APPLIANCE_WYCHEPROOF): $(B)/%: $(host_DIR)/%.o $(HOST_FIRMWARE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ -lcjson

.PHONY: check-vectors check-vectors-build
check-vectors-build: $(PROGRAMS) $(VECTOR_BIN) $(APPLIANCE_WYCHEPROOF)
check-vectors: deps ## run the vectors in VECTORS=DIR and files in SAMPLES=DIR
ifeq ($(VECTORS)$(SAMPLES),)
	$(Q)$(RUN) -c vectors "echo '1..0 # SKIP neither VECTORS= nor SAMPLES= given'"
else
	$(Q)VECTORS='$(abspath $(VECTORS))' SAMPLES='$(abspath $(SAMPLES))' \
	    $(RUN) -b "build" "$(SUB) check-vectors-build" \
	    $(if $(filter tests/vectors/%,$(NPM_USERS)), \
	    -b "npm packages" "$(SUB) npm") \
	    $(foreach d,$(VECTORS) $(SAMPLES),-b "$d is there" "test -d '$d'") \
	    -t 600 $(VECTOR_RUN)
endif

# Seconds for each fuzz target; FUZZ_ONLY=jcs runs one.
T ?= 60
FUZZ_ONLY ?=
.PHONY: fuzz fuzz-run
fuzz: ## fuzz each target for T=60 seconds with libFuzzer (FUZZ_ONLY=jcs: one)
	$(Q)$(MAKE) --no-print-directory FUZZ=1 fuzz-run
fuzz-run: $(FUZZ_BIN)
	$(Q)tests/fuzz/run.sh $(T) $(B) \
	    $(if $(FUZZ_ONLY),$(filter %/$(FUZZ_ONLY)_fuzz,$^),$^)

# tests/bench/NAME_bench.c or .sh prints a table. Never two at a time.
BENCH_SRC := $(wildcard tests/bench/*_bench.c)
BENCH_BIN := $(BENCH_SRC:%.c=$(B)/%)
BENCH := $(sort $(BENCH_SRC:tests/bench/%_bench.c=bench-%) \
	$(patsubst tests/bench/%_bench.sh,bench-%, \
	$(wildcard tests/bench/*_bench.sh)))
TEST_OBJ += $(BENCH_SRC:%.c=$(B)/obj/%.o)
$(BENCH_BIN): $(B)/%: $(B)/obj/%.o $(SUPPORT_OBJ) $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS) -lcmocka

# The appliance's own objects on a board with room to print, what the firmware
# costs and tests of what is not the same code on a host: here, because only
# here the objects of boards/ are known.
$(APPLIANCE_CYCLES) $(FIRMWARE_UNIT_M3): $(B)/m3/%: $(lm3s6965evb_DIR)/%.o \
		$(lm3s6965evb_OBJ) $(B)/m3/tests/unit/m3/start.o \
		tests/unit/m3/mps2.ld
	@mkdir -p $(@D)
	$(Q)$(lm3s6965evb_CC) $(lm3s6965evb_CFLAGS) -specs=rdimon.specs \
		-nostartfiles -Wl,--gc-sections -T tests/unit/m3/mps2.ld \
		-o $@ $(filter %.o,$^)

.PHONY: bench $(BENCH)
bench: deps ## every benchmark, as ratios in one run; bench-NAME: one of them
	$(Q)$(foreach b,$(BENCH),$(MAKE) --no-print-directory $b &&) :
$(BENCH): bench-%: $(PROGRAMS) $(BENCH_BIN) $(TEST_NEEDS) \
	$(if $(filter tests/bench/%,$(NPM_USERS)),npm)
	@echo "== $*"
	$(Q)$(firstword $(wildcard tests/bench/$*_bench.sh) $(B)/tests/bench/$*_bench)
