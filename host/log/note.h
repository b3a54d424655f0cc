/*
 * note.h: signed notes with Ed25519 (C2SP signed-note v1, type 0x01): a text,
 * an empty line, then one line a signature. Checkpoints are such notes.
 *
 *	struct note_key key;
 *	enum err e = note_key_parse(&key, vkey, strlen(vkey));
 *	e = note_check(note, len, &key, 1, &text_len, &signers);
 *
 * Memory    keys are plain structs; a signer keeps its seed in locked memory
 * Chunks    whole notes
 * Errors    LOG_KEY for a verifier or signing key that is none;
 *           LOG_CHECKPOINT for a note that is malformed, that no given key
 *           signed, or that bears a wrong signature of one of them
 * Trust     only the text_len octets before the empty line are signed, and
 *           only after note_check said ERR_OK; lines of unknown keys prove
 *           nothing and are ignored
 * Limits    NOTE_MAX octets, NOTE_SIGNATURES lines, NOTE_KEYS known keys,
 *           names of our own keys: NOTE_NAME octets of printable ASCII
 */
#ifndef HOST_LOG_NOTE_H
#define HOST_LOG_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

#define NOTE_MAX 65536
#define NOTE_SIGNATURES 64
#define NOTE_KEYS 32
#define NOTE_NAME 200
#define NOTE_KEY_ID 4
#define NOTE_PUBLIC 32
#define NOTE_SEED 32
/* "NAME+hex8+base64(33 octets)" and a NUL. */
#define NOTE_VKEY (NOTE_NAME + 1 + 8 + 1 + 44 + 1)
/* "PRIVATE+KEY+NAME+hex8+base64(33 octets)" and a NUL. */
#define NOTE_SKEY (NOTE_VKEY + 12)

struct note_key {
	char name[NOTE_NAME + 1];
	uint8_t id[NOTE_KEY_ID];
	uint8_t public_key[NOTE_PUBLIC];
};

/* Non-empty, printable ASCII, no space, no '+', at most NOTE_NAME octets. */
bool note_name_is_valid(const char *name, size_t len);

/* The id follows from name and key: SHA-256(name, LF, 01, key)[0..3]. */
MUST_USE enum err note_key_make(struct note_key *k, const char *name,
    const uint8_t public_key[static NOTE_PUBLIC]);

/* A verifier key "NAME+hex8+base64"; its id must be the one of its key. */
MUST_USE enum err note_key_parse(
    struct note_key *k, const char *vkey, size_t len);
void note_key_format(const struct note_key *k, char out[static NOTE_VKEY]);

/*
 * Checks a whole note against known keys. Bit i of *signers says that keys[i]
 * signed. signers may be NULL. ERR_OK only if at least one did, and no line
 * of a known key failed.
 */
MUST_USE enum err note_check(const char *note, size_t len,
    const struct note_key *keys, size_t count, size_t *text_len,
    uint32_t *signers);

struct note_signer;

/* A signing key in the text form that Go's sumdb/note has:
 * "PRIVATE+KEY+NAME+hex8+base64(01, seed)". */
MUST_USE enum err note_signer_parse(
    struct note_signer **s, const char *skey, size_t len);
/* From 32 random octets. */
MUST_USE enum err note_signer_make(struct note_signer **s, const char *name,
    const uint8_t seed[static NOTE_SEED]);
void note_signer_free(struct note_signer *s); /* wipes it; takes NULL */
const struct note_key *note_signer_key(const struct note_signer *s);
/* The text form; wipe it after use. */
void note_signer_format(
    const struct note_signer *s, char out[static NOTE_SKEY]);

/* Writes text, empty line and signature line. text ends in a newline. */
MUST_USE enum err note_sign(const struct note_signer *s, const char *text,
    size_t text_len, char *out, size_t cap, size_t *out_len);

#endif
