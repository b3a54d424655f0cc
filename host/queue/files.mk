HOST_SRC += \
	host/queue/queue_batch.c \
	host/queue/queue_count.c \
	host/queue/queue_db.c \
	host/queue/queue_find.c \
	host/queue/queue_item.c \
	host/queue/queue_purge.c \
	host/queue/queue_schema.c \
	host/queue/queue_sql.c \
	host/queue/queue_states.c \
	host/queue/store.c
