/* Reads the fixed form of an entry. It may be lenient in small things: at the
 * end the entry is composed again and must give the same octets. */
#include <string.h>

#include "common/base64.h"
#include "common/utc.h"
#include "host/log/entry_table.h"

#define HASH_TEXT BASE64URL_LEN(SHA256_SIZE)

struct reader {
	const char *start, *p, *end;
};

static bool
take(struct reader *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
take_number(struct reader *r, uint64_t *value, uint64_t max)
{
	const char *first = r->p;
	uint64_t n = 0;

	while (r->p < r->end && *r->p >= '0' && *r->p <= '9') {
		/* max < 2^53: neither product nor sum can overflow */
		n = n * 10 + (uint64_t)(*r->p - '0');
		if (n > max)
			return false;
		r->p++;
	}
	*value = n;
	return r->p > first;
}

/* A string, unescaped into out with a final NUL. */
static bool
take_text(struct reader *r, char *out, size_t cap, size_t *len)
{
	size_t n = 0;

	if (!take(r, '"'))
		return false;
	while (r->p < r->end && *r->p != '"') {
		if (*r->p == '\\') {
			r->p++;
			if (r->p == r->end || (*r->p != '"' && *r->p != '\\'))
				return false;
		}
		if (n + 1 >= cap || *r->p == '\0')
			return false;
		out[n++] = *r->p++;
	}
	out[n] = '\0';
	*len = n;
	return take(r, '"');
}

static bool
take_value(struct reader *r, struct entry *e, const struct entry_member *m)
{
	uint8_t *at = (uint8_t *)e + m->offset;
	char text[HASH_TEXT + 1];
	uint64_t n64;
	uint32_t n32;
	int64_t time;
	unsigned kind;
	size_t len;

	switch (m->type) {
	case MEMBER_NUMBER32:
		if (!take_number(r, &n64, UINT32_MAX))
			return false;
		n32 = (uint32_t)n64;
		memcpy(at, &n32, sizeof(n32));
		return true;
	case MEMBER_NUMBER64:
		if (!take_number(r, &n64, ENTRY_NUMBER_MAX))
			return false;
		memcpy(at, &n64, sizeof(n64));
		return true;
	case MEMBER_TIME:
		if (!take_text(r, text, sizeof(text), &len) ||
		    utc_parse(text, len, &time) != ERR_OK)
			return false;
		memcpy(at, &time, sizeof(time));
		return true;
	case MEMBER_HASH:
		return take_text(r, text, sizeof(text), &len) &&
		    base64url_decode(text, len, at, SHA256_SIZE, &len) ==
		    ERR_OK &&
		    len == SHA256_SIZE;
	case MEMBER_TEXT:
		return take_text(r, (char *)at, m->size, &len);
	case MEMBER_KIND:
		if (!take_text(r, text, sizeof(text), &len))
			return false;
		kind = entry_kind_find(text, len);
		e->kind = (enum entry_kind)kind;
		return kind != 0;
	case MEMBER_VERSION:
		return take(r, '1');
	}
	return false;
}

/* The member that stands next, at or after number from. */
static const struct entry_member *
take_name(struct reader *r, size_t from)
{
	char name[16];
	size_t len, i;

	if (!take_text(r, name, sizeof(name), &len))
		return NULL;
	for (i = from; i < ENTRY_MEMBERS; i++)
		if (strcmp(entry_member[i].name, name) == 0)
			return &entry_member[i];
	return NULL;
}

static bool
take_members(struct reader *r, struct entry *e)
{
	const struct entry_member *m;
	size_t from = 0;

	if (!take(r, '{'))
		return false;
	do {
		m = take_name(r, from);
		if (m == NULL || !take(r, ':') || !take_value(r, e, m))
			return false;
		from = (size_t)(m - entry_member) + 1;
	} while (take(r, ','));
	return take(r, '}') && r->p == r->end;
}

enum err
entry_parse(
    struct entry *e, const uint8_t *json, size_t len, struct fault *fault)
{
	struct reader r = {(const char *)json, (const char *)json, NULL};
	const char *complaint;
	char again[ENTRY_MAX];
	size_t again_len, i;

	memset(e, 0, sizeof(*e));
	if (len > ENTRY_MAX)
		return fault_set(fault, ERR_LOG_ENTRY, ENTRY_MAX,
		    "entry is longer than %d octets", ENTRY_MAX);
	r.end = r.start + len;
	if (!take_members(&r, e))
		return fault_set(fault, ERR_LOG_ENTRY,
		    (uint64_t)(r.p - r.start),
		    "not the canonical form of an entry");
	complaint = entry_complaint(e);
	if (complaint != NULL)
		return fault_set(fault, ERR_LOG_ENTRY, 0, "%s", complaint);
	if (entry_compose(e, again, sizeof(again), &again_len) != ERR_OK)
		return fault_set(
		    fault, ERR_LOG_ENTRY, 0, "entry cannot be composed");
	/* Members of another kind, missing ones, other forms of a value. */
	for (i = 0; i < len && i < again_len && json[i] == (uint8_t)again[i];)
		i++;
	if (i != len || i != again_len)
		return fault_set(fault, ERR_LOG_ENTRY, i,
		    "members differ from those of kind %s",
		    entry_kind_name(e->kind));
	return ERR_OK;
}
