/*
 * config_value.h: values of a configuration by a table of rules.
 *
 *	static const struct config_rule rules[] = {
 *	    {"seal", "language", offsetof(struct config, language), ...}};
 *	enum err e = config_value_set(&rules[i], &config, "de", &fault);
 *
 * Memory    writes into the object that the rules describe
 * Chunks    none
 * Errors    CONFIG_VALUE, with what was expected
 * Trust     a value that is not exactly of its form is refused
 * Limits    the size of the member
 */
#ifndef HOST_BASE_CONFIG_VALUE_H
#define HOST_BASE_CONFIG_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "host/base/fault.h"

struct config_choice {
	const char *text; /* NULL ends the list */
	unsigned value;
};

struct config_rule {
	const char *section, *key;
	size_t offset, size; /* of the member; strings with their final NUL */
	/* One of these: words that stand for numbers, a form of text, or a
	 * number (a duration, if there is a unit) from min to max. */
	const struct config_choice *choices;
	bool (*is_form)(const char *value);
	bool duration;
	int64_t min, max;
	bool required;
	const char *expected; /* "30s, 15m, 1h" */
};

MUST_USE enum err config_value_set(const struct config_rule *rule, void *object,
    const char *value, struct fault *fault);

/* Forms of texts. */
bool config_is_text(const char *value); /* not empty, no control characters */
bool config_is_name(const char *value); /* letters, digits, . _ - */
bool config_is_origin(const char *value); /* C2SP checkpoint origin, key name */
bool config_is_language(const char *value); /* two lower-case letters */
bool config_is_algorithm(const char *value);
bool config_is_pin(const char *value);
bool config_is_profile(const char *value);
bool config_is_url(const char *value); /* http or https, no user in it */
bool config_is_proxy(const char *value); /* or none */
bool config_is_oid(const char *value);
bool config_is_budget(const char *value);

/* "90s", "15m", "1h", "7d" in seconds; whole numbers without overflow. */
bool config_parse_duration(const char *value, int64_t *seconds);
bool config_parse_number(const char *value, size_t len, int64_t *number);

#endif
