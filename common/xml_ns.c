#include "common/xml_ns.h"

#include <string.h>

#include "common/xml_uri.h"

static const char xml_name[] = "http://www.w3.org/XML/1998/namespace";
static const char xmlns_name[] = "http://www.w3.org/2000/xmlns/";

struct text {
	const uint8_t *octets;
	size_t len;
};

static bool
is_text(struct text t, const char *text, size_t len)
{
	return t.len == len && memcmp(t.octets, text, len) == 0;
}

static int
compare(struct text a, struct text b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.octets, b.octets, len);

	if (order != 0)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

static struct text
prefix_of(const struct xml_ns *s, unsigned n)
{
	struct text t = {
	    s->octets + s->prefix[n], (size_t)(s->name[n] - s->prefix[n])};

	return t;
}

static struct text
name_of(const struct xml_ns *s, int n)
{
	struct text t = {NULL, 0};

	if (n == XML_NS_XML) {
		t.octets = (const uint8_t *)xml_name;
		t.len = sizeof(xml_name) - 1;
	} else if (n >= 0) {
		t.octets = s->octets + s->name[n];
		t.len = (size_t)(s->prefix[n + 1] - s->name[n]);
	}
	return t;
}

/* The innermost declaration before number n, of those that have it. */
static int
find_before(const struct xml_ns *s, unsigned n, struct text prefix)
{
	const uint8_t *at;

	while (n-- > 0) {
		if ((size_t)(s->name[n] - s->prefix[n]) != prefix.len)
			continue;
		at = s->octets + s->prefix[n];
		if (prefix.len == 0 ||
		    (at[0] == prefix.octets[0] &&
			memcmp(at, prefix.octets, prefix.len) == 0))
			return (int)n;
	}
	return XML_NS_NONE;
}

void
xml_ns_init(struct xml_ns *s)
{
	s->used = 0;
	s->prefix[0] = 0;
	s->len = 0;
	s->count = 0;
	s->base = 0;
}

void
xml_ns_open(struct xml_ns *s, unsigned depth)
{
	s->before[depth] = s->count;
	s->base = s->count;
	s->used = 0;
}

void
xml_ns_close(struct xml_ns *s, unsigned depth)
{
	s->count = s->before[depth];
	s->len = s->prefix[s->count];
}

/* Namespaces in XML 1.0, 3: xml is bound already, xmlns never declared. */
enum err
xml_ns_declare(struct xml_ns *s, const uint8_t *prefix, size_t len, uint16_t at)
{
	struct text t = {prefix, len};
	int order;

	if (is_text(t, "xmlns", 5))
		return ERR_XML_DECLARATION;
	if (is_text(t, "xml", 3))
		return ERR_C14N_REDUNDANT;
	if (s->count > s->base) {
		order = compare(prefix_of(s, s->count - 1u), t);
		if (order >= 0)
			return order == 0 ? ERR_XML_DUPLICATE_ATTRIBUTE
					  : ERR_C14N_ORDER;
	}
	if (s->count == BOUND_XML_NAMESPACES ||
	    len > (size_t)(BOUND_XML_NAMESPACE_OCTETS - s->len))
		return ERR_XML_NAMESPACES;
	if (len != 0)
		memcpy(s->octets + s->len, prefix, len);
	s->len += (uint16_t)len;
	s->name[s->count] = s->len;
	s->at[s->count] = at;
	s->count++;
	s->prefix[s->count] = s->len;
	return ERR_OK;
}

size_t
xml_ns_push(struct xml_ns *s, const uint8_t *buf, size_t len)
{
	size_t room = (size_t)(BOUND_XML_NAMESPACE_OCTETS - s->len);

	if (len > room)
		len = room;
	memcpy(s->octets + s->len, buf, len);
	s->len += (uint16_t)len;
	s->prefix[s->count] = s->len;
	return len;
}

enum err
xml_ns_declared(struct xml_ns *s, size_t *bad)
{
	int n = s->count - 1, outer;
	struct text prefix = prefix_of(s, (unsigned)n), name = name_of(s, n);
	size_t good;

	*bad = 0;
	outer = find_before(s, s->base, prefix);
	if (name.len == 0) {
		/* Only undone if there is something to undo. */
		if (prefix.len != 0)
			return ERR_XML_DECLARATION;
		return name_of(s, outer).len == 0 ? ERR_C14N_REDUNDANT : ERR_OK;
	}
	if (outer >= 0 && compare(name, name_of(s, outer)) == 0)
		return ERR_C14N_REDUNDANT;
	if (is_text(name, xml_name, sizeof(xml_name) - 1) ||
	    is_text(name, xmlns_name, sizeof(xmlns_name) - 1))
		return ERR_XML_DECLARATION;
	good = xml_uri_check(name.octets, name.len);
	if (good == name.len)
		return ERR_OK;
	*bad = good > name.len ? 0 : name.len - good;
	return ERR_XML_NAMESPACE_NAME;
}

int
xml_ns_use(struct xml_ns *s, const uint8_t *prefix, size_t len)
{
	struct text t = {prefix, len};
	int n = find_before(s, s->count, t);

	if (n == XML_NS_NONE)
		return is_text(t, "xml", 3) ? XML_NS_XML : XML_NS_NONE;
	if (n >= s->base)
		s->used |= (uint64_t)1 << (n - s->base);
	return n;
}

bool
xml_ns_unused(const struct xml_ns *s, uint16_t *at)
{
	unsigned n;

	for (n = s->base; n < s->count; n++)
		if ((s->used >> (n - s->base) & 1) == 0) {
			*at = s->at[n];
			return true;
		}
	return false;
}

int
xml_ns_compare(const struct xml_ns *s, int a, int b)
{
	return a == b ? 0 : compare(name_of(s, a), name_of(s, b));
}
