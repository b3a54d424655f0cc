# The fault-injecting PKCS#11 module. It is loaded into programs of all kinds,
# so it is never built with sanitizers itself.
P11FAULT := $(B)/tests/p11fault.so
P11FAULT_SRC := $(sort $(wildcard tests/p11fault/*.c))
TEST_NEEDS += $(P11FAULT)

$(P11FAULT): $(P11FAULT_SRC) $(wildcard tests/p11fault/*.h)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -I. -O2 -g $(WARN) -D_GNU_SOURCE -fPIC -shared \
		-fvisibility=hidden $(shell pkg-config --cflags p11-kit-1) \
		-Wl,-z,defs -o $@ $(P11FAULT_SRC) -ldl -lpthread

$(addprefix $(B)/tests/unit/,p11fault_test token_crowd_test \
	token_pin_test token_pull_test): \
	| $(P11FAULT)
