HOST_SRC += \
	host/base/config.c \
	host/base/config_approval.c \
	host/base/config_file.c \
	host/base/config_template.c \
	host/base/config_value.c \
	host/base/fault.c \
	host/base/file.c \
	host/base/hex.c \
	host/base/lock.c \
	host/base/pool.c \
	host/base/privileges.c \
	host/base/say.c \
	host/base/secret.c \
	host/base/sha_nettle.c \
	host/base/station.c \
	host/base/station_owner.c
