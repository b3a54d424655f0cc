#include "host/x509/pem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"

#define LINE 64

char *
pem_encode(const char *label, const uint8_t *der, size_t len)
{
	size_t n = BASE64_LEN(len), cap, at, i, take;
	char *base64, *out;

	cap = n + n / LINE + 2 + 2 * (strlen(label) + 20);
	base64 = malloc(n + 1);
	out = malloc(cap);
	if (base64 == NULL || out == NULL) {
		free(base64);
		free(out);
		return NULL;
	}
	n = base64_encode(der, len, base64);
	at = (size_t)snprintf(out, cap, "-----BEGIN %s-----\n", label);
	for (i = 0; i < n; i += take) {
		take = n - i < LINE ? n - i : LINE;
		memcpy(out + at, base64 + i, take);
		at += take;
		out[at++] = '\n';
	}
	snprintf(out + at, cap - at, "-----END %s-----\n", label);
	free(base64);
	return out;
}
