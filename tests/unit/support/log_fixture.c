#include "tests/unit/support/log_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/log/log_head.h"
#include "host/log/log_key.h"

static void
must(enum err e, const struct fault *fault)
{
	if (e == ERR_OK)
		return;
	printf("# log fixture: %s %s\n", err_name(e),
	    fault == NULL ? "" : fault->detail);
	abort();
}

void
log_fixture_make(struct log_fixture *x)
{
	static const uint8_t seed[NOTE_SEED] = "a seed that everybody can read";
	char vkey[NOTE_VKEY], note[CHECKPOINT_MAX];
	uint8_t root[SHA256_SIZE];
	struct note_signer *s;
	struct fault fault;
	size_t n;

	scratch_make(&x->scratch);
	scratch_path(&x->scratch, "log", x->dir);
	scratch_path(&x->scratch, "log.key", x->key);
	must(note_signer_make(&s, LOG_FIXTURE_ORIGIN, seed), NULL);
	/* As if log_create had been interrupted once it had its key. */
	sha256("", 0, root);
	must(checkpoint_sign(s, 0, root, note, sizeof(note), &n), NULL);
	must(log_head_create(&log_io_posix, x->key, note, n, &fault), &fault);
	must(log_key_store(s, x->key, &fault), &fault);
	note_key_format(note_signer_key(s), vkey);
	snprintf(x->vkey, sizeof(x->vkey), "%s", vkey);
	note_signer_free(s);
	must(log_create(x->dir, x->key, LOG_FIXTURE_ORIGIN, &fault), &fault);
}

void
log_fixture_remove(struct log_fixture *x)
{
	scratch_remove(&x->scratch);
}

struct log *
log_fixture_open(const struct log_fixture *x)
{
	struct fault fault;
	struct log *l;

	must(log_open(&l, x->dir, x->key, &fault), &fault);
	return l;
}

void
log_fixture_put(struct log *l, const struct entry *e)
{
	char buf[ENTRY_MAX];
	uint64_t index;
	size_t len;

	must(entry_compose(e, buf, sizeof(buf), &len), NULL);
	must(log_append(l, buf, len, &index), NULL);
}

void
log_fixture_append(struct log *l, unsigned count)
{
	struct entry e = {.kind = ENTRY_PIN_FAILURE};
	uint64_t index;

	while (count-- > 0) {
		index = log_size(l) + log_pending(l);
		e.time = LOG_FIXTURE_TIME + (int64_t)index;
		snprintf(e.key, sizeof(e.key), "key %llu",
		    (unsigned long long)index);
		log_fixture_put(l, &e);
	}
}

void
log_fixture_signature(uint32_t i, uint8_t out[static 64])
{
	memset(out, 0x51, 64);
	memcpy(out, &i, sizeof(i));
}

void
log_fixture_digest(uint32_t i, uint8_t out[static SHA256_SIZE])
{
	memset(out, 0xf1, SHA256_SIZE);
	memcpy(out, &i, sizeof(i));
}

void
log_fixture_batch(struct log_fixture_batch *b, uint32_t count, int64_t time)
{
	struct leaf leaf = {
	    .kind = KIND_JADES, .profile = PROFILE_EDC, .alg = ALG_ES256};
	struct merkle m;
	uint32_t i;

	memset(b, 0, sizeof(*b));
	b->count = count;
	b->time = time;
	merkle_init(&m);
	for (i = 0; i < count; i++) {
		leaf.index = i;
		sha256(&i, sizeof(i), leaf.payload);
		sha256(&time, sizeof(time), leaf.salt);
		leaf.salt[0] ^= (uint8_t)i;
		leaf_encode(&leaf, b->leaf[i]);
		leaf_hash(&leaf, b->hash[i]);
		must(merkle_push(&m, b->hash[i]), NULL);
	}
	merkle_root(&m, b->root);
}

static void
put_next(struct log *l, struct log_fixture_batch *b, struct entry *e)
{
	e->time = b->time++;
	log_fixture_put(l, e);
}

void
log_fixture_approve(struct log *l, struct log_fixture_batch *b)
{
	struct entry e = {.kind = ENTRY_APPROVAL,
	    .person = "p-0011223344556677",
	    .means = "terminal",
	    .key = "seal",
	    .count = b->count};

	e.expires = b->time + 3600;
	memcpy(e.root, b->root, SHA256_SIZE);
	b->approval = log_size(l) + log_pending(l);
	put_next(l, b, &e);
}

void
log_fixture_intend(struct log *l, struct log_fixture_batch *b,
    enum entry_kind kind, uint32_t first, uint32_t count)
{
	struct entry e = {.kind = kind,
	    .approval = b->approval,
	    .first = first,
	    .count = count};

	put_next(l, b, &e);
}

void
log_fixture_seal(struct log *l, struct log_fixture_batch *b, uint32_t i)
{
	struct entry e = {
	    .kind = ENTRY_SEAL, .approval = b->approval, .index = i};
	uint8_t signature[64];

	memcpy(e.leaf, b->hash[i], SHA256_SIZE);
	log_fixture_signature(i, signature);
	entry_salted(b->leaf[i] + LEAF_SIZE - LEAF_SALT, signature,
	    sizeof(signature), e.signature);
	b->seal[i] = log_size(l) + log_pending(l);
	put_next(l, b, &e);
}

void
log_fixture_abandon(struct log *l, struct log_fixture_batch *b, uint32_t i)
{
	struct entry e = {
	    .kind = ENTRY_ABANDONED, .approval = b->approval, .index = i};

	memcpy(e.leaf, b->hash[i], SHA256_SIZE);
	b->seal[i] = log_size(l) + log_pending(l);
	put_next(l, b, &e);
}

void
log_fixture_release(struct log *l, struct log_fixture_batch *b, uint32_t i)
{
	struct entry e = {.kind = ENTRY_RELEASE, .seal = b->seal[i]};
	uint8_t digest[SHA256_SIZE];

	log_fixture_digest(i, digest);
	entry_salted(
	    b->leaf[i] + LEAF_SIZE - LEAF_SALT, digest, sizeof(digest), e.file);
	put_next(l, b, &e);
}

bool
log_fixture_is_whole(struct log *l)
{
	uint8_t root[SHA256_SIZE], want[SHA256_SIZE], leaf[SHA256_SIZE];
	const uint8_t *entry;
	struct merkle m;
	uint64_t i;
	size_t len;

	merkle_init(&m);
	for (i = 0; i < log_size(l); i++) {
		if (log_entry(l, i, &entry, &len) != ERR_OK)
			return false;
		merkle_leaf(entry, len, leaf);
		if (merkle_push(&m, leaf) != ERR_OK)
			return false;
	}
	merkle_root(&m, root);
	log_root(l, want);
	return memcmp(root, want, sizeof(root)) == 0;
}
