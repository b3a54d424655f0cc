# What seal_bench compares itself with.
TEST_OBJ += $(B)/obj/tests/bench/sign_verify.o
TEST_NEEDS += $(B)/tests/bench/sign_verify

bench-seal: $(B)/tests/pki/tsa
$(B)/tests/bench/sign_verify: $(B)/obj/tests/bench/sign_verify.o $(B)/libzegel.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

# What canon_bench compares itself with.
bench-canon: $(B)/tests/bench/simdjson_dom
$(B)/tests/bench/simdjson_dom: tests/bench/simdjson_dom.cpp
	@mkdir -p $(@D)
	$(Q)$(CXX) -std=c++17 -O2 -o $@ $< -lsimdjson
TEST_OBJ += $(B)/obj/tests/bench/xml_check.o
bench-canon: $(B)/tests/bench/xml_check
$(B)/tests/bench/xml_check: $(B)/obj/tests/bench/xml_check.o $(B)/libzegel.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

# What the checkers' benches share.
TEST_OBJ += $(B)/obj/tests/bench/stream.o
$(B)/tests/bench/jcs_bench $(B)/tests/bench/c14n_bench: \
	$(B)/obj/tests/bench/stream.o

# An appliance through its console, and the firmware's objects by themselves.
APPLIANCE_STREAM := $(B)/tests/bench/appliance_stream
APPLIANCE_CYCLES := $(B)/m3/tests/bench/appliance_cycles
TEST_OBJ += $(B)/obj/tests/bench/appliance_stream.o
$(APPLIANCE_STREAM): $(B)/obj/tests/bench/appliance_stream.o \
		$(B)/obj/tests/unit/support/appliance.o $(B)/libzegel.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)
bench-appliance: $(APPLIANCE_STREAM) $(APPLIANCE_CYCLES) \
	$(B)/firmware/sim/zegel-sim $(B)/firmware/lm3s6965evb/zegel.elf
