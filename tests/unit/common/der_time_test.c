#include "common/der_time.h"

#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

static uint8_t octets[64];
static int64_t seconds;
static uint32_t nanos;

static struct der_reader
value(uint8_t tag, const char *text)
{
	size_t len = strlen(text);

	octets[0] = tag;
	octets[1] = (uint8_t)len;
	memcpy(octets + 2, text, len);
	return der_reader(octets, len + 2);
}

static enum err
plain(uint8_t tag, const char *text)
{
	struct der_reader r = value(tag, text);
	enum err e = der_time(&r, &seconds);

	CHECK(r.len == (e == ERR_OK ? 0 : strlen(text) + 2));
	return e;
}

static enum err
fraction(const char *text)
{
	struct der_reader r = value(DER_GENERALIZED_TIME, text);
	enum err e = der_time_fraction(&r, &seconds, &nanos);

	CHECK(r.len == (e == ERR_OK ? 0 : strlen(text) + 2));
	return e;
}

static void
both_forms_of_a_certificates_times_are_read(void)
{
	CHECK(plain(DER_UTC_TIME, "221221185021Z") == ERR_OK);
	CHECK(seconds == 1671648621);
	CHECK(plain(DER_GENERALIZED_TIME, "20221221185021Z") == ERR_OK);
	CHECK(seconds == 1671648621);
	CHECK(plain(DER_UTC_TIME, "991231235959Z") == ERR_OK);
	CHECK(seconds == 946684799); /* 1999 */
	CHECK(plain(DER_UTC_TIME, "491231235959Z") == ERR_OK);
	CHECK(seconds == 2524607999); /* 2049 */
	CHECK(plain(DER_UTC_TIME, "500101000000Z") == ERR_TIME_SYNTAX);
}

static void
other_forms_are_refused(void)
{
	CHECK(plain(DER_UTC_TIME, "2212211850Z") == ERR_TIME_SYNTAX);
	CHECK(plain(DER_UTC_TIME, "221221185021") == ERR_TIME_SYNTAX);
	CHECK(plain(DER_UTC_TIME, "221221185021+") == ERR_TIME_SYNTAX);
	CHECK(plain(DER_UTC_TIME, "22122118502aZ") == ERR_TIME_SYNTAX);
	CHECK(plain(DER_UTC_TIME, "221321185021Z") == ERR_TIME_SYNTAX);
	CHECK(plain(DER_UTC_TIME, "20221221185021Z") == ERR_TIME_SYNTAX);
	CHECK(plain(DER_GENERALIZED_TIME, "221221185021Z") == ERR_TIME_SYNTAX);
	CHECK(plain(DER_GENERALIZED_TIME, "20221221185021.5Z") ==
	    ERR_TIME_SYNTAX);
	CHECK(
	    plain(DER_GENERALIZED_TIME, "x0221221185021Z") == ERR_TIME_SYNTAX);
	CHECK(plain(DER_IA5_STRING, "221221185021Z") == ERR_DER_TAG);
	CHECK(plain(DER_UTC_TIME, "") == ERR_TIME_SYNTAX);
}

static void
fractions_of_a_second_are_kept(void)
{
	CHECK(fraction("20221221185021Z") == ERR_OK);
	CHECK(seconds == 1671648621 && nanos == 0);
	CHECK(fraction("20221221185021.5Z") == ERR_OK);
	CHECK(seconds == 1671648621 && nanos == 500000000);
	CHECK(fraction("20221221185021.069Z") == ERR_OK);
	CHECK(nanos == 69000000);
	CHECK(fraction("20221221185021.123456789Z") == ERR_OK);
	CHECK(nanos == 123456789);
	/* one digit more than the bound */
	CHECK(fraction("20221221185021.1234567891Z") == ERR_TIME_SYNTAX);
}

static void
fractions_have_one_form(void)
{
	CHECK(fraction("20221221185021.50Z") == ERR_TIME_SYNTAX);
	CHECK(fraction("20221221185021.0Z") == ERR_TIME_SYNTAX);
	CHECK(fraction("20221221185021.Z") == ERR_TIME_SYNTAX);
	CHECK(fraction("20221221185021,5Z") == ERR_TIME_SYNTAX);
	CHECK(fraction("20221221185021.5") == ERR_TIME_SYNTAX);
	CHECK(fraction("20221221185021.x5Z") == ERR_TIME_SYNTAX);
	CHECK(fraction("202212211850Z") == ERR_TIME_SYNTAX);
	CHECK(fraction("Z") == ERR_TIME_SYNTAX);
	CHECK(fraction("") == ERR_TIME_SYNTAX);
	CHECK(fraction("20221221185060Z") == ERR_TIME_SYNTAX);
}

int
main(void)
{
	TAP_RUN(both_forms_of_a_certificates_times_are_read);
	TAP_RUN(other_forms_are_refused);
	TAP_RUN(fractions_of_a_second_are_kept);
	TAP_RUN(fractions_have_one_form);
	return tap_done();
}
