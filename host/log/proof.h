/*
 * proof.h: the .tlog-proof file (C2SP tlog-proof) beside a sealed file. Its
 * extra line is base64 of canonical JSON with what nobody but the holder has:
 * {"entry":"<the seal entry's JSON>","leaf":"<base64url of the leaf octets>"}
 * so that who has the file can show what the log committed to.
 *
 *	enum err e = proof_compose(l, seal_index, leaf, &text, &len);
 *	e = proof_check(text, len, vkey, &checked, &fault);
 *
 * Memory    new buffers are freed by the caller with free()
 * Chunks    whole files
 * Errors    LOG_PROOF, LOG_CHECKPOINT, MERKLE_PROOF; LOG_KEY for a vkey that
 *           is none; compose: those of log_entry, and LOG_PROOF if the entry
 *           is not the seal entry of that leaf
 * Trust     the checkpoint's signature counts for the given vkey only
 * Limits    64 KiB
 */
#ifndef HOST_LOG_PROOF_H
#define HOST_LOG_PROOF_H

#include "common/leaf.h"
#include "host/log/entry.h"
#include "host/log/log.h"

MUST_USE enum err proof_compose(struct log *l, uint64_t index,
    const uint8_t leaf[static LEAF_SIZE], char **text, size_t *len);

/* What proof_check found; release it with proof_free. */
struct proof {
	uint64_t index, size;
	char *entry; /* the seal entry's JSON, NUL-terminated */
	struct entry seal; /* the same, parsed */
	struct leaf leaf; /* with the salt */
};

/* Everything that can be checked from the proof alone: syntax, signature of
 * the checkpoint by vkey, inclusion of the entry, leaf hash in the entry. */
MUST_USE enum err proof_check(const char *text, size_t len, const char *vkey,
    struct proof *out, struct fault *fault);
void proof_free(struct proof *p);

/* The entry commits to this very signature. */
bool proof_has_signature(
    const struct proof *p, const uint8_t *signature, size_t len);

#endif
