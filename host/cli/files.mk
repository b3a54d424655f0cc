HOST_SRC += \
	host/cli/batch.c \
	host/cli/cli_ask.c \
	host/cli/cli_output.c \
	host/cli/cli_parse.c \
	host/cli/init_station.c \
	host/cli/init_token.c \
	host/cli/proof_file.c \
	host/cli/softhsm.c \
	host/cli/submit.c \
	host/cli/verb_batch.c \
	host/cli/verb_init.c \
	host/cli/verb_log.c \
	host/cli/verb_status.c \
	host/cli/verb_submit.c \
	host/cli/verb_unlock.c \
	host/cli/verb_verify.c
