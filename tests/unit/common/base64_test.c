#include "common/base64.h"

#include <string.h>

#include "tests/unit/common/tap.h"

struct collect {
	struct sink sink;
	char text[1024];
	size_t len;
};

static void
collect_put(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct collect *c = (struct collect *)sink;

	CHECK(len <= sizeof(c->text) - c->len);
	memcpy(c->text + c->len, buf, len);
	c->len += len;
}

static int
encodes_to(const char *in, const char *plain, const char *url)
{
	char out[64];
	size_t n = base64_encode((const uint8_t *)in, strlen(in), out);
	int ok = n == strlen(plain) && memcmp(out, plain, n) == 0;

	ok = ok && n == BASE64_LEN(strlen(in));
	n = base64url_encode((const uint8_t *)in, strlen(in), out);
	ok = ok && n == BASE64URL_LEN(strlen(in));
	return ok && n == strlen(url) && memcmp(out, url, n) == 0;
}

/* RFC 4648 10 */
static void
encodes_what_the_rfc_shows(void)
{
	CHECK(encodes_to("", "", ""));
	CHECK(encodes_to("f", "Zg==", "Zg"));
	CHECK(encodes_to("fo", "Zm8=", "Zm8"));
	CHECK(encodes_to("foo", "Zm9v", "Zm9v"));
	CHECK(encodes_to("foob", "Zm9vYg==", "Zm9vYg"));
	CHECK(encodes_to("fooba", "Zm9vYmE=", "Zm9vYmE"));
	CHECK(encodes_to("foobar", "Zm9vYmFy", "Zm9vYmFy"));
	CHECK(encodes_to("\xfb\xff\xfe", "+//+", "-__-"));
}

static void
decodes_every_length_and_octet(void)
{
	uint8_t in[256], back[256];
	char text[BASE64_LEN(256)];
	size_t len, n, got;
	int i;

	for (i = 0; i < 256; i++)
		in[i] = (uint8_t)(i * 167 + 3);
	for (len = 0; len <= 256; len++) {
		n = base64_encode(in, len, text);
		CHECK(base64_decode(text, n, back, len, &got) == ERR_OK);
		CHECK(got == len && memcmp(in, back, len) == 0);
		n = base64url_encode(in, len, text);
		CHECK(base64url_decode(text, n, back, len, &got) == ERR_OK);
		CHECK(got == len && memcmp(in, back, len) == 0);
		if (len == 0)
			continue;
		CHECK(base64url_decode(text, n, back, len - 1, &got) ==
		    ERR_BUFFER);
	}
}

static void
refuses_what_no_encoder_writes(void)
{
	static const char *const plain[] = {"Z", "Zg",
	    "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Zm9v=", "====", "===", "=",
	    "==", "Z===", "Zg= =", "Zm 9v", "Zm9v\n", "Zm9-",
	    "Zg==Zg==", "Zm\x80v", "=m9v", "Zm=v"};
	static const char *const url[] = {"Z", "Zh", "Zm9",
	    "Zg==", "Zm8=", "Zm9+", "Zm9/", "Zm9v ", "Zm9vZ", "Zm9vZm9", "=",
	    "Zm\x80v"};
	uint8_t out[32];
	size_t i, n;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		n = 99;
		CHECK(base64_decode(plain[i], strlen(plain[i]), out, 32, &n) ==
		    ERR_BASE64_SYNTAX);
		CHECK(n == 0);
	}
	for (i = 0; i < sizeof(url) / sizeof(url[0]); i++)
		CHECK(base64url_decode(url[i], strlen(url[i]), out, 32, &n) ==
		    ERR_BASE64_SYNTAX);
	CHECK(base64_decode("Zm\0v", 4, out, 32, &n) == ERR_BASE64_SYNTAX);
}

static void
each_pair_of_characters_has_one_reading(void)
{
	uint8_t out[4];
	char back[4], text[2];
	size_t n;
	int a, b, good = 0;

	for (a = 0; a < 256; a++)
		for (b = 0; b < 256; b++) {
			text[0] = (char)a;
			text[1] = (char)b;
			if (base64url_decode(text, 2, out, 4, &n) != ERR_OK)
				continue;
			good++;
			CHECK(base64url_encode(out, n, back) == 2);
			CHECK(memcmp(back, text, 2) == 0);
		}
	CHECK(good == 256);
}

static void
sinks_write_the_same_split_anywhere(void)
{
	struct collect c;
	struct base64_sink b;
	uint8_t in[400];
	char whole[BASE64_LEN(400)];
	size_t len, i, j, n;

	for (i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 31 + 7);
	for (len = 0; len < 12; len++)
		for (i = 0; i <= len; i++)
			for (j = i; j <= len; j++) {
				c = (struct collect){{collect_put}, {0}, 0};
				base64_sink_init(&b, &c.sink);
				b.sink.put(&b.sink, in, i);
				b.sink.put(&b.sink, in + i, j - i);
				b.sink.put(&b.sink, in + j, len - j);
				base64_sink_finish(&b);
				n = base64_encode(in, len, whole);
				CHECK(c.len == n);
				CHECK(memcmp(c.text, whole, n) == 0);
			}
	for (i = 0; i <= sizeof(in); i++) {
		c = (struct collect){{collect_put}, {0}, 0};
		base64url_sink_init(&b, &c.sink);
		b.sink.put(&b.sink, in, i);
		b.sink.put(&b.sink, in + i, sizeof(in) - i);
		base64_sink_finish(&b);
		n = base64url_encode(in, sizeof(in), whole);
		CHECK(c.len == n && memcmp(c.text, whole, n) == 0);
	}
}

int
main(void)
{
	TAP_RUN(encodes_what_the_rfc_shows);
	TAP_RUN(decodes_every_length_and_octet);
	TAP_RUN(refuses_what_no_encoder_writes);
	TAP_RUN(each_pair_of_characters_has_one_reading);
	TAP_RUN(sinks_write_the_same_split_anywhere);
	return tap_done();
}
