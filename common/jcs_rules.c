#include "common/jcs_rules.h"

#include <string.h>

#include "common/es_number.h"
#include "common/scan.h"

_Static_assert(JCS_NUMBER_SIZE == ES_NUMBER_SIZE, "one longest number");

/*
 * Names are ordered by UTF-16 code units (RFC 8785 3.2.3). Octets of UTF-8
 * have the order of code points, which differs in one place: U+E000..U+FFFF
 * (lead octets EE, EF) come after the surrogates of everything above U+FFFF
 * (lead octets F0..F4). In the first octet in which two texts differ either
 * both lead or both follow, so this holds octet by octet.
 */
static uint8_t
rank(uint8_t octet)
{
	return octet == 0xee || octet == 0xef ? octet + 0x10 : octet;
}

void
jcs_rules_init(struct jcs_rules *r)
{
	r->open = 0;
	r->pos = 0;
	r->previous_end = 0;
	r->greater = true;
	r->number_len = 0;
	r->end[0] = 0;
	/* Words are read that reach behind the names. */
	memset(r->names, 0, sizeof(r->names));
}

void
jcs_rules_object_begin(struct jcs_rules *r)
{
	uint16_t start = r->end[r->open];

	r->open++;
	r->start[r->open] = start;
	r->end[r->open] = start;
	r->named[r->open] = false;
}

void
jcs_rules_object_end(struct jcs_rules *r)
{
	r->open--;
}

void
jcs_rules_name_begin(struct jcs_rules *r)
{
	r->pos = r->start[r->open];
	r->previous_end = r->end[r->open];
	r->greater = !r->named[r->open];
	r->named[r->open] = true;
}

size_t
jcs_rules_name_push(
    struct jcs_rules *r, const uint8_t *buf, size_t len, enum err *e)
{
	size_t i = 0, room;
	uint8_t *names = r->names;

	*e = ERR_OK;
	while (!r->greater && i < len) {
		/* Whatever comes behind a whole previous name is greater. */
		if (r->pos == r->previous_end) {
			r->greater = true;
		} else if (names[r->pos] == buf[i]) {
			r->pos++;
			i++;
		} else if (rank(names[r->pos]) < rank(buf[i])) {
			r->greater = true;
		} else {
			*e = ERR_JCS_ORDER;
			return i;
		}
	}
	room = (size_t)(BOUND_JSON_NAMES - r->pos);
	if (len - i > room) {
		*e = ERR_JSON_NAMES_LENGTH;
		len = i + room;
	}
	memcpy(names + r->pos, buf + i, len - i);
	r->pos += (uint16_t)(len - i);
	return len;
}

/* Octets, of the first that fill a word, in which two texts agree. Names differ
 * early, so that this mostly says where, without a loop to guess the end of. */
static inline size_t
agreement(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	scan_word w;

	if (a_len < sizeof(w) || b_len < sizeof(w))
		return 0;
	w = scan_load(a) ^ scan_load(b);
	return w != 0 ? scan_first(w) : sizeof(w);
}

/* A short copy of one size is two instructions, of any size a call. */
#define STEP 16

size_t
jcs_rules_name(struct jcs_rules *r, const uint8_t *buf, size_t len,
    size_t readable, enum err *e)
{
	uint16_t start = r->start[r->open];
	uint8_t *names = r->names + start;
	size_t before = (size_t)(r->end[r->open] - start), same = 0;
	size_t room = (size_t)(BOUND_JSON_NAMES - start);

	if (r->named[r->open]) {
		same = agreement(names, room, buf, readable);
		same = same < before ? same : before;
		same = same < len ? same : len;
		while (same < before && same < len && names[same] == buf[same])
			same++;
		if (same == len)
			*e = same == before ? ERR_JSON_DUPLICATE_NAME
					    : ERR_JCS_ORDER;
		else if (same < before && rank(names[same]) > rank(buf[same]))
			*e = ERR_JCS_ORDER;
		if (*e != ERR_OK)
			return same;
	}
	if (len > room) {
		*e = ERR_JSON_NAMES_LENGTH;
		return room;
	}
	if (len <= STEP && room >= STEP && readable >= STEP)
		memcpy(names, buf, STEP);
	else
		memcpy(names + same, buf + same, len - same);
	r->named[r->open] = true;
	r->end[r->open] = (uint16_t)(start + len);
	return len;
}

enum err
jcs_rules_name_at_most(const struct jcs_rules *r, uint8_t octet)
{
	if (!r->greater && r->pos < r->previous_end &&
	    rank(r->names[r->pos]) > octet)
		return ERR_JCS_ORDER;
	return ERR_OK;
}

enum err
jcs_rules_name_end(struct jcs_rules *r)
{
	if (!r->greater)
		return r->pos == r->previous_end ? ERR_JSON_DUPLICATE_NAME
						 : ERR_JCS_ORDER;
	r->end[r->open] = r->pos;
	return ERR_OK;
}

void
jcs_rules_number_push(struct jcs_rules *r, const uint8_t *buf, size_t len)
{
	size_t room = (size_t)(JCS_NUMBER_SIZE - r->number_len);

	if (len > room)
		len = room;
	memcpy(r->number + r->number_len, buf, len);
	r->number_len += (uint8_t)len;
}

enum err
jcs_rules_number_end(struct jcs_rules *r, size_t *agree)
{
	char form[ES_NUMBER_SIZE];
	size_t len = r->number_len, form_len, i;
	double value;
	enum err e;

	*agree = 0;
	r->number_len = 0;
	e = es_number_parse(r->number, len, &value);
	if (e != ERR_OK)
		return e;
	form_len = es_number_format(value, form);
	for (i = 0; i < len && i < form_len && form[i] == r->number[i]; i++)
		;
	*agree = i;
	return i == len && i == form_len ? ERR_OK : ERR_JCS_NUMBER;
}
