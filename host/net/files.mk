HOST_SRC += \
	host/net/fetch.c \
	host/net/http.c
