#include "common/xml_name.h"

/* XML 1.0 (fifth edition) [4] and [4a], beyond ASCII. */
struct range {
	uint32_t first, last;
};

static const struct range begins[] = {
    {0xc0, 0xd6},
    {0xd8, 0xf6},
    {0xf8, 0x2ff},
    {0x370, 0x37d},
    {0x37f, 0x1fff},
    {0x200c, 0x200d},
    {0x2070, 0x218f},
    {0x2c00, 0x2fef},
    {0x3001, 0xd7ff},
    {0xf900, 0xfdcf},
    {0xfdf0, 0xfffd},
    {0x10000, 0xeffff},
};

static const struct range continues[] = {
    {0xb7, 0xb7},
    {0x300, 0x36f},
    {0x203f, 0x2040},
};

/* The same of ASCII, without the colon: letters and "_" begin and continue a
 * name, digits, "-" and "." only continue it. */
#define B 3 /* begins or continues */
#define C 2 /* continues */
static const uint8_t ascii[256] = {
    ['-'] = C,
    ['.'] = C,
    ['_'] = B,
    ['0'] = C,
    C,
    C,
    C,
    C,
    C,
    C,
    C,
    C,
    C,
    ['A'] = B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    ['a'] = B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
    B,
};

static bool
in_ranges(const struct range *r, size_t n, uint32_t code)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (code >= r[i].first && code <= r[i].last)
			return true;
	return false;
}

static bool
may_stand(const struct xml_name *n)
{
	if (in_ranges(begins, sizeof(begins) / sizeof(begins[0]), n->code))
		return true;
	return !n->begins &&
	    in_ranges(
		continues, sizeof(continues) / sizeof(continues[0]), n->code);
}

/* An octet of a character beyond ASCII. The lead octet's own bits are those
 * that are left of it when those that count its followers are not. */
static enum err
take_wide(struct xml_name *n, uint8_t c)
{
	bool lead = utf8_is_whole(&n->utf8);

	if (utf8_push(&n->utf8, &c, 1) != 1)
		return ERR_UTF8_INVALID;
	if (lead)
		n->code = c & (0x3fu >> n->utf8.left);
	else
		n->code = n->code << 6 | (c & 0x3f);
	if (utf8_is_whole(&n->utf8)) {
		if (!may_stand(n))
			return ERR_XML_NAME;
		n->begins = false;
	}
	return ERR_OK;
}

void
xml_name_init(struct xml_name *n)
{
	n->len = 0;
	n->colon = 0;
	n->utf8.left = 0;
	n->begins = true;
}

/* Of ASCII alone, in a part that has begun or begins with it. */
static size_t
skip_ascii(struct xml_name *n, const uint8_t *buf, size_t len)
{
	size_t i = 0;

	if (n->begins && len != 0 && ascii[buf[0]] == B)
		n->begins = false;
	if (!n->begins)
		while (i < len && ascii[buf[i]] != 0)
			i++;
	return i;
}

static enum err
take_colon(struct xml_name *n, uint64_t at)
{
	if (n->begins || n->colon != 0)
		return ERR_XML_NAME;
	n->colon = at;
	n->begins = true;
	return ERR_OK;
}

size_t
xml_name_push(struct xml_name *n, const uint8_t *buf, size_t len, enum err *e)
{
	size_t i = 0;

	*e = ERR_OK;
	for (;;) {
		if (utf8_is_whole(&n->utf8))
			i += skip_ascii(n, buf + i, len - i);
		if (i == len)
			break;
		if (buf[i] >= 0x80 || !utf8_is_whole(&n->utf8))
			*e = take_wide(n, buf[i]);
		else if (buf[i] == ':')
			*e = take_colon(n, n->len + i);
		else if (ascii[buf[i]] != 0)
			*e = ERR_XML_NAME;
		else
			break;
		if (*e != ERR_OK)
			break;
		i++;
	}
	n->len += i;
	return i;
}

enum err
xml_name_finish(const struct xml_name *n)
{
	if (!utf8_is_whole(&n->utf8))
		return ERR_UTF8_INVALID;
	return n->begins ? ERR_XML_NAME : ERR_OK;
}
