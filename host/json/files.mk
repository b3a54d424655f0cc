HOST_SRC += \
	host/json/canon.c \
	host/json/doc.c \
	host/json/doc_change.c \
	host/json/doc_parse.c \
	host/json/doc_sort.c \
	host/json/doc_string.c \
	host/json/doc_token.c \
	host/json/doc_write.c
