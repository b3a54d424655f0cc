#include "host/base/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/config_file.h"
#include "host/base/config_rules.h"

/* A section [KIND NAME]. */
struct named {
	const char *kind; /* as in the rules */
	const char *name;
	void *object;
	unsigned section; /* its line */
	unsigned line[CONFIG_RULES];
};

struct loader {
	struct config *c;
	const char *section; /* as in the rules */
	struct named *in; /* NULL: not in a named one */
	/* The line where a rule's key stood, 0: not there. */
	unsigned line[CONFIG_RULES];
	struct named named[CONFIG_KEYS + CONFIG_TIMESTAMPS];
	unsigned named_count;
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
	c->level = CONFIG_LEVEL_B;
	c->net_timeout = 30;
	snprintf(c->proxy, sizeof(c->proxy), "none");
	snprintf(c->console, sizeof(c->console), "none");
}

/* The place for one more object of that kind; NULL if there is none. */
static void *
new_object(struct config *c, const char *kind, const char *name)
{
	struct config_timestamp *t;
	struct config_key *k;

	if (strcmp(kind, "timestamp") == 0) {
		if (c->timestamp_count == CONFIG_TIMESTAMPS)
			return NULL;
		t = &c->timestamps[c->timestamp_count++];
		memcpy(t->name, name, strlen(name) + 1);
		return t;
	}
	if (c->key_count == CONFIG_KEYS)
		return NULL;
	k = &c->keys[c->key_count++];
	memcpy(k->name, name, strlen(name) + 1);
	snprintf(k->pin, sizeof(k->pin), "prompt");
	k->sessions = 2;
	return k;
}

bool
config_is_section(const char *name)
{
	return config_is_name(name) &&
	    strlen(name) < sizeof(((struct config_key *)0)->name);
}

static enum err
enter_named(struct loader *l, const char *kind, const char *name, unsigned line,
    struct fault *fault)
{
	struct named *n;
	unsigned i;

	if (!config_is_section(name))
		return fault_set(fault, ERR_CONFIG_SYNTAX, line,
		    "expected [%s NAME], a NAME of letters, digits, . _ -",
		    kind);
	for (i = 0; i < l->named_count; i++) {
		if (l->named[i].kind == kind &&
		    strcmp(l->named[i].name, name) == 0)
			return fault_set(fault, ERR_CONFIG_DUPLICATE_KEY, line,
			    "a section of that name stands above");
	}
	n = &l->named[l->named_count];
	n->object = new_object(l->c, kind, name);
	if (n->object == NULL)
		return fault_set(fault, ERR_CONFIG_SYNTAX, line,
		    "more of them than there may be");
	n->name = n->object; /* both kinds begin with it */
	n->kind = kind;
	n->section = line;
	l->named_count++;
	l->in = n;
	l->section = kind;
	return ERR_OK;
}

