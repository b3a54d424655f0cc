#include "host/x509/path.h"

#include <stdlib.h>
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

enum err
path_answer(const uint8_t *der, size_t len, struct der_reader *certificates)
{
	struct der_reader r = der_reader(der, len), seq;

	if (der_enter(&r, DER_SEQUENCE, &seq) != ERR_OK || !der_is_end(&r))
		return ERR_NOT_FOUND;
	if (der_peek(&seq) == DER_OID)
		return read_certs_only(seq, certificates);
	*certificates = der_reader(der, len);
	return ERR_OK;
}

static bool
add_answer(struct path_pool *pool, const uint8_t *der, size_t len)
{
	struct der_reader list, one;
	bool added = false;
	size_t n;

	if (path_answer(der, len, &list) != ERR_OK)
		return false;
	for (n = 0; n < PATH_CERTS &&
	     der_enter_whole(&list, DER_SEQUENCE, &one) == ERR_OK;
	     n++) {
		if (pool->add(pool, one.p, one.len))
			added = true;
	}
	return added;
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

/* Asks the places of one certificate until one gives something new. */
static enum err
ask_for_issuer(const struct cert *c, struct path_pool *pool,
    const struct revocation_fetcher *f, unsigned *asked, bool *added)
{
	char url[ACCESS_URL];
	struct revocation_request request = {
	    .kind = ACCESS_ISSUER, .url = url, .max = PATH_ANSWER};
	struct fault fault;
	uint8_t *answer;
	bool cached;
	size_t len, n;
	enum err e;

	*added = false;
	for (n = 0; !*added && *asked < PATH_FETCHES &&
	     access_url(c, ACCESS_ISSUER, n, url) == ERR_OK;
	     n++) {
		++*asked;
		answer = NULL;
		fault_clear(&fault);
		e = f->fetch(f->arg, &request, &answer, &len, &cached, &fault);
		if (e == ERR_NO_MEMORY)
			return e;
		if (e == ERR_OK)
			*added = add_answer(pool, answer, len);
		free(answer);
	}
	return ERR_OK;
}

/* Where the way up ends; and if that is known to lead nowhere, or led to an
 * issuer that does not hold then, whom the leaf names. */
static enum err
ask_for_more(const struct cert *leaf, struct path_pool *pool,
    const struct revocation_fetcher *f, unsigned *asked, bool *added)
{
	const struct cert *last = last_known(leaf, pool);
	enum err e = ask_for_issuer(last, pool, f, asked, added);

	if (e == ERR_OK && !*added && last != leaf)
		e = ask_for_issuer(leaf, pool, f, asked, added);
	return e;
}

enum err
path_find(const struct cert *leaf, struct path_pool *pool,
    const struct cert *anchors, size_t anchor_count, int64_t time,
    const struct revocation_fetcher *fetcher, struct chain_path *path,
    struct fault *fault)
{
	/* no issuer helps a leaf that does not hold */
	bool more = fetcher != NULL && time >= leaf->not_before &&
	    time <= leaf->not_after;
	unsigned asked = 0;
	enum err e, why;

	for (;;) {
		e = chain_find(leaf, pool->certs, pool->count, anchors,
		    anchor_count, time, path, fault);
		if (e == ERR_OK || !more || asked == PATH_FETCHES)
			return e;
		why = ask_for_more(leaf, pool, fetcher, &asked, &more);
		if (why != ERR_OK)
			return fault_set(fault, why, FAULT_NO_OFFSET, "issuer");
	}
}
