/*
 * standalone.c: runs a fuzz target without libFuzzer, as a test of its seeds:
 * every file of tests/fuzz/corpus/MODULE/ as it is, cut short, and changed by
 * a generator with a fixed start, so that each run is the same run.
 * The property is the target's own: it aborts where it does not hold.
 */
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

#define CHANGED 2000 /* inputs made of the seeds, all together */
#define BLIND 2000 /* inputs made of nothing */
#define BLIND_MAX 300

static uint64_t rng_state = 0x9e3779b97f4a7c15;

/* xorshift64* */
static uint64_t
rng(uint64_t below)
{
	rng_state ^= rng_state >> 12;
	rng_state ^= rng_state << 25;
	rng_state ^= rng_state >> 27;
	return rng_state * 0x2545f4914f6cdd1d % below;
}

/* In an allocation of just its size: a read beyond it is seen. */
static void
run(const uint8_t *buf, size_t len)
{
	uint8_t *exact = malloc(len ? len : 1);

	if (exact == NULL)
		abort();
	if (len > 0)
		memcpy(exact, buf, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
}

static void
run_blind(void)
{
	static const char text[] =
	    "{}[]\",:0123456789-+eE.truefalsn\\u /<>&;='";
	uint8_t buf[BLIND_MAX];
	size_t len, i;
	int n;

	run(NULL, 0);
	for (n = 0; n < BLIND; n++) {
		len = rng(n < 256 ? 8 : BLIND_MAX);
		for (i = 0; i < len; i++)
			buf[i] = n % 2 ? (uint8_t)rng(256)
				       : (uint8_t)text[rng(sizeof(text) - 1)];
		run(buf, len);
	}
}

static void
run_changed(uint8_t *buf, size_t len, int times)
{
	uint8_t *changed = malloc(len ? len : 1);
	size_t cut;
	int n, k;

	if (changed == NULL)
		abort();
	for (n = 0; n < times && len > 0; n++) {
		memcpy(changed, buf, len);
		for (k = (int)rng(4); k >= 0; k--)
			changed[rng(len)] ^= (uint8_t)(1u << rng(8));
		cut = n % 3 == 0 ? rng(len + 1) : len;
		run(changed, cut);
	}
	free(changed);
}

static bool
run_file(const char *path, int times)
{
	FILE *f = fopen(path, "rb");
	uint8_t *buf = NULL;
	long len = -1;
	bool done = false;

	if (f == NULL)
		goto out;
	if (fseek(f, 0, SEEK_END) != 0 || (len = ftell(f)) < 0)
		goto out;
	rewind(f);
	buf = malloc((size_t)len + 1);
	if (buf == NULL || fread(buf, 1, (size_t)len, f) != (size_t)len)
		goto out;
	run(buf, (size_t)len);
	run_changed(buf, (size_t)len, times);
	done = true;
out:
	if (!done)
		printf("# cannot read %s\n", path);
	free(buf);
	if (f != NULL)
		fclose(f);
	return done;
}

static int
is_seed(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* ".../tests/fuzz/jcs_fuzz" has its seeds in "tests/fuzz/corpus/jcs". */
static void
corpus_of(const char *program, char path[static PATH_MAX])
{
	const char *name = strrchr(program, '/');
	size_t len;

	name = name ? name + 1 : program;
	len = strlen(name);
	if (len > 5 && strcmp(name + len - 5, "_fuzz") == 0)
		len -= 5;
	snprintf(path, PATH_MAX, "tests/fuzz/corpus/%.*s", (int)len, name);
}

int
main(int argc, char **argv)
{
	char folder[PATH_MAX], path[PATH_MAX * 2];
	struct dirent **seeds = NULL;
	int n, i, bad = 0;

	(void)argc;
	corpus_of(argv[0], folder);
	printf("1..2\n");
	fflush(stdout);
	run_blind();
	printf("ok 1 - holds for %d made-up inputs\n", BLIND);
	fflush(stdout);

	n = scandir(folder, &seeds, is_seed, alphasort);
	if (n <= 0) {
		printf("ok 2 - seeds # SKIP none in %s\n", folder);
		return 0;
	}
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, seeds[i]->d_name);
		printf("# %s\n", path);
		fflush(stdout);
		if (!run_file(path, CHANGED / n + 1))
			bad++;
		free(seeds[i]);
	}
	free(seeds);
	printf("%s 2 - holds for %d seeds and what becomes of them\n",
	    bad ? "not ok" : "ok", n);
	return bad != 0;
}
