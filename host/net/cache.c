#include "host/net/cache.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/sha256.h"
#include "host/base/file.h"
#include "host/base/hex.h"

#define PATH 1024
#define DER_SEQUENCE_OCTET 0x30

/* One file for each question: the address and the body that is posted. */
static void
path_of(
    const struct cache *f, const struct cache_request *r, char out[static PATH])
{
	char name[2 * SHA256_SIZE + 1];
	uint8_t digest[SHA256_SIZE];
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, r->url, strlen(r->url) + 1);
	sha256_push(&h, r->body, r->body_len);
	sha256_finish(&h, digest);
	hex_encode(digest, sizeof(digest), name);
	snprintf(out, PATH, "%s/%s", f->folder, name);
}

/* Seconds since it was kept; -1: it is not there. What is from the future
 * counts as old. */
static int64_t
age_of(const char *path)
{
	int64_t age;
	struct stat st;

	if (stat(path, &st) != 0)
		return -1;
	age = (int64_t)time(NULL) - (int64_t)st.st_mtime;
	return age < 0 ? CACHE_KEPT : age;
}

static bool
take_kept(const char *path, size_t max, uint8_t **answer, size_t *len)
{
	return file_read(path, max, answer, len, NULL) == ERR_OK;
}

/* All that is asked for here is DER: a web page is not worth keeping, and may
 * not take the place of something that is. */
static bool
is_worth(const struct http_answer *a)
{
	return a->len > 0 && a->body[0] == DER_SEQUENCE_OCTET;
}

enum err
cache_get(const struct cache *f, const struct cache_request *request,
    uint8_t **answer, size_t *len, bool *cached, struct fault *fault)
{
	struct http_request r = {.url = request->url,
	    .body_type = request->body_type,
	    .body = request->body,
	    .body_len = request->body_len,
	    .type = request->type,
	    .max = request->max};
	struct http_answer a;
	char path[PATH];
	int64_t age = -1;
	enum err e;

	*answer = NULL;
	*cached = false;
	if (f->folder != NULL) {
		path_of(f, request, path);
		age = age_of(path);
	}
	if (!request->refresh && age >= 0 && age < CACHE_FRESH &&
	    take_kept(path, request->max, answer, len)) {
		*cached = true;
		return ERR_OK;
	}
	e = http_exchange(f->http, &r, &a, fault);
	if (e == ERR_OK && a.body != NULL) {
		if (f->folder != NULL && is_worth(&a))
			(void)!file_replace(path, a.body, a.len, 0600, NULL);
		*answer = a.body;
		*len = a.len;
		return ERR_OK;
	}
	http_answer_free(&a);
	if (e == ERR_OK)
		e = fault_set(fault, ERR_NET_FAILED, FAULT_NO_OFFSET,
		    "%.100s: nothing came back", request->url);
	if (!request->refresh && age >= CACHE_FRESH && age < CACHE_KEPT &&
	    take_kept(path, request->max, answer, len)) {
		*cached = true;
		return ERR_OK;
	}
	return e;
}

void
cache_sweep(const struct cache *f)
{
	const struct dirent *entry;
	char path[PATH];
	DIR *d;

	if (f->folder == NULL || (d = opendir(f->folder)) == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(
		    path, sizeof(path), "%.700s/%s", f->folder, entry->d_name);
		if (age_of(path) >= CACHE_KEPT)
			unlink(path);
	}
	closedir(d);
}
