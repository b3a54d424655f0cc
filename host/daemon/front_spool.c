/*
 * The drop folder. A folder renamed into spool/in is one batch and is closed
 * when all its files are in; a loose file joins batch "inbox" once it has not
 * changed for [spool] settle. What is refused goes to spool/refused with its
 * reasons beside it. A file leaves spool/in only when its draft is durable.
 * What cannot be taken now is looked at again later and holds up nothing else.
 */
#include "host/daemon/front.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/base/say.h"
#include "host/edc/edc.h"

#define SLICE 32
#define PATH_CAP (2 * STATION_PATH)
#define SAME_NAMES 1000
#define HOLD_SECONDS 5
#define COMPLAIN_SECONDS 60 /* between two words on the same trouble */

/* Files taken in during this round; they go once the round is durable. */
struct front_spool {
	char taken[SLICE][PATH_CAP];
	size_t taken_count;
	char finished[PATH_CAP]; /* a folder that was emptied */
	char finished_batch[QUEUE_NAME];
	bool busy;
	int64_t hold; /* not before this time: after a failure of the disk */
	int64_t loose_hold; /* the same for loose files: inbox is closed */
	int64_t complained;
};

/* The name without its last extension, for the sealed file. */
static void
stem(const char *name, char out[static QUEUE_NAME])
{
	char *dot;

	snprintf(out, QUEUE_NAME, "%s", name);
	dot = strrchr(out, '.');
	if (dot != NULL && dot != out)
		*dot = '\0';
}

/* Moves it to where nothing is yet: what was refused before under the same name
 * is not lost. to is its new path. */
static enum err
move_away(const char *path, const char *folder, const char *name, char *to,
    size_t cap, struct fault *fault)
{
	int n;

	snprintf(to, cap, "%s/%s", folder, name);
	for (n = 2; n < SAME_NAMES; n++) {
		if (renameat2(AT_FDCWD, path, AT_FDCWD, to, RENAME_NOREPLACE) ==
		    0)
			return ERR_OK;
		if (errno == EINVAL && rename(path, to) == 0)
			return ERR_OK;
		if (errno != EEXIST)
			break;
		snprintf(to, cap, "%s/%s.%d", folder, name, n);
	}
	return fault_errno(fault, errno, "cannot move a refused draft");
}

static void
refuse(struct front *f, const char *path, const char *batch, const char *name,
    const struct fault *fault, const struct edc_report *report)
{
	char folder[PATH_CAP], to[2 * PATH_CAP], why[2 * PATH_CAP + 8];
	char *text = NULL;
	struct fault trouble;
	size_t len = 0, i;
	FILE *out;

	snprintf(folder, sizeof(folder), "%s/%s", f->refused_dir, batch);
	if (file_make_folder(folder, 0750, &trouble) != ERR_OK)
		goto fail;
	if (move_away(path, folder, name, to, sizeof(to), &trouble) != ERR_OK)
		goto fail;
	out = open_memstream(&text, &len);
	if (out == NULL)
		return;
	fault_print(fault, name, out);
	for (i = 0; i < report->kept; i++)
		fprintf(out, "%s: %s: %s\n", name, report->failures[i].path,
		    report->failures[i].text);
	fclose(out);
	snprintf(why, sizeof(why), "%s.why", to);
	if (file_replace(why, text, len, 0640, &trouble) != ERR_OK)
		say_fault(SAY_WARNING, &trouble, NULL);
	free(text);
	say(SAY_WARNING, "a draft from the spool was refused: %s",
	    err_text(fault->err));
	return;
fail:
	say_fault(SAY_ERROR, &trouble, NULL);
	f->spool->hold = front_tick() + HOLD_SECONDS;
}

static void
complain(struct front *f, const struct fault *fault)
{
	if (f->spool->complained + COMPLAIN_SECONDS > front_now())
		return;
	f->spool->complained = front_now();
	say_fault(SAY_WARNING, fault, NULL);
}

/* A batch that is closed now may be open later. */
static bool
is_passing(enum err e)
{
	return front_is_passing(e) || e == ERR_BATCH_STATE;
}

/* Who may drop a file here may not have front read another one for him. */
static enum err
read_draft(const char *path, uint8_t **draft, size_t *len, struct fault *fault)
{
	struct stat st;
	enum err e;
	int fd;

	fd = open(
	    path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && errno == ELOOP)
		return fault_set(fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET,
		    "a link, a file was expected");
	if (fd < 0)
		return fault_errno(fault, errno, "cannot open the draft");
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		e = fault_set(
		    fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET, "not a file");
	else
		e = file_read_fd(
		    fd, "the draft", BOUND_PAYLOAD, draft, len, fault);
	close(fd);
	return e;
}

/* Taken in just before a crash that came before the file was removed. */
static bool
is_taken_already(struct front *f, const char *batch, const struct item *item,
    const uint8_t *draft, size_t len)
{
	uint8_t digest[SHA256_SIZE];
	struct item known;
	struct batch b;

	if (queue_item_by_identity(f->queue, item->identity, &known) !=
		ERR_OK ||
	    known.state != ITEM_QUEUED ||
	    queue_batch_get(f->queue, known.batch, &b) != ERR_OK)
		return false;
	sha256(draft, len, digest);
	return strcmp(b.name, batch) == 0 &&
	    strcmp(known.name, item->name) == 0 &&
	    memcmp(known.draft, digest, SHA256_SIZE) == 0;
}

