#include "host/log/entry_table.h"

#include <stddef.h>
#include <string.h>

#include "common/bounds.h"
#include "host/log/text.h"

#define K(kind) ENTRY_BIT(ENTRY_##kind)
#define ALL (~UINT32_C(0))
#define DIGESTS (K(CONFIGURATION) | K(CERTIFICATE) | K(KEY) | K(LOG_KEY))
#define LEAVES (K(INTENT) | K(REPEAT) | K(SEAL) | K(ABANDONED))
#define RANGES (K(INTENT) | K(REPEAT))
#define FILES (K(RELEASE) | K(EXTEND))
#define PERSONS (K(APPROVAL) | K(REFUSAL))
#define DAEMON (K(START) | K(STOP))

/* The order is RFC 8785 3.2.3: by UTF-16 units of the names. */
#define AT(m) offsetof(struct entry, m), sizeof(((struct entry *)0)->m)
const struct entry_member entry_member[ENTRY_MEMBERS] = {
    {"approval", MEMBER_NUMBER64, AT(approval), LEAVES, 0},
    {"certificate", MEMBER_HASH, AT(certificate), K(APPROVAL), 0},
    {"count", MEMBER_NUMBER32, AT(count), PERSONS | RANGES | K(COUNTER), 0},
    {"device", MEMBER_TEXT, AT(device), K(APPROVAL), K(APPROVAL)},
    {"digest", MEMBER_HASH, AT(digest),
	K(APPROVAL) | DIGESTS | K(SELFTEST) | K(COUNTER), 0},
    {"expires", MEMBER_TIME, AT(expires), K(APPROVAL), 0},
    {"file", MEMBER_HASH, AT(file), FILES, 0},
    {"first", MEMBER_NUMBER32, AT(first), RANGES, 0},
    {"index", MEMBER_NUMBER32, AT(index), K(SEAL) | K(ABANDONED), 0},
    {"key", MEMBER_TEXT, AT(key),
	K(APPROVAL) | K(SELFTEST) | K(TOKEN) | K(PIN_FAILURE) | K(COUNTER), 0},
    {"kind", MEMBER_KIND, AT(kind), ALL, 0},
    {"leaf", MEMBER_HASH, AT(leaf), K(SEAL) | K(ABANDONED), 0},
    {"means", MEMBER_TEXT, AT(means), PERSONS, K(REFUSAL)},
    {"name", MEMBER_TEXT, AT(name), DIGESTS, 0},
    {"nonce", MEMBER_HASH, AT(nonce), K(APPROVAL), 0},
    {"person", MEMBER_TEXT, AT(person), PERSONS | K(WITHDRAWAL), K(REFUSAL)},
    {"reason", MEMBER_TEXT, AT(reason), K(REFUSAL) | K(WITHDRAWAL) | K(RESTORE),
	0},
    {"root", MEMBER_HASH, AT(root), PERSONS, 0},
    {"seal", MEMBER_NUMBER64, AT(seal), FILES | K(WITHDRAWAL), 0},
    {"separation", MEMBER_TEXT, AT(separation), DAEMON, 0},
    {"signature", MEMBER_HASH, AT(signature), K(SEAL), 0},
    {"state", MEMBER_TEXT, AT(state), K(TOKEN), 0},
    {"time", MEMBER_TIME, AT(time), ALL, 0},
    {"v", MEMBER_VERSION, 0, 0, ALL, 0},
    {"version", MEMBER_TEXT, AT(version), DAEMON, 0},
};

