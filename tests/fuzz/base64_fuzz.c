/*
 * base64_fuzz: what decodes is exactly what encoding writes again, and any
 * octets come back; a sink writes the same.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

struct collect {
	struct sink sink;
	char *text;
	size_t len;
};

static void
collect_put(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct collect *c = (struct collect *)sink;

	memcpy(c->text + c->len, buf, len);
	c->len += len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	struct collect c = {{collect_put}, malloc(2 * len + 8), 0};
	struct base64_sink b;
	uint8_t *octets = malloc(len + 1);
	char *text = malloc(2 * len + 8);
	size_t n, m, cut = len ? buf[0] % len : 0;

	if (octets == NULL || text == NULL || c.text == NULL)
		goto out;
	if (base64_decode((const char *)buf, len, octets, len, &n) == ERR_OK) {
		m = base64_encode(octets, n, text);
		if (m != len || memcmp(text, buf, m) != 0)
			abort();
	}
	if (base64url_decode((const char *)buf, len, octets, len, &n) ==
	    ERR_OK) {
		m = base64url_encode(octets, n, text);
		if (m != len || memcmp(text, buf, m) != 0)
			abort();
	}
	m = base64_encode(buf, len, text);
	if (base64_decode(text, m, octets, len, &n) != ERR_OK || n != len ||
	    memcmp(octets, buf, n) != 0 || m != BASE64_LEN(len))
		abort();
	base64_sink_init(&b, &c.sink);
	b.sink.put(&b.sink, buf, cut);
	b.sink.put(&b.sink, buf + cut, len - cut);
	base64_sink_finish(&b);
	if (c.len != m || memcmp(c.text, text, m) != 0)
		abort();
	m = base64url_encode(buf, len, text);
	if (base64url_decode(text, m, octets, len, &n) != ERR_OK || n != len ||
	    memcmp(octets, buf, n) != 0 || m != BASE64URL_LEN(len))
		abort();
out:
	free(c.text);
	free(octets);
	free(text);
	return 0;
}
