#include "host/base/fault.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

void
fault_clear(struct fault *f)
{
	memset(f, 0, sizeof(*f));
	f->offset = FAULT_NO_OFFSET;
}

enum err
fault_set(struct fault *f, enum err e, uint64_t offset, const char *format, ...)
{
	va_list ap;

	if (f == NULL)
		return e;
	fault_clear(f);
	f->err = e;
	f->offset = offset;
	va_start(ap, format);
	vsnprintf(f->detail, sizeof(f->detail), format, ap);
	va_end(ap);
	return e;
}

static enum err
err_of_errno(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
		return ERR_NOT_FOUND;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case ENOSPC:
	case EDQUOT:
		return ERR_NO_SPACE;
	case EROFS:
		return ERR_READ_ONLY;
	case EEXIST:
		return ERR_EXISTS;
	case ENOMEM:
		return ERR_NO_MEMORY;
	case EISDIR:
		return ERR_NOT_REGULAR;
	case EFBIG:
		return ERR_TOO_LARGE;
	case ETIMEDOUT:
		return ERR_TIMEOUT;
	default:
		return ERR_IO;
	}
}

enum err
fault_errno(struct fault *f, int errnum, const char *format, ...)
{
	enum err e = err_of_errno(errnum);
	va_list ap;
	size_t n;

	if (f == NULL)
		return e;
	fault_clear(f);
	f->err = e;
	va_start(ap, format);
	vsnprintf(f->detail, sizeof(f->detail), format, ap);
	va_end(ap);
	n = strlen(f->detail);
	snprintf(
	    f->detail + n, sizeof(f->detail) - n, ": %s", strerror(errnum));
	return e;
}

void
fault_in(struct fault *f, const char *file)
{
	if (f != NULL)
		snprintf(f->file, sizeof(f->file), "%s", file);
}

void
fault_print(const struct fault *f, const char *file, FILE *out)
{
	if (f->file[0] != '\0')
		file = f->file;
	if (file != NULL)
		fprintf(out, "%s:", file);
	if (f->offset != FAULT_NO_OFFSET)
		fprintf(out, "%" PRIu64 ":", f->offset);
	if (file != NULL || f->offset != FAULT_NO_OFFSET)
		fputc(' ', out);
	if (f->path[0] != '\0')
		fprintf(out, "%s: ", f->path);
	fputs(err_text(f->err), out);
	if (f->detail[0] != '\0')
		fprintf(out, ": %s", f->detail);
	fputc('\n', out);
}
