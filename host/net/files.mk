HOST_SRC += \
	host/net/http.c
