#include "host/base/config_value.h"

#include <string.h>
#include <strings.h>

#include "common/alg.h"
#include "common/oid.h"
#include "common/profile.h"
#include "host/base/config.h"

static bool
is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

bool
config_is_text(const char *value)
{
	const unsigned char *p = (const unsigned char *)value;

	if (*p == '\0')
		return false;
	for (; *p != '\0'; p++) {
		if (*p < 0x20 || *p == 0x7f)
			return false;
	}
	return true;
}

/* May become the name of a file: never ".", ".." or hidden. */
bool
config_is_name(const char *value)
{
	if (!is_alphanumeric(*value))
		return false;
	for (; *value != '\0'; value++) {
		if (!is_alphanumeric(*value) && strchr("._-", *value) == NULL)
			return false;
	}
	return true;
}

/* c2sp.org/signed-note: key names hold neither white space nor '+'. */
bool
config_is_origin(const char *value)
{
	if (*value == '\0')
		return false;
	for (; *value != '\0'; value++) {
		if (*value <= 0x20 || *value >= 0x7f || *value == '+')
			return false;
	}
	return true;
}

bool
config_is_language(const char *value)
{
	return strlen(value) == 2 && value[0] >= 'a' && value[0] <= 'z' &&
	    value[1] >= 'a' && value[1] <= 'z';
}

bool
config_is_algorithm(const char *value)
{
	return alg_find(value, strlen(value)) != NULL;
}

bool
config_is_profile(const char *value)
{
	return profile_find(value) != NULL;
}

/* A password in it would stand in messages and in the log. */
bool
config_is_url(const char *value)
{
	const char *host, *p;
	size_t n;

	if (strncasecmp(value, "http://", 7) == 0)
		host = value + 7;
	else if (strncasecmp(value, "https://", 8) == 0)
		host = value + 8;
	else
		return false;
	for (p = value; *p != '\0'; p++) {
		if (*p <= 0x20 || *p >= 0x7f)
			return false;
	}
	n = strcspn(host, "/?#");
	return n > 0 && memchr(host, '@', n) == NULL;
}

bool
config_is_proxy(const char *value)
{
	return strcmp(value, "none") == 0 || config_is_url(value);
}

bool
config_is_oid(const char *value)
{
	uint8_t oid[OID_CAP];
	size_t len;

	return oid_from_text(value, oid, sizeof(oid), &len) == ERR_OK;
}

bool
config_parse_budget(const char *value, unsigned *requests, int64_t *period)
{
	const char *slash = strchr(value, '/');
	int64_t n;

	if (slash == NULL ||
	    !config_parse_number(value, (size_t)(slash - value), &n) || n < 1 ||
	    n > 1000 || !config_parse_duration(slash + 1, period) ||
	    *period < 1 || *period > 30 * 86400)
		return false;
	*requests = (unsigned)n;
	return true;
}

bool
config_is_budget(const char *value)
{
	unsigned requests;
	int64_t period;

	return config_parse_budget(value, &requests, &period);
}

bool
config_is_pin(const char *value)
{
	int64_t fd;

	if (strcmp(value, "prompt") == 0 || strcmp(value, "pinpad") == 0)
		return true;
	if (strncmp(value, "fd:", 3) == 0)
		return config_parse_number(value + 3, strlen(value + 3), &fd) &&
		    fd >= 3 && fd <= 65535;
	/* systemd.exec(5): the name of a file in the credentials' folder. */
	if (strncmp(value, "credential:", 11) == 0)
		return config_is_name(value + 11);
	return false;
}

bool
config_parse_number(const char *value, size_t len, int64_t *number)
{
	int64_t n = 0;
	size_t i;

	if (len == 0 || len > 15)
		return false;
	for (i = 0; i < len; i++) {
		if (value[i] < '0' || value[i] > '9')
			return false;
		n = n * 10 + (value[i] - '0');
	}
	*number = n;
	return true;
}

bool
config_parse_duration(const char *value, int64_t *seconds)
{
	size_t len = strlen(value);
	int64_t n, unit;

	if (len < 2)
		return false;
	switch (value[len - 1]) {
	case 's':
		unit = 1;
		break;
	case 'm':
		unit = 60;
		break;
	case 'h':
		unit = 3600;
		break;
	case 'd':
		unit = 86400;
		break;
	default:
		return false; /* 3600 of what? */
	}
	if (!config_parse_number(value, len - 1, &n) || n > INT64_MAX / unit)
		return false;
	*seconds = n * unit;
	return true;
}

static void
set_integer(void *member, size_t size, int64_t n)
{
	unsigned word = (unsigned)n;
	bool flag = n != 0;

	if (size == sizeof(flag))
		memcpy(member, &flag, sizeof(flag));
	else if (size == sizeof(word))
		memcpy(member, &word, sizeof(word));
	else if (size == sizeof(n))
		memcpy(member, &n, sizeof(n));
}

static enum err
refuse(const struct config_rule *rule, const char *value, struct fault *fault)
{
	return fault_set(fault, ERR_CONFIG_VALUE, FAULT_NO_OFFSET,
	    "'%.60s', expected %s", value, rule->expected);
}

enum err
config_value_set(const struct config_rule *rule, void *object,
    const char *value, struct fault *fault)
{
	char *member = (char *)object + rule->offset;
	const struct config_choice *c;
	int64_t n;

	if (rule->choices != NULL) {
		for (c = rule->choices; c->text != NULL; c++) {
			if (strcmp(c->text, value) == 0) {
				set_integer(member, rule->size, c->value);
				return ERR_OK;
			}
		}
		return refuse(rule, value, fault);
	}
	if (rule->is_form != NULL) {
		if (!rule->is_form(value))
			return refuse(rule, value, fault);
		if (strlen(value) >= rule->size)
			return fault_set(fault, ERR_CONFIG_VALUE,
			    FAULT_NO_OFFSET, "longer than %zu octets",
			    rule->size - 1);
		memcpy(member, value, strlen(value) + 1);
		return ERR_OK;
	}
	if (rule->duration ? !config_parse_duration(value, &n)
			   : !config_parse_number(value, strlen(value), &n))
		return refuse(rule, value, fault);
	if (n < rule->min || n > rule->max)
		return refuse(rule, value, fault);
	set_integer(member, rule->size, n);
	return ERR_OK;
}
