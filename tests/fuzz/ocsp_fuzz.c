/*
 * ocsp_fuzz: what is read of an OCSP response lies inside the input, no
 * shorter input is the same response, and nothing that the fuzzer makes is
 * an answer of an issuer whose key it has not.
 */
#include <string.h>

#include "host/x509/ocsp.h"
#include "tests/fuzz/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	/* a certificate of nothing but what is looked at */
	static const uint8_t name[] = {0x30, 0x00}, serial[] = {2, 1, 5};
	static const uint8_t spki[] = {
	    0x30, 0x09, 0x30, 0x02, 0x05, 0x00, 0x03, 0x03, 0x00, 0x04, 0x05};
	struct cert c = {.spki = spki, .spki_len = sizeof(spki)};
	struct revocation_status s;
	enum revocation_state state;
	struct fault fault;
	struct ocsp r;

	inside_begin(buf, len);
	if (ocsp_parse(&r, buf, len, &fault) != ERR_OK)
		return 0;
	must(ocsp_parse(&r, buf, len - 1, NULL) != ERR_OK);
	must(ocsp_parse(&r, buf, len, NULL) == ERR_OK);
	inside(&r.tbs);
	inside(&r.responder_name);
	inside(&r.responder_key);
	inside(&r.answers);
	inside(&r.signature);
	inside(&r.certificates);
	must((r.responder_name.len > 0) != (r.responder_key.len > 0));
	must(r.answers.len > 0 && r.produced >= 0 && len <= OCSP_LEN);
	c.issuer = der_reader(name, sizeof(name));
	c.subject = r.responder_name.len > 0 ? r.responder_name : c.issuer;
	c.serial = der_reader(serial, sizeof(serial));
	must(ocsp_check(&r, &c, &c, &s, &fault) != ERR_OK);
	must(fault.err != ERR_OK);
	s.state = REVOCATION_GOOD;
	s.this_update = r.produced;
	if (revocation_judge(&s, &c, r.produced, r.produced, &state, NULL) !=
	    ERR_OK)
		must(state == REVOCATION_UNKNOWN);
	return 0;
}
