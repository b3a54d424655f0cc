/*
 * A released file that got a longer form: the log names that one, too, before
 * it is written. Whoever extends hands the file over with what its proof says;
 * it is believed only if it holds the very signature that the log knows. The
 * answer comes from logger: who asked is told to ask again until it is there.
 */
#include "host/daemon/front.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* The place of that request; else one that is free, or that nobody came back
 * for. NULL: all are in use. */
static struct front_extend *
find_place(struct front *f, uint64_t seal,
    const uint8_t file[static SHA256_SIZE], bool *asked)
{
	struct front_extend *x, *place = NULL;

	*asked = false;
	for (x = f->extend; x < f->extend + FRONT_EXTENDS; x++) {
		*asked = x->used && x->seal == seal &&
		    memcmp(x->file, file, SHA256_SIZE) == 0;
		if (*asked)
			return x;
		if (!x->used || (x->done && x->until < front_tick()))
			place = x;
	}
	return place;
}

static enum err
ask(struct front *f, struct front_extend *x)
{
	struct msg_log_release *m = &f->out.log_release;

	memset(&m->head, 0, sizeof(m->head));
	m->head.type = MSG_LOG_EXTEND;
	m->head.tag = (uint32_t)(FRONT_GROUPS + (x - f->extend));
	m->head.count = 1;
	m->item[0].seal = x->seal;
	memcpy(m->item[0].file, x->file, SHA256_SIZE);
	return ipc_send(f->p->logger, m, ipc_size(MSG_LOG_EXTEND, 1));
}

void
front_extend_entered(struct front *f, const struct msg_log_entered *m)
{
	struct front_extend *x;

	if (m->head.tag < FRONT_GROUPS ||
	    m->head.tag >= FRONT_GROUPS + FRONT_EXTENDS || m->head.count != 1)
		return;
	x = &f->extend[m->head.tag - FRONT_GROUPS];
	if (!x->used || x->done)
		return;
	x->done = true;
	x->err = (enum err)m->item[0].err;
	x->entry = m->item[0].entry;
	x->until = front_tick() + KEEP_SECONDS;
}

/* What logger says of it; *pending until it does. */
static enum err
log_it(struct front *f, uint64_t seal, const uint8_t file[static SHA256_SIZE],
    bool *pending, uint64_t *entry)
{
	struct front_extend *x;
	bool asked;
	enum err e;

	x = find_place(f, seal, file, &asked);
	*pending = true;
	if (x == NULL)
		return ERR_OK; /* there may be one next time */
	if (!asked) {
		memset(x, 0, sizeof(*x));
		x->used = true;
		x->seal = seal;
		memcpy(x->file, file, SHA256_SIZE);
		e = ask(f, x);
		x->used = e == ERR_OK;
		return e;
	}
	if (!x->done)
		return ERR_OK;
	*pending = false;
	*entry = x->entry;
	x->used = false;
	return x->err;
}

enum err
front_extend(struct front *f, const cJSON *request, int fd, bool *pending,
    uint64_t *entry, struct fault *fault)
{
	uint64_t seal = (uint64_t)reply_number(request, "seal", -1);
	uint8_t octets[LEAF_SIZE], digest[SHA256_SIZE], salted[SHA256_SIZE];
	struct proof p = {.index = seal};
	uint8_t *file = NULL;
	const char *leaf;
	struct stat st;
	size_t len;
	enum err e;

	leaf = reply_text(request, "leaf");
	if (base64url_decode(
		leaf, strlen(leaf), octets, sizeof(octets), &len) != ERR_OK ||
	    len != LEAF_SIZE || leaf_decode(&p.leaf, octets) != ERR_OK)
		return fault_set(
		    fault, ERR_MESSAGE_SYNTAX, FAULT_NO_OFFSET, "leaf");
	/* Reading from a pipe or a terminal might never end. */
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return fault_set(
		    fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET, "file");
	e = file_read_fd(fd, "file", JWS_FILE, &file, &len, fault);
	if (e != ERR_OK)
		return e;
	e = read_seal(f, seal, &p);
	if (e == ERR_OK)
		e = check_file(&p, file, len);
	if (e == ERR_OK) {
		sha256(file, len, digest);
		entry_salted(p.leaf.salt, digest, SHA256_SIZE, salted);
		e = log_it(f, seal, salted, pending, entry);
	}
	free(file);
	return e == ERR_OK ? e
			   : fault_set(fault, e, FAULT_NO_OFFSET,
				 "seal entry %llu", (unsigned long long)seal);
}
