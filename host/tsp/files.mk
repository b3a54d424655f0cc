HOST_SRC += \
	host/tsp/token.c \
	host/tsp/token_check.c
