#include "host/base/config.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/config_file.h"
#include "host/base/config_value.h"

static const struct config_choice modes[] = {
    {"test", MODE_TEST}, {"production", MODE_PRODUCTION}, {0}};
static const struct config_choice signing_times[] = {
    {"iat", SIGNING_TIME_IAT}, {"sigT", SIGNING_TIME_SIGT}, {0}};
static const struct config_choice issuers[] = {
    {"match", false}, {"overwrite", true}, {0}};
static const struct config_choice duplicates[] = {
    {"refuse", false}, {"reseal", true}, {0}};
static const struct config_choice yes_no[] = {
    {"no", false}, {"yes", true}, {0}};

#define AT(m) offsetof(struct config, m), sizeof(((struct config *)0)->m)
#define KEY_AT(m)                                                              \
	offsetof(struct config_key, m), sizeof(((struct config_key *)0)->m)

/* The key sections' rules come last and stand for each [key NAME]. */
static const struct config_rule rules[] = {
    {"station", "name", AT(name), .is_form = config_is_text, .required = true,
	.expected = "a name for people"},
    {"station", "mode", AT(mode), .choices = modes, .required = true,
	.expected = "test or production"},
    {"seal", "profile", AT(profile), .is_form = config_is_profile,
	.expected = "edc"},
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
    {"approval", "window", AT(approval_window), .duration = true, .min = 1,
	.max = 7 * 86400, .expected = "a time from 1s to 7d, such as 1h"},
    {"log", "origin", AT(origin), .is_form = config_is_origin, .required = true,
	.expected = "a name such as example.org/seal-log, without spaces"},
    {"spool", "watch", AT(spool), .choices = yes_no, .expected = "yes or no"},
    {"spool", "settle", AT(settle), .duration = true, .min = 1, .max = 3600,
	.expected = "a time from 1s to 1h, such as 5s"},
    {"appliance", "console", AT(console), .is_form = config_is_text,
	.expected = "the path of a socket, or none"},
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
    {"key", "sessions", KEY_AT(sessions), .min = 1, .max = 64,
	.expected = "1 to 64"},
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

struct loader {
	struct config *c;
	const char *section; /* as in the rules */
	unsigned key; /* which, when in a [key NAME] */
	/* The line where a rule's key stood, 0: not there. */
	unsigned line[RULES], key_line[CONFIG_KEYS][RULES];
	unsigned key_section[CONFIG_KEYS];
};

static void
set_defaults(struct config *c)
{
	snprintf(c->profile, sizeof(c->profile), "edc");
	snprintf(c->language, sizeof(c->language), "en");
	c->signing_time = SIGNING_TIME_IAT;
	c->approval_window = 3600;
	c->spool = true;
	c->settle = 5;
	c->released_days = 30;
	snprintf(c->console, sizeof(c->console), "none");
}

static enum err
enter_key(
    struct loader *l, const char *name, unsigned line, struct fault *fault)
{
	struct config *c = l->c;
	struct config_key *k;

	if (!config_is_name(name) || strlen(name) >= sizeof(k->name))
		return fault_set(fault, ERR_CONFIG_SYNTAX, line,
		    "expected [key NAME], a NAME of letters, digits, . _ -");
	if (config_key(c, name) != NULL)
		return fault_set(fault, ERR_CONFIG_DUPLICATE_KEY, line,
		    "a section of that name stands above");
	if (c->key_count == CONFIG_KEYS)
		return fault_set(fault, ERR_CONFIG_SYNTAX, line,
		    "more than %d keys", CONFIG_KEYS);
	l->key = c->key_count++;
	l->key_section[l->key] = line;
	l->section = "key";
	k = &c->keys[l->key];
	memcpy(k->name, name, strlen(name) + 1);
	snprintf(k->pin, sizeof(k->pin), "prompt");
	k->sessions = 2;
	return ERR_OK;
}

static enum err
on_section(void *user, const char *name, unsigned line, struct fault *fault)
{
	struct loader *l = user;
	size_t i;

	if (strncmp(name, "key ", 4) == 0)
		return enter_key(
		    l, name + 4 + strspn(name + 4, " "), line, fault);
	for (i = 0; i < RULES; i++) {
		if (strcmp(rules[i].section, name) == 0 &&
		    strcmp(name, "key") != 0) {
			l->section = rules[i].section;
			return ERR_OK;
		}
	}
	return fault_set(fault, ERR_CONFIG_UNKNOWN_KEY, line,
	    "no such section, see zegel.conf(5)");
}

static enum err
on_key(void *user, const char *key, const char *value, unsigned line,
    struct fault *fault)
{
	struct loader *l = user;
	bool in_key = strcmp(l->section, "key") == 0;
	void *object = l->c;
	unsigned *seen;
	size_t i;

	for (i = 0; i < RULES; i++) {
		if (strcmp(rules[i].section, l->section) == 0 &&
		    strcmp(rules[i].key, key) == 0)
			break;
	}
	if (i == RULES)
		return fault_set(fault, ERR_CONFIG_UNKNOWN_KEY, line,
		    "no such key in this section, see zegel.conf(5)");
	if (in_key)
		object = &l->c->keys[l->key];
	seen = in_key ? &l->key_line[l->key][i] : &l->line[i];
	if (*seen != 0)
		return fault_set(fault, ERR_CONFIG_DUPLICATE_KEY, line,
		    "it stands in line %u, too", *seen);
	*seen = line;
	return config_value_set(&rules[i], object, value, fault);
}

static enum err
fault_at(struct fault *fault, enum err e, const char *section, const char *key,
    uint64_t line, const char *detail)
{
	(void)fault_set(fault, e, line, "%s", detail);
	if (fault != NULL)
		snprintf(
		    fault->path, sizeof(fault->path), "[%s] %s", section, key);
	return e;
}

/* The line of a key that is there; fixed sections only. */
static uint64_t
line_of(const struct loader *l, const char *section, const char *key)
{
	size_t i;

	for (i = 0; i < RULES; i++) {
		if (strcmp(rules[i].section, section) == 0 &&
		    strcmp(rules[i].key, key) == 0 && l->line[i] != 0)
			return l->line[i];
	}
	return FAULT_NO_OFFSET;
}

static enum err
check_required(const struct loader *l, struct fault *fault)
{
	char section[80];
	size_t i;
	unsigned k;

	for (i = 0; i < RULES; i++) {
		if (!rules[i].required)
			continue;
		if (strcmp(rules[i].section, "key") != 0 && l->line[i] == 0)
			return fault_at(fault, ERR_CONFIG_MISSING_KEY,
			    rules[i].section, rules[i].key, FAULT_NO_OFFSET,
			    rules[i].expected);
		if (strcmp(rules[i].section, "key") != 0)
			continue;
		for (k = 0; k < l->c->key_count; k++) {
			if (l->key_line[k][i] != 0)
				continue;
			snprintf(section, sizeof(section), "key %s",
			    l->c->keys[k].name);
			return fault_at(fault, ERR_CONFIG_MISSING_KEY, section,
			    rules[i].key, l->key_section[k], rules[i].expected);
		}
	}
	return ERR_OK;
}

static enum err
check_whole(const struct loader *l, struct fault *fault)
{
	struct config *c = l->c;
	enum err e;

	e = check_required(l, fault);
	if (e != ERR_OK)
		return e;
	if (c->mode == MODE_PRODUCTION && c->softhsm)
		return fault_at(fault, ERR_STATION_MODE, "softhsm", "embedded",
		    line_of(l, "softhsm", "embedded"),
		    "a production station keeps its keys in a token");
	if (strcmp(c->console, "none") == 0)
		memset(c->console, 0, sizeof(c->console));
	if (c->default_key[0] == '\0' && c->key_count == 1)
		memcpy(c->default_key, c->keys[0].name, sizeof(c->default_key));
	if (c->default_key[0] != '\0' && config_key(c, c->default_key) == NULL)
		return fault_at(fault, ERR_CONFIG_VALUE, "seal", "key",
		    line_of(l, "seal", "key"), "no section [key NAME] for it");
	return ERR_OK;
}

enum err
config_load(struct config **out, const char *path, struct fault *fault)
{
	struct config_sink sink = {.section = on_section, .key = on_key};
	struct loader l = {0};
	enum err e;

	*out = NULL;
	l.c = calloc(1, sizeof(*l.c));
	if (l.c == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "reading %s", path);
	set_defaults(l.c);
	sink.user = &l;
	e = config_file_read(&sink, path, CONFIG_OWNER_ANY, fault);
	if (e == ERR_OK)
		e = check_whole(&l, fault);
	if (e == ERR_OK) {
		*out = l.c;
		l.c = NULL;
	}
	config_free(l.c);
	return e;
}

void
config_free(struct config *c)
{
	free(c);
}

const struct config_key *
config_key(const struct config *c, const char *name)
{
	unsigned i;

	for (i = 0; i < c->key_count; i++) {
		if (strcmp(c->keys[i].name, name) == 0)
			return &c->keys[i];
	}
	return NULL;
}
