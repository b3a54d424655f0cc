#include "common/cms.h"

#include "common/oid.h"
#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"
#include "tests/unit/common/tsp_vectors.h"

#define DIGEST OID_MESSAGE_DIGEST, OID_LEN(OID_MESSAGE_DIGEST)

static uint8_t octets[4096];
static size_t len;
static struct cms_signed s;

static enum err
take(const char *hex)
{
	len = hex_octets(hex, octets);
	return cms_signed_decode(octets, len, &s);
}

static void
openssls_token_is_taken_apart(void)
{
	struct der_reader certificates, c, issuer, serial;

	CHECK(take(TSP_FULL_TOKEN) == ERR_OK);
	CHECK(OID_IS(&s.content_type, OID_TST_INFO));
	CHECK(hex_equal(s.content.p, s.content.len, TSP_FULL_INFO));
	CHECK(s.hash_size == 32 && s.key_id.len == 0);
	CHECK(s.attributes.p[0] == DER_CONTEXT(0));
	CHECK(s.signature.len > 60 && s.unsigned_attributes.len == 0);
	certificates = s.certificates;
	CHECK(cms_next_certificate(&certificates, &c) == ERR_OK);
	CHECK(hex_equal(c.p, c.len, TSP_CERTIFICATE));
	CHECK(cms_next_certificate(&certificates, &serial) == ERR_NOT_FOUND);
	CHECK(der_certificate_issuer_serial(c.p, c.len, &issuer, &serial) ==
	    ERR_OK);
	CHECK(issuer.len == s.issuer.len &&
	    memcmp(issuer.p, s.issuer.p, issuer.len) == 0);
	CHECK(serial.len == s.serial.len &&
	    memcmp(serial.p, s.serial.p, serial.len) == 0);
}

static void
a_token_without_certificates_is_a_token(void)
{
	struct der_reader certificates, c;

	CHECK(take(TSP_BARE_TOKEN) == ERR_OK);
	certificates = s.certificates;
	CHECK(cms_next_certificate(&certificates, &c) == ERR_NOT_FOUND);
}

static void
every_cut_is_seen(void)
{
	size_t whole, i;

	CHECK(take(TSP_FULL_TOKEN) == ERR_OK);
	whole = len;
	for (i = 0; i < whole; i++)
		CHECK(cms_signed_decode(octets, i, &s) != ERR_OK);
	octets[whole] = 0;
	CHECK(cms_signed_decode(octets, whole + 1, &s) == ERR_DER_SYNTAX);
}

static void
attributes_are_found_by_their_name(void)
{
	struct der_reader value, digest;

	CHECK(take(TSP_FULL_TOKEN) == ERR_OK);
	CHECK(cms_attribute(&s, DIGEST, &value) == ERR_OK);
	CHECK(der_enter(&value, DER_OCTET_STRING, &digest) == ERR_OK);
	CHECK(digest.len == 32);
	CHECK(cms_attribute(&s, OID_CONTENT_TYPE, OID_LEN(OID_CONTENT_TYPE),
		  &value) == ERR_OK);
	CHECK(cms_attribute(&s, OID_SHA256, OID_LEN(OID_SHA256), &value) ==
	    ERR_NOT_FOUND);
}

static void
both_kinds_of_certificate_identifiers_are_read(void)
{
	struct cms_ess ess;

	CHECK(take(TSP_FULL_TOKEN) == ERR_OK);
	CHECK(cms_signing_certificate(&s, &ess) == ERR_OK);
	CHECK(ess.hash_size == 32 && ess.hash.len == 32);
	CHECK(take(TSP_BARE_TOKEN) == ERR_OK);
	CHECK(cms_signing_certificate(&s, &ess) == ERR_OK);
	CHECK(ess.hash_size == 20 && ess.hash.len == 20);
}

/* Attributes of a test's own; readers of s then point to them. */
static void
attributes(const char *hex)
{
	static uint8_t own[512];

	memset(&s, 0, sizeof(s));
	s.attributes = der_reader(own, hex_octets(hex, own));
}

static void
an_attribute_that_is_there_twice_counts_for_none(void)
{
	struct der_reader value;

	/* messageDigest '' once, twice, with two values, with none */
	attributes("a01130"
		   "0f06092a864886f70d010904"
		   "31020400");
	CHECK(cms_attribute(&s, DIGEST, &value) == ERR_OK && value.len == 2);
	attributes("a022"
		   "300f06092a864886f70d01090431020400"
		   "300f06092a864886f70d01090431020400");
	CHECK(cms_attribute(&s, DIGEST, &value) == ERR_DER_SYNTAX);
	attributes("a013"
		   "301106092a864886f70d010904310404000400");
	CHECK(cms_attribute(&s, DIGEST, &value) == ERR_DER_SYNTAX);
	attributes("a00f300d06092a864886f70d0109043100");
	CHECK(cms_attribute(&s, DIGEST, &value) == ERR_DER_TRUNCATED);
	/* the second one is broken */
	attributes("a012300f06092a864886f70d0109043102040030");
	CHECK(cms_attribute(&s, DIGEST, &value) == ERR_DER_TRUNCATED);
}

