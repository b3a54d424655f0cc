/*
 * A released file that got a longer form: the log names that one, too, before
 * it is written. Whoever extends hands the file over with what its proof says;
 * it is believed only if it holds the very signature that the log knows, which
 * the pool finds out. The answer comes from logger: who asked has a ticket, and
 * asks with it until the answer is there.
 */
#include "host/daemon/front.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base64.h"
#include "host/base/file.h"
#include "host/log/entry.h"
#include "host/log/proof.h"
#include "host/seal/jws.h"

#define KEEP_SECONDS 60 /* an answer that nobody asks for */

/* Is it the seal entry of that leaf? */
static enum err
read_seal(const struct front *f, uint64_t index, struct proof *p)
{
	uint8_t octets[LEAF_SIZE], hash[SHA256_SIZE];
	const uint8_t *json;
	struct log *log;
	size_t len;
	enum err e;

	e = log_open_reader(&log, f->log_dir, NULL);
	if (e != ERR_OK)
		return e;
	e = log_entry(log, index, &json, &len);
	if (e == ERR_OK)
		e = entry_parse(&p->seal, json, len, NULL);
	log_close(log);
	leaf_encode(&p->leaf, octets);
	merkle_leaf(octets, LEAF_SIZE, hash);
	if (e == ERR_OK &&
	    (p->seal.kind != ENTRY_SEAL ||
		memcmp(p->seal.leaf, hash, SHA256_SIZE) != 0))
		e = ERR_LOG_PROOF;
	return e;
}

/* That seal, over what was approved, and none beside it. */
static enum err
check_file(const struct proof *p, const uint8_t *file, size_t len)
{
	const struct profile *profile = profile_get(p->leaf.profile);
	uint8_t signature[BOUND_SIGNATURE], *buf = NULL;
	struct front_header header;
	const uint8_t *payload;
	struct jws j;
	size_t n, payload_len;
	enum err e;

	if (profile == NULL)
		return ERR_PROFILE;
	e = jws_read(&j, file, len, NULL);
	if (e != ERR_OK)
		return e;
	if (j.count != 1 || j.payload == NULL ||
	    base64url_decode(j.seals[0].signature, j.seals[0].signature_len,
		signature, sizeof(signature), &n) != ERR_OK ||
	    !proof_has_signature(p, signature, n)) {
		e = ERR_VERIFY_INVALID;
	} else {
		header.text = (char *)(uintptr_t)j.seals[0].protected;
		header.len = j.seals[0].protected_len;
		e = jws_payload(
		    &j, profile->encoded, &buf, &payload, &payload_len);
		if (e == ERR_OK)
			e = front_header_check(
			    &header, &p->leaf, payload, payload_len);
		free(buf);
	}
	jws_free(&j);
	return e;
}

static enum err
read_and_check(struct front_extend *x)
{
	struct proof p = {.index = x->seal, .leaf = x->leaf};
	uint8_t digest[SHA256_SIZE], *file;
	size_t len;
	enum err e;

	e = file_read_fd(x->fd, "file", JWS_FILE, &file, &len, &x->fault);
	if (e != ERR_OK)
		return e;
	e = read_seal(x->front, x->seal, &p);
	if (e == ERR_OK)
		e = check_file(&p, file, len);
	if (e == ERR_OK) {
		sha256(file, len, digest);
		entry_salted(p.leaf.salt, digest, SHA256_SIZE, x->file);
	}
	free(file);
	return e == ERR_OK
	    ? e
	    : fault_set(&x->fault, e, FAULT_NO_OFFSET, "seal entry %llu",
		  (unsigned long long)x->seal);
}

/* In any thread. */
static void
check(void *arg, size_t n)
{
	struct front_extend *x = arg;

	(void)n;
	x->err = read_and_check(x);
	close(x->fd);
}

static enum err
ask(struct front *f, struct front_extend *x)
{
	struct msg_log_release *m = &f->out.log_release;
	enum err e;

	memset(&m->head, 0, sizeof(m->head));
	m->head.type = MSG_LOG_EXTEND;
	m->head.tag = (uint32_t)(FRONT_GROUPS + (x - f->extend));
	m->head.count = 1;
	m->item[0].seal = x->seal;
	memcpy(m->item[0].file, x->file, SHA256_SIZE);
	e = ipc_send(f->p->logger, m, ipc_size(MSG_LOG_EXTEND, 1));
	return e == ERR_OK
	    ? e
	    : fault_set(&x->fault, e, FAULT_NO_OFFSET, "request to logger");
}

