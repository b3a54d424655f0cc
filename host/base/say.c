#include "host/base/say.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *process_name;

void
say_as(const char *process)
{
	process_name = process;
}

static void
write_line(enum say_level level, const char *message)
{
	bool prefix = getenv("JOURNAL_STREAM") != NULL || !isatty(2);
	char line[SAY_LINE];
	size_t i, n, start = 0;

	if (prefix)
		start = (size_t)snprintf(
		    line, sizeof(line), "<%d>", (int)level & 7);
	snprintf(line + start, sizeof(line) - start, "%s%s%s",
	    process_name != NULL ? process_name : "",
	    process_name != NULL ? ": " : "", message);
	n = strlen(line);
	/* What a file is called may not forge a line of its own. */
	for (i = start; i < n; i++) {
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	}
	line[n++] = '\n';
	if (write(2, line, n) < 0)
		return;
}

void
say(enum say_level level, const char *format, ...)
{
	char message[SAY_LINE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof(message), format, ap);
	va_end(ap);
	write_line(level, message);
}

void
say_fault(enum say_level level, const struct fault *fault, const char *file)
{
	char message[SAY_LINE];
	size_t n;
	FILE *out;

	/* fault_print knows the form; its stream ends in our buffer. */
	memset(message, 0, sizeof(message));
	out = fmemopen(message, sizeof(message) - 1, "w");
	if (out == NULL) {
		write_line(level, err_text(fault->err));
		return;
	}
	fault_print(fault, file, out);
	fclose(out);
	n = strlen(message);
	if (n > 0 && message[n - 1] == '\n')
		message[n - 1] = '\0';
	write_line(level, message);
}
