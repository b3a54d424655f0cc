/*
 * proof_file.h: the .tlog-proof beside a sealed file, held against the file
 * and a log's key.
 *
 *	enum err e = proof_file_check(path, file, len, vkey, &text, &fault);
 *
 * Memory    text is the caller's buffer
 * Chunks    whole files
 * Errors    LOG_*, MERKLE_PROOF, VERIFY_INVALID when the proof is another
 *           file's; NOT_FOUND without a proof; vkey: LOG_KEY if it is none
 * Trust     the proof's checkpoint counts for this vkey only
 * Limits    64 KiB a proof
 */
#ifndef HOST_CLI_PROOF_FILE_H
#define HOST_CLI_PROOF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/base/fault.h"
#include "host/log/note.h"
#include "host/log/proof.h"

#define PROOF_FILE_TEXT 200
#define PROOF_FILE_EXTENSION ".tlog-proof"

/* The proof's octets, in a new buffer. path: of the sealed file. */
MUST_USE enum err proof_file_read(
    const char *path, uint8_t **buf, size_t *len, struct fault *fault);

/* path and contents of the sealed file. */
MUST_USE enum err proof_file_check(const char *path, const uint8_t *file,
    size_t len, const char *vkey, char text[static PROOF_FILE_TEXT],
    struct fault *fault);

/* The proof itself, to be freed with proof_free. After an error, *foreign: it
 * is of another log than that key's. */
MUST_USE enum err proof_file_load(const char *path, const uint8_t *file,
    size_t len, const char *vkey, struct proof *out, bool *foreign,
    struct fault *fault);

/* Does the proof say that it is of another log than that key's, and of which?
 * Nobody has checked that; false, too, if it cannot be told. */
bool proof_file_is_foreign(
    const char *path, const char *vkey, char origin[static NOTE_NAME + 1]);

/* vkey of a log's folder, or of a file that holds one; new string. */
MUST_USE enum err proof_file_vkey(
    const char *path, char **vkey, struct fault *fault);

#endif