/* False: not now, nor what else is for this batch. */
static bool
take_file(
    struct front *f, const char *path, const char *batch, const char *name)
{
	struct edc_report report = {0};
	char as[QUEUE_NAME];
	struct fault fault;
	uint8_t *draft = NULL;
	struct item item;
	size_t len;
	enum err e;

	stem(name, as);
	fault_clear(&fault);
	e = read_draft(path, &draft, &len, &fault);
	if (e == ERR_OK)
		e = front_intake(f, batch, "", as, draft, len, false, &item,
		    &report, &fault);
	if (e == ERR_QUEUE_DUPLICATE &&
	    is_taken_already(f, batch, &item, draft, len))
		e = ERR_OK;
	free(draft);
	if (e == ERR_OK) {
		snprintf(f->spool->taken[f->spool->taken_count++], PATH_CAP,
		    "%s", path);
	} else if (is_passing(e)) {
		/* Not by the file's name: it may be a person's. */
		(void)!fault_set(&fault, e, FAULT_NO_OFFSET,
		    "drafts in the spool have to wait");
		complain(f, &fault);
		if (e != ERR_BATCH_STATE)
			f->spool->hold = front_tick() + HOLD_SECONDS;
	} else {
		refuse(f, path, batch, name, &fault, &report);
	}
	edc_report_free(&report);
	return e == ERR_OK || !is_passing(e);
}

void
front_spool_settled(struct front *f, bool durable)
{
	struct front_spool *s = f->spool;
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; durable && i < s->taken_count; i++)
		unlink(s->taken[i]);
	s->taken_count = 0;
	if (!durable)
		s->finished[0] = '\0';
}

/*
 * Closes the batch of a folder that was emptied. The folder goes once that is
 * durable: it is found empty again then, and its batch closing.
 */
static void
finish_folder(struct front *f)
{
	struct front_spool *s = f->spool;
	struct fault fault;
	struct batch b;
	enum err e;

	if (s->finished[0] == '\0')
		return;
	e = queue_batch_find(f->queue, s->finished_batch, &b);
	if (e == ERR_OK && b.state == BATCH_OPEN) {
		e = front_close_begin(f, &b, "", &fault);
		if (e != ERR_OK)
			say(SAY_WARNING, "batch %lld stays open: %s",
			    (long long)b.id, err_text(e));
	} else {
		e = ERR_BATCH_STATE;
	}
	if (e != ERR_OK && (e == ERR_BATCH_STATE || !is_passing(e)))
		rmdir(s->finished);
	s->finished[0] = '\0';
}

/* Up to SLICE files of a folder; what is left comes next. */
static void
take_folder(struct front *f, const char *path, const char *batch)
{
	char file[PATH_CAP + 256];
	struct fault fault;
	struct dirent *d;
	bool empty = true, go_on = true;
	DIR *dir;

	/* Files that could not be removed would come in again and again. */
	dir = access(path, W_OK | X_OK) == 0 ? opendir(path) : NULL;
	if (dir == NULL) {
		(void)!fault_errno(&fault, errno,
		    "cannot empty %s: group zegel needs all rights on it",
		    path);
		complain(f, &fault);
		return;
	}
	while (go_on && (d = readdir(dir)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		empty = false;
		if (f->spool->taken_count == SLICE ||
		    f->spool->hold > front_tick())
			break;
		snprintf(file, sizeof(file), "%s/%s", path, d->d_name);
		if (strlen(file) < PATH_CAP)
			go_on = take_file(f, file, batch, d->d_name);
	}
	closedir(dir);
	f->spool->busy |= !empty && go_on;
	if (!empty)
		return;
	snprintf(f->spool->finished, PATH_CAP, "%s", path);
	snprintf(f->spool->finished_batch, QUEUE_NAME, "%s", batch);
}

static bool
ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && strcmp(name + n - m, end) == 0;
}

static void
look_at(struct front *f, const char *name)
{
	char path[PATH_CAP];
	struct stat st;
	int64_t changed;

	if (name[0] == '.' || ends_with(name, ".part"))
		return;
	snprintf(path, sizeof(path), "%s/%s", f->in_dir, name);
	if (lstat(path, &st) != 0)
		return;
	changed = st.st_mtime > st.st_ctime ? st.st_mtime : st.st_ctime;
	if (S_ISDIR(st.st_mode))
		take_folder(f, path, name);
	else if (S_ISREG(st.st_mode) && f->spool->loose_hold <= front_tick() &&
	    changed + (int64_t)f->config->settle <= front_now() &&
	    !take_file(f, path, "inbox", name))
		f->spool->loose_hold = front_tick() + HOLD_SECONDS;
}

bool
front_spool_work(struct front *f)
{
	struct dirent *d;
	DIR *dir;

	if (!f->config->spool)
		return false;
	if (f->spool == NULL)
		f->spool = calloc(1, sizeof(*f->spool));
	if (f->spool == NULL)
		return false;
	finish_folder(f);
	if (f->spool->hold > front_tick() ||
	    (!f->spool->busy && f->last_spool == front_now()))
		return false;
	f->last_spool = front_now();
	f->spool->busy = false;
	dir = opendir(f->in_dir);
	if (dir == NULL)
		return false;
	while ((d = readdir(dir)) != NULL && f->spool->taken_count < SLICE &&
	    f->spool->hold <= front_tick())
		look_at(f, d->d_name);
	closedir(dir);
	f->spool->busy |= f->spool->taken_count > 0;
	return f->spool->busy || f->spool->finished[0] != '\0';
}
