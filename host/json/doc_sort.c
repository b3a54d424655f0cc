/*
 * Order of member names. RFC 8785 sorts by UTF-16 code units, names are held
 * as UTF-8. Both orders agree but for one thing: characters above U+FFFF are
 * surrogates (D800..DFFF) in UTF-16 and so come before U+E000..U+FFFF, while
 * their first octet in UTF-8 (F0..F4) comes after (EE, EF).
 */
#include <string.h>

#include "host/json/doc_priv.h"

static int
rank(uint8_t octet)
{
	if (octet < 0xEE)
		return octet;
	return octet < 0xF0 ? octet + 0x100 : octet;
}

int
doc_name_compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	size_t n = a_len < b_len ? a_len : b_len, i;

	for (i = 0; i < n; i++)
		if (a[i] != b[i])
			return rank(a[i]) < rank(b[i]) ? -1 : 1;
	return (a_len > b_len) - (a_len < b_len);
}

uint64_t
doc_name_key_slow(const uint8_t *name, size_t len)
{
	size_t n = len < 8 ? len : 8, i;
	uint64_t key = 0;

	for (i = 0; i < n; i++)
		key = key << 8 | name[i];
	if (n != 0)
		key <<= 64 - 8 * n;
	/* UTF-8 has no octets above F4: there is room for EE and EF. */
	for (i = 0; (key & 0x8080808080808080) != 0 && i < n; i++)
		if (name[i] == 0xEE || name[i] == 0xEF)
			key += (uint64_t)0x10 << (56 - 8 * i);
	return key;
}

static int
compare(const struct doc *d, doc_ref a, doc_ref b)
{
	return doc_member_compare(doc_at(d, a), doc_at(d, b));
}

/* Objects of drafts have few members: those are put into their places. */
#define FEW 16

static doc_ref
sort_few(struct doc *d, doc_ref first, uint32_t count)
{
	doc_ref list[FEW], v;
	uint32_t n = 0, i;

	for (v = first; v != 0; v = doc_at(d, v)->next, n++) {
		for (i = n; i > 0 && compare(d, list[i - 1], v) > 0; i--)
			list[i] = list[i - 1];
		list[i] = v;
	}
	for (i = 0, v = 0; i < count; i++) {
		doc_at(d, list[count - 1 - i])->order = v;
		v = list[count - 1 - i];
	}
	return v;
}

/* Two chains into one; of equals, those of the first chain go first. */
static doc_ref
merge(struct doc *d, doc_ref a, doc_ref b)
{
	doc_ref head = 0, *tail = &head, *from;

	while (a != 0 && b != 0) {
		from = compare(d, b, a) < 0 ? &b : &a;
		*tail = *from;
		tail = &doc_at(d, *from)->order;
		*from = *tail;
	}
	*tail = a != 0 ? a : b;
	return head;
}

/*
 * Merge sort of a chain without recursion: bin i holds a sorted chain of 2^i
 * runs, like the digits of a binary counter. Most objects come in few
 * ascending runs, so that runs, not members, are what is merged.
 */
static doc_ref
sort_runs(struct doc *d, doc_ref first)
{
	doc_ref bin[32] = {0}, run, v = first, last, all;
	int i;

	while (v != 0) {
		run = last = v;
		v = doc_at(d, v)->next;
		while (v != 0 && compare(d, last, v) <= 0) {
			doc_at(d, last)->order = v;
			last = v;
			v = doc_at(d, v)->next;
		}
		doc_at(d, last)->order = 0;
		for (i = 0; i < 31 && bin[i] != 0; i++) {
			run = merge(d, bin[i], run);
			bin[i] = 0;
		}
		bin[i] = bin[i] != 0 ? merge(d, bin[i], run) : run;
	}
	for (all = 0, i = 0; i < 32; i++)
		if (bin[i] != 0)
			all = all != 0 ? merge(d, bin[i], all) : bin[i];
	return all;
}

doc_ref
doc_sort(struct doc *d, doc_ref object)
{
	struct doc_value *o = doc_at(d, object);
	doc_ref v, next, earliest = 0;

	v = o->count <= FEW ? sort_few(d, o->first, o->count)
			    : sort_runs(d, o->first);
	o->sorted = v;
	/* Values are numbered in the order in which they were read. */
	for (; v != 0; v = next) {
		next = doc_at(d, v)->order;
		if (next != 0 && compare(d, v, next) == 0 &&
		    (earliest == 0 || next < earliest))
			earliest = next;
	}
	return earliest;
}
