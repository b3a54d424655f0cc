/*
 * jcs_oracle.h: canonical JSON (RFC 8785) the plain way, to compare the
 * checker with: reads the document into a tree, sorts, writes. Shares nothing
 * with json.c and jcs.c but the number routines, which have oracles of their
 * own. No bounds but ORACLE_DEPTH; for the tests only (it recurses).
 *
 *	size_t n;
 *	bool good = oracle_canonicalise(in, len, out, &n);
 *
 * out takes 25 * len + 32 octets. false: not I-JSON, or a name twice.
 */
#ifndef TESTS_UNIT_COMMON_JCS_ORACLE_H
#define TESTS_UNIT_COMMON_JCS_ORACLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/es_number.h"

#define ORACLE_DEPTH 200

struct oracle {
	const uint8_t *p, *end;
	int depth;
	uint8_t *out; /* where the next canonical octet goes */
};

/* A member: its name as UTF-16, and its canonical octets. */
struct oracle_member {
	uint16_t *name;
	size_t len;
	uint8_t *text;
	size_t text_len;
};

static bool oracle_value(struct oracle *o);

static inline bool
oracle_space(struct oracle *o)
{
	while (o->p < o->end && strchr(" \t\r\n", *o->p) && *o->p != 0)
		o->p++;
	return o->p < o->end;
}

static inline bool
oracle_hex4(struct oracle *o, unsigned *code)
{
	char digits[5] = {0};
	int i;

	if (o->end - o->p < 4)
		return false;
	for (i = 0; i < 4; i++) {
		digits[i] = (char)o->p[i];
		if (digits[i] == 0 ||
		    !strchr("0123456789abcdefABCDEF", digits[i]))
			return false;
	}
	*code = (unsigned)strtoul(digits, NULL, 16);
	o->p += 4;
	return true;
}

/* One code point in UTF-8, by value: decode, then ask whether the value was
 * worth that many octets. */
static inline bool
oracle_utf8(struct oracle *o, unsigned *code)
{
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned c = *o->p++;
	int n = c < 0x80   ? 1
	    : c >> 5 == 6  ? 2
	    : c >> 4 == 14 ? 3
	    : c >> 3 == 30 ? 4
			   : 0;
	int i;

	if (n == 0 || o->end - o->p < n - 1)
		return false;
	*code = n == 1 ? c : c & (0x7fu >> n);
	for (i = 1; i < n; i++, o->p++) {
		if (*o->p >> 6 != 2)
			return false;
		*code = *code << 6 | (*o->p & 63);
	}
	return *code >= least[n] && *code <= 0x10ffff &&
	    (*code < 0xd800 || *code > 0xdfff);
}

/* A string as UTF-16 code units; o->p is behind its first quotation mark. */
static inline uint16_t *
oracle_string(struct oracle *o, size_t *len)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	uint16_t *s = malloc(2 * (size_t)(o->end - o->p + 2));
	size_t n = 0, i;
	unsigned c;

	if (s == NULL)
		abort();
	while (o->p < o->end && *o->p != '"') {
		if (*o->p < 0x20)
			goto bad;
		if (*o->p != '\\') {
			if (!oracle_utf8(o, &c))
				goto bad;
			if (c >= 0x10000) {
				s[n++] = (uint16_t)(0xd7c0 + (c >> 10));
				c = 0xdc00 | (c & 0x3ff);
			}
			s[n++] = (uint16_t)c;
			continue;
		}
		if (++o->p == o->end || *o->p == 0)
			goto bad;
		if (*o->p == 'u') {
			o->p++;
			if (!oracle_hex4(o, &c))
				goto bad;
		} else {
			const char *at = strchr(from, *o->p++);

			if (at == NULL)
				goto bad;
			c = (uint8_t)to[at - from];
		}
		s[n++] = (uint16_t)c;
	}
	if (o->p == o->end)
		goto bad;
	o->p++;
	for (i = 0; i < n; i++) {
		if (s[i] >> 10 == 0x37)
			goto bad;
		if (s[i] >> 10 == 0x36 && (++i == n || s[i] >> 10 != 0x37))
			goto bad;
	}
	*len = n;
	return s;
bad:
	free(s);
	return NULL;
}

static inline void
oracle_write_string(struct oracle *o, const uint16_t *s, size_t len)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	size_t i;
	unsigned c;

	*o->out++ = '"';
	for (i = 0; i < len; i++) {
		c = s[i];
		if (c != 0 && c < 0x80 && strchr(from, (int)c)) {
			*o->out++ = '\\';
			*o->out++ = (uint8_t)to[strchr(from, (int)c) - from];
		} else if (c < 0x20) {
			memcpy(o->out, c < 16 ? "\\u000" : "\\u001", 5);
			o->out[5] = (uint8_t) "0123456789abcdef"[c % 16];
			o->out += 6;
		} else if (c < 0x80) {
			*o->out++ = (uint8_t)c;
		} else if (c < 0x800) {
			*o->out++ = (uint8_t)(0xc0 + c / 64);
			*o->out++ = (uint8_t)(0x80 + c % 64);
		} else if (c >> 10 == 0x36) {
			c = 0x10000 + (c - 0xd800) * 1024 + (s[++i] - 0xdc00u);
			*o->out++ = (uint8_t)(0xf0 + c / 262144);
			*o->out++ = (uint8_t)(0x80 + c / 4096 % 64);
			*o->out++ = (uint8_t)(0x80 + c / 64 % 64);
			*o->out++ = (uint8_t)(0x80 + c % 64);
		} else {
			*o->out++ = (uint8_t)(0xe0 + c / 4096);
			*o->out++ = (uint8_t)(0x80 + c / 64 % 64);
			*o->out++ = (uint8_t)(0x80 + c % 64);
		}
	}
	*o->out++ = '"';
}

