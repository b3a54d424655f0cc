#include "host/daemon/approvals.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/base/hex.h"
#include "host/base/say.h"

/* A file: approval octets, log index, key's name, person, means, the
 * appliance's signature, SHA-256 of all. */
#define FILE_KEY (APPROVAL_SIZE + 8)
#define FILE_PERSON (FILE_KEY + 64)
#define FILE_MEANS (FILE_PERSON + 24)
#define FILE_SIGNATURE (FILE_MEANS + 16)
#define FILE_BODY (FILE_SIGNATURE + 64)
/* One of before there were other means than the terminal. */
#define FILE_OLD (FILE_MEANS + SHA256_SIZE)
#define FILE_SIZE (FILE_BODY + SHA256_SIZE)

static void
path_of(
    const struct approvals *a, const struct granted *g, char *out, size_t cap)
{
	char hex[2 * SHA256_SIZE + 1];

	hex_encode(g->approval.nonce, SHA256_SIZE, hex);
	snprintf(out, cap, "%s/%s", a->folder, hex);
}

static void
encode(const struct granted *g, uint8_t out[static FILE_SIZE])
{
	int i;

	memset(out, 0, FILE_SIZE);
	approval_encode(&g->approval, out);
	for (i = 0; i < 8; i++)
		out[APPROVAL_SIZE + i] = (uint8_t)(g->entry >> (56 - 8 * i));
	memcpy(out + FILE_KEY, g->key, strnlen(g->key, 63));
	memcpy(out + FILE_PERSON, g->person, strnlen(g->person, 23));
	memcpy(out + FILE_MEANS, g->means, strnlen(g->means, 15));
	memcpy(out + FILE_SIGNATURE, g->signature, sizeof(g->signature));
	sha256(out, FILE_BODY, out + FILE_BODY);
}

static bool
decode(struct granted *g, const uint8_t *in, size_t len)
{
	uint8_t digest[SHA256_SIZE];
	size_t body;
	int i;

	memset(g, 0, sizeof(*g));
	if (len != FILE_SIZE && len != FILE_OLD)
		return false;
	body = len - SHA256_SIZE;
	sha256(in, body, digest);
	if (memcmp(digest, in + body, SHA256_SIZE) != 0 ||
	    approval_decode(&g->approval, in) != ERR_OK)
		return false;
	for (i = 0; i < 8; i++)
		g->entry = g->entry << 8 | in[APPROVAL_SIZE + i];
	memcpy(g->key, in + FILE_KEY, 63);
	memcpy(g->person, in + FILE_PERSON, 23);
	if (len == FILE_OLD) {
		memcpy(g->means, "terminal", 9);
		return true;
	}
	memcpy(g->means, in + FILE_MEANS, 15);
	memcpy(g->signature, in + FILE_SIGNATURE, sizeof(g->signature));
	return true;
}

static void
load_one(struct approvals *a, const char *name)
{
	char path[sizeof(a->folder) + 256];
	struct granted g;
	uint8_t *buf;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", a->folder, name);
	if (file_read(path, 4096, &buf, &len, NULL) != ERR_OK)
		return;
	if (!decode(&g, buf, len))
		say(SAY_WARNING, "approval file %s is damaged", name);
	else if (a->count < APPROVALS_MAX)
		a->granted[a->count++] = g;
	free(buf);
}

enum err
approvals_open(struct approvals *a, const char *folder, struct fault *fault)
{
	struct dirent *d;
	enum err e;
	DIR *dir;

	memset(a, 0, sizeof(*a));
	pthread_mutex_init(&a->files, NULL);
	pthread_mutex_init(&a->lock, NULL);
	snprintf(a->folder, sizeof(a->folder), "%s/approvals", folder);
	e = file_make_folder(a->folder, 0700, fault);
	if (e != ERR_OK)
		return e;
	dir = opendir(a->folder);
	if (dir == NULL)
		return fault_set(fault, ERR_IO, FAULT_NO_OFFSET,
		    "cannot read %s", a->folder);
	while ((d = readdir(dir)) != NULL)
		if (strlen(d->d_name) == 2 * SHA256_SIZE)
			load_one(a, d->d_name);
	closedir(dir);
	return ERR_OK;
}

void
approvals_close(struct approvals *a)
{
	pthread_mutex_destroy(&a->lock);
	pthread_mutex_destroy(&a->files);
}

/* Place of the one with that nonce; count if there is none. */
static size_t
place_of(const struct approvals *a, const uint8_t nonce[static 32])
{
	size_t i;

	for (i = 0; i < a->count; i++)
		if (memcmp(a->granted[i].approval.nonce, nonce, 32) == 0)
			break;
	return i;
}

static void
forget(struct approvals *a, size_t i)
{
	char path[sizeof(a->folder) + 80];

	path_of(a, &a->granted[i], path, sizeof(path));
	unlink(path);
	a->count--;
	memmove(&a->granted[i], &a->granted[i + 1],
	    (a->count - i) * sizeof(a->granted[0]));
}

