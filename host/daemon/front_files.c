/*
 * The files of spool/out, in any thread: a sealed file is written beside its
 * final name, read back and checked against what was signed. It can be done
 * again after a crash with the same bytes. Its name it gets in front_name.c.
 */
#include "host/daemon/front_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base64.h"
#include "host/base/file.h"
#include "host/log/entry.h"
#include "host/log/log.h"
#include "host/log/proof.h"
#include "host/seal/jws.h"
#include "host/seal/sealed.h"

enum err
front_file_folder(
    struct front *f, const struct front_run *r, struct fault *fault)
{
	char path[PATH_CAP];

	snprintf(path, sizeof(path), "%s/%s", f->out_dir, r->batch.name);
	return file_make_folder(path, 0750, fault);
}

void
front_file_beside(const struct front *f, const struct front_run *r,
    int64_t item, const char *extension, char out[static PATH_CAP])
{
	snprintf(out, PATH_CAP, "%s/%s/.%lld%s", f->out_dir, r->batch.name,
	    (long long)item, extension);
}

void
front_file_name_of(const struct front *f, const struct front_run *r,
    const struct item *item, const char *number, char out[static PATH_CAP])
{
	snprintf(out, PATH_CAP, "%s/%s/%s%s%s", f->out_dir, r->batch.name,
	    item->name, number,
	    sealed_extension(profile_get(item->leaf.profile)));
}

enum err
front_file_create(const char *path, const void *buf, size_t len, int *out,
    struct fault *fault)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	enum err e;
	int fd;

	fd = open(path, flags, 0640);
	/* What a crash left may have its final name by now, too (rename_new's
	 * two steps): that one is not written into. */
	if (fd < 0 && errno == EEXIST && unlink(path) == 0)
		fd = open(path, flags, 0640);
	if (fd < 0)
		return fault_errno(fault, errno, "cannot create %s", path);
	e = file_write_all(fd, path, buf, len, fault);
	if (e == ERR_OK)
		*out = fd;
	else
		close(fd);
	return e;
}

enum err
front_file_close(int fd, const char *path, struct fault *fault)
{
	if (close(fd) != 0)
		return fault_errno(fault, errno, "cannot close %s", path);
	return ERR_OK;
}

/* The payload as it lies in the store: its digest is compared with the leaf's
 * by check_back. */
static enum err
load_payload(struct front *f, const struct item *item, uint8_t **payload,
    size_t *len, struct fault *fault)
{
	enum err e;
	int fd;

	e = store_fd(f->store, item->leaf.payload, &fd, fault);
	if (e != ERR_OK)
		return e;
	e = file_read_fd(fd, "store", BOUND_PAYLOAD, payload, len, fault);
	close(fd);
	return e;
}

/* What was written is read back: it holds the payload, and that is the one of
 * the leaf. */
static enum err
check_back(int fd, const char *path, const struct front_header *header,
    struct item *item, const uint8_t *payload, size_t payload_len,
    struct fault *fault)
{
	uint8_t digest[SHA256_SIZE], *back;
	struct sha256 a, b;
	size_t len;
	enum err e;

	if (lseek(fd, 0, SEEK_SET) != 0)
		return fault_errno(fault, errno, "cannot read %s", path);
	e = file_read_fd(fd, path, 8u * BOUND_PAYLOAD, &back, &len, fault);
	if (e != ERR_OK)
		return e;
	e = sealed_check(profile_get(item->leaf.profile), back, len,
	    header->text, header->len, payload, payload_len, item->signature,
	    item->signature_len, fault);
	if (e != ERR_OK)
		goto out;
	sha256_init(&a);
	sha256_init(&b);
	sha256_push_two(&a, payload, payload_len, &b, back, len);
	sha256_finish(&a, digest);
	sha256_finish(&b, item->file);
	if (memcmp(digest, item->leaf.payload, SHA256_SIZE) != 0)
		e = fault_set(fault, ERR_VERIFY_INVALID, FAULT_NO_OFFSET,
		    "the payload is another than the one that was sealed");
out:
	free(back);
	return e;
}

