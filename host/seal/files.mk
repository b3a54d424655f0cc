HOST_SRC += \
	host/seal/etsiu.c \
	host/seal/evidence.c \
	host/seal/extend.c \
	host/seal/extend_element.c \
	host/seal/extend_values.c \
	host/seal/imprint.c \
	host/seal/jws.c \
	host/seal/sealed.c \
	host/seal/sealed_check.c \
	host/seal/verdict.c \
	host/seal/verify.c \
	host/seal/verify_certs.c \
	host/seal/verify_chain.c \
	host/seal/verify_collect.c \
	host/seal/verify_header.c \
	host/seal/verify_level.c \
	host/seal/verify_path.c \
	host/seal/verify_payload.c \
	host/seal/verify_revocation.c \
	host/seal/verify_signature.c \
	host/seal/verify_times.c \
	host/seal/verify_token.c
