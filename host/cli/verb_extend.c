/*
 * zegel extend: seals that are proven for longer. A file is replaced as a
 * whole, once its new form was verified; until then, and whenever something
 * goes wrong, it is as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "host/base/config.h"
#include "host/base/file.h"
#include "host/cli/cli.h"
#include "host/cli/extend_log.h"
#include "host/cli/extend_output.h"
#include "host/cli/trust.h"
#include "host/net/fetch.h"
#include "host/seal/extend.h"
#include "host/tsp/client.h"

#define FILE_MAX (64u << 20)

static const char about[] =
    "Extends sealed files, this station's and others': T adds a timestamp,\n"
    "LT certificates and proof that none was revoked, LTA an archive\n"
    "timestamp over all of it, and one more each time. Asks the timestamp\n"
    "authorities of zegel.conf, and who answers for the certificates. The\n"
    "log of a running station names the new form of what it released. With\n"
    "-o the proof that lies beside a file is put beside the new one, too.";

struct extend_verb {
	struct cli *cli;
	struct trust *trust;
	struct config *config; /* the client reads it */
	struct tsp_client *client;
	struct station station;
	struct extend_log log;
	bool no_log;
	uint64_t entry; /* of the last file, if it is this station's */
	const char *output; /* folder, or NULL: in place */
	enum seal_level level;
};

static enum err
parse_level(const char *text, enum seal_level *level, struct fault *fault)
{
	if (text == NULL || strcmp(text, "LTA") == 0)
		*level = SEAL_LEVEL_LTA;
	else if (strcmp(text, "LT") == 0)
		*level = SEAL_LEVEL_LT;
	else if (strcmp(text, "T") == 0)
		*level = SEAL_LEVEL_T;
	else
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--level is T, LT or LTA");
	return ERR_OK;
}

static enum err
stamp(void *arg, const uint8_t digest[static SHA256_SIZE], uint8_t **token,
    size_t *len, struct fault *fault)
{
	struct extend_verb *v = arg;
	struct tsp_token t;
	int64_t wait;
	enum err e;

	e = tsp_client_stamp(v->client, digest, SHA256_SIZE, &t, &wait, fault);
	if (e != ERR_OK)
		return e;
	*len = t.len;
	*token = t.der;
	t.der = NULL;
	tsp_token_free(&t);
	return ERR_OK;
}

static void
say_trouble(void *user, const char *authority, const struct fault *fault)
{
	const struct extend_verb *v = user;

	cli_note(v->cli, "%s: %s: %s", authority, err_text(fault->err),
	    fault->detail);
}

static enum err
extend_one(struct extend_verb *v, const char *path, struct extend_output *to,
    struct fault *fault)
{
	const struct extend_source stamps = {v, stamp};
	const struct extend_options options = {.level = v->level,
	    .anchors = v->trust->anchor,
	    .anchor_count = v->trust->count,
	    .stamps = &stamps,
	    .source = &v->trust->source};
	uint8_t *file = NULL, *out = NULL;
	size_t len, out_len;
	enum err e;

	e = extend_output_find(to, path, fault);
	if (e == ERR_OK)
		e = file_read(path, FILE_MAX, &file, &len, fault);
	v->log.ours = false;
	if (e == ERR_OK && !v->no_log)
		e = extend_log_find(&v->log, path, file, len, fault);
	if (e == ERR_OK)
		e = extend_file(file, len, &options, &out, &out_len, fault);
	/* Before anybody can have it. */
	if (e == ERR_OK && v->log.ours)
		e = extend_log_enter(&v->log, out, out_len, &v->entry, fault);
	if (e == ERR_OK)
		e = extend_output_write(to, out, out_len, fault);
	free(out);
	free(file);
	return e;
}

