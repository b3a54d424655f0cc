/*
 * A sealed file gets its name in spool/out, which replaces nothing, and its
 * proof, in any thread. Each step can be done again after a crash.
 */
#include "host/daemon/front_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/log/proof.h"

/* Is the file at path the one with that digest? */
static bool
is_same(const char *path, const uint8_t digest[static SHA256_SIZE])
{
	uint8_t *buf, found[SHA256_SIZE];
	size_t len;

	if (file_read(path, 8u * BOUND_PAYLOAD, &buf, &len, NULL) != ERR_OK)
		return false;
	sha256(buf, len, found);
	free(buf);
	return memcmp(found, digest, SHA256_SIZE) == 0;
}

/* Gives the file a name that nothing has yet. */
static int
rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	/* Some file systems only know the two steps. */
	if (errno != EINVAL || link(from, to) != 0)
		return -1;
	return unlink(from);
}

/* A new file under that name, whole or not at all; false where one is. */
static enum err
put_new(const char *name, const void *buf, size_t len, bool *put,
    struct fault *fault)
{
	enum err e, closed;
	int fd;

	*put = false;
	fd = open(
	    name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0 && errno == EEXIST)
		return ERR_OK;
	if (fd < 0)
		return fault_errno(fault, errno, "cannot create %s", name);
	e = file_write_all(fd, name, buf, len, fault);
	closed = front_file_close(fd, name, fault);
	if (e == ERR_OK)
		e = closed;
	*put = e == ERR_OK;
	if (e != ERR_OK)
		unlink(name);
	return e;
}

/* A proof may be renewed: any of them is good. */
static enum err
renew(const char *path, const char *name, const void *buf, size_t len,
    struct fault *fault)
{
	enum err e;
	int fd;

	e = front_file_create(path, buf, len, &fd, fault);
	if (e == ERR_OK)
		e = front_file_close(fd, path, fault);
	if (e == ERR_OK && rename(path, name) != 0)
		e = fault_errno(fault, errno, "cannot replace %s", name);
	return e;
}

struct proof_text {
	char *text;
	size_t len;
};

/*
 * The item's file under that name, with its proof; *other if another one's is
 * there. The proof comes first: who sees the file finds it whole. A proof that
 * is there is a crash's, or somebody else's: that is renewed when the name is
 * known to be this file's.
 */
static enum err
name_as(struct front *f, const struct front_run *r, const struct item *item,
    const char *final, const struct proof_text *proof, bool *other,
    struct fault *fault)
{
	char path[PATH_CAP], beside_path[PATH_CAP], name[PATH_CAP + 16];
	bool put = false, there = access(final, F_OK) == 0;
	enum err e = ERR_OK;

	*other = false;
	front_file_beside(f, r, item->id, SEALED_EXTENSION, path);
	front_file_beside(f, r, item->id, PROOF_EXTENSION, beside_path);
	snprintf(name, sizeof(name), "%s" PROOF_EXTENSION, final);
	if (!there)
		e = put_new(name, proof->text, proof->len, &put, fault);
	if (e != ERR_OK)
		return e;
	if (!there && rename_new(path, final) != 0) {
		there = errno == EEXIST;
		if (!there)
			e = fault_errno(fault, errno,
			    "cannot release item %lld", (long long)item->id);
		if (put)
			unlink(name);
		put = false;
	}
	/* A crash may have named it already. */
	*other = e == ERR_OK && there && !is_same(final, item->file);
	if (e != ERR_OK || *other)
		return e;
	if (there)
		unlink(path);
	return put ? ERR_OK
		   : renew(beside_path, name, proof->text, proof->len, fault);
}

/* Under its name or, where another file has that, under one with its item's
 * number, which is nobody else's. */
static enum err
name_any(struct front *f, const struct front_run *r, const struct item *item,
    const struct proof_text *proof, struct fault *fault)
{
	char final[PATH_CAP], number[24] = "";
	bool other = true;
	enum err e = ERR_OK;
	int n;

	for (n = 0; n < 2 && other && e == ERR_OK; n++) {
		front_file_name_of(f, r, item, number, final);
		e = name_as(f, r, item, final, proof, &other, fault);
		snprintf(number, sizeof(number), ".%lld", (long long)item->id);
	}
	if (e == ERR_OK && other)
		e = fault_set(fault, ERR_RELEASED_ALREADY, FAULT_NO_OFFSET,
		    "item %lld", (long long)item->id);
	return e;
}

enum err
front_file_name(struct front *f, const struct front_run *r,
    const struct item *item, struct log *log, struct fault *fault)
{
	uint8_t leaf[LEAF_SIZE];
	struct proof_text proof;
	enum err e;

	leaf_encode(&item->leaf, leaf);
	e = proof_compose(log, item->seal, leaf, &proof.text, &proof.len);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET,
		    "proof of log entry %llu", (unsigned long long)item->seal);
	/* One at a time: two items of one name must not meet. */
	pthread_mutex_lock(&f->naming);
	e = name_any(f, r, item, &proof, fault);
	pthread_mutex_unlock(&f->naming);
	free(proof.text);
	return e;
}
