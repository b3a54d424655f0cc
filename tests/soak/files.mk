# What takes too long for the checks: tests/soak/NAME_soak.c or .sh prints TAP.
SOAK_SRC := $(wildcard tests/soak/*_soak.c)
SOAK_BIN := $(SOAK_SRC:%.c=$(B)/%)
TEST_OBJ += $(SOAK_SRC:%.c=$(B)/obj/%.o)
$(SOAK_BIN): $(B)/%: $(B)/obj/%.o $(B)/libzegel.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

.PHONY: soak soak-run
soak: deps ## what takes too long for the checks: ten minutes
	$(Q)$(MAKE) --no-print-directory soak-run
soak-run: $(PROGRAMS) $(SOAK_BIN) $(TEST_NEEDS)
	$(Q)$(RUN) -t 7200 $(SOAK_BIN) $(wildcard tests/soak/*_soak.sh)
