/* proof_fuzz: under the golden log's one checkpoint, whatever is accepted
 * speaks of a seal entry of that log and of the leaf in it. */
#include <stdlib.h>
#include <string.h>

#include "host/log/proof.h"

#define KEY                                                                    \
	"log.example/station+dd246e1d+"                                        \
	"Abo1dOBDkCg/t2dBQ/eOMXCZ3E4TI+TPXY7/ULIxnfB3"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	uint8_t hash[SHA256_SIZE];
	struct proof p;

	if (proof_check((const char *)buf, len, KEY, &p, NULL) != ERR_OK) {
		if (p.entry != NULL)
			abort();
		return 0;
	}
	leaf_hash(&p.leaf, hash);
	if (p.size != 259 || (p.index != 3 && p.index != 4) ||
	    p.leaf.index != p.index - 3 ||
	    memcmp(hash, p.seal.leaf, SHA256_SIZE) != 0)
		abort();
	proof_free(&p);
	return 0;
}
