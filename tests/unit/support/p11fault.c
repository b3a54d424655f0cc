#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/support/p11fault.h"
#include "tests/unit/support/softhsm.h"

static char control[256];

/* No cmocka here: benchmarks use this, too. */
static void
must(int good)
{
	if (!good)
		abort();
}

const char *
p11fault_module(void)
{
	static char path[512];
	ssize_t n;
	char *end;
	int up;

	n = readlink("/proc/self/exe", path, sizeof(path) - 32);
	must(n > 0);
	path[n] = '\0';
	for (up = 0; up < 2; up++) {
		end = strrchr(path, '/');
		must(end != NULL);
		*end = '\0';
	}
	snprintf(path + strlen(path), 32, "/p11fault.so");
	return path;
}

static const char *
file(const char *suffix)
{
	static char path[300];

	snprintf(path, sizeof(path), "%s%s", control, suffix);
	return path;
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	must(f != NULL);
	must(fputs(text, f) >= 0);
	must(fclose(f) == 0);
}

void
p11fault_begin(void)
{
	snprintf(control, sizeof(control), "%s/control", softhsm_folder());
	must(setenv("P11FAULT_CONTROL", control, 1) == 0);
	p11fault_set("");
}

void
p11fault_change(const char *text)
{
	char path[300];

	/* Never half of it under a running call. */
	snprintf(path, sizeof(path), "%s.next", control);
	write_file(path, text);
	must(rename(path, control) == 0);
}

void
p11fault_set(const char *text)
{
	unlink(file(".log"));
	unlink(file(".tries"));
	p11fault_change(text);
}

unsigned
p11fault_count(const char *begin)
{
	char line[256];
	unsigned n = 0;
	FILE *f;

	f = fopen(file(".log"), "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, begin, strlen(begin)) == 0)
			n++;
	if (f != NULL)
		fclose(f);
	return n;
}

void
p11fault_set_tries(unsigned left)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", left);
	write_file(file(".tries"), text);
}

unsigned
p11fault_tries(void)
{
	unsigned n = 0;
	FILE *f;

	f = fopen(file(".tries"), "r");
	must(f != NULL);
	must(fscanf(f, "%u", &n) == 1);
	fclose(f);
	return n;
}
