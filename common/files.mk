COMMON_SRC += \
	common/alg.c \
	common/approval.c \
	common/base64.c \
	common/der.c \
	common/der_writer.c \
	common/err.c \
	common/jades.c \
	common/leaf.c \
	common/merkle.c \
	common/utc.c \
	common/utf8.c
