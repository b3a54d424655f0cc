/*
 * es_number_fuzz: of any double, its form reads back as the same and is no
 * longer than what 17 digits take; of any text, the streaming grammar agrees,
 * and what both take reads as strtod reads it, and its form is stable.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/es_number.h"
#include "common/json_number.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static enum err
stream(const uint8_t *buf, size_t len)
{
	struct json_number n;
	enum err e;
	bool ended;
	size_t i;

	json_number_init(&n);
	for (i = 0; i < len; i++) {
		e = json_number_push(&n, buf[i], &ended);
		if (e != ERR_OK)
			return e;
		if (ended)
			return ERR_JSON_NUMBER_SYNTAX;
	}
	return json_number_finish(&n);
}

static void
comes_back(double value)
{
	char text[ES_NUMBER_SIZE];
	size_t n = es_number_format(value, text);
	double back;

	if (n == 0 || n > ES_NUMBER_SIZE)
		abort();
	if (es_number_parse(text, n, &back) != ERR_OK)
		abort();
	if (value != 0 && memcmp(&back, &value, sizeof(back)) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	double value, other;
	char *text;
	enum err e, s;

	if (len == sizeof(value)) {
		memcpy(&value, buf, sizeof(value));
		if (isfinite(value))
			comes_back(value);
	}
	e = es_number_parse((const char *)buf, len, &value);
	s = stream(buf, len);
	if ((e == ERR_OK) != (s == ERR_OK))
		abort();
	if (e == ERR_JSON_NUMBER_RANGE && s != ERR_JSON_NUMBER_RANGE)
		abort();
	if (e == ERR_JSON_NUMBER_SYNTAX)
		return 0;
	text = malloc(len + 1);
	if (text == NULL)
		return 0;
	memcpy(text, buf, len);
	text[len] = '\0';
	other = strtod(text, NULL);
	free(text);
	if (e == ERR_JSON_NUMBER_RANGE) {
		if (isfinite(other))
			abort();
		return 0;
	}
	if (memcmp(&other, &value, sizeof(value)) != 0)
		abort();
	comes_back(value);
	return 0;
}
