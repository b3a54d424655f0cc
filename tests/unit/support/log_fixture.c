#include "tests/unit/support/log_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/file.h"
#include "host/log/note.h"

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
	char skey[NOTE_SKEY + 1], vkey[NOTE_VKEY];
	struct note_signer *s;
	struct fault fault;
	size_t n;

	scratch_make(&x->scratch);
	scratch_path(&x->scratch, "log", x->dir);
	scratch_path(&x->scratch, "log.key", x->key);
	must(note_signer_make(&s, LOG_FIXTURE_ORIGIN, seed), NULL);
	note_signer_format(s, skey);
	n = strlen(skey);
	skey[n++] = '\n';
	must(file_create(x->key, skey, n, 0600, &fault), &fault);
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
