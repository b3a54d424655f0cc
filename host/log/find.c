#include "host/log/find.h"

#include <string.h>

struct wanted {
	uint64_t outcome; /* log index of the seal or abandoned entry */
	uint64_t approval;
	uint32_t index; /* of the leaf */
};

static enum err
read_entry(struct log *l, uint64_t i, struct entry *e, const uint8_t **json,
    size_t *len)
{
	enum err x = log_entry(l, i, json, len);

	return x == ERR_OK ? entry_parse(e, *json, *len, NULL) : x;
}

static bool
is_about(const struct wanted *w, uint64_t i, const struct entry *e)
{
	switch (e->kind) {
	case ENTRY_APPROVAL:
		return i == w->approval;
	case ENTRY_INTENT:
	case ENTRY_REPEAT:
		return e->approval == w->approval && w->index >= e->first &&
		    w->index - e->first < e->count;
	case ENTRY_SEAL:
	case ENTRY_ABANDONED:
		return e->approval == w->approval && e->index == w->index;
	case ENTRY_RELEASE:
	case ENTRY_EXTEND:
	case ENTRY_WITHDRAWAL:
		return e->seal == w->outcome;
	default:
		return false;
	}
}

enum err
find_seal(struct log *l, uint64_t index, find_show *show, void *ctx)
{
	struct wanted w = {.outcome = index};
	const uint8_t *json;
	struct entry entry;
	uint64_t i;
	size_t len;
	enum err e;

	e = read_entry(l, index, &entry, &json, &len);
	if (e != ERR_OK)
		return e;
	if (entry.kind != ENTRY_SEAL && entry.kind != ENTRY_ABANDONED)
		return ERR_LOG_NOT_THERE;
	w.approval = entry.approval;
	w.index = entry.index;
	/* Nothing about it can stand before its approval. */
	for (i = w.approval; i < log_size(l); i++) {
		e = read_entry(l, i, &entry, &json, &len);
		if (e == ERR_OK && is_about(&w, i, &entry))
			e = show(ctx, i, &entry, json, len);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
find_leaf(struct log *l, const uint8_t leaf[static SHA256_SIZE],
    find_show *show, void *ctx)
{
	const uint8_t *json;
	struct entry entry;
	uint64_t i;
	size_t len;
	enum err e;

	for (i = 0; i < log_size(l); i++) {
		e = read_entry(l, i, &entry, &json, &len);
		if (e != ERR_OK)
			return e;
		if ((entry.kind == ENTRY_SEAL ||
			entry.kind == ENTRY_ABANDONED) &&
		    memcmp(entry.leaf, leaf, SHA256_SIZE) == 0)
			return find_seal(l, i, show, ctx);
	}
	return ERR_LOG_NOT_THERE;
}

enum err
find_file(struct log *l, const uint8_t salt[static 32],
    const uint8_t digest[static SHA256_SIZE], find_show *show, void *ctx)
{
	uint8_t file[SHA256_SIZE];
	const uint8_t *json;
	struct entry entry;
	uint64_t i;
	size_t len;
	enum err e;

	entry_salted(salt, digest, SHA256_SIZE, file);
	for (i = 0; i < log_size(l); i++) {
		e = read_entry(l, i, &entry, &json, &len);
		if (e != ERR_OK)
			return e;
		if ((entry.kind == ENTRY_RELEASE ||
			entry.kind == ENTRY_EXTEND) &&
		    memcmp(entry.file, file, SHA256_SIZE) == 0)
			return find_seal(l, entry.seal, show, ctx);
	}
	return ERR_LOG_NOT_THERE;
}
