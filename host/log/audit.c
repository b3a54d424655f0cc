#include "host/log/audit.h"

#include <inttypes.h>
#include <string.h>

#include "host/log/entry.h"
#include "host/log/frontier.h"
#include "host/log/rules.h"

struct audit {
	struct log *l;
	const char *dir;
	struct rules *rules;
	struct frontier f;
	struct bundle bundle;
	struct fault *fault;
};

static enum err
at_tile(struct audit *a, enum err e, int level, uint64_t n, unsigned width)
{
	if (a->fault != NULL)
		tile_path(level, n, width, a->fault->path);
	return e;
}

/* The tile in its file must be the one that the entries lead to. */
static enum err
compare_tile(struct audit *a, int level, uint64_t n, unsigned width,
    const uint8_t (*hashes)[SHA256_SIZE])
{
	uint8_t file[TILE_WIDTH][SHA256_SIZE];
	enum err e;

	e = tile_read(a->dir, level, n, width, file, a->fault);
	if (e == ERR_NOT_FOUND)
		e = fault_set(a->fault, ERR_LOG_CORRUPT, FAULT_NO_OFFSET,
		    "the tile is missing");
	else if (e == ERR_OK && memcmp(file, hashes, width * SHA256_SIZE) != 0)
		e = fault_set(a->fault, ERR_LOG_CORRUPT, FAULT_NO_OFFSET,
		    "the tile does not match the entries");
	return e == ERR_OK ? e : at_tile(a, e, level, n, width);
}

static enum err
on_full(void *ctx, int level, uint64_t n, const uint8_t (*hashes)[SHA256_SIZE])
{
	return compare_tile(ctx, level, n, TILE_WIDTH, hashes);
}

/* Extensions and withdrawals name seals of any age. */
static enum err
check_named_seal(struct audit *a, uint64_t index, const struct entry *e)
{
	const uint8_t *json;
	struct entry seal;
	size_t len;
	enum err x = ERR_LOG_ENTRY;

	if (e->seal < index) {
		x = log_entry(a->l, e->seal, &json, &len);
		if (x == ERR_OK)
			x = entry_parse(&seal, json, len, NULL);
		if (x == ERR_OK && seal.kind != ENTRY_SEAL)
			x = ERR_LOG_ENTRY;
	}
	if (x == ERR_OK)
		return x;
	fault_set(a->fault, x, FAULT_NO_OFFSET, "the %s entry names no seal",
	    entry_kind_name(e->kind));
	if (a->fault != NULL)
		snprintf(a->fault->path, sizeof(a->fault->path),
		    "entry %" PRIu64, index);
	return x;
}

static enum err
push_entry(struct audit *a, uint64_t index, const uint8_t *json, size_t len)
{
	uint8_t leaf[SHA256_SIZE];
	struct entry entry;
	enum err e;

	e = entry_parse(&entry, json, len, a->fault);
	if (e != ERR_OK) {
		if (a->fault != NULL)
			snprintf(a->fault->path, sizeof(a->fault->path),
			    "entry %" PRIu64, index);
		return e;
	}
	merkle_leaf(json, len, leaf);
	e = frontier_push(&a->f, leaf, on_full, a);
	if (e == ERR_OK)
		e = rules_push(a->rules, index, &entry, a->fault);
	if (e == ERR_OK && rules_names_seal(&entry))
		e = check_named_seal(a, index, &entry);
	return e;
}

/* Who parsed the entry knew its octets, not where they stand. */
static void
in_bundle(struct audit *a, uint64_t n, unsigned width, size_t start)
{
	char file[TILE_PATH];

	if (a->fault == NULL || a->fault->offset == FAULT_NO_OFFSET)
		return;
	tile_path(TILE_ENTRIES, n, width, file);
	fault_in(a->fault, file);
	a->fault->offset += start;
}

static enum err
push_bundle(struct audit *a, uint64_t n)
{
	unsigned width = tile_width(log_size(a->l), TILE_ENTRIES, n), i;
	enum err e;

	e = bundle_read(&a->bundle, a->dir, n, width, a->fault);
	if (e == ERR_NOT_FOUND)
		e = fault_set(a->fault, ERR_LOG_CORRUPT, FAULT_NO_OFFSET,
		    "the entries are missing");
	if (e != ERR_OK)
		return at_tile(a, e, TILE_ENTRIES, n, width);
	for (i = 0; i < width && e == ERR_OK; i++) {
		e = push_entry(a, n * TILE_WIDTH + i,
		    a->bundle.buf + a->bundle.start[i], a->bundle.length[i]);
		if (e != ERR_OK)
			in_bundle(a, n, width, a->bundle.start[i]);
	}
	return e;
}

/* After the last entry: the unfinished tiles, and the root. */
static enum err
check_edge(struct audit *a)
{
	uint8_t have[SHA256_SIZE], want[SHA256_SIZE];
	unsigned width;
	uint64_t n;
	enum err e;
	int level;

	for (level = 0; level < TILE_LEVELS; level++) {
		n = a->f.size >> (8 * level) >> 8;
		width = tile_width(a->f.size, level, n);
		if (width == 0)
			continue;
		e = compare_tile(a, level, n, width,
		    (const uint8_t(*)[SHA256_SIZE])a->f.hash[level]);
		if (e != ERR_OK)
			return e;
	}
	frontier_root(&a->f, have);
	log_root(a->l, want);
	if (memcmp(have, want, SHA256_SIZE) != 0)
		return fault_set(a->fault, ERR_LOG_CORRUPT, FAULT_NO_OFFSET,
		    "the entries do not lead to the root of the checkpoint");
	return ERR_OK;
}

enum err
audit_log(const char *dir, const char *vkey, struct audit_result *r,
    struct fault *fault)
{
	struct audit a = {.dir = dir, .fault = fault};
	uint64_t n;
	enum err e;

	memset(r, 0, sizeof(*r));
	frontier_init(&a.f);
	bundle_init(&a.bundle);
	e = log_open_reader_key(&a.l, dir, vkey, fault);
	if (e != ERR_OK)
		return e;
	a.rules = rules_new();
	if (a.rules == NULL) {
		e = fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "auditing the log");
		goto out;
	}
	for (n = 0; n * TILE_WIDTH < log_size(a.l) && e == ERR_OK; n++)
		e = push_bundle(&a, n);
	if (e == ERR_OK)
		e = check_edge(&a);
	rules_count(a.rules, r);
	if (e == ERR_OK && fault != NULL) {
		fault_clear(fault);
		if (vkey == NULL)
			fault_set(fault, ERR_OK, FAULT_NO_OFFSET,
			    "checked with the key in the log's own folder, "
			    "which shows damage but no forgery");
	}
out:
	rules_free(a.rules);
	bundle_free(&a.bundle);
	log_close(a.l);
	return e;
}