static bool
is_payload(
    const struct jws *j, bool encoded, const uint8_t *payload, size_t len)
{
	char *text;
	bool same;

	if (j->payload == NULL ||
	    j->payload_len != (encoded ? BASE64URL_LEN(len) : len))
		return false;
	if (!encoded)
		return memcmp(j->payload, payload, len) == 0;
	text = malloc(j->payload_len + 1);
	if (text == NULL)
		return false;
	(void)base64url_encode(payload, len, text);
	same = memcmp(j->payload, text, j->payload_len) == 0;
	free(text);
	return same;
}

/* Is it this item's seal, and nothing but the seal, with more behind it?
 * *bare: without more. */
static bool
is_ours(const uint8_t *file, size_t len, const struct front_header *header,
    const struct item *item, const uint8_t *payload, size_t payload_len,
    bool *bare)
{
	const struct profile *profile = profile_get(item->leaf.profile);
	char signature[2 * BOUND_SIGNATURE];
	bool ours = false;
	struct jws j;
	size_t n;

	if (jws_read(&j, file, len, NULL) != ERR_OK)
		return false;
	n = base64url_encode(item->signature, item->signature_len, signature);
	if (j.count == 1 && j.form == profile->form)
		ours = is_payload(&j, profile->encoded, payload, payload_len) &&
		    j.seals[0].protected_len == header->len &&
		    memcmp(j.seals[0].protected, header->text, header->len) ==
			0 &&
		    j.seals[0].signature_len == n &&
		    memcmp(j.seals[0].signature, signature, n) == 0;
	*bare = ours && j.seals[0].etsiu == 0;
	jws_free(&j);
	return ours;
}

/* Does the log name that file as the one that goes out? */
static bool
is_logged(const struct front *f, const struct item *item,
    const uint8_t digest[static SHA256_SIZE])
{
	uint8_t salted[SHA256_SIZE];
	bool logged = false;
	struct log *log;
	const uint8_t *json;
	struct entry e;
	uint64_t i;
	size_t len;

	if (log_open_reader(&log, f->log_dir, NULL) != ERR_OK)
		return false;
	entry_salted(item->leaf.salt, digest, SHA256_SIZE, salted);
	for (i = item->seal; !logged && i < log_size(log); i++)
		logged = log_entry(log, i, &json, &len) == ERR_OK &&
		    entry_parse(&e, json, len, NULL) == ERR_OK &&
		    (e.kind == ENTRY_RELEASE || e.kind == ENTRY_EXTEND) &&
		    e.seal == item->seal &&
		    memcmp(e.file, salted, SHA256_SIZE) == 0;
	log_close(log);
	return logged;
}

/* A file that was raised before a crash is kept: its timestamps are dear, and
 * the log may name its digest already. So is one that the log does name,
 * whatever its level: zegel.conf may have asked for another one then. What
 * waits for its first timestamp is not looked for, and the seal alone can be
 * made again to the octet. */
static bool
adopt(struct front *f, const struct front_run *r,
    const struct front_header *header, struct item *item, const char *path,
    bool named, const uint8_t *payload, size_t payload_len)
{
	uint8_t *file;
	enum err e;
	bool good, bare;
	size_t len;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	/* From the disk: pages whose writing failed look clean. */
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	e = file_read_fd(fd, path, 8u * BOUND_PAYLOAD, &file, &len, NULL);
	close(fd);
	if (e != ERR_OK)
		return false;
	sha256(file, len, item->file);
	good = is_ours(file, len, header, item, payload, payload_len, &bare) &&
	    !(bare && (!named || r->level == CONFIG_LEVEL_B)) &&
	    ((r->level > CONFIG_LEVEL_B &&
		 front_stamps_has_raised(f->stamps, r->level, file, len)) ||
		is_logged(f, item, item->file));
	free(file);
	return good;
}

/* Also where the crash came after it got its name: it is given the name that
 * it had before, too. */
