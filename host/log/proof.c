#include "host/log/proof.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "host/base/secret.h"
#include "host/log/checkpoint.h"
#include "host/log/proof_extra.h"
#include "host/log/text.h"

#define FIRST_LINE "c2sp.org/tlog-proof@v1\n"
#define HASH_TEXT BASE64_LEN(SHA256_SIZE)

static bool
is_seal_of(const struct entry *e, const uint8_t leaf[static LEAF_SIZE])
{
	uint8_t hash[SHA256_SIZE];
	struct leaf decoded;

	if (e->kind != ENTRY_SEAL || leaf_decode(&decoded, leaf) != ERR_OK ||
	    decoded.index != e->index)
		return false;
	merkle_leaf(leaf, LEAF_SIZE, hash);
	return memcmp(hash, e->leaf, SHA256_SIZE) == 0;
}

enum err
proof_compose(struct log *l, uint64_t index,
    const uint8_t leaf[static LEAF_SIZE], char **text, size_t *len)
{
	uint8_t hashes[MERKLE_PROOF_MAX][SHA256_SIZE];
	char extra[PROOF_EXTRA_MAX], *p = NULL;
	size_t count, entry_len, extra_len, note_len, cap, n, i;
	const uint8_t *json;
	const char *note;
	struct entry seal;
	enum err e;

	*text = NULL;
	*len = 0;
	e = log_entry(l, index, &json, &entry_len);
	if (e == ERR_OK)
		e = entry_parse(&seal, json, entry_len, NULL);
	if (e == ERR_OK && !is_seal_of(&seal, leaf))
		e = ERR_LOG_PROOF;
	if (e == ERR_OK)
		e = proof_extra_compose(
		    json, entry_len, leaf, extra, &extra_len);
	if (e == ERR_OK)
		e = log_prove(l, index, hashes, &count);
	if (e != ERR_OK)
		goto out;
	log_checkpoint(l, &note, &note_len);
	cap = sizeof(FIRST_LINE) + 6 + BASE64_LEN(extra_len) + 1 + 6 + 20 + 1 +
	    count * (HASH_TEXT + 1) + 1 + note_len + 1;
	p = malloc(cap);
	if (p == NULL) {
		e = ERR_NO_MEMORY;
		goto out;
	}
	n = (size_t)snprintf(p, cap, FIRST_LINE "extra ");
	n += base64_encode((const uint8_t *)extra, extra_len, p + n);
	n += (size_t)snprintf(p + n, cap - n, "\nindex %" PRIu64 "\n", index);
	for (i = 0; i < count; i++) {
		n += base64_encode(hashes[i], SHA256_SIZE, p + n);
		p[n++] = '\n';
	}
	p[n++] = '\n';
	memcpy(p + n, note, note_len);
	n += note_len;
	p[n] = '\0';
	*text = p;
	*len = n;
out:
	secret_wipe(extra, sizeof(extra));
	return e;
}

/* The parts of a proof's text. */
struct parts {
	const char *extra, *note;
	size_t extra_len, note_len, count;
	uint64_t index;
	uint8_t hash[MERKLE_PROOF_MAX][SHA256_SIZE];
};

/* The next line without its newline; false at the end. */
static bool
next_line(const char **p, const char *end, const char **line, size_t *len)
{
	const char *newline = memchr(*p, '\n', (size_t)(end - *p));

	if (newline == NULL)
		return false;
	*line = *p;
	*len = (size_t)(newline - *p);
	*p = newline + 1;
	return true;
}

static bool
is_prefixed(const char *line, size_t len, const char *prefix)
{
	return len >= strlen(prefix) &&
	    memcmp(line, prefix, strlen(prefix)) == 0;
}

