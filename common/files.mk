COMMON_SRC += \
	common/base64.c \
	common/err.c \
	common/utc.c \
	common/utf8.c
