HOST_SRC += \
	host/xml/c14n_apex.c \
	host/xml/c14n_base.c \
	host/xml/c14n_fault.c \
	host/xml/c14n_file.c \
	host/xml/c14n_out.c \
	host/xml/c14n_sax.c \
	host/xml/c14n_scope.c \
	host/xml/c14n_start.c \
	host/xml/c14n_write.c
