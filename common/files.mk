COMMON_SRC += \
	common/err.c \
	common/utc.c
