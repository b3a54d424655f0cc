/* cert_fuzz: what cert_parse accepts has the parts that it says it has, its
 * texts end and are UTF-8 without controls, and it can be used for checking. */
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"
#include "host/x509/chain.h"
#include "host/x509/spki.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static void
check_text(const char *text)
{
	size_t n = strnlen(text, CERT_TEXT), i;

	if (n == CERT_TEXT || !utf8_is_valid((const uint8_t *)text, n))
		abort();
	for (i = 0; i < n; i++) {
		if ((uint8_t)text[i] < 0x20 || text[i] == 0x7f)
			abort();
	}
}

static void
check_inside(const struct cert *c, const uint8_t *p, size_t len)
{
	if (len > 0 && (p < c->der || p + len > c->der + c->len))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	uint8_t digest[64] = {0}, signature[512] = {1};
	struct token_public_key key;
	uint8_t spki[SPKI_CAP];
	unsigned findings, n;
	struct fault fault;
	size_t spki_len;
	struct cert c;

	if (cert_parse(&c, buf, len, &fault) != ERR_OK)
		return 0;
	if (c.len != len || memcmp(c.der, buf, len) != 0)
		abort();
	check_text(c.organisation);
	check_text(c.organisation_id);
	check_text(c.common_name);
	if (strnlen(c.country, 3) == 3 || c.not_before > c.not_after)
		abort();
	check_inside(&c, c.spki, c.spki_len);
	check_inside(&c, c.tbs.p, c.tbs.len);
	check_inside(&c, c.signature.p, c.signature.len);
	check_inside(&c, c.subject_key_id.p, c.subject_key_id.len);
	check_inside(&c, c.authority_key_id.p, c.authority_key_id.len);
	(void)cert_says_test(&c);
	if (cert_check_seal(&c, c.not_after + 1, &findings) == ERR_OK)
		abort();
	/* no zeros and no ones are a signature, whatever the key */
	for (n = ALG_RS256; n <= ALG_ES512; n++) {
		const struct alg *alg = alg_get(n);
		size_t size = alg->coordinate ? 2 * (size_t)alg->coordinate
					      : c.key_bits / 8;

		if (cert_verify_digest(&c, alg, digest, alg->hash_size,
			signature, size) == ERR_OK)
			abort();
	}
	if (chain_check(&c, &c, 1, NULL, 0, 1700000000, &fault) == ERR_OK)
		abort();
	/* a key goes to a token and back unchanged */
	if (cert_token_key(&c, &key) != ERR_OK ||
	    spki_from_token_key(&key, spki, sizeof(spki), &spki_len) !=
		ERR_OK ||
	    spki_len != c.spki_len || memcmp(spki, c.spki, spki_len) != 0)
		abort();
	cert_free(&c);
	return 0;
}
