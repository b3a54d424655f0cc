#include "host/log/log_key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/base/secret.h"

/* Reads straight into locked memory: no buffer of a library has the seed. */
static enum err
read_line(int fd, const char *path, char *line, size_t cap, size_t *len,
    struct fault *fault)
{
	struct stat st;
	size_t n = 0;
	ssize_t got;

	if (fstat(fd, &st) != 0)
		return fault_errno(fault, errno, "cannot read %s", path);
	if (!S_ISREG(st.st_mode))
		return fault_set(fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET,
		    "%s is not a regular file", path);
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return fault_set(fault, ERR_LOG_KEY, FAULT_NO_OFFSET,
		    "%s may be read by others, mode 0600 was expected", path);
	while (n < cap) {
		got = read(fd, line + n, cap - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fault_errno(
			    fault, errno, "cannot read %s", path);
		if (got == 0)
			break;
		n += (size_t)got;
	}
	if (n == 0 || n == cap || line[n - 1] != '\n')
		return fault_set(fault, ERR_LOG_KEY, FAULT_NO_OFFSET,
		    "%s is not one line", path);
	*len = n - 1;
	return ERR_OK;
}

enum err
log_key_load(struct note_signer **s, const char *path, struct fault *fault)
{
	size_t len = 0;
	enum err e;
	char *line;
	int fd;

	*s = NULL;
	line = secret_alloc(NOTE_SKEY + 1);
	if (line == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "reading %s", path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		e = fault_errno(fault, errno, "cannot open %s", path);
		goto out;
	}
	e = read_line(fd, path, line, NOTE_SKEY + 1, &len, fault);
	close(fd);
	if (e != ERR_OK)
		goto out;
	e = note_signer_parse(s, line, len);
	if (e != ERR_OK)
		e = fault_set(fault, e, FAULT_NO_OFFSET,
		    "%s does not hold a signing key", path);
out:
	secret_free(line, NOTE_SKEY + 1);
	return e;
}

enum err
log_key_make(struct note_signer **s, const char *name, struct fault *fault)
{
	uint8_t seed[NOTE_SEED];
	enum err e;

	secret_random(seed, sizeof(seed));
	e = note_signer_make(s, name, seed);
	secret_wipe(seed, sizeof(seed));
	if (e != ERR_OK)
		fault_set(fault, e, FAULT_NO_OFFSET,
		    "cannot make a key for \"%.100s\"", name);
	return e;
}

enum err
log_key_store(
    const struct note_signer *s, const char *path, struct fault *fault)
{
	char *line;
	size_t n;
	enum err e;

	line = secret_alloc(NOTE_SKEY + 1);
	if (line == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "creating %s", path);
	note_signer_format(s, line);
	n = strlen(line);
	line[n++] = '\n';
	e = file_create(path, line, n, 0600, fault);
	secret_free(line, NOTE_SKEY + 1);
	return e;
}
