/*
 * extend_output.h: where the longer form of a file goes: over the file itself,
 * or into another folder, where nothing is replaced and its proof comes along.
 *
 *	struct extend_output o = {.folder = folder};
 *	enum err e = extend_output_find(&o, path, &fault);
 *	e = extend_output_write(&o, out, out_len, &fault);
 *	extend_output_free(&o);
 *
 * Memory    a copy of the proof, until it is freed
 * Chunks    whole files
 * Errors    find: EXISTS where something is in the way, those of the folder
 *           that cannot be written; write: those of the system
 * Trust     the proof is copied as it is, whatever it says
 * Limits    1,023 octets a path; 64 KiB a proof
 */
#ifndef HOST_CLI_EXTEND_OUTPUT_H
#define HOST_CLI_EXTEND_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "host/base/fault.h"

#define EXTEND_OUTPUT_PATH 1024

struct extend_output {
	const char *folder; /* NULL: in place */
	char path[EXTEND_OUTPUT_PATH];
	char proof_path[EXTEND_OUTPUT_PATH];
	uint8_t *proof; /* NULL: none comes along */
	size_t proof_len;
	bool proof_is_there; /* the very same, from before */
	mode_t mode;
};

/* Finds out whatever could be wrong before anybody is asked for a timestamp.
 * path: of the file that is extended. */
MUST_USE enum err extend_output_find(
    struct extend_output *o, const char *path, struct fault *fault);

/* The file is there as a whole, with its proof, or neither is. */
MUST_USE enum err extend_output_write(struct extend_output *o,
    const uint8_t *file, size_t len, struct fault *fault);
void extend_output_free(struct extend_output *o); /* also after an error */

#endif
