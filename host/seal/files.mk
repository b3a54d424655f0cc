HOST_SRC += \
	host/seal/sealed.c \
	host/seal/sealed_check.c
