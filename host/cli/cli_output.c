#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/cli/cli.h"
#include "host/daemon/reply.h"

static void
print_object(cJSON *object)
{
	char *text = cJSON_PrintUnformatted(object);

	if (text != NULL)
		printf("%s\n", text);
	cJSON_free(text);
	cJSON_Delete(object);
}

static cJSON *
new_object(const struct cli *c)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddNumberToObject(object, "v", 1);
	cJSON_AddStringToObject(object, "verb", c->verb);
	return object;
}

static void
print_json_error(
    const struct cli *c, const struct fault *f, const char *file, cJSON *more)
{
	cJSON *object = new_object(c);
	cJSON *error = cJSON_AddObjectToObject(object, "error");

	reply_add_fault(error, f, file);
	while (more != NULL && more->child != NULL) {
		cJSON *member = cJSON_DetachItemViaPointer(more, more->child);

		cJSON_AddItemToObject(error, member->string, member);
	}
	cJSON_Delete(more);
	print_object(object);
}

int
cli_fail(const struct cli *c, const struct fault *fault, const char *file)
{
	return cli_fail_more(c, fault, file, NULL);
}

int
cli_fail_more(const struct cli *c, const struct fault *fault, const char *file,
    cJSON *more)
{
	struct fault clean = *fault;

	cli_progress_end(c);
	if (c->json) {
		print_json_error(c, fault, file, more);
		return err_exit(fault->err);
	}
	cJSON_Delete(more);
	fflush(stdout);
	cli_clean(fault->detail, clean.detail, sizeof(clean.detail));
	cli_clean(fault->path, clean.path, sizeof(clean.path));
	if (file == NULL && fault->file[0] == '\0')
		fputs("zegel: ", stderr);
	fault_print(&clean, file, stderr);
	return err_exit(fault->err);
}

int
cli_fail_text(const struct cli *c, enum err e, const char *format, ...)
{
	struct fault fault;
	va_list ap;

	fault_set(&fault, e, FAULT_NO_OFFSET, "%s", "");
	va_start(ap, format);
	vsnprintf(fault.detail, sizeof(fault.detail), format, ap);
	va_end(ap);
	return cli_fail(c, &fault, NULL);
}

void
cli_result(const struct cli *c, cJSON *result)
{
	cJSON *object;

	if (!c->json) {
		cJSON_Delete(result);
		return;
	}
	object = new_object(c);
	cJSON_AddItemToObject(object, "result", result);
	print_object(object);
}

void
cli_say(const struct cli *c, const char *format, ...)
{
	char *text, *line, *end;
	va_list ap;
	int n;

	if (c->json)
		return;
	cli_progress_end(c);
	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n < 0)
		return;
	/* Whatever came from front: not to a terminal as it is. */
	for (line = text; line != NULL; line = end) {
		end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		cli_clean(line, line, strlen(line) + 1);
		puts(line);
	}
	free(text);
}

void
cli_note(const struct cli *c, const char *format, ...)
{
	va_list ap;

	if (c->json)
		return;
	cli_progress_end(c);
	fflush(stdout);
	fputs("zegel: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
}

const char *
cli_time(int64_t seconds, char buf[static CLI_TIME])
{
	time_t t = (time_t)seconds;
	struct tm local;

	if (localtime_r(&t, &local) == NULL ||
	    strftime(buf, CLI_TIME, "%Y-%m-%d %H:%M:%S %z", &local) == 0)
		buf[0] = '\0';
	return buf;
}

/* Line and paragraph separators, and what changes the direction of text until
 * it is taken back: U+2028 to U+202E, U+2066 to U+2069. */
static bool
is_format(const unsigned char *in)
{
	return in[0] == 0xe2 &&
	    ((in[1] == 0x80 && in[2] >= 0xa8 && in[2] <= 0xae) ||
		(in[1] == 0x81 && in[2] >= 0xa6 && in[2] <= 0xa9));
}

/* These, C0, DEL and C1 controls: they could rewrite what the person reads. */
const char *
cli_clean(const char *text, char *buf, size_t cap)
{
	const unsigned char *in = (const unsigned char *)text;
	size_t n = 0;

	while (*in != '\0' && n + 1 < cap) {
		if (*in < 0x20 || *in == 0x7f) {
			buf[n++] = '?';
			in++;
		} else if (in[0] == 0xc2 && in[1] >= 0x80 && in[1] < 0xa0) {
			buf[n++] = '?';
			in += 2;
		} else if (is_format(in)) {
			buf[n++] = '?';
			in += 3;
		} else {
			buf[n++] = (char)*in++;
		}
	}
	buf[n] = '\0';
	return buf;
}

static bool progress_shown;

void
cli_progress(const struct cli *c, const char *what, uint64_t done, uint64_t all)
{
	if (c->json || !isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r%s %llu of %llu ", what, (unsigned long long)done,
	    (unsigned long long)all);
	progress_shown = true;
}

void
cli_progress_end(const struct cli *c)
{
	(void)c;
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}
