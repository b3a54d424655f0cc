#include "host/log/note.h"

#include <string.h>

#include "common/base64.h"
#include "common/sha256.h"
#include "host/base/hex.h"
#include "host/log/ed25519.h"
#include "host/log/text.h"

#define ED25519_TYPE 0x01
#define EM_DASH "\xe2\x80\x94 "
#define EM_DASH_LEN 4
/* The longest signature blob that a line may carry, of whatever type: some
 * post-quantum ones take 5 kB. */
#define BLOB_MAX 8192

bool
note_name_is_valid(const char *name, size_t len)
{
	size_t i;

	if (len == 0 || len > NOTE_NAME)
		return false;
	for (i = 0; i < len; i++)
		if (name[i] <= 0x20 || name[i] >= 0x7f || name[i] == '+')
			return false;
	return true;
}

enum err
note_key_make(struct note_key *k, const char *name,
    const uint8_t public_key[static NOTE_PUBLIC])
{
	static const uint8_t type[2] = {'\n', ED25519_TYPE};
	uint8_t digest[SHA256_SIZE];
	size_t len = strlen(name);
	struct sha256 h;

	if (!note_name_is_valid(name, len))
		return ERR_LOG_KEY;
	sha256_init(&h);
	sha256_push(&h, name, len);
	sha256_push(&h, type, sizeof(type));
	sha256_push(&h, public_key, NOTE_PUBLIC);
	sha256_finish(&h, digest);
	memset(k, 0, sizeof(*k));
	memcpy(k->name, name, len);
	memcpy(k->id, digest, NOTE_KEY_ID);
	memcpy(k->public_key, public_key, NOTE_PUBLIC);
	return ERR_OK;
}

enum err
note_key_parse(struct note_key *k, const char *vkey, size_t len)
{
	uint8_t octets[1 + NOTE_PUBLIC];
	char name[NOTE_NAME + 1], again[NOTE_VKEY];
	const char *plus;
	size_t name_len, n;
	enum err e;

	plus = memchr(vkey, '+', len);
	if (plus == NULL)
		return ERR_LOG_KEY;
	name_len = (size_t)(plus - vkey);
	if (!note_name_is_valid(vkey, name_len) ||
	    len != name_len + 1 + 8 + 1 + BASE64_LEN(sizeof(octets)) ||
	    plus[9] != '+')
		return ERR_LOG_KEY;
	if (base64_decode(plus + 10, BASE64_LEN(sizeof(octets)), octets,
		sizeof(octets), &n) != ERR_OK ||
	    n != sizeof(octets) || octets[0] != ED25519_TYPE)
		return ERR_LOG_KEY;
	memcpy(name, vkey, name_len);
	name[name_len] = '\0';
	e = note_key_make(k, name, octets + 1);
	if (e != ERR_OK)
		return e;
	/* The right id, and in lower case. */
	note_key_format(k, again);
	return memcmp(again, vkey, len) == 0 ? ERR_OK : ERR_LOG_KEY;
}

void
note_key_format(const struct note_key *k, char out[static NOTE_VKEY])
{
	uint8_t octets[1 + NOTE_PUBLIC];
	size_t n = strlen(k->name);

	octets[0] = ED25519_TYPE;
	memcpy(octets + 1, k->public_key, NOTE_PUBLIC);
	memcpy(out, k->name, n);
	out[n++] = '+';
	hex_encode(k->id, NOTE_KEY_ID, out + n);
	n += 8;
	out[n++] = '+';
	n += base64_encode(octets, sizeof(octets), out + n);
	out[n] = '\0';
}

static bool
is_unicode_space(uint32_t c)
{
	return c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	    c == 0x202f || c == 0x205f || c == 0x3000;
}

/* Valid UTF-8, of control characters only the newline. */
static bool
is_note_text(const char *p, size_t len)
{
	const char *end = p + len;
	uint32_t c;
	size_t n;

	while ((n = text_next(p, end, &c)) > 0) {
		if (c < 0x20 && c != '\n')
			return false;
		p += n;
	}
	return p == end;
}

/* Any key's name in a signature line; its text is UTF-8 already. */
static bool
is_line_name(const char *p, size_t len)
{
	const char *end = p + len;
	uint32_t c;
	size_t n;

	if (len == 0)
		return false;
	while ((n = text_next(p, end, &c)) > 0) {
		if (is_unicode_space(c) || c == '+')
			return false;
		p += n;
	}
	return p == end;
}

struct line {
	const char *name;
	size_t name_len;
	uint8_t blob[BLOB_MAX];
	size_t blob_len;
};

