#include "host/cli/extend_output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/cli/proof_file.h"

static enum err
check_nothing(const char *path, struct fault *fault)
{
	struct stat st;

	if (lstat(path, &st) == 0)
		return fault_set(fault, ERR_EXISTS, FAULT_NO_OFFSET,
		    "%.180s is in the way", path);
	return ERR_OK;
}

static enum err
check_folder(const char *folder, struct fault *fault)
{
	char inside[EXTEND_OUTPUT_PATH];

	/* a file, too, can be one that may not be executed */
	snprintf(inside, sizeof(inside), "%s/.", folder);
	if (access(inside, W_OK | X_OK) != 0)
		return fault_errno(
		    fault, errno, "cannot write into %s", folder);
	return ERR_OK;
}

static enum err
too_long(struct fault *fault)
{
	return fault_set(
	    fault, ERR_USAGE, FAULT_NO_OFFSET, "the path is too long");
}

/* The file itself, not a link to it, which would be replaced; and what
 * file_replace writes first must not be there, since it may be anybody's. */
static enum err
find_in_place(struct extend_output *o, const char *path, struct fault *fault)
{
	char *real = realpath(path, NULL), beside[EXTEND_OUTPUT_PATH];
	struct stat st;
	enum err e;
	int n;

	if (real == NULL || stat(real, &st) != 0) {
		e = fault_errno(fault, errno, "cannot open %s", path);
		free(real);
		return e;
	}
	o->mode = st.st_mode & 0777;
	snprintf(o->path, sizeof(o->path), "%s", real);
	n = snprintf(beside, sizeof(beside), "%s.new", real);
	e = n < (int)sizeof(beside) ? check_nothing(beside, fault)
				    : too_long(fault);
	/* "/" for what lies at the top */
	strrchr(real, '/')[strrchr(real, '/') == real ? 1 : 0] = '\0';
	if (e == ERR_OK)
		e = check_folder(real, fault);
	free(real);
	return e;
}

/* That it gets its own, or has it. */
static enum err
find_proof(struct extend_output *o, const char *path, struct fault *fault)
{
	uint8_t *there;
	size_t len;
	enum err e;

	e = proof_file_read(path, &o->proof, &o->proof_len, fault);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = proof_file_read(o->path, &there, &len, fault);
	if (e == ERR_NOT_FOUND)
		return check_nothing(o->proof_path, fault);
	if (e != ERR_OK)
		return e;
	o->proof_is_there = len == o->proof_len &&
	    memcmp(there, o->proof, len) == 0;
	free(there);
	return o->proof_is_there ? ERR_OK : check_nothing(o->proof_path, fault);
}

static enum err
find_in_folder(struct extend_output *o, const char *path, struct fault *fault)
{
	const char *name = strrchr(path, '/');
	enum err e;
	int n;

	name = name == NULL ? path : name + 1;
	o->mode = 0644;
	snprintf(o->path, sizeof(o->path), "%s/%s", o->folder, name);
	n = snprintf(o->proof_path, sizeof(o->proof_path),
	    "%s/%s" PROOF_FILE_EXTENSION, o->folder, name);
	if (n >= (int)sizeof(o->proof_path))
		return too_long(fault);
	e = check_folder(o->folder, fault);
	if (e == ERR_OK)
		e = check_nothing(o->path, fault);
	return e == ERR_OK ? find_proof(o, path, fault) : e;
}

enum err
extend_output_find(
    struct extend_output *o, const char *path, struct fault *fault)
{
	return o->folder == NULL ? find_in_place(o, path, fault)
				 : find_in_folder(o, path, fault);
}

/* The proof comes first: who sees the file finds it whole. */
static enum err
write_both(struct extend_output *o, const uint8_t *file, size_t len,
    struct fault *fault)
{
	const bool put = o->proof != NULL && !o->proof_is_there;
	enum err e = ERR_OK;

	if (put)
		e = file_create(
		    o->proof_path, o->proof, o->proof_len, o->mode, fault);
	if (e != ERR_OK)
		return e;
	e = file_create(o->path, file, len, o->mode, fault);
	if (e != ERR_OK && put)
		unlink(o->proof_path);
	return e;
}

enum err
extend_output_write(struct extend_output *o, const uint8_t *file, size_t len,
    struct fault *fault)
{
	return o->folder == NULL
	    ? file_replace(o->path, file, len, o->mode, fault)
	    : write_both(o, file, len, fault);
}

void
extend_output_free(struct extend_output *o)
{
	free(o->proof);
	o->proof = NULL;
}
