HOST_SRC += \
	host/queue/store.c
