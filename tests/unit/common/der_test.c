#include "common/der.h"

#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

static uint8_t octets[1024];

static struct der_reader
reader(const char *text)
{
	return der_reader(octets, hex_octets(text, octets));
}

static enum err
next(const char *text)
{
	struct der_reader r = reader(text), before = r, contents, whole;
	uint8_t tag, other;
	enum err e = der_next(&r, &tag, &contents), f;

	/* the reader stays where it was after an error, and both ways of
	 * reading agree */
	if (e != ERR_OK)
		CHECK(r.p == before.p && r.len == before.len);
	f = der_next_whole(&before, &other, &whole);
	CHECK(f == e);
	if (e == ERR_OK) {
		CHECK(tag == other && r.p == before.p && r.len == before.len);
		CHECK(contents.p + contents.len == whole.p + whole.len);
	}
	return e;
}

static void
reads_values_one_after_another(void)
{
	struct der_reader r = reader("3006020105040161010100"), seq, inner;
	uint64_t value = 0;
	bool b = true;

	r.len = 11;
	CHECK(der_peek(&r) == DER_SEQUENCE);
	CHECK(der_enter(&r, DER_SET, &seq) == ERR_DER_TAG);
	CHECK(der_enter(&r, DER_SEQUENCE, &seq) == ERR_OK);
	CHECK(der_uint(&seq, &value) == ERR_OK && value == 5);
	CHECK(der_enter(&seq, DER_OCTET_STRING, &inner) == ERR_OK);
	CHECK(inner.len == 1 && inner.p[0] == 'a');
	CHECK(der_is_end(&seq) && der_peek(&seq) == 0);
	CHECK(der_enter(&seq, DER_NULL, &inner) == ERR_DER_TRUNCATED);
	CHECK(der_bool(&r, &b) == ERR_OK && !b);
	CHECK(der_is_end(&r));
}

static void
refuses_lengths_that_are_not_the_shortest(void)
{
	CHECK(next("040161") == ERR_OK);
	CHECK(next("04810161") == ERR_DER_SYNTAX);
	CHECK(next("04817f") == ERR_DER_SYNTAX);
	CHECK(next("048180") == ERR_DER_TRUNCATED); /* only too short */
	CHECK(next("0482000161") == ERR_DER_SYNTAX);
	CHECK(next("0484000000ff") == ERR_DER_SYNTAX);
	CHECK(next("0485000000000161") == ERR_DER_RANGE);
}

static void
refuses_what_only_ber_allows(void)
{
	CHECK(next("30800000") == ERR_DER_SYNTAX); /* indefinite */
	CHECK(next("24050403616263") == ERR_DER_SYNTAX); /* in pieces */
	CHECK(next("1000") == ERR_DER_SYNTAX); /* primitive SEQUENCE */
	CHECK(next("1100") == ERR_DER_SYNTAX);
	CHECK(next("0000") == ERR_DER_SYNTAX); /* end of contents */
	CHECK(next("1f8101020000") == ERR_DER_SYNTAX); /* long tag */
	CHECK(next("a000") == ERR_OK);
	CHECK(next("8000") == ERR_OK);
}

static void
refuses_what_ends_too_early(void)
{
	CHECK(next("") == ERR_DER_TRUNCATED);
	CHECK(next("04") == ERR_DER_TRUNCATED);
	CHECK(next("0402aa") == ERR_DER_TRUNCATED);
	CHECK(next("0482") == ERR_DER_TRUNCATED);
	CHECK(next("048201") == ERR_DER_TRUNCATED);
	CHECK(next("047fffffffff") == ERR_DER_TRUNCATED);
	CHECK(next("04847fffffff") == ERR_DER_TRUNCATED);
	CHECK(next("048480000000") == ERR_DER_RANGE);
	CHECK(next("0484ffffffff") == ERR_DER_RANGE);
}

