# A timestamp authority that does not hold up what is measured with it.
TEST_OBJ += $(B)/obj/tests/pki/tsa.o
$(B)/tests/pki/tsa: $(B)/obj/tests/pki/tsa.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ -lcrypto -lpthread