static void
say_extended(const struct extend_verb *v, const char *path,
    const struct extend_output *to)
{
	static const char *const names[] = {"", "B", "T", "LT", "LTA"};
	const char *level = names[v->level];
	cJSON *result = cJSON_CreateObject();

	cJSON_AddStringToObject(result, "file", path);
	cJSON_AddStringToObject(result, "level", level);
	if (v->log.ours)
		cJSON_AddNumberToObject(result, "entry", (double)v->entry);
	if (to->proof != NULL)
		cJSON_AddStringToObject(result, "proof", to->proof_path);
	if (v->log.ours)
		cli_say(v->cli, "%s: extended to %s, log entry %llu", path,
		    level, (unsigned long long)v->entry);
	else
		cli_say(v->cli, "%s: extended to %s", path, level);
	cli_result(v->cli, result);
}

static int
extend_all(struct extend_verb *v)
{
	struct extend_output to;
	struct fault fault;
	int code = 0, i;
	enum err e;

	for (i = 0; i < v->cli->argc; i++) {
		fault_clear(&fault);
		to = (struct extend_output){.folder = v->output};
		e = extend_one(v, v->cli->argv[i], &to, &fault);
		if (e == ERR_OK) {
			say_extended(v, v->cli->argv[i], &to);
		} else {
			(void)cli_fail(v->cli, &fault, v->cli->argv[i]);
			if (code == 0 || err_exit(e) > code)
				code = err_exit(e);
		}
		extend_output_free(&to);
		cli_progress(v->cli, "extended", (uint64_t)i + 1,
		    (uint64_t)v->cli->argc);
	}
	cli_progress_end(v->cli);
	return code;
}

/* Nobody vouches for an authority whose certificate was revoked. */
static enum err
check_token(void *user, const struct tsp_token *t, struct fault *fault)
{
	const struct extend_verb *v = user;

	return fetch_check_path(
	    v->trust->fetch, &t->path, t->info.time - 60, fault);
}

static enum err
open_client(struct extend_verb *v, struct fault *fault)
{
	char path[STATION_PATH];
	enum err e;

	e = cli_station(v->cli, &v->station, fault);
	if (e != ERR_OK)
		return e;
	v->log.station = &v->station;
	station_path(&v->station, STATION_CONFIG, path);
	e = config_load(&v->config, path, fault);
	if (e == ERR_OK)
		e = tsp_client_open(&v->client, v->config, &v->station, fault);
	if (e == ERR_OK)
		tsp_client_on_trouble(v->client, say_trouble, v);
	if (e == ERR_OK)
		tsp_client_on_token(v->client, check_token, v);
	return e;
}

int
verb_extend(struct cli *c)
{
	const char *trust = NULL, *level = NULL;
	struct extend_verb v = {.cli = c};
	const struct cli_option options[] = {
	    {"level", CLI_TEXT, &level, "LEVEL", "T, LT or LTA (default)"},
	    {"trust", CLI_TEXT, &trust, "PEM",
		"trust anchors (default: those of zegel.conf)"},
	    {"output", CLI_TEXT, &v.output, "DIR",
		"write there, replacing nothing (also -o); else in place"},
	    {"no-log", CLI_FLAG, &v.no_log, NULL,
		"no log entry for a file that this station released"},
	    CLI_END};
	struct fault fault;
	enum err e;
	int code;

	code = cli_parse(c, options,
	    "[--level LEVEL] [--trust PEM] [-o DIR] [--no-log] FILE...", about);
	if (code == 0)
		code = cli_count(c, 1, -1);
	if (code != 0)
		return cli_exit(code);
	fault_clear(&fault);
	e = parse_level(level, &v.level, &fault);
	if (e == ERR_OK)
		e = open_client(&v, &fault);
	if (e == ERR_OK)
		e = trust_load(&v.trust, c, trust, &fault);
	if (e == ERR_OK)
		e = trust_online(v.trust, c, &fault);
	code = e == ERR_OK ? extend_all(&v) : cli_fail(c, &fault, NULL);
	extend_log_close(&v.log);
	trust_free(v.trust);
	tsp_client_close(v.client);
	config_free(v.config);
	return code;
}
