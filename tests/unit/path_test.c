#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/x509/access.h"
#include "host/x509/oid.h"
#include "host/x509/path.h"
#include "host/x509/write.h"
#include "tests/unit/support/make_cert.h"
#include "tests/unit/support/soft_key.h"

#define NOW MAKE_CERT_NOW
#define CERTS 7

/* 0 <- 1 <- 2 <- 3, the anchor; each but the last names where its issuer is to
 * be had: at http://x/ with the issuer's number. 4 is a 1 that has expired,
 * 5 of no family, 6 a 1 by name with another key. */
static struct soft_key *key, *other_key;
static struct cert certs[CERTS];

static void
put_access(struct der_writer *w, unsigned number)
{
	char url[32];
	size_t mark = w->pos;

	snprintf(url, sizeof(url), "http://x/%u", number);
	der_put_value(w, DER_CONTEXT_PRIMITIVE(6), url, strlen(url));
	x509_put_oid(w, OID_ACCESS_ISSUERS, OID_LEN(OID_ACCESS_ISSUERS));
	der_wrap(w, DER_SEQUENCE, mark);
	der_wrap(w, DER_SEQUENCE, mark);
	x509_wrap_extension(
	    w, OID_AUTHORITY_INFO, OID_LEN(OID_AUTHORITY_INFO), false, mark);
}

static void
make_one(unsigned at, unsigned number, int64_t not_after)
{
	char cn[24], issuer[24];
	uint8_t buf[128];
	struct der_writer w;
	struct make_cert m = {.cn = cn,
	    .issuer_cn = issuer,
	    .key = soft_key_signer(key),
	    .issuer = soft_key_signer(key),
	    .ca = number > 0,
	    .not_after = not_after,
	    .path_len = -1};

	snprintf(cn, sizeof(cn), "C%u", number);
	snprintf(issuer, sizeof(issuer), "C%u", number + 1);
	der_writer_init(&w, buf, sizeof(buf));
	if (number < 3)
		put_access(&w, number + 1);
	m.more = w.buf + w.pos;
	m.more_len = w.cap - w.pos;
	make_cert(&m, &certs[at]);
}

static int
make_certs(void **state)
{
	unsigned i;

	(void)state;
	key = soft_key_new(ALG_ES256);
	for (i = 0; i < 4; i++)
		make_one(i, i, 0);
	make_one(4, 1, NOW - 1);
	make_one(5, 9, 0);
	other_key = key;
	key = soft_key_new(ALG_ES256);
	make_one(6, 1, 0);
	return 0;
}

static int
free_certs(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CERTS; i++)
		cert_free(&certs[i]);
	soft_key_free(key);
	soft_key_free(other_key);
	return 0;
}

/* The world: what stands at http://x/1 and so on, and how often it was asked */
static struct {
	uint8_t octets[4096];
	size_t len;
	unsigned asked;
} world[4];

static void
publish(unsigned n, const struct cert *c)
{
	memcpy(world[n].octets, c->der, c->len);
	world[n].len = c->len;
}

static struct cert pooled[8];

static bool
add(struct path_pool *pool, const uint8_t *der, size_t len)
{
	size_t i;

	for (i = 0; i < pool->count; i++) {
		if (pooled[i].len == len &&
		    memcmp(pooled[i].der, der, len) == 0)
			return false;
	}
	assert_true(pool->count < 8);
	assert_int_equal(
	    cert_parse(&pooled[pool->count], der, len, NULL), ERR_OK);
	pool->count++;
	return true;
}

static bool
ask(struct path_pool *pool, const struct cert *c)
{
	struct der_reader issuer;
	char url[ACCESS_URL];
	unsigned n;

	if (access_url(c, ACCESS_ISSUER, 0, url) != ERR_OK)
		return false;
	assert_memory_equal(url, "http://x/", 9);
	n = (unsigned)(url[9] - '0');
	assert_in_range(n, 1, 3);
	world[n].asked++;
	return path_issuer_in(world[n].octets, world[n].len, c, &issuer) ==
	    ERR_OK &&
	    add(pool, issuer.p, issuer.len);
}

static struct chain_path path;
static struct fault fault;

/* From 0 to 3, with one other certificate at hand. */
static enum err
find(const struct cert *at_hand, bool online)
{
	struct path_pool pool = {.certs = pooled, .ask = online ? ask : NULL};
	enum err e;

	if (at_hand != NULL)
		assert_true(add(&pool, at_hand->der, at_hand->len));
	e = path_find(&certs[0], &pool, &certs[3], 1, NOW, &path, &fault);
	assert_int_equal(fault.err, e);
	while (pool.count > 0)
		cert_free(&pooled[--pool.count]);
	return e;
}

static unsigned
asked(void)
{
	return world[1].asked + world[2].asked + world[3].asked;
}

static void
issuers_that_are_missing_are_fetched(void **state)
{
	(void)state;
	memset(world, 0, sizeof(world));
	publish(1, &certs[1]);
	publish(2, &certs[2]);
	assert_int_equal(find(NULL, true), ERR_OK);
	assert_int_equal(path.count, 4);
	assert_ptr_equal(path.cert[3], &certs[3]);
	assert_int_equal(asked(), 2);
	/* what is at hand is not asked for */
	assert_int_equal(find(&certs[1], true), ERR_OK);
	assert_int_equal(asked(), 3);
	/* nothing without a fetcher */
	assert_int_equal(find(&certs[1], false), ERR_CERT_CHAIN);
	assert_int_equal(asked(), 3);
}

