HSM_SRC += \
	hsm/console.c \
	hsm/detail.c \
	hsm/key.c \
	hsm/module.c \
	hsm/pin.c \
	hsm/pin_state.c \
	hsm/pipe_socket.c \
	hsm/pipe_usb.c \
	hsm/provision.c \
	hsm/provision_key.c \
	hsm/public.c \
	hsm/sign.c \
	hsm/slot.c \
	hsm/slot_lock.c \
	hsm/slot_login.c \
	hsm/token.c \
	hsm/token_login.c \
	hsm/token_sign.c \
	hsm/uri.c
