#include <string.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/log/internal.h"
#include "host/log/log_key.h"

/* An interrupted log_create left a key that signed nothing but the empty
 * tree, and its memory says so: that one may be used. */
static enum err
use_key(struct note_signer **s, const char *key_path, const char *origin,
    struct fault *fault)
{
	struct log_head head;
	bool fresh;
	enum err e;

	e = log_key_load(s, key_path, fault);
	if (e != ERR_OK)
		return e;
	e = log_head_open(
	    &head, &log_io_posix, key_path, note_signer_key(*s), NULL);
	fresh = e == ERR_OK && head.c.size == 0 &&
	    strcmp(note_signer_key(*s)->name, origin) == 0;
	log_head_close(&head);
	if (fresh)
		return ERR_OK;
	note_signer_free(*s);
	*s = NULL;
	return fault_set(fault, ERR_EXISTS, FAULT_NO_OFFSET,
	    "%s is the key of a log that was begun", key_path);
}

/* Its memory comes before the key: never is there a key without one. */
static enum err
make_key(struct note_signer **s, const char *key_path, const char *origin,
    struct fault *fault)
{
	char note[CHECKPOINT_MAX];
	uint8_t root[SHA256_SIZE];
	size_t len;
	enum err e;

	e = log_key_make(s, origin, fault);
	if (e != ERR_OK)
		return e;
	sha256("", 0, root);
	e = checkpoint_sign(*s, 0, root, note, sizeof(note), &len);
	if (e != ERR_OK)
		fault_set(fault, e, FAULT_NO_OFFSET, "cannot sign");
	else
		e = log_head_create(&log_io_posix, key_path, note, len, fault);
	if (e == ERR_OK)
		e = log_key_store(*s, key_path, fault);
	if (e != ERR_OK) {
		note_signer_free(*s);
		*s = NULL;
	}
	return e;
}

/* The checkpoint comes last: with it there is a log. */
static enum err
publish(const struct note_signer *s, const char *dir, struct fault *fault)
{
	char path[LOG_PATH], note[CHECKPOINT_MAX], vkey[NOTE_VKEY + 1];
	uint8_t root[SHA256_SIZE];
	size_t len, n;
	enum err e;

	note_key_format(note_signer_key(s), vkey);
	n = strlen(vkey);
	vkey[n++] = '\n';
	e = log_path(dir, "vkey", path, fault);
	if (e == ERR_OK)
		e = log_replace(&log_io_posix, path, vkey, n, 0644, fault);
	if (e != ERR_OK)
		return e;
	sha256("", 0, root);
	e = checkpoint_sign(s, 0, root, note, sizeof(note), &len);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "cannot sign");
	e = log_path(dir, "checkpoint", path, fault);
	if (e == ERR_OK)
		e = log_replace(&log_io_posix, path, note, len, 0644, fault);
	return e;
}

enum err
log_create(const char *dir, const char *key_path, const char *origin,
    struct fault *fault)
{
	struct note_signer *s = NULL;
	char path[LOG_PATH];
	enum err e;

	if (!note_name_is_valid(origin, strlen(origin)))
		return fault_set(fault, ERR_LOG_KEY, FAULT_NO_OFFSET,
		    "\"%.100s\" cannot be a log's origin: printable ASCII "
		    "without space and '+', at most %d octets",
		    origin, LOG_ORIGIN_MAX);
	e = log_path(dir, "checkpoint", path, fault);
	if (e != ERR_OK)
		return e;
	if (access(path, F_OK) == 0)
		return fault_set(fault, ERR_EXISTS, FAULT_NO_OFFSET,
		    "there is a log in %s", dir);
	e = file_make_folder(dir, 0755, fault);
	if (e != ERR_OK)
		return e;
	if (access(key_path, F_OK) == 0)
		e = use_key(&s, key_path, origin, fault);
	else
		e = make_key(&s, key_path, origin, fault);
	if (e == ERR_OK)
		e = publish(s, dir, fault);
	note_signer_free(s);
	return e;
}
