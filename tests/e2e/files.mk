# Loaded into zegeld by tests that move its clock.
CLOCK_SHIFT := $(B)/tests/clock_shift.so
TEST_NEEDS += $(CLOCK_SHIFT)

$(CLOCK_SHIFT): tests/e2e/clock_shift.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -O2 -g $(WARN) -Wno-missing-prototypes \
		-D_GNU_SOURCE -fPIC -shared -Wl,-z,defs -o $@ $< -ldl
