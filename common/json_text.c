#include "common/json_inside.h"

#include "common/hex_value.h"
#include "common/scan.h"

/* Text of the open string. Returns end, or the octet that the rules refuse;
 * that the name may not end here is said of the octet behind it. */
static const uint8_t *
put_text(struct json *j, const uint8_t *p, const uint8_t *end, bool last)
{
	enum err e;
	size_t len = (size_t)(end - p), good;

	if (j->event == JSON_NAME && j->rules != NULL) {
		good = jcs_rules_name_push(j->rules, p, len, &e);
		if (e == ERR_OK && last)
			e = jcs_rules_name_end(j->rules);
		if (e != ERR_OK)
			return json_fail(j, p + good, e);
	}
	if (len != 0 || last)
		json_put(j, (enum json_event)j->event, p, len, last);
	return end;
}

/* The text before a fault has its own fault first. */
static const uint8_t *
fail_behind_text(
    struct json *j, const uint8_t *start, const uint8_t *p, enum err e)
{
	p = put_text(j, start, p, false);
	return j->err != ERR_OK ? p : json_fail(j, p, e);
}

/* Of an escape in a name, what it can still become is known octet by octet:
 * no more than this. */
static enum err
check_at_most(const struct json *j, uint8_t octet)
{
	if (j->event != JSON_NAME || j->rules == NULL)
		return ERR_OK;
	return jcs_rules_name_at_most(j->rules, octet);
}

/* From p on; what is from start to there is plain. */
static const uint8_t *
take_text(
    struct json *j, const uint8_t *start, const uint8_t *p, const uint8_t *end)
{
	for (;;) {
		if (utf8_is_whole(&j->utf8))
			p += scan_plain(p, (size_t)(end - p));
		if (p == end)
			return put_text(j, start, p, false);
		if (*p < 0x80 && utf8_is_whole(&j->utf8))
			break;
		p += utf8_push_wide(&j->utf8, p, (size_t)(end - p));
		if (p < end && (*p >= 0x80 || !utf8_is_whole(&j->utf8)))
			return fail_behind_text(j, start, p, ERR_UTF8_INVALID);
	}
	if (*p < 0x20)
		return fail_behind_text(j, start, p, ERR_JSON_CONTROL);
	p = put_text(j, start, p, *p == '"');
	if (j->err != ERR_OK)
		return p;
	if (*p == '"' && j->event == JSON_NAME)
		return json_name_done(j, p + 1, end);
	if (*p == '"') {
		json_value_done(j);
		return p + 1;
	}
	if (check_at_most(j, '\\') != ERR_OK)
		return json_fail(j, p, ERR_JCS_ORDER);
	j->state = JSON_ESCAPE;
	return p + 1;
}

const uint8_t *
json_take_text(struct json *j, const uint8_t *p, const uint8_t *end)
{
	return take_text(j, p, p, end);
}

const uint8_t *
json_begin_text(struct json *j, const uint8_t *p, size_t len,
    const uint8_t *end, enum json_event event)
{
	j->event = event;
	j->state = JSON_TEXT;
	if (event == JSON_NAME && j->rules != NULL)
		jcs_rules_name_begin(j->rules);
	return take_text(j, p, p + len, end);
}

/* The escape that ends with the octet at p has this text. */
static const uint8_t *
escape_done(struct json *j, const uint8_t *p, uint32_t code)
{
	uint8_t text[4];
	size_t len = utf8_encode(code, text);

	j->state = JSON_TEXT;
	put_text(j, text, text + len, false);
	return j->err != ERR_OK ? p : p + 1;
}

static const uint8_t *
take_letter(struct json *j, const uint8_t *p)
{
	static const char name[] = "\"\\/bfnrt";
	static const char text[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (*p == 'u') {
		if (check_at_most(j, 0x1f) != ERR_OK)
			return json_fail(j, p, ERR_JCS_ORDER);
		j->state = JSON_HEX;
		j->code = 0;
		j->digits = 0;
		return p + 1;
	}
	for (at = name; *at != '\0' && *p != (uint8_t)*at; at++)
		;
	if (*at == '\0')
		return json_fail(j, p, ERR_JSON_ESCAPE);
	if (*p == '/' && j->rules != NULL)
		return json_fail(j, p, ERR_JCS_ESCAPE);
	return escape_done(j, p, (uint8_t)text[at - name]);
}

/* RFC 8785 3.2.2.2: \u only for control characters that have no short form,
 * in lower case. */
static enum err
check_canonical_digit(const struct json *j, uint8_t c)
{
	if (c >= 'A' && c <= 'F')
		return ERR_JCS_ESCAPE;
	if (j->digits < 2)
		return c == '0' ? ERR_OK : ERR_JCS_ESCAPE;
	if (j->digits == 2) {
		if (c != '0' && c != '1')
			return ERR_JCS_ESCAPE;
		return check_at_most(j, c == '0' ? 0x0f : 0x1f);
	}
	if (j->code == 0 &&
	    (c == '8' || c == '9' || c == 'a' || c == 'c' || c == 'd'))
		return ERR_JCS_ESCAPE;
	return ERR_OK;
}

/* Surrogates are D800..DFFF, the low ones begin at DC00: the second digit
 * already tells (RFC 7493 2.1: pairs only). */
static bool
is_wrong_surrogate(const struct json *j)
{
	if (j->high != 0)
		return (j->digits == 1 && j->code != 0xd) ||
		    (j->digits == 2 && j->code < 0xdc);
	return j->digits == 2 && j->code >= 0xdc && j->code <= 0xdf;
}

static const uint8_t *
take_hex(struct json *j, const uint8_t *p)
{
	int value = hex_value(*p);
	uint32_t code;
	enum err e;

	if (value < 0)
		return json_fail(j, p, ERR_JSON_ESCAPE);
	if (j->rules != NULL) {
		e = check_canonical_digit(j, *p);
		if (e != ERR_OK)
			return json_fail(j, p, e);
	}
	j->code = (uint16_t)(j->code << 4 | value);
	j->digits++;
	if (is_wrong_surrogate(j))
		return json_fail(j, p, ERR_JSON_SURROGATE);
	if (j->digits < 4)
		return p + 1;
	if (j->high == 0 && j->code >= 0xd800 && j->code <= 0xdbff) {
		j->high = j->code;
		j->state = JSON_LOW_SOLIDUS;
		return p + 1;
	}
	code = j->code;
	if (j->high != 0)
		code = 0x10000 + ((uint32_t)(j->high - 0xd800) << 10) +
		    (code - 0xdc00);
	j->high = 0;
	return escape_done(j, p, code);
}

static const uint8_t *
take_low(struct json *j, const uint8_t *p, uint8_t octet, enum json_state next)
{
	if (*p != octet)
		return json_fail(j, p, ERR_JSON_SURROGATE);
	j->state = next;
	j->code = 0;
	j->digits = 0;
	return p + 1;
}

const uint8_t *
json_take_escape(struct json *j, const uint8_t *p)
{
	switch (j->state) {
	case JSON_HEX:
		return take_hex(j, p);
	case JSON_LOW_SOLIDUS:
		return take_low(j, p, '\\', JSON_LOW_U);
	case JSON_LOW_U:
		return take_low(j, p, 'u', JSON_HEX);
	}
	return take_letter(j, p);
}
