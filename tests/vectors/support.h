/* support.h: reading other people's files in the programs of this folder. */
#ifndef TESTS_VECTORS_SUPPORT_H
#define TESTS_VECTORS_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The whole file and a NUL behind it, for free(); NULL if there is none. */
static inline char *
read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *buf = NULL;
	long size;

	if (f == NULL)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 &&
	    (buf = malloc((size_t)size + 1)) != NULL) {
		rewind(f);
		*len = fread(buf, 1, (size_t)size, f);
		buf[*len] = '\0';
	}
	fclose(f);
	return buf;
}

static int result_count, result_failed;

/* One line of TAP: skip is the reason, or NULL. */
static inline void
result(int good, const char *skip, const char *format, ...)
{
	va_list ap;

	result_count++;
	if (!good && skip == NULL)
		result_failed++;
	printf("%s %d - ", good || skip ? "ok" : "not ok", result_count);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	if (skip != NULL)
		printf(" # SKIP %s", skip);
	putchar('\n');
}

static inline int
results_done(void)
{
	printf("1..%d\n", result_count);
	return result_failed != 0;
}

#endif
