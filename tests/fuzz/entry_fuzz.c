/* entry_fuzz: what entry_parse accepts is exactly what entry_compose writes. */
#include <stdlib.h>
#include <string.h>

#include "host/log/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	char again[ENTRY_MAX];
	struct fault fault;
	struct entry e;
	size_t n;

	if (entry_parse(&e, buf, len, &fault) != ERR_OK) {
		if (fault.err != ERR_LOG_ENTRY || fault.offset > len)
			abort();
		return 0;
	}
	if (entry_compose(&e, again, sizeof(again), &n) != ERR_OK || n != len ||
	    memcmp(again, buf, n) != 0)
		abort();
	return 0;
}
