/*
 * crl_fuzz: what is read of a list of revocations lies inside the input, no
 * shorter input is the same list, and nothing that the fuzzer makes is the
 * list of an issuer whose key it has not.
 */
#include "host/x509/crl.h"
#include "tests/fuzz/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	/* a certificate of nothing but what is looked at */
	static const uint8_t serial[] = {2, 1, 5};
	static const uint8_t spki[] = {
	    0x30, 0x09, 0x30, 0x02, 0x05, 0x00, 0x03, 0x03, 0x00, 0x04, 0x05};
	struct cert c = {.spki = spki, .spki_len = sizeof(spki)};
	struct revocation_status s;
	struct fault fault;
	struct crl l;

	inside_begin(buf, len);
	c.serial = der_reader(serial, sizeof(serial));
	(void)crl_is_by_other(buf, len, &c.serial);
	if (crl_parse(&l, buf, len, &fault) != ERR_OK)
		return 0;
	must(crl_parse(&l, buf, len - 1, NULL) != ERR_OK);
	must(crl_parse(&l, buf, len, NULL) == ERR_OK);
	must(!crl_is_by_other(buf, len, &l.issuer));
	must(crl_is_by_other(buf, len, &c.serial));
	inside(&l.tbs);
	inside(&l.issuer);
	inside(&l.entries);
	inside(&l.authority_key_id);
	inside(&l.point_names);
	inside(&l.signature);
	must(l.this_update <= l.next_update);
	must(len <= CRL_LEN);
	c.issuer = l.issuer;
	c.subject = l.issuer;
	must(crl_check(&l, &c, &c, &s, &fault) == ERR_CRL_SIGNATURE);
	return 0;
}