static enum err
uint_of(const char *text, uint64_t *value)
{
	struct der_reader r = reader(text), before = r;
	enum err e = der_uint(&r, value);

	CHECK(e == ERR_OK ? der_is_end(&r) : r.p == before.p);
	return e;
}

static void
reads_integers_of_the_shortest_form_only(void)
{
	uint64_t v = 1;

	CHECK(uint_of("020100", &v) == ERR_OK && v == 0);
	CHECK(uint_of("02020080", &v) == ERR_OK && v == 128);
	CHECK(uint_of("020900ffffffffffffffff", &v) == ERR_OK);
	CHECK(v == UINT64_MAX);
	CHECK(uint_of("0209010000000000000000", &v) == ERR_DER_RANGE);
	CHECK(uint_of("020a00ffffffffffffffffff", &v) == ERR_DER_RANGE);
	CHECK(uint_of("020180", &v) == ERR_DER_RANGE); /* negative */
	CHECK(uint_of("0200", &v) == ERR_DER_SYNTAX);
	CHECK(uint_of("02020001", &v) == ERR_DER_SYNTAX);
	CHECK(uint_of("0202ff80", &v) == ERR_DER_SYNTAX);
	CHECK(uint_of("040100", &v) == ERR_DER_TAG);
	CHECK(v == UINT64_MAX);
}

static void
reads_booleans_of_two_values_only(void)
{
	struct der_reader r = reader("0101ff");
	bool b = false;

	CHECK(der_bool(&r, &b) == ERR_OK && b);
	r = reader("010101");
	CHECK(der_bool(&r, &b) == ERR_DER_SYNTAX);
	r = reader("0100");
	CHECK(der_bool(&r, &b) == ERR_DER_SYNTAX);
	r = reader("0102ffff");
	CHECK(der_bool(&r, &b) == ERR_DER_SYNTAX);
}

static void
writes_what_it_reads(void)
{
	static const size_t size[] = {0, 1, 127, 128, 255, 256, 600};
	uint8_t buf[700], body[600];
	struct der_reader r, contents;
	struct der_writer w;
	uint8_t tag;
	size_t i;

	memset(body, 7, sizeof(body));
	for (i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		der_writer_init(&w, buf, sizeof(buf));
		der_put_value(&w, DER_OCTET_STRING, body, size[i]);
		CHECK(w.err == ERR_OK);
		r = der_reader(buf + w.pos, w.cap - w.pos);
		CHECK(der_next(&r, &tag, &contents) == ERR_OK);
		CHECK(tag == DER_OCTET_STRING && contents.len == size[i]);
		CHECK(der_is_end(&r));
	}
}

static void
writes_numbers_in_their_shortest_form(void)
{
	uint8_t buf[16];
	struct der_writer w;

	der_writer_init(&w, buf, sizeof(buf));
	der_put_uint(&w, (const uint8_t *)"\0\0\x80", 3);
	der_put_uint(&w, (const uint8_t *)"\0\0\x7f", 3);
	der_put_uint(&w, (const uint8_t *)"\0", 1);
	der_put_uint(&w, NULL, 0);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	CHECK(w.err == ERR_OK);
	CHECK(hex_equal(
	    buf + w.pos, w.cap - w.pos, "300d02010002010002017f02020080"));
}

static void
a_full_buffer_is_an_error_that_stays(void)
{
	uint8_t buf[4];
	struct der_writer w;

	der_writer_init(&w, buf, sizeof(buf));
	der_put_value(&w, DER_OCTET_STRING, "ab", 2);
	CHECK(w.err == ERR_OK);
	der_put_value(&w, DER_NULL, NULL, 0);
	CHECK(w.err == ERR_BUFFER);
	der_put(&w, "", 0);
	CHECK(w.err == ERR_BUFFER);
	der_writer_init(&w, buf, sizeof(buf));
	der_wrap(&w, DER_SEQUENCE, 5);
	CHECK(w.err == ERR_INTERNAL);
}

