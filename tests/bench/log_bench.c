/*
 * log_bench: durable appends a second, by entries in a commit.
 *
 *	log_bench [FOLDER]
 *
 * Writes seal entries to a new log in FOLDER (default: build/), which must be
 * on a real disk, in groups of 1, 16 and 256, each commit durable before the
 * next. Beside it, for scale, one write and fsync of a file in the same
 * folder. Then proofs a second, and entries read back a second.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/log/entry.h"
#include "host/log/log.h"

static struct fault fault;

static void
must(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(
	    stderr, "log_bench: %s: %s: %s\n", what, err_text(e), fault.detail);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
append_seal(struct log *l, uint64_t i)
{
	struct entry e = {.kind = ENTRY_SEAL, .time = 1790000000};
	char buf[ENTRY_MAX];
	uint64_t index;
	size_t len;

	e.index = (uint32_t)(i % 100000);
	memcpy(e.leaf, &i, sizeof(i));
	memcpy(e.signature, &i, sizeof(i));
	must(entry_compose(&e, buf, sizeof(buf), &len), "compose");
	must(log_append(l, buf, len, &index), "append");
}

static double
bench_group(struct log *l, unsigned group, double seconds)
{
	double start = now(), end;
	uint64_t n = 0;
	unsigned i;

	do {
		for (i = 0; i < group; i++)
			append_seal(l, n + i);
		must(log_commit(l, &fault), "commit");
		n += group;
		end = now();
	} while (end - start < seconds);
	return (double)n / (end - start);
}

static double
bench_fsync(const char *path, double seconds)
{
	double start = now(), end;
	unsigned n = 0;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0) {
		perror(path);
		exit(1);
	}
	do {
		if (write(fd, path, 1) != 1 || fsync(fd) != 0) {
			perror(path);
			exit(1);
		}
		n++;
		end = now();
	} while (end - start < seconds);
	close(fd);
	return n / (end - start);
}

int
main(int argc, char **argv)
{
	static const unsigned group[] = {1, 16, 256};
	uint8_t proof[MERKLE_PROOF_MAX][SHA256_SIZE];
	char dir[300], log[320], key[320], file[320], command[400];
	double start, rate, syncs;
	struct log *l;
	uint64_t n, size;
	size_t len, i;

	snprintf(dir, sizeof(dir), "%s/log-bench-XXXXXX",
	    argc > 1 ? argv[1] : "build");
	if (mkdtemp(dir) == NULL) {
		perror(dir);
		return 1;
	}
	snprintf(log, sizeof(log), "%s/log", dir);
	snprintf(key, sizeof(key), "%s/log.key", dir);
	snprintf(file, sizeof(file), "%s/file", dir);
	must(log_create(log, key, "log.example/bench", &fault), "create");
	must(log_open(&l, log, key, &fault), "open");
	syncs = bench_fsync(file, 0.5);
	printf("write and fsync of one file  %8.0f /s\n", syncs);
	for (i = 0; i < sizeof(group) / sizeof(group[0]); i++) {
		rate = bench_group(l, group[i], 2);
		printf("appends, %3u a commit        %8.0f /s  "
		       "(%.2f fsyncs' time a commit)\n",
		    group[i], rate, syncs * group[i] / rate);
	}
	size = log_size(l);
	start = now();
	for (n = 0; n < 20000; n++)
		must(log_prove(l, (n * 7919) % size, proof, &len), "prove");
	printf("inclusion proofs             %8.0f /s  (size %llu)\n",
	    20000 / (now() - start), (unsigned long long)size);
	log_close(l);
	start = now();
	must(log_open_reader(&l, log, &fault), "open");
	for (n = 0; n < size; n++) {
		const uint8_t *entry;

		must(log_entry(l, n, &entry, &len), "read");
	}
	printf("entries read and checked     %8.0f /s\n",
	    (double)size / (now() - start));
	log_close(l);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command) != 0;
}
