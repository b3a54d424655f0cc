/*
 * c14n_fuzz: within the bounds a document is accepted if and only if libxml2
 * reads it and its canonical form is the document, and what libxml2 makes of
 * any document is accepted; wherever the input is cut. The first octet says
 * which method, the second where it is cut.
 */
#include <stdlib.h>
#include <string.h>

#include "common/c14n.h"
#include "tests/unit/support/xml_oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

struct how {
	enum c14n_method method;
	bool comments;
	const char *prefixes;
};

static enum err
check(const struct how *h, const uint8_t *buf, size_t len, size_t cut,
    uint64_t *offset)
{
	struct c14n c;
	enum err e;
	size_t i;

	c14n_init(&c, h->method, h->comments, h->prefixes, NULL);
	if (cut <= len) {
		c14n_push(&c, buf, cut);
		c14n_push(&c, buf + cut, len - cut);
	} else {
		for (i = 0; i < len; i++)
			c14n_push(&c, buf + i, 1);
	}
	e = c14n_finish(&c);
	*offset = c14n_offset(&c);
	return e;
}

/* docs/CANON.md: the bounds, and names of namespaces that libxml2 takes. */
static bool
is_excused(const uint8_t *buf, size_t len, enum err e, uint64_t at)
{
	return e == ERR_XML_DEPTH || e == ERR_XML_NAMES_LENGTH ||
	    e == ERR_XML_NAMESPACES ||
	    (e == ERR_XML_NAMESPACE_NAME && at < len &&
		memchr("[]&", buf[at], 3) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	uint64_t at, at_cut, at_each;
	uint8_t *form;
	size_t n, where;
	struct how h;
	enum err e;
	bool read;

	if (len < 3)
		return 0;
	h.method = (enum c14n_method)(1 + buf[0] % 3);
	h.comments = (buf[0] & 0x40) != 0;
	h.prefixes = (buf[0] & 0x80) != 0 ? "a #default" : NULL;
	where = buf[1];
	buf += 2;
	len -= 2;
	e = check(&h, buf, len, 0, &at);
	if (check(&h, buf, len, where % len, &at_cut) != e ||
	    check(&h, buf, len, len + 1, &at_each) != e || at != at_cut ||
	    at != at_each || at > len)
		abort();
	if (is_excused(buf, len, e, at))
		return 0;

	read = xml_oracle_form(
	    buf, len, h.method, h.comments, h.prefixes, &form, &n);
	if ((e == ERR_OK) != (read && n == len && memcmp(form, buf, n) == 0))
		abort();
	if (!read)
		return 0;
	e = check(&h, form, n, 0, &at);
	if (e != ERR_OK && !is_excused(form, n, e, at))
		abort();
	free(form);
	return 0;
}