/* A signature with coordinates of four octets, for readable edges. */
static enum err
to_raw(const char *text, const char *expected)
{
	uint8_t raw[8];
	size_t len = hex_octets(text, octets);
	enum err e = der_ecdsa_to_raw(octets, len, raw, 4);

	if (e == ERR_OK)
		CHECK(hex_equal(raw, 8, expected));
	return e;
}

static void
signatures_keep_their_width(void)
{
	CHECK(to_raw("30060201010201ff", "") == ERR_DER_RANGE);
	CHECK(to_raw("3006020101020102", "0000000100000002") == ERR_OK);
	CHECK(to_raw("300e02050080000001020500ffffffff", "80000001ffffffff") ==
	    ERR_OK);
	CHECK(to_raw("300d0205010000000102047fffffff", "") == ERR_DER_RANGE);
}

static void
refuses_signatures_that_are_not_exactly_two_numbers(void)
{
	CHECK(to_raw("3006020100020102", "") == ERR_DER_RANGE); /* r = 0 */
	CHECK(to_raw("3006020101020100", "") == ERR_DER_RANGE); /* s = 0 */
	CHECK(to_raw("3006020181020102", "") == ERR_DER_RANGE); /* r < 0 */
	CHECK(to_raw("300702020001020102", "") == ERR_DER_SYNTAX);
	CHECK(to_raw("300702010102020002", "") == ERR_DER_SYNTAX);
	CHECK(to_raw("30050200020102", "") == ERR_DER_SYNTAX);
	CHECK(to_raw("300602010102010200", "") == ERR_DER_SYNTAX); /* more */
	CHECK(to_raw("3009020101020102020103", "") == ERR_DER_SYNTAX);
	CHECK(to_raw("30080201010201020500", "") == ERR_DER_SYNTAX);
	CHECK(to_raw("3003020101", "") == ERR_DER_TRUNCATED);
	CHECK(to_raw("30060201010201", "") == ERR_DER_TRUNCATED);
	CHECK(to_raw("3000", "") == ERR_DER_TRUNCATED);
	CHECK(to_raw("", "") == ERR_DER_TRUNCATED);
	CHECK(to_raw("3106020101020102", "") == ERR_DER_TAG);
	CHECK(to_raw("3006040101020102", "") == ERR_DER_TAG);
	CHECK(to_raw("020101020102", "") == ERR_DER_TAG);
	CHECK(to_raw("308106020101020102", "") == ERR_DER_SYNTAX);
	CHECK(to_raw("30800201010201020000", "") == ERR_DER_SYNTAX);
}

static void
signatures_go_there_and_back(void)
{
	static const size_t width[] = {32, 48, 66};
	uint8_t raw[132], back[132], der[141];
	size_t i, j, k, len = 0;

	for (i = 0; i < 3; i++) {
		/* every number of leading zeros in r, with and without a
		 * high first bit */
		for (j = 0; j < 2 * width[i]; j++) {
			for (k = 0; k < 2 * width[i]; k++)
				raw[k] = (uint8_t)(k * 5 + j + 1);
			memset(raw, 0, j / 2);
			raw[j / 2] = j % 2 ? 0x80 : 0x7f;
			CHECK(der_ecdsa_from_raw(raw, 2 * width[i], der,
				  sizeof(der), &len) == ERR_OK);
			CHECK(der_ecdsa_to_raw(der, len, back, width[i]) ==
			    ERR_OK);
			CHECK(memcmp(raw, back, 2 * width[i]) == 0);
			CHECK(der_ecdsa_from_raw(raw, 2 * width[i], der,
				  len - 1, &len) == ERR_BUFFER);
		}
	}
}

