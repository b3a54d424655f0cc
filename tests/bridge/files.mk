# The bus for an emulated board's USB: main.c says how it is used. umockdev
# preloads itself, so that it is never built with sanitizers.
BRIDGE := build/tests/bridge/bridge
BRIDGE_SRC := $(sort $(wildcard tests/bridge/*.c))
BRIDGE_PKGS := umockdev-1.0 libusbredirparser-0.5
TEST_NEEDS += $(BRIDGE)

$(BRIDGE): $(BRIDGE_SRC) $(wildcard tests/bridge/*.h) common/link.h
	@mkdir -p $(@D)
	$(if $(Q),@echo "LD $@")
	$(Q)$(CC) -std=c11 -I. -O2 -g $(WARN) -D_GNU_SOURCE \
		$$(pkg-config --cflags $(BRIDGE_PKGS) | sed 's/-I/-isystem /g') \
		-o $@ $(BRIDGE_SRC) $$(pkg-config --libs $(BRIDGE_PKGS)) \
		-lpthread

.PHONY: bridge
bridge: $(BRIDGE) ## the bus for an emulated board: umockdev, usbredir, a socket
