/*
 * leaf.h: one credential's commitment in its batch, to the byte:
 *
 *	offset size
 *	     0   13  "zegel-leaf-v1"
 *	    13    1  kind              (enum item_kind)
 *	    14    1  profile           (enum item_profile)
 *	    15    1  algorithm         (enum alg_number)
 *	    16    4  index in the batch, big-endian
 *	    20   32  SHA-256 of the signing certificate's DER
 *	    52   32  SHA-256 of the payload
 *	    84   64  digest of the to-be-signed octets by the algorithm's hash,
 *	             filled up with zeros on the right
 *	   148   32  digest of the summary
 *	   180   32  random salt
 *	   212       end
 *
 *	leaf_encode(&leaf, octets);
 *	leaf_hash(&leaf, hash);
 *
 * Memory    fixed arrays of the caller
 * Chunks    no streams
 * Errors    decode: LEAF_SYNTAX for any octet that encode would not write
 * Trust     a leaf says what was committed to, not that anyone approved it
 * Limits    index < BOUND_BATCH
 */
#ifndef COMMON_LEAF_H
#define COMMON_LEAF_H

#include <stddef.h>
#include <stdint.h>

#include "common/alg.h"
#include "common/err.h"
#include "common/sha256.h"
#include "common/sha512.h"

#define LEAF_SIZE 212
#define LEAF_SALT 32
#define LEAF_AT_SUMMARY 148

struct leaf {
	enum item_kind kind;
	enum item_profile profile;
	enum alg_number alg;
	uint32_t index;
	uint8_t certificate[SHA256_SIZE];
	uint8_t payload[SHA256_SIZE];
	uint8_t tbs[SHA512_SIZE];
	uint8_t summary[SHA256_SIZE];
	uint8_t salt[LEAF_SALT];
};

void leaf_encode(const struct leaf *l, uint8_t out[static LEAF_SIZE]);
MUST_USE enum err leaf_decode(
    struct leaf *l, const uint8_t in[static LEAF_SIZE]);

/* RFC 6962 2.1 leaf hash of the encoding: SHA-256(0x00 || octets). */
void leaf_hash(const struct leaf *l, uint8_t out[static SHA256_SIZE]);

#endif
