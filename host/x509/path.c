#include "host/x509/path.h"

#include <string.h>

#include "host/x509/cert_signature.h"
#include "host/x509/oid.h"

/* ContentInfo of SignedData, of which but the certificates are looked at. */
static enum err
read_certs_only(struct der_reader info, struct der_reader *certificates)
{
	struct der_reader oid, wrap, data, skipped;

	if (der_enter(&info, DER_OID, &oid) != ERR_OK ||
	    !OID_IS(&oid, OID_SIGNED_DATA) ||
	    der_enter(&info, DER_CONTEXT(0), &wrap) != ERR_OK ||
	    der_enter(&wrap, DER_SEQUENCE, &data) != ERR_OK ||
	    der_enter(&data, DER_INTEGER, &skipped) != ERR_OK ||
	    der_enter(&data, DER_SET, &skipped) != ERR_OK ||
	    der_enter(&data, DER_SEQUENCE, &skipped) != ERR_OK ||
	    der_enter(&data, DER_CONTEXT(0), certificates) != ERR_OK)
		return ERR_NOT_FOUND;
	return ERR_OK;
}

static enum err
read_answer(const uint8_t *der, size_t len, struct der_reader *certificates)
{
	struct der_reader r = der_reader(der, len), seq;

	if (der_enter(&r, DER_SEQUENCE, &seq) != ERR_OK || !der_is_end(&r))
		return ERR_NOT_FOUND;
	if (der_peek(&seq) == DER_OID)
		return read_certs_only(seq, certificates);
	*certificates = der_reader(der, len);
	return ERR_OK;
}

/* Did it sign c, and is it not the same? */
static bool
has_issued(const struct cert *issuer, const struct cert *c)
{
	return issuer->subject.len == c->issuer.len &&
	    memcmp(issuer->subject.p, c->issuer.p, c->issuer.len) == 0 &&
	    memcmp(issuer->sha256, c->sha256, SHA256_SIZE) != 0 &&
	    cert_check_signature(c, issuer) == ERR_OK;
}

enum err
path_issuer_in(const uint8_t *answer, size_t len, const struct cert *c,
    struct der_reader *issuer)
{
	struct der_reader list;
	enum err e = ERR_NOT_FOUND;
	struct cert one;
	size_t n;

	if (read_answer(answer, len, &list) != ERR_OK)
		return ERR_NOT_FOUND;
	for (n = 0; n < PATH_CERTS && e != ERR_OK &&
	     der_enter_whole(&list, DER_SEQUENCE, issuer) == ERR_OK;
	     n++) {
		if (cert_parse(&one, issuer->p, issuer->len, NULL) != ERR_OK)
			continue;
		if (has_issued(&one, c))
			e = ERR_OK;
		cert_free(&one);
	}
	return e;
}

/* The last certificate on a way up from leaf, whose issuer is not there. */
static const struct cert *
last_known(const struct cert *leaf, const struct path_pool *pool)
{
	const struct cert *c = leaf;
	size_t depth, i;

	for (depth = 1; depth < CHAIN_LEN; depth++) {
		for (i = 0; i < pool->count; i++) {
			if (has_issued(&pool->certs[i], c))
				break;
		}
		if (i == pool->count)
			break;
		c = &pool->certs[i];
	}
	return c;
}

/* Where the way up ends; and if nothing more is known there, or an issuer on
 * it did not hold at that time, whom the leaf names. */
static bool
ask(const struct cert *leaf, struct path_pool *pool, unsigned *asked)
{
	const struct cert *last = last_known(leaf, pool);

	++*asked;
	if (pool->ask(pool, last))
		return true;
	if (last == leaf || *asked == PATH_ASKS)
		return false;
	++*asked;
	return pool->ask(pool, leaf);
}

enum err
path_find(const struct cert *leaf, struct path_pool *pool,
    const struct cert *anchors, size_t anchor_count, int64_t time,
    struct chain_path *path, struct fault *fault)
{
	unsigned asked = 0;
	enum err e;

	for (;;) {
		if (fault != NULL)
			fault_clear(fault);
		e = chain_find(leaf, pool->certs, pool->count, anchors,
		    anchor_count, time, path, fault);
		/* no issuer helps a leaf that does not hold */
		if (e == ERR_OK || pool->ask == NULL || asked == PATH_ASKS ||
		    time < leaf->not_before || time > leaf->not_after ||
		    !ask(leaf, pool, &asked))
			return e;
	}
}
