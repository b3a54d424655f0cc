#include "host/base/config.h"

#include <pwd.h>
#include <string.h>
#include <sys/types.h>

#include "host/base/config_file.h"
#include "host/base/config_value.h"

#define SEPARATORS " \t,"

struct loader {
	struct approval_config *c;
	unsigned users_line, means_line;
};

static enum err
add_user(struct approval_config *c, const char *name, struct fault *fault)
{
	const struct passwd *pw;
	int64_t number;
	unsigned i;

	if (config_parse_number(name, strlen(name), &number)) {
		/* The last one is "nobody in particular" to chown(2). */
		if (number >= UINT32_MAX)
			return fault_set(fault, ERR_CONFIG_VALUE,
			    FAULT_NO_OFFSET, "%s is no uid", name);
	} else {
		pw = getpwnam(name);
		if (pw == NULL)
			return fault_set(fault, ERR_CONFIG_VALUE,
			    FAULT_NO_OFFSET, "no user %.60s here", name);
		number = pw->pw_uid;
	}
	for (i = 0; i < c->uid_count; i++) {
		if (c->uids[i] == (uint32_t)number)
			return fault_set(fault, ERR_CONFIG_VALUE,
			    FAULT_NO_OFFSET, "%.60s stands there twice", name);
	}
	if (c->uid_count == sizeof(c->uids) / sizeof(c->uids[0]))
		return fault_set(fault, ERR_CONFIG_VALUE, FAULT_NO_OFFSET,
		    "more than %u users", c->uid_count);
	c->uids[c->uid_count++] = (uint32_t)number;
	return ERR_OK;
}

static enum err
add_means(struct approval_config *c, const char *name, struct fault *fault)
{
	if (strcmp(name, "terminal") == 0)
		c->terminal = true;
	else if (strcmp(name, "appliance") == 0)
		c->appliance = true;
	else
		return fault_set(fault, ERR_CONFIG_VALUE, FAULT_NO_OFFSET,
		    "'%.60s', expected terminal or appliance", name);
	return ERR_OK;
}

static enum err
for_each_word(struct approval_config *c, const char *value,
    enum err (*add)(struct approval_config *, const char *, struct fault *),
    struct fault *fault)
{
	char word[256];
	unsigned words = 0;
	enum err e;
	size_t n;

	for (;;) {
		value += strspn(value, SEPARATORS);
		n = strcspn(value, SEPARATORS);
		if (n == 0)
			break;
		if (n >= sizeof(word))
			return fault_set(fault, ERR_CONFIG_VALUE,
			    FAULT_NO_OFFSET, "a word is too long");
		memcpy(word, value, n);
		word[n] = '\0';
		value += n;
		words++;
		e = add(c, word, fault);
		if (e != ERR_OK)
			return e;
	}
	if (words == 0)
		return fault_set(fault, ERR_CONFIG_VALUE, FAULT_NO_OFFSET,
		    "empty, expected at least one");
	return ERR_OK;
}

static enum err
on_section(void *user, const char *name, unsigned line, struct fault *fault)
{
	(void)user;
	if (strcmp(name, "approval") == 0)
		return ERR_OK;
	return fault_set(fault, ERR_CONFIG_UNKNOWN_KEY, line,
	    "no such section, expected [approval]");
}

static enum err
on_key(void *user, const char *key, const char *value, unsigned line,
    struct fault *fault)
{
	struct loader *l = user;
	bool users = strcmp(key, "users") == 0;
	unsigned *seen;

	if (!users && strcmp(key, "means") != 0)
		return fault_set(fault, ERR_CONFIG_UNKNOWN_KEY, line,
		    "expected users or means");
	seen = users ? &l->users_line : &l->means_line;
	if (*seen != 0)
		return fault_set(fault, ERR_CONFIG_DUPLICATE_KEY, line,
		    "it stands in line %u, too", *seen);
	*seen = line;
	return for_each_word(l->c, value, users ? add_user : add_means, fault);
}

enum err
config_load_approval(
    struct approval_config *c, const char *path, struct fault *fault)
{
	struct loader l = {.c = c};
	struct config_sink sink = {&l, on_section, on_key};
	enum err e;

	memset(c, 0, sizeof(*c));
	e = config_file_read(&sink, path, CONFIG_OWNER_ROOT, fault);
	if (e == ERR_OK && (l.users_line == 0 || l.means_line == 0)) {
		e = fault_set(fault, ERR_CONFIG_MISSING_KEY, FAULT_NO_OFFSET,
		    "[approval] needs users and means");
		config_file_name(fault, path);
	}
	if (e != ERR_OK)
		memset(c, 0, sizeof(*c)); /* nobody may approve */
	return e;
}