/* One signature line without its newline. */
static enum err
line_parse(struct line *l, const char *p, size_t len)
{
	const char *space;
	size_t text;

	if (len < EM_DASH_LEN || memcmp(p, EM_DASH, EM_DASH_LEN) != 0)
		return ERR_LOG_CHECKPOINT;
	l->name = p + EM_DASH_LEN;
	space = memchr(l->name, ' ', len - EM_DASH_LEN);
	if (space == NULL)
		return ERR_LOG_CHECKPOINT;
	l->name_len = (size_t)(space - l->name);
	text = (size_t)(p + len - (space + 1));
	if (!is_line_name(l->name, l->name_len) ||
	    base64_decode(space + 1, text, l->blob, sizeof(l->blob),
		&l->blob_len) != ERR_OK ||
	    l->blob_len <= NOTE_KEY_ID)
		return ERR_LOG_CHECKPOINT;
	return ERR_OK;
}

static bool
is_line_of(const struct line *l, const struct note_key *k)
{
	return l->name_len == strlen(k->name) &&
	    memcmp(l->name, k->name, l->name_len) == 0 &&
	    memcmp(l->blob, k->id, NOTE_KEY_ID) == 0;
}

/* Offset of the last empty line's newline, or 0. */
static size_t
last_empty_line(const char *note, size_t len)
{
	size_t i;

	for (i = len; i-- > 1;)
		if (note[i] == '\n' && note[i - 1] == '\n')
			return i;
	return 0;
}

enum err
note_check(const char *note, size_t len, const struct note_key *keys,
    size_t count, size_t *text_len, uint32_t *signers)
{
	const char *p, *end = note + len, *newline;
	uint32_t good = 0;
	unsigned lines = 0;
	struct line line;
	size_t empty, i;

	*text_len = 0;
	if (signers != NULL)
		*signers = 0;
	if (len > NOTE_MAX || count > NOTE_KEYS || len == 0 ||
	    note[len - 1] != '\n' || !is_note_text(note, len))
		return ERR_LOG_CHECKPOINT;
	empty = last_empty_line(note, len);
	if (empty == 0 || empty + 1 == len)
		return ERR_LOG_CHECKPOINT;
	for (p = note + empty + 1; p < end; p = newline + 1) {
		/* The last octet is a newline: there is one. */
		newline = memchr(p, '\n', (size_t)(end - p));
		if (++lines > NOTE_SIGNATURES ||
		    line_parse(&line, p, (size_t)(newline - p)) != ERR_OK)
			return ERR_LOG_CHECKPOINT;
		for (i = 0; i < count; i++) {
			if (!is_line_of(&line, &keys[i]))
				continue;
			if (line.blob_len != NOTE_KEY_ID + ED25519_SIGNATURE ||
			    !ed25519_verify(keys[i].public_key, note, empty,
				line.blob + NOTE_KEY_ID))
				return ERR_LOG_CHECKPOINT;
			good |= UINT32_C(1) << i;
		}
	}
	if (good == 0)
		return ERR_LOG_CHECKPOINT;
	*text_len = empty;
	if (signers != NULL)
		*signers = good;
	return ERR_OK;
}

enum err
note_sign(const struct note_signer *s, const char *text, size_t text_len,
    char *out, size_t cap, size_t *out_len)
{
	const struct note_key *k = note_signer_key(s);
	uint8_t blob[NOTE_KEY_ID + ED25519_SIGNATURE];
	size_t name_len = strlen(k->name), n = 0;
	enum err e;

	if (text_len == 0 || text[text_len - 1] != '\n' ||
	    !is_note_text(text, text_len))
		return ERR_LOG_CHECKPOINT;
	if (cap < text_len + 1 + EM_DASH_LEN + name_len + 1 +
		BASE64_LEN(sizeof(blob)) + 1)
		return ERR_BUFFER;
	memcpy(blob, k->id, NOTE_KEY_ID);
	e = note_signer_sign(s, text, text_len, blob + NOTE_KEY_ID);
	if (e != ERR_OK)
		return e;
	memcpy(out, text, text_len);
	n = text_len;
	out[n++] = '\n';
	memcpy(out + n, EM_DASH, EM_DASH_LEN);
	n += EM_DASH_LEN;
	memcpy(out + n, k->name, name_len);
	n += name_len;
	out[n++] = ' ';
	n += base64_encode(blob, sizeof(blob), out + n);
	out[n++] = '\n';
	*out_len = n;
	return ERR_OK;
}
