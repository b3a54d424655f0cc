/* zegel: the command line of a sealing station. See zegel(1). */
#include <stdio.h>
#include <string.h>

#include "common/version.h"
#include "host/cli/cli.h"

static const struct {
	const char *name;
	int (*run)(struct cli *c);
	const char *about;
} verbs[] = {
    {"init", verb_init, "make a station"},
    {"unlock", verb_unlock, "give a token's PIN to the signer"},
    {"lock", verb_lock, "make the signer forget the PIN"},
    {"key", verb_key, "list, generate, csr, import-cert, test"},
    {"canon", verb_canon,
	"canonical bytes of JSON or XML, or check that they are"},
    {"seal", verb_seal, "one shot: submit, show, ask, seal, verify"},
    {"submit", verb_submit, "hand over drafts"},
    {"batch", verb_batch, "list, show, close, remove-item, approve, refuse"},
    {"status", verb_status, "what the station does"},
    {"appliance", verb_appliance,
	"init, enrol, status, change-pin, unblock, reset"},
    {"verify", verb_verify, "check sealed files"},
    {"extend", verb_extend, "timestamps and proof of validity into seals"},
    {"log", verb_log, "checkpoint, show, prove, find, verify"},
};

static void
print_usage(FILE *out)
{
	size_t i;

	fputs("usage: zegel VERB [--station DIR] [--json] ...\n\n", out);
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		fprintf(out, "  %-9s %s\n", verbs[i].name, verbs[i].about);
	fputs(
	    "\n'zegel VERB --help' says more; the manual is zegel(1).\n", out);
}

/* What could not be printed was not done. */
static int
finish(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fputs("zegel: writing the output failed\n", stderr);
	return code == 0 ? err_exit(ERR_IO) : code;
}

int
main(int argc, char **argv)
{
	struct cli c = {.argc = argc - 2, .argv = argv + 2};
	size_t i;

	if (argc < 2) {
		print_usage(stderr);
		return err_exit(ERR_USAGE);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		print_usage(stdout);
		return finish(0);
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("zegel " ZEGEL_VERSION);
		return finish(0);
	}
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		c.verb = verbs[i].name;
		return finish(verbs[i].run(&c));
	}
	fprintf(stderr, "zegel: there is no verb %s\n\n", argv[1]);
	print_usage(stderr);
	return err_exit(ERR_USAGE);
}
