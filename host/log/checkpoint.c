#include "host/log/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base64.h"
#include "host/log/text.h"

enum err
checkpoint_open(struct checkpoint *c, const char *note, size_t len,
    const struct note_key *key)
{
	const char *line[3], *p = note, *newline;
	size_t line_len[3], text_len, n;
	enum err e;
	int i;

	memset(c, 0, sizeof(*c));
	e = note_check(note, len, key, 1, &text_len, NULL);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < 3; i++) {
		newline = memchr(p, '\n', (size_t)(note + text_len - p));
		if (newline == NULL)
			return ERR_LOG_CHECKPOINT;
		line[i] = p;
		line_len[i] = (size_t)(newline - p);
		p = newline + 1;
	}
	if (p != note + text_len || line_len[0] != strlen(key->name) ||
	    memcmp(line[0], key->name, line_len[0]) != 0 ||
	    !text_number(line[1], line_len[1], &c->size) ||
	    base64_decode(line[2], line_len[2], c->root, SHA256_SIZE, &n) !=
		ERR_OK ||
	    n != SHA256_SIZE)
		return ERR_LOG_CHECKPOINT;
	memcpy(c->origin, key->name, line_len[0]);
	return ERR_OK;
}

enum err
checkpoint_sign(const struct note_signer *s, uint64_t size,
    const uint8_t root[static SHA256_SIZE], char *out, size_t cap,
    size_t *out_len)
{
	char root64[BASE64_LEN(SHA256_SIZE) + 1], text[CHECKPOINT_MAX];
	int n;

	root64[base64_encode(root, SHA256_SIZE, root64)] = '\0';
	n = snprintf(text, sizeof(text), "%s\n%" PRIu64 "\n%s\n",
	    note_signer_key(s)->name, size, root64);
	if (n < 0 || (size_t)n >= sizeof(text))
		return ERR_BUFFER;
	return note_sign(s, text, (size_t)n, out, cap, out_len);
}
