HOST_SRC += \
	host/net/cache.c \
	host/net/fetch.c \
	host/net/http.c
