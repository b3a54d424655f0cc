# Loaded into zegeld by tests that move its clock.
CLOCK_SHIFT := $(B)/tests/clock_shift.so
TEST_NEEDS += $(CLOCK_SHIFT)

$(CLOCK_SHIFT): tests/e2e/clock_shift.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -O2 -g $(WARN) -Wno-missing-prototypes \
		-D_GNU_SOURCE -fPIC -shared -Wl,-z,defs -o $@ $< -ldl

# A host for the appliance as a process.
APPLIANCE_SIM := $(B)/tests/e2e/appliance_sim
TEST_OBJ += $(B)/obj/tests/e2e/appliance_sim.o
TEST_NEEDS += $(APPLIANCE_SIM)

$(APPLIANCE_SIM): $(B)/obj/tests/e2e/appliance_sim.o \
		$(B)/obj/tests/unit/support/appliance.o $(B)/libzegel.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

# A host at the console of a board whose card is driven beside it.
CARD_HOST := $(B)/tests/e2e/card_host
TEST_OBJ += $(B)/obj/tests/e2e/card_host.o
TEST_NEEDS += $(CARD_HOST)

$(CARD_HOST): $(B)/obj/tests/e2e/card_host.o $(B)/libzegel.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -Wl,--as-needed -o $@ $^ \
		$(PKG_LIBS)

# A PKCS#11 program that is not ours: no common/, no hsm/.
CARD_SIGN := $(B)/tests/e2e/card_sign
TEST_OBJ += $(B)/obj/tests/e2e/card_sign.o
TEST_NEEDS += $(CARD_SIGN)

$(CARD_SIGN): $(B)/obj/tests/e2e/card_sign.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ -ldl

# The station with the emulated board; a new make after deps, as for 'run'.
# KEY is appliance or softhsm: tests/e2e/run_appliance.py.
KEY ?=
.PHONY: run-appliance run-appliance-station
run-appliance: ## seal a sample batch with the emulated appliance (YES=1: pressed by itself; KEY=softhsm: the key elsewhere)
	$(Q)host/deps.sh host/packages.txt firmware/packages.txt \
	    tests/appliance.txt tests/pki/packages.txt
	$(Q)$(MAKE) --no-print-directory run-appliance-station
run-appliance-station: $(PROGRAMS) $(B)/tests/gen/drafts $(BRIDGE) \
		$(B)/firmware/lm3s6965evb/zegel.elf
	$(Q)YES=$(YES) KEY=$(KEY) python3 tests/e2e/run_appliance.py $(B)
