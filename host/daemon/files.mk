HOST_SRC += \
	host/daemon/approvals.c \
	host/daemon/batch_tree.c \
	host/daemon/client.c \
	host/daemon/front.c \
	host/daemon/front_client.c \
	host/daemon/front_close.c \
	host/daemon/front_intake.c \
	host/daemon/front_release.c \
	host/daemon/front_seal.c \
	host/daemon/front_spool.c \
	host/daemon/front_summary.c \
	host/daemon/front_verbs.c \
	host/daemon/ipc.c \
	host/daemon/key_chain.c \
	host/daemon/ledger.c \
	host/daemon/ledger_state.c \
	host/daemon/logger.c \
	host/daemon/persons.c \
	host/daemon/process.c \
	host/daemon/reply.c \
	host/daemon/sealed_db.c \
	host/daemon/signer.c \
	host/daemon/signer_consent.c \
	host/daemon/signer_group.c \
	host/daemon/signer_key.c \
	host/daemon/signer_terminal.c \
	host/daemon/signer_token.c