static void
answer(struct front_extend *x, enum err e)
{
	x->stage = EXTEND_DONE;
	x->err = e;
	x->until = front_tick() + KEEP_SECONDS;
}

void
front_extend_work(struct front *f)
{
	struct front_extend *x;
	enum err e;

	for (x = f->extend; x < f->extend + FRONT_EXTENDS; x++) {
		if (x->stage != EXTEND_CHECKING ||
		    !pool_is_done(f->pool, &x->job))
			continue;
		e = x->err == ERR_OK ? ask(f, x) : x->err;
		if (e == ERR_OK)
			x->stage = EXTEND_LOGGING;
		else
			answer(x, e);
	}
}

void
front_extend_entered(struct front *f, const struct msg_log_entered *m)
{
	struct front_extend *x;
	enum err e;

	if (m->head.tag < FRONT_GROUPS ||
	    m->head.tag >= FRONT_GROUPS + FRONT_EXTENDS || m->head.count != 1)
		return;
	x = &f->extend[m->head.tag - FRONT_GROUPS];
	if (x->stage != EXTEND_LOGGING)
		return;
	e = (enum err)m->item[0].err;
	x->entry = m->item[0].entry;
	if (e != ERR_OK)
		fault_set(&x->fault, e, FAULT_NO_OFFSET, "seal entry %llu",
		    (unsigned long long)x->seal);
	answer(x, e);
}

/* One that is free, or that nobody came back for. NULL: all are in use, or a
 * file is being read, and one of 64 MiB in memory is enough. */
static struct front_extend *
find_place(struct front *f)
{
	struct front_extend *x, *place = NULL;

	for (x = f->extend; x < f->extend + FRONT_EXTENDS; x++) {
		if (x->stage == EXTEND_CHECKING)
			return NULL;
		if (x->stage == EXTEND_FREE ||
		    (x->stage == EXTEND_DONE && x->until < front_tick()))
			place = x;
	}
	return place;
}

enum err
front_extend(struct front *f, const cJSON *request, int fd,
    struct front_extended *out, struct fault *fault)
{
	const char *text = reply_text(request, "leaf");
	uint8_t octets[LEAF_SIZE];
	struct front_extend *x;
	struct leaf leaf;
	struct stat st;
	size_t len;

	if (base64url_decode(
		text, strlen(text), octets, sizeof(octets), &len) != ERR_OK ||
	    len != LEAF_SIZE || leaf_decode(&leaf, octets) != ERR_OK)
		return fault_set(
		    fault, ERR_MESSAGE_SYNTAX, FAULT_NO_OFFSET, "leaf");
	/* Reading from a pipe or a terminal might never end. */
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return fault_set(
		    fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET, "file");
	*out = (struct front_extended){.pending = true};
	x = find_place(f);
	if (x == NULL)
		return ERR_OK; /* there may be one next time */
	memset(x, 0, sizeof(*x));
	x->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (x->fd < 0)
		return fault_errno(fault, errno, "cannot keep the file");
	x->front = f;
	x->stage = EXTEND_CHECKING;
	x->ticket = out->ticket = ++f->extend_ticket;
	x->seal = (uint64_t)reply_number(request, "seal", -1);
	x->leaf = leaf;
	pool_start(f->pool, &x->job, check, x, 1);
	return ERR_OK;
}

enum err
front_extended(struct front *f, uint64_t ticket, struct front_extended *out,
    struct fault *fault)
{
	struct front_extend *x;

	*out = (struct front_extended){.pending = true};
	for (x = f->extend; x < f->extend + FRONT_EXTENDS; x++) {
		if (x->stage == EXTEND_FREE || x->ticket != ticket)
			continue;
		out->pending = x->stage != EXTEND_DONE;
		out->ticket = ticket;
		if (out->pending)
			return ERR_OK;
		x->stage = EXTEND_FREE;
		out->entry = x->entry;
		*fault = x->fault;
		return x->err;
	}
	return ERR_OK; /* the file has to come again */
}