static void
refuses_raw_signatures_of_no_curve(void)
{
	uint8_t raw[134] = {1}, der[160];
	size_t len;

	raw[33] = 1;
	CHECK(der_ecdsa_from_raw(raw, 0, der, 160, &len) == ERR_DER_RANGE);
	CHECK(der_ecdsa_from_raw(raw, 65, der, 160, &len) == ERR_DER_RANGE);
	CHECK(der_ecdsa_from_raw(raw, 134, der, 160, &len) == ERR_DER_RANGE);
	CHECK(der_ecdsa_from_raw(raw, 64, der, 160, &len) == ERR_OK);
	raw[0] = 0; /* r */
	CHECK(der_ecdsa_from_raw(raw, 64, der, 160, &len) == ERR_DER_RANGE);
	raw[0] = 1;
	raw[33] = 0; /* s */
	CHECK(der_ecdsa_from_raw(raw, 64, der, 160, &len) == ERR_DER_RANGE);
}

static enum err
issuer_serial(const char *text, const char *issuer, const char *serial)
{
	struct der_reader i, s;
	size_t len = hex_octets(text, octets);
	enum err e = der_certificate_issuer_serial(octets, len, &i, &s);

	if (e == ERR_OK) {
		CHECK(hex_equal(i.p, i.len, issuer));
		CHECK(hex_equal(s.p, s.len, serial));
	}
	return e;
}

/* As much of a certificate as there is before what is not read. */
static void
finds_issuer_and_serial_number(void)
{
	/* SEQ { SEQ { [0] INTEGER 2, INTEGER 0x0102, SEQ {}, SEQ { NULL } } }
	 */
	CHECK(issuer_serial("3011300fa0030201020202010230003002"
			    "0500",
		  "30020500", "02020102") == ERR_OK);
	/* version 1: no [0] */
	CHECK(issuer_serial("300c300a02020102300030020500", "30020500",
		  "02020102") == ERR_OK);
	CHECK(issuer_serial("300c300a02020102300031020500", "", "") ==
	    ERR_DER_TAG);
	CHECK(
	    issuer_serial("30083006020201023000", "", "") == ERR_DER_TRUNCATED);
	CHECK(issuer_serial("300c300a02020002300030020500", "", "") ==
	    ERR_DER_SYNTAX);
	CHECK(issuer_serial("300c300a0202010230003002050000", "", "") ==
	    ERR_DER_SYNTAX);
	CHECK(issuer_serial("", "", "") == ERR_DER_TRUNCATED);
}

static void
the_same_are_only_the_same_octets(void)
{
	const struct der_reader a = der_reader((const uint8_t *)"abc", 3);
	const struct der_reader b = der_reader((const uint8_t *)"abcabd", 6);
	const struct der_reader start = der_reader(b.p, 3);
	const struct der_reader rest = der_reader(b.p + 3, 3);
	const struct der_reader none = der_reader(NULL, 0);
	const struct der_reader end = der_reader(b.p, 0);

	CHECK(der_same(&a, &start));
	CHECK(!der_same(&a, &rest));
	CHECK(!der_same(&a, &b) && !der_same(&a, &none));
	CHECK(der_same(&none, &end));
}

int
main(void)
{
	TAP_RUN(reads_values_one_after_another);
	TAP_RUN(the_same_are_only_the_same_octets);
	TAP_RUN(refuses_lengths_that_are_not_the_shortest);
	TAP_RUN(refuses_what_only_ber_allows);
	TAP_RUN(refuses_what_ends_too_early);
	TAP_RUN(reads_integers_of_the_shortest_form_only);
	TAP_RUN(reads_booleans_of_two_values_only);
	TAP_RUN(writes_what_it_reads);
	TAP_RUN(writes_numbers_in_their_shortest_form);
	TAP_RUN(a_full_buffer_is_an_error_that_stays);
	TAP_RUN(signatures_keep_their_width);
	TAP_RUN(refuses_signatures_that_are_not_exactly_two_numbers);
	TAP_RUN(signatures_go_there_and_back);
	TAP_RUN(refuses_raw_signatures_of_no_curve);
	TAP_RUN(finds_issuer_and_serial_number);
	return tap_done();
}