static inline int
oracle_compare(const void *a, const void *b)
{
	const struct oracle_member *x = a, *y = b;
	size_t i;

	for (i = 0; i < x->len && i < y->len; i++)
		if (x->name[i] != y->name[i])
			return x->name[i] < y->name[i] ? -1 : 1;
	return x->len < y->len ? -1 : x->len > y->len;
}

/* Writes the members sorted, over the place where they were written as they
 * came. */
static inline bool
oracle_write_members(
    struct oracle *o, uint8_t *out, struct oracle_member *m, size_t n)
{
	size_t i;
	bool good = true;

	qsort(m, n, sizeof(*m), oracle_compare);
	o->out = out;
	*o->out++ = '{';
	for (i = 0; i < n; i++) {
		if (i > 0 && oracle_compare(&m[i - 1], &m[i]) == 0)
			good = false;
		if (i > 0)
			*o->out++ = ',';
		oracle_write_string(o, m[i].name, m[i].len);
		*o->out++ = ':';
		memcpy(o->out, m[i].text, m[i].text_len);
		o->out += m[i].text_len;
	}
	*o->out++ = '}';
	return good;
}

static inline bool
oracle_object(struct oracle *o)
{
	struct oracle_member *m = NULL;
	uint8_t *out = o->out, *text;
	size_t n = 0, i;
	bool good = false;

	if (!oracle_space(o))
		return false;
	if (*o->p == '}') {
		o->p++;
		*o->out++ = '{';
		*o->out++ = '}';
		return true;
	}
	for (;;) {
		if (!oracle_space(o) || *o->p++ != '"')
			goto done;
		m = realloc(m, (n + 1) * sizeof(*m));
		m[n].text = NULL;
		m[n].name = oracle_string(o, &m[n].len);
		if (m[n].name == NULL)
			goto done;
		n++;
		if (!oracle_space(o) || *o->p++ != ':')
			goto done;
		text = o->out;
		if (!oracle_value(o))
			goto done;
		m[n - 1].text_len = (size_t)(o->out - text);
		m[n - 1].text = malloc(m[n - 1].text_len);
		memcpy(m[n - 1].text, text, m[n - 1].text_len);
		if (!oracle_space(o))
			goto done;
		if (*o->p++ != ',')
			break;
	}
	good = o->p[-1] == '}' && oracle_write_members(o, out, m, n);
done:
	for (i = 0; i < n; i++) {
		free(m[i].name);
		free(m[i].text);
	}
	free(m);
	return good;
}

static inline bool
oracle_array(struct oracle *o)
{
	*o->out++ = '[';
	if (!oracle_space(o))
		return false;
	if (*o->p == ']') {
		o->p++;
		*o->out++ = ']';
		return true;
	}
	for (;;) {
		if (!oracle_value(o) || !oracle_space(o))
			return false;
		*o->out++ = *o->p == ',' ? ',' : ']';
		if (*o->p++ != ',')
			return o->p[-1] == ']';
	}
}

static inline bool
oracle_word(struct oracle *o, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(o->end - o->p) < n || memcmp(o->p, word, n) != 0)
		return false;
	o->p += n;
	memcpy(o->out, word, n);
	o->out += n;
	return true;
}

static inline bool
oracle_number(struct oracle *o)
{
	const uint8_t *start = o->p;
	double value;

	while (o->p < o->end && *o->p != 0 && strchr("+-.eE0123456789", *o->p))
		o->p++;
	if (es_number_parse(
		(const char *)start, (size_t)(o->p - start), &value) != ERR_OK)
		return false;
	o->out += es_number_format(value, (char *)o->out);
	return true;
}

static bool
oracle_value(struct oracle *o)
{
	uint16_t *s;
	size_t len;
	bool good = false;

	if (!oracle_space(o))
		return false;
	switch (*o->p) {
	case '"':
		o->p++;
		s = oracle_string(o, &len);
		if (s == NULL)
			return false;
		oracle_write_string(o, s, len);
		free(s);
		return true;
	case '{':
	case '[':
		if (++o->depth <= ORACLE_DEPTH)
			good = *o->p++ == '{' ? oracle_object(o)
					      : oracle_array(o);
		o->depth--;
		return good;
	case 't':
		return oracle_word(o, "true");
	case 'f':
		return oracle_word(o, "false");
	case 'n':
		return oracle_word(o, "null");
	}
	return oracle_number(o);
}

static inline bool
oracle_canonicalise(const uint8_t *in, size_t len, uint8_t *out, size_t *n)
{
	struct oracle o = {in, in + len, 0, out};
	bool good = oracle_value(&o) && !oracle_space(&o);

	*n = (size_t)(o.out - out);
	return good;
}

#endif