static const char *const kind_name[] = {
    [ENTRY_APPROVAL] = "approval",
    [ENTRY_INTENT] = "intent",
    [ENTRY_SEAL] = "seal",
    [ENTRY_REPEAT] = "repeat",
    [ENTRY_ABANDONED] = "abandoned",
    [ENTRY_RELEASE] = "release",
    [ENTRY_EXTEND] = "extend",
    [ENTRY_REFUSAL] = "refusal",
    [ENTRY_WITHDRAWAL] = "withdrawal",
    [ENTRY_KEY] = "key",
    [ENTRY_CERTIFICATE] = "certificate",
    [ENTRY_CONFIGURATION] = "configuration",
    [ENTRY_SELFTEST] = "selftest",
    [ENTRY_TOKEN] = "token",
    [ENTRY_PIN_FAILURE] = "pin-failure",
    [ENTRY_COUNTER] = "counter",
    [ENTRY_LOG_KEY] = "log-key",
    [ENTRY_RESTORE] = "restore",
    [ENTRY_START] = "start",
    [ENTRY_STOP] = "stop",
};
#define KINDS (sizeof(kind_name) / sizeof(kind_name[0]))

const char *
entry_kind_name(enum entry_kind kind)
{
	return (unsigned)kind < KINDS ? kind_name[kind] : NULL;
}

unsigned
entry_kind_find(const char *name, size_t len)
{
	unsigned i;

	for (i = 1; i < KINDS; i++)
		if (strlen(kind_name[i]) == len &&
		    memcmp(kind_name[i], name, len) == 0)
			return i;
	return 0;
}

static bool
is_person(const char *s)
{
	return strlen(s) == 18 && s[0] == 'p' && s[1] == '-' &&
	    strspn(s + 2, "0123456789abcdef") == 16;
}

static const char *
text_complaint(const struct entry *e, const struct entry_member *m)
{
	const char *text = (const char *)e + m->offset;
	size_t len = strnlen(text, m->size);

	if (len == m->size)
		return "a text has no end";
	if (len == 0)
		return (m->optional & ENTRY_BIT(e->kind)) != 0
		    ? NULL
		    : "a text is empty";
	if (!text_is_plain(text, len))
		return "a text is not UTF-8, or has control characters";
	return NULL;
}

const char *
entry_complaint(const struct entry *e)
{
	uint32_t bit;
	const char *text;
	size_t i;

	if (entry_kind_name(e->kind) == NULL)
		return "unknown kind";
	bit = ENTRY_BIT(e->kind);
	for (i = 0; i < ENTRY_MEMBERS; i++) {
		if (entry_member[i].type != MEMBER_TEXT ||
		    (entry_member[i].kinds & bit) == 0)
			continue;
		text = text_complaint(e, &entry_member[i]);
		if (text != NULL)
			return text;
	}
	if (e->time < 0 || e->time > ENTRY_TIME_MAX)
		return "time out of range";
	if ((bit & (PERSONS | K(WITHDRAWAL))) != 0 && e->person[0] != '\0' &&
	    !is_person(e->person))
		return "person is not a pseudonym";
	if ((bit & DAEMON) != 0 && strcmp(e->separation, "full") != 0 &&
	    strcmp(e->separation, "reduced") != 0)
		return "separation is neither full nor reduced";
	if (bit == K(APPROVAL) &&
	    (e->count < 1 || e->count > BOUND_BATCH || e->expires < e->time ||
		e->expires > ENTRY_TIME_MAX))
		return "approval without items or after its end";
	if (bit == K(APPROVAL) && e->device[0] != '\0' &&
	    (strlen(e->device) != sizeof(e->device) - 1 ||
		strspn(e->device,
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		    "0123456789-_") != sizeof(e->device) - 1))
		return "device is not an appliance's approval";
	if ((bit & RANGES) != 0 &&
	    (e->count < 1 || e->count > BOUND_BATCH ||
		e->first > BOUND_BATCH - e->count))
		return "leaf indices out of range";
	if ((bit & (K(SEAL) | K(ABANDONED))) != 0 && e->index >= BOUND_BATCH)
		return "leaf index out of range";
	if ((bit & LEAVES) != 0 && e->approval > ENTRY_NUMBER_MAX)
		return "log index out of range";
	if ((bit & (FILES | K(WITHDRAWAL))) != 0 && e->seal > ENTRY_NUMBER_MAX)
		return "log index out of range";
	return NULL;
}
