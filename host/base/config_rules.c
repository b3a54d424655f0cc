/*
 * config_rules.c: every key of zegel.conf, one line each.
 */
#include "host/base/config_rules.h"

#include <stddef.h>

#include "host/base/config.h"

static const struct config_choice modes[] = {
    {"test", MODE_TEST}, {"production", MODE_PRODUCTION}, {0}};
static const struct config_choice signing_times[] = {
    {"iat", SIGNING_TIME_IAT}, {"sigT", SIGNING_TIME_SIGT}, {0}};
static const struct config_choice issuers[] = {
    {"match", false}, {"overwrite", true}, {0}};
static const struct config_choice duplicates[] = {
    {"refuse", false}, {"reseal", true}, {0}};
static const struct config_choice levels[] = {{"B", CONFIG_LEVEL_B},
    {"T", CONFIG_LEVEL_T}, {"LT", CONFIG_LEVEL_LT}, {"LTA", CONFIG_LEVEL_LTA},
    {0}};
static const struct config_choice yes_no[] = {
    {"no", false}, {"yes", true}, {0}};

#define AT(m) offsetof(struct config, m), sizeof(((struct config *)0)->m)
#define TIMESTAMP_AT(m)                                                        \
	offsetof(struct config_timestamp, m),                                  \
	    sizeof(((struct config_timestamp *)0)->m)
#define KEY_AT(m)                                                              \
	offsetof(struct config_key, m), sizeof(((struct config_key *)0)->m)

/* Those of key and timestamp stand for each [key NAME], [timestamp NAME]. */
const struct config_rule config_rules[CONFIG_RULES] = {
    {"station", "name", AT(name), .is_form = config_is_text, .required = true,
	.expected = "a name for people"},
    {"station", "mode", AT(mode), .choices = modes, .required = true,
	.expected = "test or production"},
    {"seal", "profile", AT(profile), .is_form = config_is_profile,
	.expected = "edc, json, json-flattened or json-compact"},
    {"seal", "signing-time", AT(signing_time), .choices = signing_times,
	.expected = "iat or sigT"},
    {"seal", "issuer", AT(issuer_overwrite), .choices = issuers,
	.expected = "match or overwrite"},
    {"seal", "language", AT(language), .is_form = config_is_language,
	.expected = "two letters, such as en"},
    {"seal", "key", AT(default_key), .is_form = config_is_name,
	.expected = "the NAME of a section [key NAME]"},
    {"seal", "duplicates", AT(reseal), .choices = duplicates,
	.expected = "refuse or reseal"},
    {"seal", "level", AT(level), .choices = levels,
	.expected = "B, T, LT or LTA"},
    {"seal", "content-timestamp", AT(content_timestamp), .choices = yes_no,
	.expected = "yes or no"},
    {"seal", "anchor", AT(anchor), .is_form = config_is_text,
	.expected = "the path of a PEM file"},
    {"net", "proxy", AT(proxy), .is_form = config_is_proxy,
	.expected = "http://HOST:PORT, or none"},
    {"net", "timeout", AT(net_timeout), .duration = true, .min = 1, .max = 600,
	.expected = "a time from 1s to 10m, such as 30s"},
    {"approval", "window", AT(approval_window), .duration = true, .min = 1,
	.max = 7 * 86400, .expected = "a time from 1s to 7d, such as 1h"},
    {"log", "origin", AT(origin), .is_form = config_is_origin, .required = true,
	.expected = "a name such as example.org/seal-log, without spaces"},
    {"spool", "watch", AT(spool), .choices = yes_no, .expected = "yes or no"},
    {"spool", "settle", AT(settle), .duration = true, .min = 1, .max = 3600,
	.expected = "a time from 1s to 1h, such as 5s"},
    {"appliance", "console", AT(console), .is_form = config_is_text,
	.expected = "usb:, usb:SERIAL, the path of a socket, or none"},
    {"softhsm", "embedded", AT(softhsm), .choices = yes_no,
	.expected = "yes or no"},
    {"retention", "released-days", AT(released_days), .min = 0, .max = 36500,
	.expected = "days, 0 to 36500"},
    {"key", "uri", KEY_AT(uri), .is_form = config_is_text, .required = true,
	.expected = "pkcs11:..."},
    {"key", "module", KEY_AT(module), .is_form = config_is_text,
	.expected = "the path of a PKCS#11 module"},
    {"key", "certificate", KEY_AT(certificate), .is_form = config_is_text,
	.expected = "the path of a PEM file"},
    {"key", "algorithm", KEY_AT(alg), .is_form = config_is_algorithm,
	.expected = "one of RS, PS, ES with 256, 384 or 512"},
    {"key", "pin", KEY_AT(pin), .is_form = config_is_pin,
	.expected = "prompt, pinpad, fd:N or credential:NAME"},
    {"key", "appliance", KEY_AT(appliance), .choices = yes_no,
	.expected = "yes or no"},
    {"key", "level", KEY_AT(level), .choices = levels,
	.expected = "B, T, LT or LTA"},
    {"key", "sessions", KEY_AT(sessions), .min = 1, .max = 64,
	.expected = "1 to 64"},
    {"timestamp", "url", TIMESTAMP_AT(url), .is_form = config_is_url,
	.required = true, .expected = "http://HOST/..., without a user"},
    {"timestamp", "anchor", TIMESTAMP_AT(anchor), .is_form = config_is_text,
	.required = true, .expected = "the path of a PEM file"},
    {"timestamp", "policy", TIMESTAMP_AT(policy), .is_form = config_is_oid,
	.expected = "an OID such as 1.2.3"},
    {"timestamp", "budget", TIMESTAMP_AT(budget), .is_form = config_is_budget,
	.expected = "1 to 1000 requests in a time, such as 20/20m"},
};
