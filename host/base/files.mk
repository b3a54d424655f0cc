HOST_SRC += \
	host/base/fault.c \
	host/base/file.c \
	host/base/hex.c \
	host/base/secret.c \
	host/base/sha_nettle.c
