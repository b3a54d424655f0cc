#include "common/approval.h"

#include <string.h>

#include "common/be.h"
#include "common/bounds.h"

static const uint8_t label[17] = "zegel-approval-v1";

enum {
	AT_NONCE = 17,
	AT_ROOT = 49,
	AT_COUNT = 81,
	AT_CERTIFICATE = 85,
	AT_STATION = 117,
	AT_ORIGIN = 149,
	AT_COUNTER = 181,
	AT_FIRMWARE = 189,
	AT_BOARD_CLASS = 221,
	AT_TIME = 222,
	AT_EXPIRES = 230,
};

_Static_assert(AT_EXPIRES + 8 == APPROVAL_SIZE, "the table in approval.h");

void
approval_encode(const struct approval *a, uint8_t out[static APPROVAL_SIZE])
{
	memcpy(out, label, sizeof(label));
	memcpy(out + AT_NONCE, a->nonce, sizeof(a->nonce));
	memcpy(out + AT_ROOT, a->root, SHA256_SIZE);
	be32_put(out + AT_COUNT, a->count);
	memcpy(out + AT_CERTIFICATE, a->certificate, SHA256_SIZE);
	memcpy(out + AT_STATION, a->station, SHA256_SIZE);
	memcpy(out + AT_ORIGIN, a->origin, SHA256_SIZE);
	be64_put(out + AT_COUNTER, a->counter);
	memcpy(out + AT_FIRMWARE, a->firmware, SHA256_SIZE);
	out[AT_BOARD_CLASS] = a->board_class;
	be64_put(out + AT_TIME, a->time);
	be64_put(out + AT_EXPIRES, a->expires);
}

enum err
approval_decode(struct approval *a, const uint8_t in[static APPROVAL_SIZE])
{
	uint32_t count = be32_get(in + AT_COUNT);
	uint64_t time = be64_get(in + AT_TIME);
	uint64_t expires = be64_get(in + AT_EXPIRES);

	if (memcmp(in, label, sizeof(label)) != 0 || count < 1 ||
	    count > BOUND_BATCH || expires < time)
		return ERR_APPROVAL_SYNTAX;
	memcpy(a->nonce, in + AT_NONCE, sizeof(a->nonce));
	memcpy(a->root, in + AT_ROOT, SHA256_SIZE);
	a->count = count;
	memcpy(a->certificate, in + AT_CERTIFICATE, SHA256_SIZE);
	memcpy(a->station, in + AT_STATION, SHA256_SIZE);
	memcpy(a->origin, in + AT_ORIGIN, SHA256_SIZE);
	a->counter = be64_get(in + AT_COUNTER);
	memcpy(a->firmware, in + AT_FIRMWARE, SHA256_SIZE);
	a->board_class = in[AT_BOARD_CLASS];
	a->time = time;
	a->expires = expires;
	return ERR_OK;
}

void
approval_digest(const struct approval *a, uint8_t out[static SHA256_SIZE])
{
	uint8_t octets[APPROVAL_SIZE];

	approval_encode(a, octets);
	sha256(octets, sizeof(octets), out);
}
