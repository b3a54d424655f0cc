/*
 * approval.h: a person's consent to one batch root, to the byte. The digest is
 * what an appliance signs, what WebAuthn takes as its challenge, and what the
 * log's approval entry names.
 *
 *	offset size
 *	     0   17  "zegel-approval-v1"
 *	    17   32  nonce
 *	    49   32  root of the batch (RFC 6962 over its leaves)
 *	    81    4  count of items, big-endian
 *	    85   32  SHA-256 of the signing certificate's DER
 *	   117   32  SHA-256 of the station's name
 *	   149   32  SHA-256 of the log's origin
 *	   181    8  counter of the device, big-endian; 0 without one
 *	   189   32  firmware digest; zeros without a device
 *	   221    1  board class; 0 without a device
 *	   222    8  time, seconds since 1970 UTC, big-endian
 *	   230    8  end of the approval window, same form
 *	   238       end
 *
 *	approval_encode(&a, octets);
 *	approval_digest(&a, digest);
 *
 * Memory    fixed arrays of the caller
 * Chunks    no streams
 * Errors    decode: APPROVAL_SYNTAX
 * Trust     an encoding is not consent: its means (signature, peer) is
 * Limits    1 <= count <= BOUND_BATCH, time <= expires: decode refuses others
 */
#ifndef COMMON_APPROVAL_H
#define COMMON_APPROVAL_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/sha256.h"

#define APPROVAL_SIZE 238

struct approval {
	uint8_t nonce[32];
	uint8_t root[SHA256_SIZE];
	uint32_t count;
	uint8_t certificate[SHA256_SIZE];
	uint8_t station[SHA256_SIZE];
	uint8_t origin[SHA256_SIZE];
	uint64_t counter;
	uint8_t firmware[SHA256_SIZE];
	uint8_t board_class;
	uint64_t time;
	uint64_t expires;
};

void approval_encode(
    const struct approval *a, uint8_t out[static APPROVAL_SIZE]);
MUST_USE enum err approval_decode(
    struct approval *a, const uint8_t in[static APPROVAL_SIZE]);
void approval_digest(const struct approval *a, uint8_t out[static SHA256_SIZE]);

#endif
