#include "common/oid.h"

#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

static uint8_t octets[128];

static bool
both_ways(const char *text, const char *hex)
{
	struct der_reader r;
	char back[OID_TEXT];
	size_t len;

	if (oid_from_text(text, octets, sizeof(octets), &len) != ERR_OK ||
	    !hex_equal(octets, len, hex))
		return false;
	r = der_reader(octets, len);
	return oid_check(&r) == ERR_OK &&
	    oid_to_text(&r, back, sizeof(back)) == ERR_OK &&
	    strcmp(back, text) == 0;
}

static enum err
from(const char *text)
{
	size_t len;

	return oid_from_text(text, octets, sizeof(octets), &len);
}

static enum err
to(const char *hex)
{
	struct der_reader r = der_reader(octets, hex_octets(hex, octets));
	char text[OID_TEXT];
	enum err e = oid_check(&r);

	CHECK(oid_to_text(&r, text, sizeof(text)) == e);
	return e;
}

static void
texts_and_octets_say_the_same(void)
{
	CHECK(both_ways("1.2.840.113549", "2a864886f70d"));
	CHECK(both_ways("2.16.840.1.101.3.4.2.1", "608648016503040201"));
	CHECK(both_ways("0.0", "00"));
	CHECK(both_ways("1.39", "4f"));
	CHECK(both_ways("2.0", "50"));
	CHECK(both_ways("2.47", "7f"));
	CHECK(both_ways("2.48", "8100"));
	CHECK(both_ways("2.999.3", "883703"));
	CHECK(both_ways(
	    "1.3.6.1.4.1.47718.2.2.2.50", "2b0601040182f46602020232"));
}

static void
texts_that_are_no_oid_are_refused(void)
{
	CHECK(from("") == ERR_DER_SYNTAX);
	CHECK(from("1") == ERR_DER_SYNTAX);
	CHECK(from("1.") == ERR_DER_SYNTAX);
	CHECK(from("1.2.") == ERR_DER_SYNTAX);
	CHECK(from(".1.2") == ERR_DER_SYNTAX);
	CHECK(from("1..2") == ERR_DER_SYNTAX);
	CHECK(from("1.2 ") == ERR_DER_SYNTAX);
	CHECK(from("1.02") == ERR_DER_SYNTAX);
	CHECK(from("1.-2") == ERR_DER_SYNTAX);
	CHECK(from("3.1") == ERR_DER_SYNTAX);
	CHECK(from("1.40") == ERR_DER_SYNTAX);
	CHECK(from("1.2.99999999999999999999") == ERR_DER_RANGE);
}

static void
octets_that_are_no_oid_are_refused(void)
{
	CHECK(to("") == ERR_DER_SYNTAX);
	CHECK(to("80") == ERR_DER_SYNTAX); /* not the shortest */
	CHECK(to("2a8001") == ERR_DER_SYNTAX);
	CHECK(to("2a86") == ERR_DER_SYNTAX); /* the arc goes on */
	CHECK(to("2affffffffffffffff7f") == ERR_OK); /* 63 bits */
	CHECK(to("2a81ffffffffffffffff7f") == ERR_DER_RANGE);
}

static void
buffers_hold_just_what_fits(void)
{
	struct der_reader r = der_reader(octets, 0);
	uint8_t out[3];
	char text[8];
	size_t len, cap;

	CHECK(oid_from_text("1.2.840", out, 3, &len) == ERR_OK && len == 3);
	CHECK(oid_from_text("1.2.840", out, 2, &len) == ERR_BUFFER);
	r.len = hex_octets("2a8648", octets);
	CHECK(oid_to_text(&r, text, 8) == ERR_OK);
	CHECK(strcmp(text, "1.2.840") == 0);
	for (cap = 0; cap < 8; cap++)
		CHECK(oid_to_text(&r, text, cap) == ERR_BUFFER);
}

int
main(void)
{
	TAP_RUN(texts_and_octets_say_the_same);
	TAP_RUN(texts_that_are_no_oid_are_refused);
	TAP_RUN(octets_that_are_no_oid_are_refused);
	TAP_RUN(buffers_hold_just_what_fits);
	return tap_done();
}