static bool
split(struct parts *parts, const char *text, size_t text_len)
{
	const char *p = text, *end = text + text_len, *line;
	size_t len, n;

	if (!is_prefixed(text, text_len, FIRST_LINE))
		return false;
	p += strlen(FIRST_LINE);
	if (!next_line(&p, end, &line, &len) ||
	    !is_prefixed(line, len, "extra "))
		return false;
	parts->extra = line + 6;
	parts->extra_len = len - 6;
	if (!next_line(&p, end, &line, &len) ||
	    !is_prefixed(line, len, "index ") ||
	    !text_number(line + 6, len - 6, &parts->index))
		return false;
	for (parts->count = 0;; parts->count++) {
		if (!next_line(&p, end, &line, &len))
			return false;
		if (len == 0)
			break;
		if (parts->count == MERKLE_PROOF_MAX || len != HASH_TEXT ||
		    base64_decode(line, len, parts->hash[parts->count],
			SHA256_SIZE, &n) != ERR_OK ||
		    n != SHA256_SIZE)
			return false;
	}
	parts->note = p;
	parts->note_len = (size_t)(end - p);
	return true;
}

/* What the holder has in private, against itself: entry and leaf. */
static enum err
check_extra(const struct parts *parts, struct proof *out, size_t *entry_len,
    struct fault *fault)
{
	uint8_t json[PROOF_EXTRA_MAX], leaf[LEAF_SIZE];
	enum err e;
	size_t n;

	out->entry = malloc(ENTRY_MAX + 1);
	if (out->entry == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "reading a proof");
	if (base64_decode(parts->extra, parts->extra_len, json, sizeof(json),
		&n) != ERR_OK ||
	    proof_extra_parse(
		(const char *)json, n, out->entry, entry_len, leaf) != ERR_OK)
		return fault_set(fault, ERR_LOG_PROOF, strlen(FIRST_LINE),
		    "the extra line does not hold entry and leaf");
	e = entry_parse(
	    &out->seal, (const uint8_t *)out->entry, *entry_len, fault);
	if (e != ERR_OK)
		return fault_set(fault, ERR_LOG_PROOF, strlen(FIRST_LINE),
		    "the entry in the extra line is not canonical");
	if (!is_seal_of(&out->seal, leaf))
		return fault_set(fault, ERR_LOG_PROOF, strlen(FIRST_LINE),
		    "the entry is not the seal entry of this leaf");
	return leaf_decode(&out->leaf, leaf);
}

enum err
proof_check(const char *text, size_t len, const char *vkey, struct proof *out,
    struct fault *fault)
{
	uint8_t hash[SHA256_SIZE];
	struct checkpoint head;
	struct note_key key;
	struct parts parts;
	size_t entry_len;
	enum err e;

	memset(out, 0, sizeof(*out));
	if (note_key_parse(&key, vkey, strlen(vkey)) != ERR_OK)
		return fault_set(fault, ERR_LOG_KEY, FAULT_NO_OFFSET,
		    "not a verifier key: %.100s", vkey);
	if (len > NOTE_MAX || !split(&parts, text, len))
		return fault_set(fault, ERR_LOG_PROOF, FAULT_NO_OFFSET,
		    "not of the form of c2sp.org/tlog-proof@v1");
	e = checkpoint_open(&head, parts.note, parts.note_len, &key);
	if (e != ERR_OK)
		return fault_set(fault, e, (uint64_t)(parts.note - text),
		    "the checkpoint in the proof is not signed by %s",
		    key.name);
	e = check_extra(&parts, out, &entry_len, fault);
	if (e != ERR_OK)
		goto out;
	merkle_leaf(out->entry, entry_len, hash);
	e = parts.index < head.size
	    ? merkle_check_inclusion(hash, parts.index, head.size,
		  (const uint8_t(*)[SHA256_SIZE])parts.hash, parts.count,
		  head.root)
	    : ERR_MERKLE_PROOF;
	if (e != ERR_OK) {
		fault_set(fault, e, FAULT_NO_OFFSET,
		    "entry %" PRIu64 " is not shown to be in the log of size "
		    "%" PRIu64,
		    parts.index, head.size);
		goto out;
	}
	out->index = parts.index;
	out->size = head.size;
out:
	if (e != ERR_OK)
		proof_free(out);
	return e;
}

void
proof_free(struct proof *p)
{
	free(p->entry);
	memset(p, 0, sizeof(*p));
}

bool
proof_has_signature(const struct proof *p, const uint8_t *signature, size_t len)
{
	uint8_t salted[SHA256_SIZE];

	entry_salted(p->leaf.salt, signature, len, salted);
	return memcmp(salted, p->seal.signature, SHA256_SIZE) == 0;
}
