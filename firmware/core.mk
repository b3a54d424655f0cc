# The part of the firmware that needs neither board nor cryptography beyond
# hashes: the same objects are driven by unit tests, fuzzers and the board sim.
FIRMWARE_CORE := \
	firmware/ask.c \
	firmware/ask_certificate.c \
	firmware/ask_csr.c \
	firmware/ask_enrol.c \
	firmware/ask_init.c \
	firmware/ask_pin.c \
	firmware/ask_text.c \
	firmware/batch.c \
	firmware/buttons.c \
	firmware/ccid.c \
	firmware/certificate.c \
	firmware/consent.c \
	firmware/core.c \
	firmware/font.c \
	firmware/hmac.c \
	firmware/item.c \
	firmware/keys.c \
	firmware/memory.c \
	firmware/piv.c \
	firmware/piv_objects.c \
	firmware/piv_sign.c \
	firmware/review.c \
	firmware/screen.c \
	firmware/screen_keys.c \
	firmware/text.c \
	firmware/ticket.c \
	firmware/usb.c \
	firmware/usb_control.c \
	firmware/usb_descriptors.c
FIRMWARE_SRC += $(FIRMWARE_CORE)
