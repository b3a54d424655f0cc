/* drafts: writes fictional EDC drafts into a folder; see usage. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/gen/gen.h"

static const char usage[] =
    "usage: drafts OUTDIR [COUNT] [option...]\n"
    "  --seed N         other drafts (the same seed gives the same ones)\n"
    "  --size BYTES     of each; else 60 kB to 1.2 MB\n"
    "  --first N        number of the first one (0)\n"
    "  --sealable-for ORGANISATION IDENTIFIER COUNTRY\n"
    "                   issued by whom that certificate names\n"
    "  --broken KIND    with one fault: no-issuer other-issuer\n"
    "                   unknown-schema duplicate-name truncated not-json\n"
    "                   lone-surrogate number-range sealed missing-title\n"
    "                   deep, or all of them\n"
    "Without COUNT 8: each kind, sizes from 60 kB to 1.2 MB.\n";

static const size_t sizes[] = {
    60000, 1200000, 85000, 350000, 140000, 700000, 100000, 220000};

/* The first eight of this one have every peculiarity of gen_style. */
#define SEED 28

#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

struct arguments {
	const char *folder;
	uint64_t count, first;
	bool counted, broken, all_faults;
	struct gen_options g;
};

static void
fail_usage(void)
{
	fputs(usage, stderr);
	exit(64);
}

static uint64_t
number(const char *text)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = text != NULL ? strtoull(text, &end, 10) : 0;
	if (text == NULL || *text < '0' || *text > '9' || *end != '\0' ||
	    errno != 0)
		fail_usage();
	return n;
}

static void
set_fault(struct arguments *a, const char *name)
{
	int i;

	a->broken = true;
	a->all_faults = name != NULL && strcmp(name, "all") == 0;
	if (a->all_faults)
		return;
	for (i = GEN_SOUND + 1; name != NULL && i < GEN_FAULTS; i++) {
		if (strcmp(name, gen_fault_names[i]) == 0) {
			a->g.fault = (enum gen_fault)i;
			return;
		}
	}
	fail_usage();
}

static void
parse(struct arguments *a, char **argv)
{
	a->count = SIZES;
	a->g.seed = SEED;
	for (argv++; *argv != NULL; argv++) {
		if (strcmp(*argv, "--seed") == 0) {
			a->g.seed = number(*++argv);
		} else if (strcmp(*argv, "--size") == 0) {
			a->g.size = number(*++argv);
		} else if (strcmp(*argv, "--first") == 0) {
			a->first = number(*++argv);
		} else if (strcmp(*argv, "--broken") == 0) {
			set_fault(a, *++argv);
		} else if (strcmp(*argv, "--sealable-for") == 0) {
			if (argv[1] == NULL || argv[2] == NULL ||
			    argv[3] == NULL)
				fail_usage();
			a->g.organisation = *++argv;
			a->g.identifier = *++argv;
			a->g.country = *++argv;
		} else if (**argv == '-') {
			fail_usage();
		} else if (a->folder == NULL) {
			a->folder = *argv;
		} else if (!a->counted) {
			a->count = number(*argv);
			a->counted = true;
		} else {
			fail_usage();
		}
		if (*argv == NULL)
			fail_usage();
	}
	if (a->folder == NULL)
		fail_usage();
	if (a->broken && !a->counted)
		a->count = 1;
}

static void
write_file(const char *path, const char *buf, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ssize_t n = 0;

	while (fd >= 0 && len > 0) {
		n = write(fd, buf, len);
		if (n < 0)
			break;
		buf += n;
		len -= (size_t)n;
	}
	if (fd < 0 || n < 0 || close(fd) != 0) {
		fprintf(stderr, "drafts: %s: %s\n", path, strerror(errno));
		exit(74);
	}
}

static void
write_draft(struct gen_out *o, const struct arguments *a, uint64_t index)
{
	const struct gen_options *g = &a->g;
	char path[PATH_MAX];
	const char *file, *name = gen_kind_names[index % GEN_KINDS];
	size_t len, size = g->size != 0 ? g->size : sizes[index % SIZES];
	int n;

	gen_draft(o, g, index);
	gen_assemble(o, g, size, &file, &len);
	if (g->fault != GEN_SOUND)
		name = gen_fault_names[g->fault];
	n = snprintf(path, sizeof(path), "%s/%06llu-%s.%s", a->folder,
	    (unsigned long long)index, name,
	    o->style.wrapper || g->fault != GEN_SOUND ? "json" : "jsonld");
	if (n < 0 || (size_t)n >= sizeof(path))
		fail_usage();
	write_file(path, file, len);
}

int
main(int argc, char **argv)
{
	struct arguments a = {0};
	struct gen_out o = {0};
	uint64_t i;
	int fault, last;

	(void)argc;
	parse(&a, argv);
	if (mkdir(a.folder, 0755) != 0 && errno != EEXIST) {
		fprintf(stderr, "drafts: %s: %s\n", a.folder, strerror(errno));
		return 74;
	}
	fault = a.all_faults ? GEN_SOUND + 1 : (int)a.g.fault;
	last = a.all_faults ? GEN_FAULTS - 1 : fault;
	for (; fault <= last; fault++) {
		a.g.fault = (enum gen_fault)fault;
		for (i = 0; i < a.count; i++)
			write_draft(&o, &a, a.first + i);
	}
	free(o.buf);
	free(o.file);
	return 0;
}
