#include "host/cli/seal_deliver.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/base/file.h"
#include "host/cli/proof_file.h"
#include "host/seal/sealed.h"
#include "host/seal/verify.h"

#define FILE_MAX (64u << 20)
#define PATH_CAP 1024

struct trust {
	struct cert chain[KEY_CERTS];
	size_t count;
	char *vkey;
};

static enum err
load_trust(const struct seal_deliver *s, struct trust *t, struct fault *fault)
{
	char path[STATION_PATH];
	enum err e;

	e = key_certs(s->key, t->chain, KEY_CERTS, &t->count, path, fault);
	if (e != ERR_OK)
		return e;
	station_path(&s->key->station, STATION_LOG, path);
	return proof_file_vkey(path, &t->vkey, fault);
}

/* Nothing is unknown but whether the certificate was revoked since: nobody was
 * asked yet, and it was good when the batch was closed. */
static bool
is_only_early(const struct verify_result *r)
{
	unsigned i;

	if (r->err != ERR_VERIFY_INDETERMINATE)
		return false;
	for (i = 0; i < r->seals; i++) {
		if (r->reports[i].verdict.sub != SUB_TRY_LATER)
			return false;
	}
	return r->seals > 0;
}

static enum err
verify(const char *path, const struct trust *t, struct fault *fault)
{
	/* The highest certificate that the station has is its anchor. */
	const struct verify_options options = {
	    .anchors = &t->chain[t->count - 1],
	    .anchor_count = 1,
	    .time = (int64_t)time(NULL)};
	struct verify_result r = {0};
	char text[PROOF_FILE_TEXT];
	uint8_t *file;
	size_t len, i;
	enum err e;

	e = file_read(path, FILE_MAX, &file, &len, fault);
	if (e != ERR_OK)
		return e;
	e = verify_file(&r, file, len, &options, fault);
	if (is_only_early(&r))
		e = ERR_OK;
	for (i = 0; e != ERR_OK && i < r.count; i++) {
		if (r.findings[i].verdict != VERIFY_FAILED &&
		    r.findings[i].verdict != VERIFY_UNKNOWN)
			continue;
		fault_set(fault, e, FAULT_NO_OFFSET, "%s: %.200s",
		    r.findings[i].check, r.findings[i].text);
		break;
	}
	verify_result_free(&r);
	if (e == ERR_OK)
		e = proof_file_check(path, file, len, t->vkey, text, fault);
	free(file);
	return e;
}

static enum err
copy(const char *from, const char *to, struct fault *fault)
{
	uint8_t *buf;
	size_t len;
	enum err e;

	e = file_read(from, FILE_MAX, &buf, &len, fault);
	if (e != ERR_OK)
		return e;
	e = file_create(to, buf, len, 0640, fault);
	free(buf);
	return e;
}

static enum err
deliver(struct seal_deliver *s, const struct trust *t, const char *name,
    struct fault *fault)
{
	char from[PATH_CAP], to[PATH_CAP];
	char from_proof[PATH_CAP + 16], to_proof[PATH_CAP + 16];
	cJSON *result;
	enum err e = ERR_OK;

	snprintf(from, sizeof(from), "%s/%s", s->from, name);
	snprintf(
	    to, sizeof(to), "%s/%s", s->to != NULL ? s->to : s->from, name);
	snprintf(
	    from_proof, sizeof(from_proof), "%s" PROOF_FILE_EXTENSION, from);
	snprintf(to_proof, sizeof(to_proof), "%s" PROOF_FILE_EXTENSION, to);
	if (s->to != NULL)
		e = copy(from, to, fault);
	if (e == ERR_OK && s->to != NULL)
		e = copy(from_proof, to_proof, fault);
	if (e == ERR_OK)
		e = verify(to, t, fault);
	if (e != ERR_OK) {
		(void)cli_fail(s->cli, fault, from);
		return e;
	}
	cli_say(s->cli, "%s: valid, with its proof", to);
	result = cJSON_CreateObject();
	cJSON_AddStringToObject(result, "file", to);
	cJSON_AddStringToObject(result, "proof", to_proof);
	cJSON_AddStringToObject(result, "verdict", "valid");
	cli_result(s->cli, result);
	return ERR_OK;
}

static int
is_sealed(const struct dirent *d)
{
	return sealed_is_name(d->d_name);
}

enum err
seal_deliver_all(struct seal_deliver *s, struct fault *fault)
{
	struct trust t = {.count = 0};
	enum err e, first = ERR_OK;
	struct dirent **list;
	int i, n = 0;

	e = load_trust(s, &t, fault);
	if (e == ERR_OK) {
		n = scandir(s->from, &list, is_sealed, alphasort);
		if (n < 0)
			e = fault_errno(
			    fault, errno, "cannot read %s", s->from);
	}
	for (i = 0; e == ERR_OK && i < n; i++) {
		struct fault one;
		enum err x = deliver(s, &t, list[i]->d_name, &one);

		free(list[i]);
		if (x == ERR_OK) {
			s->delivered++;
			continue;
		}
		s->failed++;
		if (first == ERR_OK) {
			first = x;
			*fault = one;
		}
	}
	if (e == ERR_OK)
		free(list);
	key_certs_free(t.chain, t.count);
	free(t.vkey);
	return e == ERR_OK ? first : e;
}
