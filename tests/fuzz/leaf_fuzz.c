/*
 * leaf_fuzz: what is read as a leaf, or as an approval, is written as the same
 * octets, and its values are within their bounds.
 */
#include <stdlib.h>
#include <string.h>

#include "common/approval.h"
#include "common/bounds.h"
#include "common/leaf.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	uint8_t octets[APPROVAL_SIZE];
	struct approval a;
	struct leaf l;

	if (len == LEAF_SIZE && leaf_decode(&l, buf) == ERR_OK) {
		leaf_encode(&l, octets);
		if (memcmp(octets, buf, LEAF_SIZE) != 0 ||
		    l.index >= BOUND_BATCH || alg_get(l.alg) == NULL)
			abort();
	}
	if (len == APPROVAL_SIZE && approval_decode(&a, buf) == ERR_OK) {
		approval_encode(&a, octets);
		if (memcmp(octets, buf, APPROVAL_SIZE) != 0 || a.count == 0 ||
		    a.count > BOUND_BATCH || a.expires < a.time)
			abort();
	}
	return 0;
}
