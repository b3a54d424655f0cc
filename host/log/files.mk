HOST_SRC += \
	host/log/audit.c \
	host/log/checkpoint.c \
	host/log/device.c \
	host/log/entry.c \
	host/log/entry_parse.c \
	host/log/entry_table.c \
	host/log/find.c \
	host/log/frontier.c \
	host/log/log.c \
	host/log/log_create.c \
	host/log/log_head.c \
	host/log/log_io.c \
	host/log/log_key.c \
	host/log/log_open.c \
	host/log/log_recover.c \
	host/log/log_write.c \
	host/log/note.c \
	host/log/proof.c \
	host/log/proof_extra.c \
	host/log/rules.c \
	host/log/signer.c \
	host/log/text.c \
	host/log/tile.c \
	host/log/tree.c
