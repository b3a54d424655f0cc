#include "host/log/entry.h"

#include <stdio.h>
#include <string.h>

#include "common/base64.h"
#include "common/utc.h"
#include "host/log/entry_table.h"

#define HASH_TEXT BASE64URL_LEN(SHA256_SIZE)

void
entry_salted(const uint8_t salt[static 32], const void *octets, size_t len,
    uint8_t out[static SHA256_SIZE])
{
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, salt, 32);
	sha256_push(&h, octets, len);
	sha256_finish(&h, out);
}

struct writer {
	char *buf;
	size_t cap, len;
	bool full;
};

static void
put(struct writer *w, const char *text, size_t len)
{
	if (w->full || w->cap - w->len < len) {
		w->full = true;
		return;
	}
	memcpy(w->buf + w->len, text, len);
	w->len += len;
}

static void
put_number(struct writer *w, uint64_t value)
{
	char digits[20];
	size_t n = sizeof(digits);

	do {
		digits[--n] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	put(w, digits + n, sizeof(digits) - n);
}

/* Of the characters that text_is_plain lets through, JSON escapes two. */
static void
put_text(struct writer *w, const char *text)
{
	put(w, "\"", 1);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			put(w, "\\", 1);
		put(w, text, 1);
	}
	put(w, "\"", 1);
}

static void
put_value(struct writer *w, const struct entry *e, const struct entry_member *m)
{
	const uint8_t *at = (const uint8_t *)e + m->offset;
	char text[HASH_TEXT + 1];
	uint32_t n32;
	uint64_t n64;
	int64_t time;

	switch (m->type) {
	case MEMBER_NUMBER32:
		memcpy(&n32, at, sizeof(n32));
		put_number(w, n32);
		break;
	case MEMBER_NUMBER64:
		memcpy(&n64, at, sizeof(n64));
		put_number(w, n64);
		break;
	case MEMBER_TIME:
		memcpy(&time, at, sizeof(time));
		utc_format(time, text);
		put_text(w, text);
		break;
	case MEMBER_HASH:
		text[base64url_encode(at, SHA256_SIZE, text)] = '\0';
		put_text(w, text);
		break;
	case MEMBER_TEXT:
		put_text(w, (const char *)at);
		break;
	case MEMBER_KIND:
		put_text(w, entry_kind_name(e->kind));
		break;
	case MEMBER_VERSION:
		put_number(w, 1);
		break;
	}
}

enum err
entry_compose(const struct entry *e, char *buf, size_t cap, size_t *len)
{
	struct writer w = {buf, cap < ENTRY_MAX ? cap : ENTRY_MAX, 0, false};
	const struct entry_member *m;
	size_t i;

	*len = 0;
	if (entry_complaint(e) != NULL)
		return ERR_LOG_ENTRY;
	for (i = 0; i < ENTRY_MEMBERS; i++) {
		m = &entry_member[i];
		if ((m->kinds & ENTRY_BIT(e->kind)) == 0)
			continue;
		if ((m->optional & ENTRY_BIT(e->kind)) != 0 &&
		    ((const char *)e)[m->offset] == '\0')
			continue;
		put(&w, w.len == 0 ? "{" : ",", 1);
		put_text(&w, m->name);
		put(&w, ":", 1);
		put_value(&w, e, m);
	}
	put(&w, "}", 1);
	if (w.full)
		return cap < ENTRY_MAX ? ERR_BUFFER : ERR_TOO_LARGE;
	*len = w.len;
	return ERR_OK;
}
