#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/cli/cli.h"

#define NUMBER_DIGITS 15

static const struct cli_option *
find(const struct cli_option *options, const char *name, size_t len)
{
	for (; options->name != NULL; options++)
		if (strlen(options->name) == len &&
		    memcmp(options->name, name, len) == 0)
			return options;
	return NULL;
}

static void
print_option(const struct cli_option *o)
{
	char left[64];

	snprintf(left, sizeof(left), "--%s%s%s", o->name,
	    o->argument == NULL ? "" : " ",
	    o->argument == NULL ? "" : o->argument);
	printf("  %-24s %s\n", left, o->help);
}

static void
print_help(const struct cli *c, const struct cli_option *options,
    const struct cli_option *always, const char *usage, const char *about)
{
	const char *line = usage, *end;

	/* One "usage:" line for each line of usage. */
	while (line != NULL && *line != '\0') {
		end = strchr(line, '\n');
		printf("%s zegel %s%s%.*s\n",
		    line == usage ? "usage:" : "      ", c->verb,
		    *line == '\n' || *line == '\0' ? "" : " ",
		    (int)(end == NULL ? strlen(line) : (size_t)(end - line)),
		    line);
		line = end == NULL ? NULL : end + 1;
	}
	printf("\n%s\n\n", about);
	for (; options->name != NULL; options++)
		print_option(options);
	for (; always->name != NULL; always++)
		print_option(always);
}

static bool
store(const struct cli_option *o, const char *text)
{
	size_t n = strspn(text, "0123456789");

	if (o->kind == CLI_TEXT) {
		*(const char **)o->value = text;
		return true;
	}
	if (n == 0 || n > NUMBER_DIGITS || text[n] != '\0')
		return false;
	*(int64_t *)o->value = strtoll(text, NULL, 10);
	return true;
}

/* Takes the option at argv[i]; returns how many arguments it used, 0 when it
 * cannot be taken. */
static int
take(struct cli *c, const struct cli_option *options,
    const struct cli_option *always, int i)
{
	const char *name = c->argv[i] + (c->argv[i][1] == '-' ? 2 : 1);
	const char *equals = strchr(name, '=');
	size_t len = equals == NULL ? strlen(name) : (size_t)(equals - name);
	const struct cli_option *o = NULL;

	if (c->argv[i][1] == '-')
		o = find(options, name, len);
	if (o == NULL && c->argv[i][1] == '-')
		o = find(always, name, len);
	if (o == NULL) {
		cli_fail_text(c, ERR_USAGE,
		    "unknown option %s: see 'zegel %s --help'", c->argv[i],
		    c->verb);
		return 0;
	}
	if (o->kind == CLI_FLAG && equals != NULL) {
		cli_fail_text(
		    c, ERR_USAGE, "option --%s takes no value", o->name);
		return 0;
	}
	if (o->kind == CLI_FLAG) {
		*(bool *)o->value = true;
		return 1;
	}
	if (equals == NULL && i + 1 == c->argc) {
		cli_fail_text(c, ERR_USAGE, "option %s needs %s", c->argv[i],
		    o->argument);
		return 0;
	}
	if (!store(o, equals == NULL ? c->argv[i + 1] : equals + 1)) {
		cli_fail_text(c, ERR_USAGE,
		    "option --%s: a number was expected", o->name);
		return 0;
	}
	return equals == NULL ? 2 : 1;
}

/* The two short options. What begins with a dash is never taken for a file. */
static void
expand_short(char **argument)
{
	static char output[] = "--output", help[] = "--help";

	if (strcmp(*argument, "-o") == 0)
		*argument = output;
	else if (strcmp(*argument, "-h") == 0)
		*argument = help;
}

/* Errors before --json was reached are objects, too. */
static bool
wants_json(const struct cli *c)
{
	int i;

	for (i = 0; i < c->argc && strcmp(c->argv[i], "--") != 0; i++)
		if (strcmp(c->argv[i], "--json") == 0)
			return true;
	return false;
}

int
cli_parse(struct cli *c, const struct cli_option *options, const char *usage,
    const char *about)
{
	bool help = false;
	const struct cli_option always[] = {
	    {"station", CLI_TEXT, &c->station_dir, "DIR",
		"default: $ZEGEL_STATION, else /var/lib/zegel"},
	    {"json", CLI_FLAG, &c->json, NULL,
		"one JSON object a line on stdout"},
	    {"help", CLI_FLAG, &help, NULL, "this text"}, CLI_END};
	int i = 0, kept = 0, used;

	c->json = wants_json(c);
	while (i < c->argc) {
		if (strcmp(c->argv[i], "--") == 0) {
			i++;
			break;
		}
		/* "-" alone is standard input. */
		if (c->argv[i][0] != '-' || c->argv[i][1] == '\0') {
			c->argv[kept++] = c->argv[i++];
			continue;
		}
		expand_short(&c->argv[i]);
		used = take(c, options, always, i);
		if (used == 0)
			return err_exit(ERR_USAGE);
		i += used;
	}
	while (i < c->argc)
		c->argv[kept++] = c->argv[i++];
	c->argc = kept;
	if (!help)
		return 0;
	print_help(c, options, always, usage, about);
	return CLI_HELP_SHOWN;
}

int
cli_count(struct cli *c, int least, int most)
{
	const char *what = c->argc > 0 ? c->argv[0] : "";

	if (c->argc < least)
		return cli_fail_text(c, ERR_USAGE,
		    "something is missing: see 'zegel %s --help'", c->verb);
	if (most >= 0 && c->argc > most)
		return cli_fail_text(c, ERR_USAGE,
		    "unexpected argument %s: see 'zegel %s --help'",
		    most == 0 ? what : c->argv[most], c->verb);
	return 0;
}

int
cli_exit(int code)
{
	return code == CLI_HELP_SHOWN ? 0 : code;
}
