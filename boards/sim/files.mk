# The firmware as a process: boards/sim/board.c says how it is used.
SIM := $(B)/firmware/sim/zegel-sim
$(SIM): $(host_OBJ) $(host_DIR)/firmware/main.o $(host_DIR)/boards/sim/board.o
	@mkdir -p $(@D)
	$(if $(Q),@echo "LD $@")
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^
TEST_NEEDS += $(SIM)

.PHONY: sim
sim: $(SIM) ## the appliance as a process in build/firmware/sim