static enum err
on_section(void *user, const char *name, unsigned line, struct fault *fault)
{
	static const char *const kinds[] = {"key", "timestamp"};
	struct loader *l = user;
	size_t i, n;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		n = strlen(kinds[i]);
		if (strncmp(name, kinds[i], n) == 0 && name[n] == ' ')
			return enter_named(l, kinds[i],
			    name + n + strspn(name + n, " "), line, fault);
	}
	for (i = 0; i < CONFIG_RULES; i++) {
		if (strcmp(config_rules[i].section, name) == 0 &&
		    strcmp(name, "key") != 0 &&
		    strcmp(name, "timestamp") != 0) {
			l->section = config_rules[i].section;
			l->in = NULL;
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
	void *object = l->in != NULL ? l->in->object : l->c;
	unsigned *seen;
	size_t i;

	for (i = 0; i < CONFIG_RULES; i++) {
		if (strcmp(config_rules[i].section, l->section) == 0 &&
		    strcmp(config_rules[i].key, key) == 0)
			break;
	}
	if (i == CONFIG_RULES)
		return fault_set(fault, ERR_CONFIG_UNKNOWN_KEY, line,
		    "no such key in this section, see zegel.conf(5)");
	seen = l->in != NULL ? &l->in->line[i] : &l->line[i];
	if (*seen != 0)
		return fault_set(fault, ERR_CONFIG_DUPLICATE_KEY, line,
		    "it stands in line %u, too", *seen);
	*seen = line;
	return config_value_set(&config_rules[i], object, value, fault);
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

	for (i = 0; i < CONFIG_RULES; i++) {
		if (strcmp(config_rules[i].section, section) == 0 &&
		    strcmp(config_rules[i].key, key) == 0 && l->line[i] != 0)
			return l->line[i];
	}
	return FAULT_NO_OFFSET;
}

static bool
is_missing(const unsigned *line, size_t rule, const char *section)
{
	return config_rules[rule].required && line[rule] == 0 &&
	    strcmp(config_rules[rule].section, section) == 0;
}

static enum err
check_required(const struct loader *l, struct fault *fault)
{
	const struct named *n;
	char section[80];
	size_t i;

	for (i = 0; i < CONFIG_RULES; i++) {
		if (strcmp(config_rules[i].section, "key") != 0 &&
		    strcmp(config_rules[i].section, "timestamp") != 0 &&
		    is_missing(l->line, i, config_rules[i].section))
			return fault_at(fault, ERR_CONFIG_MISSING_KEY,
			    config_rules[i].section, config_rules[i].key,
			    FAULT_NO_OFFSET, config_rules[i].expected);
		for (n = l->named; n < l->named + l->named_count; n++) {
			if (!is_missing(n->line, i, n->kind))
				continue;
			snprintf(section, sizeof(section), "%s %s", n->kind,
			    n->name);
			return fault_at(fault, ERR_CONFIG_MISSING_KEY, section,
			    config_rules[i].key, n->section,
			    config_rules[i].expected);
		}
	}
	return ERR_OK;
}

static enum err
check_level(const struct loader *l, enum config_level level,
    const char *section, struct fault *fault)
{
	const struct config *c = l->c;

	if (level >= CONFIG_LEVEL_T && c->timestamp_count == 0)
		return fault_at(fault, ERR_TSA_ABSENT, section, "level",
		    line_of(l, section, "level"),
		    "a section [timestamp NAME] was expected for it");
	if (level >= CONFIG_LEVEL_LT && c->anchor[0] == '\0')
		return fault_at(fault, ERR_CONFIG_MISSING_KEY, "seal", "anchor",
		    line_of(l, section, "level"),
		    "this level embeds the chain up to a trust anchor");
	return ERR_OK;
}

/* What a level needs is there, or the daemon does not start: a batch would
 * wait for ever. */
static enum err
check_levels(const struct loader *l, struct fault *fault)
{
	const struct config *c = l->c;
	char section[80];
	unsigned i;
	enum err e;

	if (c->content_timestamp && c->timestamp_count == 0)
		return fault_at(fault, ERR_TSA_ABSENT, "seal",
		    "content-timestamp",
		    line_of(l, "seal", "content-timestamp"),
		    "a section [timestamp NAME] was expected for it");
	e = check_level(l, c->level, "seal", fault);
	for (i = 0; e == ERR_OK && i < c->key_count; i++) {
		snprintf(section, sizeof(section), "key %s", c->keys[i].name);
		e = check_level(l, c->keys[i].level, section, fault);
	}
	if (e == ERR_OK && !config_has_level(c, profile_find(c->profile)))
		return fault_at(fault, ERR_PROFILE_LEVEL, "seal", "profile",
		    line_of(l, "seal", "profile"),
		    "a compact JWS has no place for timestamps: level B");
	return e;
}

static enum err
check_whole(const struct loader *l, struct fault *fault)
{
	struct config *c = l->c;
	unsigned i;
	enum err e;

	e = check_required(l, fault);
	if (e != ERR_OK)
		return e;
	if (c->mode == MODE_PRODUCTION && c->softhsm)
		return fault_at(fault, ERR_STATION_MODE, "softhsm", "embedded",
		    line_of(l, "softhsm", "embedded"),
		    "a production station keeps its keys in a token");
	e = check_levels(l, fault);
	if (e != ERR_OK)
		return e;
	if (strcmp(c->proxy, "none") == 0)
		memset(c->proxy, 0, sizeof(c->proxy));
	if (strcmp(c->console, "none") == 0)
		memset(c->console, 0, sizeof(c->console));
	for (i = 0; i < c->key_count; i++) {
		if (!c->keys[i].appliance)
			continue;
		if (c->console[0] == '\0')
			return fault_at(fault, ERR_CONFIG_VALUE, "key",
			    "appliance", FAULT_NO_OFFSET,
			    "a key in an appliance needs [appliance] console");
		/* Armed for one digest at a time. */
		c->keys[i].sessions = 1;
	}
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
	if (e == ERR_OK) {
		e = check_whole(&l, fault);
		if (e != ERR_OK)
			config_file_name(fault, path);
	}
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

enum config_level
config_level(const struct config *c, const struct config_key *key)
{
	return key->level == 0 ? c->level : key->level;
}

bool
config_has_level(const struct config *c, const struct profile *profile)
{
	bool has = profile->form != JWS_COMPACT || c->key_count == 0;
	unsigned i;

	for (i = 0; i < c->key_count; i++)
		has |= config_level(c, &c->keys[i]) == CONFIG_LEVEL_B;
	return has;
}

bool
config_wants_timestamps(const struct config *c)
{
	bool wanted = c->content_timestamp || c->level > CONFIG_LEVEL_B;
	unsigned i;

	for (i = 0; i < c->key_count; i++)
		wanted |= c->keys[i].level > CONFIG_LEVEL_B;
	return wanted;
}
