/* utc_fuzz: what utc_parse accepts is exactly what utc_format writes. */
#include <stdlib.h>
#include <string.h>
#include "common/utc.h"
int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);
int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	int64_t t;
	char text[UTC_SIZE];
	if (utc_parse((const char *)buf, len, &t) != ERR_OK)
		return 0;
	utc_format(t, text);
	if (len != 20 || memcmp(text, buf, 20) != 0)
		abort();
	return 0;
}