static void
an_issuer_that_has_expired_is_looked_past(void **state)
{
	(void)state;
	memset(world, 0, sizeof(world));
	publish(1, &certs[1]);
	publish(2, &certs[2]);
	assert_int_equal(find(&certs[4], true), ERR_OK);
	assert_int_equal(path.count, 4);
}

static void
what_does_not_help_ends_the_search(void **state)
{
	(void)state;
	memset(world, 0, sizeof(world));
	assert_int_equal(find(NULL, true), ERR_CERT_CHAIN);
	assert_int_equal(asked(), 1);
	/* a page, a stranger, the certificate itself */
	memcpy(world[1].octets, "<html>", 6);
	world[1].len = 6;
	assert_int_equal(find(NULL, true), ERR_CERT_CHAIN);
	publish(1, &certs[5]);
	assert_int_equal(find(NULL, true), ERR_CERT_CHAIN);
	publish(1, &certs[0]);
	assert_int_equal(find(NULL, true), ERR_CERT_CHAIN);
	/* it has the issuer's name, and did not sign */
	publish(1, &certs[6]);
	publish(2, &certs[2]);
	assert_int_equal(find(NULL, true), ERR_CERT_CHAIN);
	assert_int_equal(world[2].asked, 0);
	assert_true(asked() < 10);
}

/* ContentInfo { signedData { 1, {}, { data }, [0] certificates, {} } } */
static void
publish_cms(unsigned n, const struct cert *a, const struct cert *b)
{
	static const char oid_data[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
	struct der_writer w;
	size_t mark;

	der_writer_init(&w, world[n].octets, sizeof(world[n].octets));
	der_put_value(&w, DER_SET, NULL, 0);
	mark = w.pos;
	der_put(&w, b->der, b->len);
	der_put(&w, a->der, a->len);
	der_wrap(&w, DER_CONTEXT(0), mark);
	mark = w.pos;
	x509_put_oid(&w, oid_data, sizeof(oid_data) - 1);
	der_wrap(&w, DER_SEQUENCE, mark);
	der_put_value(&w, DER_SET, NULL, 0);
	der_put_value(&w, DER_INTEGER, "\x01", 1);
	der_wrap(&w, DER_SEQUENCE, w.cap);
	der_wrap(&w, DER_CONTEXT(0), w.cap);
	x509_put_oid(&w, OID_SIGNED_DATA, OID_LEN(OID_SIGNED_DATA));
	der_wrap(&w, DER_SEQUENCE, w.cap);
	assert_int_equal(w.err, ERR_OK);
	world[n].len = w.cap - w.pos;
	memmove(world[n].octets, w.buf + w.pos, world[n].len);
}

static void
issuers_may_come_together(void **state)
{
	struct der_reader issuer;
	uint8_t *copy;
	size_t i;

	(void)state;
	memset(world, 0, sizeof(world));
	publish_cms(1, &certs[2], &certs[1]);
	publish_cms(2, &certs[1], &certs[2]);
	assert_int_equal(find(NULL, true), ERR_OK);
	assert_int_equal(path.count, 4);
	for (i = 0; i < world[1].len; i++) {
		copy = malloc(i + 1);
		assert_non_null(copy);
		memcpy(copy, world[1].octets, i);
		assert_int_equal(
		    path_issuer_in(copy, i, &certs[0], &issuer), ERR_NOT_FOUND);
		free(copy);
	}
	assert_int_equal(
	    path_issuer_in(world[1].octets, world[1].len, &certs[0], &issuer),
	    ERR_OK);
	assert_int_equal(issuer.len, certs[1].len);
	assert_int_equal(
	    path_issuer_in(world[1].octets, world[1].len, &certs[2], &issuer),
	    ERR_NOT_FOUND);
}

static void
places_are_read_and_odd_ones_passed_over(void **state)
{
	char url[ACCESS_URL];
	struct cert c = {.len = 0};

	(void)state;
	assert_int_equal(access_url(&certs[0], ACCESS_ISSUER, 0, url), ERR_OK);
	assert_string_equal(url, "http://x/1");
	assert_int_equal(
	    access_url(&certs[0], ACCESS_ISSUER, 1, url), ERR_NOT_FOUND);
	assert_int_equal(
	    access_url(&certs[0], ACCESS_OCSP, 0, url), ERR_NOT_FOUND);
	assert_int_equal(
	    access_url(&certs[0], ACCESS_CRL, 0, url), ERR_NOT_FOUND);
	assert_false(access_is_published(&certs[0]));
	/* ldap, a NUL, a blank, then a good one, then a cut one */
	c.crl_points = der_reader(
	    (const uint8_t *)"\x30\x2c\xa0\x2a\xa0\x28\x86\x06ldap:/"
			     "\x86\x09http://a\0\x86\x09http://a \x86\x08"
			     "HTTP://b\x30\x05\xa0",
	    49);
	assert_true(access_is_published(&c));
	assert_int_equal(access_url(&c, ACCESS_CRL, 0, url), ERR_OK);
	assert_string_equal(url, "HTTP://b");
	assert_int_equal(access_url(&c, ACCESS_CRL, 1, url), ERR_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(issuers_that_are_missing_are_fetched),
	    cmocka_unit_test(an_issuer_that_has_expired_is_looked_past),
	    cmocka_unit_test(what_does_not_help_ends_the_search),
	    cmocka_unit_test(issuers_may_come_together),
	    cmocka_unit_test(places_are_read_and_odd_ones_passed_over),
	};

	return cmocka_run_group_tests_name(
	    "path", tests, make_certs, free_certs);
}
