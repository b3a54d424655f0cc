/*
 * tsp_fuzz: what is read of a response, a token, a TSTInfo lies inside the
 * input, has the sizes it says it has, and no shorter input is the same value.
 */
#include <string.h>

#include "common/cms.h"
#include "common/oid.h"
#include "common/tsp.h"
#include "tests/fuzz/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static void
check_info(const uint8_t *buf, size_t len)
{
	uint8_t policy[256];
	struct tsp_info i;
	char text[1024];
	size_t n;

	if (tsp_info_decode(buf, len, &i) != ERR_OK)
		return;
	must(tsp_info_decode(buf, len - 1, &i) != ERR_OK);
	must(tsp_info_decode(buf, len, &i) == ERR_OK);
	inside(&i.policy);
	inside(&i.imprint);
	inside(&i.serial);
	inside(&i.nonce);
	inside(&i.tsa);
	must(i.imprint.len == i.hash_size && i.serial.len >= 3);
	must(i.nanoseconds < 1000000000 && i.time >= 0);
	must(i.accuracy_micros < 1000000);
	must(i.has_nonce == (i.nonce.len > 0));
	if (i.has_nonce && i.nonce.p[0] < 0x80)
		must(tsp_nonce_equal(&i, i.nonce.p, i.nonce.len));
	if (oid_to_text(&i.policy, text, sizeof(text)) == ERR_OK &&
	    oid_from_text(text, policy, sizeof(policy), &n) == ERR_OK)
		must(n == i.policy.len && memcmp(policy, i.policy.p, n) == 0);
}

static void
check_token(const uint8_t *buf, size_t len)
{
	struct der_reader r, value;
	struct cms_signed s;
	struct cms_ess ess;

	if (cms_signed_decode(buf, len, &s) != ERR_OK)
		return;
	must(cms_signed_decode(buf, len - 1, &s) != ERR_OK);
	must(cms_signed_decode(buf, len, &s) == ERR_OK);
	inside(&s.content);
	inside(&s.certificates);
	inside(&s.crls);
	inside(&s.attributes);
	inside(&s.signature_algorithm);
	inside(&s.signature);
	inside(&s.unsigned_attributes);
	must(s.hash_size == 32 || s.hash_size == 48 || s.hash_size == 64);
	must((s.issuer.len > 0) == (s.serial.len > 0));
	must(s.issuer.len == 0 || s.key_id.len == 0);
	r = s.certificates;
	while (cms_next_certificate(&r, &value) == ERR_OK) {
		inside(&value);
		must(value.p[0] == DER_SEQUENCE);
	}
	if (cms_attribute(&s, OID_MESSAGE_DIGEST, OID_LEN(OID_MESSAGE_DIGEST),
		&value) == ERR_OK)
		inside(&value);
	if (cms_signing_certificate(&s, &ess) == ERR_OK) {
		inside(&ess.hash);
		must(ess.hash.len == ess.hash_size);
		must((ess.issuer.len > 0) == (ess.serial.len > 0));
	}
	check_info(s.content.p, s.content.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	struct tsp_response r;

	inside_begin(buf, len);
	check_info(buf, len);
	check_token(buf, len);
	if (tsp_response_decode(buf, len, &r) != ERR_OK)
		return 0;
	must(tsp_response_decode(buf, len - 1, &r) != ERR_OK);
	must(tsp_response_decode(buf, len, &r) == ERR_OK);
	inside(&r.text);
	inside(&r.token);
	must((r.status <= TSP_GRANTED_WITH_MODS) == (r.token.len > 0));
	check_token(r.token.p, r.token.len);
	return 0;
}
