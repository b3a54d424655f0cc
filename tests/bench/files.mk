# What seal_bench compares itself with.
TEST_OBJ += $(B)/obj/tests/bench/sign_verify.o
TEST_NEEDS += $(B)/tests/bench/sign_verify

$(B)/tests/bench/sign_verify: $(B)/obj/tests/bench/sign_verify.o $(B)/libzegel.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)
