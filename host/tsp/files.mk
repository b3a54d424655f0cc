HOST_SRC += \
	host/tsp/authority.c \
	host/tsp/budget.c \
	host/tsp/client.c \
	host/tsp/token.c \
	host/tsp/token_check.c
