HOST_SRC += \
	host/seal/jws.c \
	host/seal/sealed.c \
	host/seal/sealed_check.c \
	host/seal/verify.c \
	host/seal/verify_certs.c \
	host/seal/verify_header.c \
	host/seal/verify_payload.c \
	host/seal/verify_signature.c \
	host/seal/verify_unsigned.c