/* Is there a place for g? In a full table the one that expired first goes. */
static bool
make_room(struct approvals *a, const struct granted *g)
{
	size_t i, first = 0;

	if (a->count < APPROVALS_MAX ||
	    place_of(a, g->approval.nonce) < a->count)
		return true;
	for (i = 1; i < a->count; i++)
		if (a->granted[i].approval.expires <
		    a->granted[first].approval.expires)
			first = i;
	if (a->granted[first].approval.expires > g->approval.time)
		return false;
	forget(a, first);
	return true;
}

static enum err
put(struct approvals *a, const struct granted *g, struct fault *fault)
{
	char path[sizeof(a->folder) + 80];
	uint8_t octets[FILE_SIZE];
	bool room;
	enum err e;
	size_t i;

	/* Looked for before anything is written: what is on the disk is
	 * entered in the log at the next start. */
	pthread_mutex_lock(&a->lock);
	room = make_room(a, g);
	pthread_mutex_unlock(&a->lock);
	path_of(a, g, path, sizeof(path));
	encode(g, octets);
	if (room) {
		e = file_replace(path, octets, sizeof(octets), 0600, fault);
		if (e != ERR_OK)
			return e;
		pthread_mutex_lock(&a->lock);
		room = make_room(a, g);
		i = place_of(a, g->approval.nonce);
		if (room)
			a->granted[i] = *g;
		a->count += room && i == a->count;
		pthread_mutex_unlock(&a->lock);
		if (!room)
			unlink(path);
	}
	if (!room)
		return fault_set(fault, ERR_BATCH_FULL, FAULT_NO_OFFSET,
		    "%d approvals are open already", APPROVALS_MAX);
	return ERR_OK;
}

enum err
approvals_put(struct approvals *a, const struct granted *g, struct fault *fault)
{
	enum err e;

	pthread_mutex_lock(&a->files);
	e = put(a, g, fault);
	pthread_mutex_unlock(&a->files);
	return e;
}

static bool
find_entry(struct approvals *a, uint64_t entry, struct granted *out)
{
	bool found = false;
	size_t i;

	pthread_mutex_lock(&a->lock);
	for (i = a->count; i > 0 && !found; i--) {
		found = a->granted[i - 1].entry == entry;
		if (found)
			*out = a->granted[i - 1];
	}
	pthread_mutex_unlock(&a->lock);
	return found;
}

bool
approvals_find_pending(struct approvals *a, struct granted *out)
{
	return find_entry(a, APPROVAL_PENDING, out);
}

bool
approvals_find(struct approvals *a, uint64_t entry, struct granted *out)
{
	return entry != APPROVAL_PENDING && find_entry(a, entry, out);
}

/* The one that is good for longest: their order on the disk says nothing. */
static bool
find_root(struct approvals *a, const uint8_t root[static SHA256_SIZE],
    bool pending, struct granted *out)
{
	const struct granted *g;
	bool found = false;
	size_t i;

	pthread_mutex_lock(&a->lock);
	for (i = 0; i < a->count; i++) {
		g = &a->granted[i];
		if ((g->entry == APPROVAL_PENDING) != pending ||
		    memcmp(g->approval.root, root, SHA256_SIZE) != 0 ||
		    (found && g->approval.expires <= out->approval.expires))
			continue;
		*out = *g;
		found = true;
	}
	pthread_mutex_unlock(&a->lock);
	return found;
}

bool
approvals_find_root(struct approvals *a, const uint8_t root[static SHA256_SIZE],
    struct granted *out)
{
	return find_root(a, root, false, out);
}

bool
approvals_find_pending_root(struct approvals *a,
    const uint8_t root[static SHA256_SIZE], struct granted *out)
{
	return find_root(a, root, true, out);
}

void
approvals_end(struct approvals *a, uint64_t entry)
{
	size_t i;

	if (entry == APPROVAL_PENDING)
		return;
	pthread_mutex_lock(&a->lock);
	for (i = 0; i < a->count && a->granted[i].entry != entry; i++)
		continue;
	if (i < a->count)
		forget(a, i);
	pthread_mutex_unlock(&a->lock);
}

void
approvals_drop(struct approvals *a, const struct granted *g)
{
	size_t i;

	pthread_mutex_lock(&a->lock);
	i = place_of(a, g->approval.nonce);
	if (i < a->count)
		forget(a, i);
	pthread_mutex_unlock(&a->lock);
}

bool
approvals_is_void(enum err logged)
{
	switch (logged) {
	case ERR_OK:
	case ERR_IO:
	case ERR_NO_SPACE:
	case ERR_READ_ONLY:
	case ERR_NO_MEMORY:
	case ERR_TIMEOUT:
	case ERR_PEER_GONE:
		return false;
	default:
		return true;
	}
}
