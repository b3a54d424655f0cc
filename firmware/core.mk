# The part of the firmware that needs neither board nor cryptography beyond
# hashes: the same objects are driven by unit tests, fuzzers and the board sim.
FIRMWARE_CORE := \
	firmware/batch.c \
	firmware/buttons.c \
	firmware/certificate.c \
	firmware/consent.c \
	firmware/core.c \
	firmware/font.c \
	firmware/hmac.c \
	firmware/item.c \
	firmware/keys.c \
	firmware/memory.c \
	firmware/review.c \
	firmware/screen.c \
	firmware/text.c \
	firmware/ticket.c
FIRMWARE_SRC += $(FIRMWARE_CORE)
