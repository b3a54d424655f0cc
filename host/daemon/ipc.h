/*
 * ipc.h: messages between two processes over one socket pair.
 *
 *	int fd[2];
 *	enum err e = ipc_pair(fd);
 *	e = ipc_send(fd[0], &m, sizeof(m));
 *	e = ipc_receive(fd[1], &any);
 *
 * Memory    the caller's buffers
 * Chunks    one message, one packet
 * Errors    PEER_GONE when the other process ended; TIMEOUT when nothing is
 *           there (receive) or nothing is taken for 30 s (send);
 *           MESSAGE_SYNTAX for a packet that is too short or too long
 * Trust     the receiver checks every body against msg.h's bounds
 * Limits    MSG_MAX octets
 */
#ifndef HOST_DAEMON_IPC_H
#define HOST_DAEMON_IPC_H

#include <stddef.h>

#include "common/err.h"
#include "host/daemon/msg.h"

/* Any message: as large as the largest. */
union msg {
	struct msg_head head;
	struct msg_sign sign;
	struct msg_signed signed_;
	struct msg_approval approval;
	struct msg_leaves leaves;
	struct msg_key_state key_state;
	struct msg_log_approval log_approval;
	struct msg_log_intend log_intend;
	struct msg_log_seal log_seal;
	struct msg_log_note log_note;
	struct msg_log_release log_release;
	struct msg_log_entered log_entered;
	unsigned char octets[MSG_MAX];
};

MUST_USE enum err ipc_pair(int fd[2]);

/* Waits while the peer's buffer is full. */
MUST_USE enum err ipc_send(int fd, const void *msg, size_t len);

/* Never waits. Checks type, count and length against msg.h. */
MUST_USE enum err ipc_receive(int fd, union msg *out);

/* Octets of a message with that many items. */
size_t ipc_size(enum msg_type type, uint32_t count);

#endif
