#include "host/cli/submit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/profile.h"
#include "host/daemon/reply.h"
#include "host/queue/queue.h"

enum err
submit_check(const struct submit *s, struct fault *fault)
{
	if (s->profile != NULL && profile_find(s->profile) == NULL)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--profile %.40s: " SUBMIT_PROFILES " was expected",
		    s->profile);
	if (s->batch != NULL && !queue_is_name(s->batch))
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--batch %.40s: a file name was expected, not hidden and "
		    "of at most %d octets",
		    s->batch, QUEUE_NAME - 1);
	return ERR_OK;
}

/* The file's name without folder and last extension. */
static void
stem_of(const char *path, char *out, size_t cap)
{
	const char *base = strrchr(path, '/');
	char *dot;

	snprintf(out, cap, "%s", base == NULL ? path : base + 1);
	dot = strrchr(out, '.');
	if (dot != NULL && dot != out)
		*dot = '\0';
}

static void
print_failures(const struct submit *s, const cJSON *reply, const char *file)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(reply, "failures");
	const cJSON *one;
	char path[512], text[512];
	int64_t offset;

	if (s->cli->json)
		return;
	cJSON_ArrayForEach(one, list)
	{
		offset = reply_number(one, "offset", -1);
		fprintf(stderr, "%s:", file);
		if (offset >= 0)
			fprintf(stderr, "%lld:", (long long)offset);
		fprintf(stderr, " %s: %s%s\n",
		    cli_clean(reply_text(one, "path"), path, sizeof(path)),
		    cJSON_IsTrue(
			cJSON_GetObjectItemCaseSensitive(one, "warning"))
			? "warning: "
			: "",
		    cli_clean(reply_text(one, "text"), text, sizeof(text)));
	}
}

/* The rules that are broken, for programs. */
static cJSON *
failures(cJSON *reply)
{
	cJSON *more = cJSON_CreateObject();
	cJSON *list = cJSON_DetachItemFromObjectCaseSensitive(
	    reply, "failures");

	if (more != NULL && list != NULL)
		cJSON_AddItemToObject(
		    more, "failures", cJSON_Duplicate(list, true));
	if (list != NULL)
		cJSON_AddItemToObject(reply, "failures", list);
	return more;
}

/* Takes the oldest reply. */
static enum err
take_reply(struct submit *s)
{
	const char *file = s->window[s->first];
	cJSON *reply = NULL;
	struct fault fault;
	enum err e;
	int code;

	e = client_receive(s->client, &reply, &fault);
	if (e != ERR_OK && reply == NULL)
		return e; /* the daemon is gone */
	if (e == ERR_OK) {
		s->accepted++;
		print_failures(s, reply, file); /* warnings */
		cJSON_AddStringToObject(reply, "file", file);
		cli_result(s->cli, reply);
		reply = NULL;
	} else if (e == ERR_QUEUE_DUPLICATE) {
		s->duplicates++;
		(void)cli_fail(s->cli, &fault, file);
	} else {
		s->refused++;
		code = cli_fail_more(s->cli, &fault, file, failures(reply));
		print_failures(s, reply, file);
		if (s->code == 0)
			s->code = code;
	}
	cJSON_Delete(reply);
	s->first = (s->first + 1) % SUBMIT_WINDOW;
	s->count--;
	return ERR_OK;
}

static void
refuse(struct submit *s, const struct fault *fault, const char *path)
{
	int code = cli_fail(s->cli, fault, path);

	s->refused++;
	if (s->code == 0)
		s->code = code;
}

static enum err
submit_file(struct submit *s, const char *path)
{
	size_t place;
	char stem[256];
	cJSON *request;
	struct fault fault;
	struct stat st;
	enum err e;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		fault_errno(&fault, errno, "%s", "cannot open");
		refuse(s, &fault, path);
		return ERR_OK;
	}
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		fault_set(&fault, ERR_NOT_REGULAR, FAULT_NO_OFFSET,
		    "a file with one credential was expected");
		refuse(s, &fault, path);
		close(fd);
		return ERR_OK;
	}
	while (s->count == SUBMIT_WINDOW) {
		e = take_reply(s);
		if (e != ERR_OK) {
			close(fd);
			return e;
		}
	}
	stem_of(path, stem, sizeof(stem));
	request = client_request("submit");
	cJSON_AddStringToObject(request, "batch", s->batch);
	cJSON_AddStringToObject(request, "name", stem);
	if (s->profile != NULL)
		cJSON_AddStringToObject(request, "profile", s->profile);
	if (s->again)
		cJSON_AddTrueToObject(request, "again");
	e = client_send(s->client, request, fd, &fault);
	close(fd);
	if (e != ERR_OK)
		return e;
	place = (s->first + s->count++) % SUBMIT_WINDOW;
	snprintf(s->window[place], SUBMIT_PATH, "%s", path);
	cli_progress(s->cli, "submitted", s->accepted, s->accepted + s->count);
	return ERR_OK;
}

static int
compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
is_visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static enum err
submit_folder(struct submit *s, const char *path)
{
	char file[SUBMIT_PATH];
	struct dirent **list;
	struct fault fault;
	struct stat st;
	enum err e = ERR_OK;
	int i, n;

	n = scandir(path, &list, is_visible, compare);
	if (n < 0) {
		fault_errno(&fault, errno, "%s", "cannot read the folder");
		refuse(s, &fault, path);
		return ERR_OK;
	}
	if (n == 0) {
		fault_set(&fault, ERR_NOT_FOUND, FAULT_NO_OFFSET,
		    "the folder holds no files");
		refuse(s, &fault, path);
	}
	for (i = 0; i < n; i++) {
		if ((size_t)snprintf(file, sizeof(file), "%s/%s", path,
			list[i]->d_name) < sizeof(file) &&
		    stat(file, &st) == 0 && S_ISREG(st.st_mode) && e == ERR_OK)
			e = submit_file(s, file);
		free(list[i]);
	}
	free(list);
	return e;
}

int
submit_paths(struct submit *s, char **paths, int count)
{
	enum err e = ERR_OK;
	struct stat st;
	int i;

	for (i = 0; e == ERR_OK && i < count; i++) {
		if (stat(paths[i], &st) == 0 && S_ISDIR(st.st_mode))
			e = submit_folder(s, paths[i]);
		else
			e = submit_file(s, paths[i]);
	}
	while (e == ERR_OK && s->count > 0)
		e = take_reply(s);
	cli_progress_end(s->cli);
	if (e != ERR_OK)
		return cli_fail_text(s->cli, e,
		    "the daemon ended; %llu drafts were accepted",
		    (unsigned long long)s->accepted);
	return s->code;
}

void
submit_summary(const struct submit *s)
{
	cJSON *result = cJSON_CreateObject();

	cli_say(s->cli,
	    "batch %s: %llu accepted, %llu refused, %llu known already",
	    s->batch, (unsigned long long)s->accepted,
	    (unsigned long long)s->refused, (unsigned long long)s->duplicates);
	cJSON_AddStringToObject(result, "batchName", s->batch);
	cJSON_AddNumberToObject(result, "accepted", (double)s->accepted);
	cJSON_AddNumberToObject(result, "refused", (double)s->refused);
	cJSON_AddNumberToObject(result, "known", (double)s->duplicates);
	cli_result(s->cli, result);
}