/* signingCertificateV2 with the contents of its ESSCertIDv2. */
static enum err
ess(const char *hex, struct cms_ess *out)
{
	static uint8_t own[512], part[256];
	struct der_writer w;
	size_t end;

	der_writer_init(&w, own, sizeof(own));
	der_put(&w, part, hex_octets(hex, part));
	der_wrap(&w, DER_SEQUENCE, w.cap);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	der_wrap(&w, DER_SET, w.cap);
	end = w.pos;
	der_put_value(&w, DER_OID, OID_SIGNING_CERTIFICATE_V2,
	    OID_LEN(OID_SIGNING_CERTIFICATE_V2));
	CHECK(w.pos < end && w.err == ERR_OK);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	der_wrap(&w, DER_CONTEXT(0), w.cap);
	memset(&s, 0, sizeof(s));
	s.attributes = der_reader(w.buf + w.pos, w.cap - w.pos);
	return cms_signing_certificate(&s, out);
}

#define H32                                                                    \
	"04200000000000000000000000000000000000000000000000000000000000000000"

static void
the_named_hash_must_be_the_hash(void)
{
	struct cms_ess out;

	CHECK(ess(H32, &out) == ERR_OK && out.hash_size == 32);
	CHECK(ess("300b0609608648016503040201" H32, &out) == ERR_OK);
	/* SHA-384 of 32 octets; SHA-224; none */
	CHECK(ess("300b0609608648016503040202" H32, &out) == ERR_DER_RANGE);
	CHECK(ess("300b0609608648016503040204" H32, &out) == ERR_ALGORITHM);
	CHECK(ess("0400", &out) == ERR_DER_RANGE);
	CHECK(ess("", &out) == ERR_DER_TRUNCATED);
}

static void
the_issuer_is_named_by_a_directory_name_or_not_at_all(void)
{
	struct cms_ess out;

	CHECK(ess(H32 "30093004a4023000020105", &out) == ERR_OK);
	CHECK(out.issuer.len == 2 && out.serial.len == 3);
	CHECK(ess(H32 "300930048202696f020105", &out) == ERR_OK);
	CHECK(out.issuer.len == 0 && out.serial.len == 0);
	CHECK(ess(H32 "30093004a4023000"
		      "02010500",
		  &out) == ERR_DER_SYNTAX);
	CHECK(ess(H32 "30063004a4023000", &out) == ERR_DER_TRUNCATED);
}

static void
other_shapes_are_refused(void)
{
	size_t i, infos;

	/* other contentType */
	CHECK(take(TSP_BARE_TOKEN) == ERR_OK);
	CHECK(octets[14] == 0x02);
	octets[14] = 0x01;
	CHECK(cms_signed_decode(octets, len, &s) == ERR_DER_TAG);
	/* signer's hash is SHA-224 */
	CHECK(take(TSP_BARE_TOKEN) == ERR_OK);
	infos = (size_t)(s.attributes.p - octets);
	for (i = infos - 1; octets[i] != 0x01; i--)
		;
	octets[i] = 0x04;
	CHECK(cms_signed_decode(octets, len, &s) == ERR_ALGORITHM);
	/* version of SignerInfo */
	CHECK(take(TSP_BARE_TOKEN) == ERR_OK);
	infos = (size_t)(s.issuer.p - octets);
	for (i = infos - 1; octets[i] != 0x01; i--)
		;
	octets[i] = 0x03;
	CHECK(cms_signed_decode(octets, len, &s) == ERR_DER_RANGE);
}

int
main(void)
{
	TAP_RUN(openssls_token_is_taken_apart);
	TAP_RUN(a_token_without_certificates_is_a_token);
	TAP_RUN(every_cut_is_seen);
	TAP_RUN(attributes_are_found_by_their_name);
	TAP_RUN(both_kinds_of_certificate_identifiers_are_read);
	TAP_RUN(an_attribute_that_is_there_twice_counts_for_none);
	TAP_RUN(the_named_hash_must_be_the_hash);
	TAP_RUN(the_issuer_is_named_by_a_directory_name_or_not_at_all);
	TAP_RUN(other_shapes_are_refused);
	return tap_done();
}
