#include "host/base/hex.h"

#include "common/hex_value.h"

void
hex_encode(const uint8_t *in, size_t len, char *out)
{
	static const char digit[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		out[2 * i] = digit[in[i] >> 4];
		out[2 * i + 1] = digit[in[i] & 15];
	}
	out[2 * len] = '\0';
}

enum err
hex_decode(const char *in, size_t len, uint8_t *out, size_t out_len)
{
	size_t i;
	int high, low;

	if (len != 2 * out_len)
		return ERR_BASE64_SYNTAX;
	for (i = 0; i < out_len; i++) {
		high = hex_value((uint8_t)in[2 * i]);
		low = hex_value((uint8_t)in[2 * i + 1]);
		if (high < 0 || low < 0)
			return ERR_BASE64_SYNTAX;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return ERR_OK;
}
