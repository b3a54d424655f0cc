#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/cli/cli.h"

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
	char *end;

	if (o->kind == CLI_TEXT) {
		*(const char **)o->value = text;
		return true;
	}
	*(int64_t *)o->value = strtoll(text, &end, 10);
	return *text != '\0' && *end == '\0';
}

/* Takes the option at argv[i]; returns how many arguments it used, 0 when it
 * cannot be taken. */
static int
take(struct cli *c, const struct cli_option *options,
    const struct cli_option *always, int i)
{
	const char *name = c->argv[i] + 2, *equals = strchr(name, '=');
	size_t len = equals == NULL ? strlen(name) : (size_t)(equals - name);
	const struct cli_option *o = find(options, name, len);

	if (o == NULL)
		o = find(always, name, len);
	if (o == NULL) {
		cli_fail_text(c, ERR_USAGE,
		    "unknown option %s: see 'zegel %s --help'", c->argv[i],
		    c->verb);
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
		    "option --%s: a number was "
		    "expected",
		    o->name);
		return 0;
	}
	return equals == NULL ? 2 : 1;
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

	while (i < c->argc) {
		if (strcmp(c->argv[i], "--") == 0) {
			i++;
			break;
		}
		if (strncmp(c->argv[i], "--", 2) != 0 &&
		    strcmp(c->argv[i], "-o") != 0) {
			c->argv[kept++] = c->argv[i++];
			continue;
		}
		/* The one short option: seal's -o DIR. */
		if (strcmp(c->argv[i], "-o") == 0) {
			static char output[] = "--output";

			c->argv[i] = output;
		}
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
cli_exit(int code)
{
	return code == CLI_HELP_SHOWN ? 0 : code;
}
