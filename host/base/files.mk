# By the processor that is compiled for.
SHA_TWO := $(if $(filter x86_64%,$(shell $(CC) -dumpmachine)),\
	host/base/sha_two_x86_64.c,host/base/sha_two_plain.c)
HOST_SRC += \
	host/base/config.c \
	host/base/config_approval.c \
	host/base/config_file.c \
	host/base/config_rules.c \
	host/base/config_template.c \
	host/base/config_value.c \
	host/base/fault.c \
	host/base/file.c \
	host/base/hex.c \
	host/base/known.c \
	host/base/lock.c \
	host/base/pool.c \
	host/base/privileges.c \
	host/base/say.c \
	host/base/secret.c \
	host/base/sha_nettle.c \
	$(SHA_TWO) \
	host/base/station.c \
	host/base/station_owner.c
