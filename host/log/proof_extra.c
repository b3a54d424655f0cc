#include "host/log/proof_extra.h"

#include <string.h>

#define LEAF_TEXT BASE64URL_LEN(LEAF_SIZE)

static const char before_entry[] = "{\"entry\":\"";
static const char before_leaf[] = "\",\"leaf\":\"";
static const char after_leaf[] = "\"}";

enum err
proof_extra_compose(const uint8_t *entry, size_t entry_len,
    const uint8_t leaf[static LEAF_SIZE], char out[static PROOF_EXTRA_MAX],
    size_t *out_len)
{
	size_t n = sizeof(before_entry) - 1, i;

	if (entry_len > ENTRY_MAX)
		return ERR_LOG_PROOF;
	memcpy(out, before_entry, n);
	for (i = 0; i < entry_len; i++) {
		/* Entries have no control characters: two need an escape. */
		if (entry[i] == '"' || entry[i] == '\\')
			out[n++] = '\\';
		out[n++] = (char)entry[i];
	}
	memcpy(out + n, before_leaf, sizeof(before_leaf) - 1);
	n += sizeof(before_leaf) - 1;
	n += base64url_encode(leaf, LEAF_SIZE, out + n);
	memcpy(out + n, after_leaf, sizeof(after_leaf) - 1);
	*out_len = n + sizeof(after_leaf) - 1;
	return ERR_OK;
}

enum err
proof_extra_parse(const char *json, size_t len,
    char entry[static ENTRY_MAX + 1], size_t *entry_len,
    uint8_t leaf[static LEAF_SIZE])
{
	char again[PROOF_EXTRA_MAX];
	size_t i = sizeof(before_entry) - 1, n = 0, again_len;
	enum err e;

	/* Lenient where it can be: the comparison below is strict. */
	if (len > PROOF_EXTRA_MAX || len < i)
		return ERR_LOG_PROOF;
	while (i < len && json[i] != '"') {
		if (json[i] == '\\' && ++i == len)
			return ERR_LOG_PROOF;
		if (n == ENTRY_MAX)
			return ERR_LOG_PROOF;
		entry[n++] = json[i++];
	}
	entry[n] = '\0';
	if (len - i !=
		sizeof(before_leaf) - 1 + LEAF_TEXT + sizeof(after_leaf) - 1 ||
	    base64url_decode(json + i + sizeof(before_leaf) - 1, LEAF_TEXT,
		leaf, LEAF_SIZE, &again_len) != ERR_OK ||
	    again_len != LEAF_SIZE)
		return ERR_LOG_PROOF;
	e = proof_extra_compose(
	    (const uint8_t *)entry, n, leaf, again, &again_len);
	if (e == ERR_OK && (again_len != len || memcmp(again, json, len) != 0))
		e = ERR_LOG_PROOF;
	*entry_len = n;
	return e;
}
