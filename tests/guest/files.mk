# Who means the appliance's USB no good; and the appliance at a real kernel's
# USB, in a guest.
USB_ABUSE := $(B)/tests/guest/usb_abuse
TEST_OBJ += $(B)/obj/tests/guest/usb_abuse.o
TEST_NEEDS += $(USB_ABUSE)

$(USB_ABUSE): $(B)/obj/tests/guest/usb_abuse.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ \
		$$(pkg-config --libs libusb-1.0)

.PHONY: check-usb check-usb-build
check-usb-build: $(USB_ABUSE) $(BRIDGE) $(CARD_HOST) $(CARD_SIGN) \
	$(B)/firmware/lm3s6965evb/zegel.elf
check-usb: deps ## the appliance at a real kernel's USB: a guest with Debian's
	$(Q)$(RUN) -b "build" "$(SUB) check-usb-build" \
	    -b "Debian's kernel" "tests/guest/kernel.sh build/guest" \
	    -t 300 tests/guest/usb_guest.py