static bool
adopt_any(struct front *f, const struct front_run *r,
    const struct front_header *header, struct item *item, const char *path,
    const uint8_t *payload, size_t payload_len)
{
	char final[PATH_CAP], number[24] = "";
	int n;

	if (adopt(f, r, header, item, path, false, payload, payload_len))
		return true;
	for (n = 0; n < 2; n++) {
		front_file_name_of(f, r, item, number, final);
		if (adopt(f, r, header, item, final, true, payload,
			payload_len)) {
			unlink(path);
			return link(final, path) == 0;
		}
		snprintf(number, sizeof(number), ".%lld", (long long)item->id);
	}
	return false;
}

/* The sealed file at path in its longer form, which takes its place. */
static enum err
raise_file(struct front *f, const struct front_run *r, struct item *item,
    const char *path, uint8_t **out, size_t *out_len, struct fault *fault)
{
	uint8_t *back = NULL;
	enum err e, closed;
	size_t len;
	int fd;

	e = front_stamps_raise(f->stamps, r->level, out, out_len, fault);
	if (e == ERR_OK)
		e = front_file_create(path, *out, *out_len, &fd, fault);
	if (e != ERR_OK)
		return e;
	if (lseek(fd, 0, SEEK_SET) != 0)
		e = fault_errno(fault, errno, "cannot read %s", path);
	if (e == ERR_OK)
		e = file_read_fd(
		    fd, path, 8u * BOUND_PAYLOAD, &back, &len, fault);
	if (e == ERR_OK && (len != *out_len || memcmp(back, *out, len) != 0))
		e = fault_set(fault, ERR_VERIFY_INVALID, FAULT_NO_OFFSET,
		    "%s does not hold what was written", path);
	if (e == ERR_OK)
		sha256(back, len, item->file);
	free(back);
	closed = front_file_close(fd, path, fault);
	return e == ERR_OK ? closed : e;
}

/* One that has a content timestamp in it was put together anew: is it what was
 * signed? The others were compared when the batch was taken up. */
static enum err
load_header(struct front *f, const struct front_run *r, const struct item *item,
    const uint8_t *payload, size_t payload_len, struct front_header *out,
    struct fault *fault)
{
	enum err e;

	e = front_header_load(f, r->header, r->header_len, item, out);
	if (e == ERR_OK && front_header_is_stamped(item))
		e = front_header_check(out, &item->leaf, payload, payload_len);
	return e == ERR_OK ? e
			   : fault_set(fault, e, FAULT_NO_OFFSET,
				 "header of item %lld", (long long)item->id);
}

enum err
front_file_write(struct front *f, const struct front_run *r, struct item *item,
    bool fresh, struct fault *fault)
{
	const struct profile *profile = profile_get(item->leaf.profile);
	uint8_t *payload = NULL, *out = NULL;
	size_t payload_len, out_len;
	struct front_header header = {0};
	char path[PATH_CAP];
	enum err e, closed;
	int fd;

	if (profile == NULL)
		return fault_set(
		    fault, ERR_PROFILE, FAULT_NO_OFFSET, "item's leaf");
	e = load_payload(f, item, &payload, &payload_len, fault);
	if (e == ERR_OK)
		e = load_header(
		    f, r, item, payload, payload_len, &header, fault);
	if (e != ERR_OK)
		goto out;
	front_file_beside(f, r, item->id, SEALED_EXTENSION, path);
	if (!fresh &&
	    adopt_any(f, r, &header, item, path, payload, payload_len))
		goto out;
	e = sealed_compose(profile, payload, payload_len, header.text,
	    header.len, item->signature, item->signature_len, &out, &out_len);
	if (e != ERR_OK) {
		fault_set(fault, e, FAULT_NO_OFFSET, "sealed file");
		goto out;
	}
	e = front_file_create(path, out, out_len, &fd, fault);
	if (e != ERR_OK)
		goto out;
	e = check_back(fd, path, &header, item, payload, payload_len, fault);
	closed = front_file_close(fd, path, fault);
	if (e == ERR_OK)
		e = closed;
	if (e == ERR_OK && r->level > CONFIG_LEVEL_B)
		e = raise_file(f, r, item, path, &out, &out_len, fault);
out:
	free(out);
	free(payload);
	front_header_free(&header);
	return e;
}
