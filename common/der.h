/*
 * der.h: reading and writing DER (X.690) without copies, and the two forms of
 * an ECDSA signature.
 *
 *	struct der_reader r = der_reader(buf, len);
 *	struct der_reader seq;
 *	enum err e = der_enter(&r, DER_SEQUENCE, &seq);
 *
 * Memory    readers point into the caller's buffer
 * Chunks    whole values
 * Errors    DER_SYNTAX, DER_TRUNCATED, DER_TAG, DER_RANGE; the reader does not
 *           move on an error
 * Trust     strict DER: definite shortest lengths, shortest integers, strings
 *           in one piece; contents of other types are the caller's to check
 * Limits    lengths below 2^31, tag numbers below 31
 */
#ifndef COMMON_DER_H
#define COMMON_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/err.h"

#define DER_BOOLEAN 0x01
#define DER_INTEGER 0x02
#define DER_BIT_STRING 0x03
#define DER_OCTET_STRING 0x04
#define DER_NULL 0x05
#define DER_OID 0x06
#define DER_UTF8_STRING 0x0c
#define DER_PRINTABLE_STRING 0x13
#define DER_IA5_STRING 0x16
#define DER_UTC_TIME 0x17
#define DER_GENERALIZED_TIME 0x18
#define DER_SEQUENCE 0x30
#define DER_SET 0x31
#define DER_CONTEXT(n) (0xa0 | (n)) /* constructed */
#define DER_CONTEXT_PRIMITIVE(n) (0x80 | (n)) /* primitive */

#define DER_LENGTH_MAX 0x7fffffff
#define DER_HEAD_MAX 6

struct der_reader {
	const uint8_t *p;
	size_t len; /* octets left */
};

struct der_reader der_reader(const uint8_t *buf, size_t len);
bool der_is_end(const struct der_reader *r);

/* The same octets left in both; of whole values in DER: the same value. */
static inline bool
der_same(const struct der_reader *a, const struct der_reader *b)
{
	return a->len == b->len &&
	    (a->len == 0 || memcmp(a->p, b->p, a->len) == 0);
}

/* Tag of the next value; 0 at the end. */
uint8_t der_peek(const struct der_reader *r);

/* The next value: its contents, and with der_next_whole tag and length too. */
MUST_USE enum err der_next(
    struct der_reader *r, uint8_t *tag, struct der_reader *contents);
MUST_USE enum err der_next_whole(
    struct der_reader *r, uint8_t *tag, struct der_reader *whole);

/* The next value must have that tag; its contents. */
MUST_USE enum err der_enter(
    struct der_reader *r, uint8_t tag, struct der_reader *contents);
/* The same, with tag and length; an INTEGER is in its shortest form. */
MUST_USE enum err der_enter_whole(
    struct der_reader *r, uint8_t tag, struct der_reader *whole);

/* Non-negative INTEGER that fits. */
MUST_USE enum err der_uint(struct der_reader *r, uint64_t *value);
MUST_USE enum err der_bool(struct der_reader *r, bool *value);

/*
 * Writer: fills its buffer from the end, so that contents come before their
 * lengths and nothing is moved. The first error sticks. The result is
 * (w.buf + w.pos, w.cap - w.pos).
 */
struct der_writer {
	uint8_t *buf;
	size_t cap;
	size_t pos; /* first octet written */
	enum err err;
};

/* Tag and length of a value; how many octets they take. For values that are
 * put elsewhere piece by piece. length is at most DER_LENGTH_MAX. */
size_t der_head(uint8_t tag, size_t length, uint8_t out[static DER_HEAD_MAX]);

void der_writer_init(struct der_writer *w, uint8_t *buf, size_t cap);
void der_put(struct der_writer *w, const void *octets, size_t len);
/* Wraps all that was written since mark (an earlier w->pos). */
void der_wrap(struct der_writer *w, uint8_t tag, size_t mark);
void der_put_value(
    struct der_writer *w, uint8_t tag, const void *octets, size_t len);
/* Unsigned big-endian magnitude as INTEGER. */
void der_put_uint(struct der_writer *w, const uint8_t *magnitude, size_t len);

/* Ecdsa-Sig-Value (RFC 3279 2.2.3) to and from r || s of fixed width
 * (coordinate octets each, 1..66). Zero, negative and wider numbers are
 * DER_RANGE, anything behind them DER_SYNTAX. */
MUST_USE enum err der_ecdsa_from_raw(const uint8_t *raw, size_t raw_len,
    uint8_t *der, size_t cap, size_t *der_len);
MUST_USE enum err der_ecdsa_to_raw(
    const uint8_t *der, size_t der_len, uint8_t *raw, size_t coordinate);

/* Issuer and serialNumber of a certificate with tag and length, for kid
 * (RFC 5035 4). Reads no further than the issuer. */
MUST_USE enum err der_certificate_issuer_serial(const uint8_t *cert, size_t len,
    struct der_reader *issuer, struct der_reader *serial);

#endif
