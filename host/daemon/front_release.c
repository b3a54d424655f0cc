/*
 * Release: the sealed file is written beside its final name, read back and
 * checked against what was signed, made durable, entered in the log, and only
 * then linked under its name, which replaces nothing. Its proof goes beside
 * it. Every step can be done again after a crash with the same bytes.
 */
#include "host/daemon/front.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/base/say.h"
#include "host/log/proof.h"
#include "host/seal/sealed.h"

#define PATH_CAP (2 * STATION_PATH)
#define SEALED_EXTENSION ".sealed.jsonld"
#define PROOF_EXTENSION ".tlog-proof"

static void
batch_folder(const struct front *f, const struct front_run *r, char *out)
{
	snprintf(out, PATH_CAP, "%s/%s", f->out_dir, r->batch.name);
}

/* Until it has its name, a file is called by its item's number. */
static void
beside(const struct front *f, const struct front_run *r, int64_t item,
    const char *extension, char *out)
{
	snprintf(out, PATH_CAP, "%s/%s/.%lld%s", f->out_dir, r->batch.name,
	    (long long)item, extension);
}

/* A new file at path, open for reading, too. */
static enum err
create_file(const char *path, const void *buf, size_t len, int *out,
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

static enum err
close_file(int fd, const char *path, struct fault *fault)
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
check_back(int fd, const char *path, const struct front_run *r,
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
	e = sealed_check(back, len, r->header, r->header_len, payload,
	    payload_len, item->signature, item->signature_len, fault);
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

static enum err
write_sealed(struct front *f, struct front_run *r, struct item *item,
    struct fault *fault)
{
	uint8_t *payload = NULL, *out = NULL;
	size_t payload_len, out_len;
	char path[PATH_CAP];
	enum err e, closed;
	int fd;

	e = load_payload(f, item, &payload, &payload_len, fault);
	if (e != ERR_OK)
		return e;
	e = sealed_compose(payload, payload_len, r->header, r->header_len,
	    item->signature, item->signature_len, &out, &out_len);
	if (e != ERR_OK) {
		fault_set(fault, e, FAULT_NO_OFFSET, "sealed file");
		goto out;
	}
	beside(f, r, item->id, SEALED_EXTENSION, path);
	e = create_file(path, out, out_len, &fd, fault);
	if (e != ERR_OK)
		goto out;
	e = check_back(fd, path, r, item, payload, payload_len, fault);
	closed = close_file(fd, path, fault);
	if (e == ERR_OK)
		e = closed;
out:
	free(out);
	free(payload);
	return e;
}

struct writing {
	struct front *f;
	struct front_group *g;
	struct {
		enum err err;
		struct fault fault;
	} one[MSG_GROUP];
};

/* In any thread. */
static void
write_one(void *arg, size_t n)
{
	struct writing *w = arg;
	struct front_group *g = w->g;

	w->one[n].err = ERR_OK;
	if (g->item[n].state == ITEM_SEALED)
		w->one[n].err = write_sealed(
		    w->f, g->run, &g->item[n], &w->one[n].fault);
}

static enum err
write_group(struct front *f, struct front_group *g, struct fault *fault)
{
	struct writing *w = malloc(sizeof(*w));
	enum err e = ERR_OK;
	uint32_t i;

	if (w == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "sealed files");
	w->f = f;
	w->g = g;
	pool_run(f->pool, write_one, w, g->count);
	for (i = 0; e == ERR_OK && i < g->count; i++) {
		e = w->one[i].err;
		if (e != ERR_OK)
			*fault = w->one[i].fault;
	}
	free(w);
	return e;
}

static enum err
sync_out(const struct front *f, struct fault *fault)
{
	if (syncfs(f->out_fd) != 0)
		return fault_errno(fault, errno, "cannot sync %s", f->out_dir);
	return ERR_OK;
}

void
front_release_write(struct front *f, struct front_group *g)
{
	struct front_run *r = g->run;
	char folder[PATH_CAP];
	struct fault fault;
	uint32_t i;
	enum err e;

	batch_folder(f, r, folder);
	e = file_make_folder(folder, 0750, &fault);
	if (e == ERR_OK)
		e = write_group(f, g, &fault);
	/* One barrier for the files of the whole group. */
	if (e == ERR_OK)
		e = sync_out(f, &fault);
	if (e == ERR_OK)
		return;
	/* Items stay sealed and are taken up again. */
	say_fault(SAY_ERROR, &fault, NULL);
	f->hold = front_tick() + 2;
	r->phase = PHASE_RECOVER;
	r->after = 0;
	for (i = 0; i < g->count; i++)
		g->item[i].id = -g->item[i].id;
}

enum err
front_release_request(struct front *f, struct front_group *g)
{
	struct msg_log_release *m = &f->out.log_release;
	struct sha256 h;
	uint32_t i;

	memset(&m->head, 0, sizeof(m->head));
	m->head.type = MSG_LOG_RELEASE;
	m->head.tag = (uint32_t)(g - f->group);
	for (i = 0; i < g->count; i++) {
		if (g->item[i].state != ITEM_SEALED || g->item[i].id < 0)
			continue;
		m->item[m->head.count].seal = g->item[i].seal;
		sha256_init(&h);
		sha256_push(&h, g->item[i].leaf.salt, LEAF_SALT);
		sha256_push(&h, g->item[i].file, SHA256_SIZE);
		sha256_finish(&h, m->item[m->head.count].file);
		g->slot[m->head.count++] = i;
	}
	g->releasing = m->head.count;
	if (g->releasing == 0)
		return ERR_OK;
	return ipc_send(
	    f->p->logger, m, ipc_size(MSG_LOG_RELEASE, m->head.count));
}

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

/* Under its name or, where another file has that, under one with its item's
 * number, which is nobody else's. A crash may have done it already. */
static enum err
name_sealed(struct front *f, struct front_run *r, const struct item *item,
    char final[static PATH_CAP], struct fault *fault)
{
	char path[PATH_CAP], number[24] = "";
	int n;

	beside(f, r, item->id, SEALED_EXTENSION, path);
	for (n = 0; n < 2; n++) {
		snprintf(final, PATH_CAP, "%s/%s/%s%s" SEALED_EXTENSION,
		    f->out_dir, r->batch.name, item->name, number);
		if (rename_new(path, final) == 0)
			return ERR_OK;
		if (errno != EEXIST)
			return fault_errno(fault, errno,
			    "cannot release item %lld", (long long)item->id);
		if (is_same(final, item->file)) {
			unlink(path);
			return ERR_OK;
		}
		snprintf(number, sizeof(number), ".%lld", (long long)item->id);
	}
	return fault_set(fault, ERR_RELEASED_ALREADY, FAULT_NO_OFFSET,
	    "item %lld", (long long)item->id);
}

static enum err
write_proof(struct log *log, struct front *f, struct front_run *r,
    const struct item *item, const char *final, struct fault *fault)
{
	char path[PATH_CAP], name[PATH_CAP + 16];
	uint8_t leaf[LEAF_SIZE];
	char *text;
	size_t len;
	enum err e;
	int fd;

	leaf_encode(&item->leaf, leaf);
	e = proof_compose(log, item->seal, leaf, &text, &len);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET,
		    "proof of log entry %llu", (unsigned long long)item->seal);
	beside(f, r, item->id, PROOF_EXTENSION, path);
	snprintf(name, sizeof(name), "%s" PROOF_EXTENSION, final);
	e = create_file(path, text, len, &fd, fault);
	if (e == ERR_OK)
		e = close_file(fd, path, fault);
	/* A proof may be renewed: any of them is good. */
	if (e == ERR_OK && rename(path, name) != 0)
		e = fault_errno(fault, errno,
		    "cannot name the proof of item %lld", (long long)item->id);
	free(text);
	return e;
}

/* Files get their names and proofs, up to the first failure; the first done of
 * the request have them then. */
static enum err
publish(struct front *f, struct front_group *g, const struct msg_log_entered *m,
    uint32_t *done, struct fault *fault)
{
	char final[PATH_CAP];
	struct log *log = NULL;
	const struct item *item;
	enum err e;

	e = log_open_reader(&log, f->log_dir, fault);
	for (*done = 0; e == ERR_OK && *done < g->releasing;) {
		item = &g->item[g->slot[*done]];
		e = (enum err)m->item[*done].err;
		if (e != ERR_OK)
			fault_set(fault, e, FAULT_NO_OFFSET,
			    "release of item %lld", (long long)item->id);
		if (e == ERR_OK)
			e = name_sealed(f, g->run, item, final, fault);
		if (e == ERR_OK)
			e = write_proof(log, f, g->run, item, final, fault);
		*done += e == ERR_OK;
	}
	log_close(log);
	return e;
}

/* Rows of what is on the disk under its name: a row that came first would
 * outlive a name that a power cut took. */
static enum err
note_released(struct front *f, struct front_group *g,
    const struct msg_log_entered *m, uint32_t done, struct fault *fault)
{
	struct item *item;
	uint32_t i;
	enum err e;

	e = sync_out(f, fault);
	if (e == ERR_OK)
		e = front_begin(f, fault);
	for (i = 0; e == ERR_OK && i < done; i++) {
		item = &g->item[g->slot[i]];
		item->release = m->item[i].entry;
		item->state = ITEM_RELEASED;
		e = queue_item_set_released(
		    f->queue, item->id, item->release, item->file);
		if (e != ERR_OK)
			fault_set(fault, e, FAULT_NO_OFFSET, "item %lld",
			    (long long)item->id);
	}
	return e;
}

void
front_release_entered(struct front *f, const struct msg_log_entered *m)
{
	struct front_group *g;
	struct fault fault, trouble;
	uint32_t done;
	enum err e, noted;

	if (m->head.tag >= FRONT_GROUPS)
		return;
	g = &f->group[m->head.tag];
	if (g->stage != STAGE_RELEASING || m->head.count != g->releasing)
		return;
	e = publish(f, g, m, &done, &fault);
	if (e != ERR_OK)
		say_fault(SAY_ERROR, &fault, NULL);
	noted = note_released(f, g, m, done, &trouble);
	if (noted != ERR_OK)
		say_fault(SAY_ERROR, &trouble, NULL);
	if (e != ERR_OK || noted != ERR_OK) {
		f->hold = front_tick() + 2;
		g->run->phase = PHASE_RECOVER;
		g->run->after = 0;
	}
	front_seal_finish(f, g);
}
