/* zegel log: reading and checking a seal log from its files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base64.h"
#include "common/utc.h"
#include "host/base/file.h"
#include "host/cli/cli.h"
#include "host/cli/proof_file.h"
#include "host/log/audit.h"
#include "host/log/find.h"
#include "host/log/proof.h"

struct options {
	const char *vkey, *output;
};

static enum err
open_log(struct cli *c, char dir[static STATION_PATH], struct log **log,
    struct fault *fault)
{
	struct station station;
	enum err e;

	e = cli_station(c, &station, fault);
	if (e != ERR_OK)
		return e;
	station_path(&station, STATION_LOG, dir);
	return log == NULL ? ERR_OK : log_open_reader(log, dir, fault);
}

static int
checkpoint(struct cli *c, const struct options *o)
{
	char dir[STATION_PATH], root[BASE64_LEN(SHA256_SIZE) + 1];
	uint8_t hash[SHA256_SIZE];
	struct log *log = NULL;
	struct fault fault;
	const char *text;
	cJSON *result;
	size_t len;

	(void)o;
	if (open_log(c, dir, &log, &fault) != ERR_OK)
		return cli_fail(c, &fault, NULL);
	log_checkpoint(log, &text, &len);
	if (!c->json)
		fwrite(text, 1, len, stdout);
	result = cJSON_CreateObject();
	cJSON_AddStringToObject(result, "origin", log_origin(log));
	cJSON_AddNumberToObject(result, "size", (double)log_size(log));
	log_root(log, hash);
	root[base64_encode(hash, sizeof(hash), root)] = '\0';
	cJSON_AddStringToObject(result, "root", root);
	cJSON_AddStringToObject(result, "vkey", log_vkey(log));
	cJSON_AddStringToObject(result, "checkpoint", text);
	cli_result(c, result);
	log_close(log);
	return 0;
}

/* Its members in the log's own words, with the time as people tell it. */
static void
print_members(uint64_t index, const cJSON *entry)
{
	const char *time = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(entry, "time"));
	const char *kind = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(entry, "kind"));
	char local[CLI_TIME] = "", text[256];
	const cJSON *m;
	int64_t t;

	if (time != NULL && utc_parse(time, strlen(time), &t) == ERR_OK)
		cli_time(t, local);
	printf("%8llu  %s  %-13s", (unsigned long long)index, local,
	    kind != NULL ? kind : "?");
	cJSON_ArrayForEach(m, entry)
	{
		if (strcmp(m->string, "v") == 0 ||
		    strcmp(m->string, "kind") == 0 ||
		    strcmp(m->string, "time") == 0)
			continue;
		if (cJSON_IsString(m))
			printf(" %s=%s", m->string,
			    cli_clean(m->valuestring, text, sizeof(text)));
		else
			printf(" %s=%.0f", m->string, m->valuedouble);
	}
	putchar('\n');
}

/* One entry: for people a line, for programs its own JSON with its index. */
static void
print_entry(struct cli *c, uint64_t index, const uint8_t *json, size_t len)
{
	cJSON *entry = cJSON_ParseWithLength((const char *)json, len);
	cJSON *result;

	if (!c->json) {
		print_members(index, entry);
		cJSON_Delete(entry);
		return;
	}
	result = cJSON_CreateObject();
	cJSON_AddNumberToObject(result, "index", (double)index);
	cJSON_AddItemToObject(result, "entry", entry);
	cli_result(c, result);
}

static bool
parse_index(const char *text, uint64_t *index)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	*index = strtoull(text, &end, 10);
	return *end == '\0';
}

static int
show(struct cli *c, const struct options *o)
{
	uint64_t from = 0, to = UINT64_MAX;
	char dir[STATION_PATH];
	struct log *log = NULL;
	struct fault fault;
	const uint8_t *json;
	enum err e;
	size_t len;

	(void)o;
	if ((c->argc > 1 && !parse_index(c->argv[1], &from)) ||
	    (c->argc > 2 && !parse_index(c->argv[2], &to)) || from > to)
		return cli_fail_text(c, ERR_USAGE,
		    "log show [FROM [TO]]: numbers in their order expected");
	e = open_log(c, dir, &log, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	if (c->argc == 2)
		to = from;
	if (c->argc > 1 && from >= log_size(log)) {
		fault_set(&fault, ERR_LOG_NOT_THERE, FAULT_NO_OFFSET,
		    "the log has %llu entries",
		    (unsigned long long)log_size(log));
		log_close(log);
		return cli_fail(c, &fault, NULL);
	}
	for (; e == ERR_OK && from < log_size(log) && from <= to; from++) {
		e = log_entry(log, from, &json, &len);
		if (e == ERR_OK)
			print_entry(c, from, json, len);
	}
	log_close(log);
	return e == ERR_OK
	    ? 0
	    : cli_fail_text(c, e, "entry %llu", (unsigned long long)from);
}

static enum err
show_found(void *ctx, uint64_t index, const struct entry *e,
    const uint8_t *json, size_t len)
{
	(void)e;
	print_entry(ctx, index, json, len);
	return ERR_OK;
}

/* The proof beside a sealed file, or named itself, checked against this log.
 * others: what else might have been meant. */
static enum err
load_proof(const char *file, const char *others, const char *vkey,
    struct proof *p, struct fault *fault)
{
	const char *end = strstr(file, PROOF_FILE_EXTENSION);
	char sealed[1024];
	uint8_t *text;
	size_t len;
	enum err e;

	if (access(file, F_OK) != 0)
		return fault_set(fault, ERR_NOT_FOUND, FAULT_NO_OFFSET,
		    "%.150s: there is no such file%s", file, others);
	snprintf(sealed, sizeof(sealed), "%.*s",
	    (int)(end == NULL ? strlen(file) : (size_t)(end - file)), file);
	e = proof_file_read(sealed, &text, &len, fault);
	if (e != ERR_OK)
		return e;
	e = proof_check((char *)text, len, vkey, p, fault);
	free(text);
	return e;
}

static enum err
find_index(struct cli *c, struct log *log, uint64_t index, struct fault *fault)
{
	enum err e = find_seal(log, index, show_found, c);

	if (index >= log_size(log))
		return fault_set(fault, ERR_LOG_NOT_THERE, FAULT_NO_OFFSET,
		    "the log has %llu entries",
		    (unsigned long long)log_size(log));
	if (e == ERR_LOG_NOT_THERE)
		return fault_set(fault, e, FAULT_NO_OFFSET,
		    "entry %llu is about no single credential: see 'zegel log "
		    "show %llu'",
		    (unsigned long long)index, (unsigned long long)index);
	return e == ERR_OK ? e
			   : fault_set(fault, e, FAULT_NO_OFFSET, "entry %llu",
				 (unsigned long long)index);
}

static int
find(struct cli *c, const struct options *o)
{
	char dir[STATION_PATH];
	uint8_t leaf[SHA256_SIZE];
	struct proof p = {.index = 0};
	struct log *log = NULL;
	struct fault fault;
	uint64_t index;
	size_t len;
	enum err e;

	(void)o;
	e = open_log(c, dir, &log, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	if (parse_index(c->argv[1], &index)) {
		e = find_index(c, log, index, &fault);
	} else if (strlen(c->argv[1]) == BASE64URL_LEN(SHA256_SIZE) &&
	    base64url_decode(c->argv[1], strlen(c->argv[1]), leaf, sizeof(leaf),
		&len) == ERR_OK) {
		e = find_leaf(log, leaf, show_found, c);
		if (e != ERR_OK)
			fault_set(&fault, e, FAULT_NO_OFFSET, "leaf hash %s",
			    c->argv[1]);
	} else {
		e = load_proof(c->argv[1], ", and it is no index or leaf hash",
		    log_vkey(log), &p, &fault);
		if (e == ERR_OK)
			e = find_index(c, log, p.index, &fault);
		proof_free(&p);
	}
	log_close(log);
	return e == ERR_OK ? 0 : cli_fail(c, &fault, NULL);
}

static enum err
write_proof(struct cli *c, const char *path, const char *text, size_t len,
    uint64_t index, struct fault *fault)
{
	enum err e = file_create(path, text, len, 0644, fault);

	if (e == ERR_OK)
		cli_say(c, "%s: proof of entry %llu", path,
		    (unsigned long long)index);
	return e;
}

/* A fresh proof, up to the newest checkpoint, for the holder of an older. */
static int
prove(struct cli *c, const struct options *o)
{
	char dir[STATION_PATH], *text = NULL;
	uint8_t leaf[LEAF_SIZE];
	struct proof p = {.index = 0};
	struct log *log = NULL;
	struct fault fault;
	size_t len;
	enum err e;

	e = open_log(c, dir, &log, &fault);
	if (e == ERR_OK)
		e = load_proof(c->argv[1], "", log_vkey(log), &p, &fault);
	if (e == ERR_OK) {
		leaf_encode(&p.leaf, leaf);
		e = proof_compose(log, p.index, leaf, &text, &len);
		if (e != ERR_OK)
			fault_set(&fault, e, FAULT_NO_OFFSET, "entry %llu",
			    (unsigned long long)p.index);
	}
	if (e == ERR_OK && o->output != NULL)
		e = write_proof(c, o->output, text, len, p.index, &fault);
	else if (e == ERR_OK && !c->json)
		fwrite(text, 1, len, stdout);
	if (e == ERR_OK) {
		cJSON *result = cJSON_CreateObject();

		cJSON_AddNumberToObject(result, "index", (double)p.index);
		cJSON_AddNumberToObject(result, "size", (double)log_size(log));
		cJSON_AddStringToObject(result, "proof", text);
		cli_result(c, result);
	}
	free(text);
	proof_free(&p);
	log_close(log);
	return e == ERR_OK ? 0 : cli_fail(c, &fault, NULL);
}

static void
print_audit(
    struct cli *c, const struct options *o, const struct audit_result *r)
{
	const struct {
		const char *name, *text;
		uint64_t value;
	} line[] = {
	    {"size", "entries", r->size},
	    {"approvals", "approvals", r->approvals},
	    {"devices", "signed by an appliance", r->devices},
	    {"intents", "intents", r->intents},
	    {"seals", "seals", r->seals},
	    {"repeats", "repeated intents", r->repeats},
	    {"abandoned", "abandoned leaves", r->abandoned},
	    {"releases", "releases", r->releases},
	    {"extensions", "extensions", r->extensions},
	    {"openLeaves", "approved, without an end yet", r->open_leaves},
	    {"openIntents", "intended, without an end yet", r->open_intents},
	};
	cJSON *result = cJSON_CreateObject();
	size_t i;

	for (i = 0; i < sizeof(line) / sizeof(line[0]); i++) {
		cli_say(c, "%10llu  %s", (unsigned long long)line[i].value,
		    line[i].text);
		cJSON_AddNumberToObject(
		    result, line[i].name, (double)line[i].value);
	}
	cJSON_AddStringToObject(result, "verdict", "consistent");
	cJSON_AddStringToObject(
	    result, "vkey", o->vkey != NULL ? "given" : "beside-log");
	cJSON_AddFalseToObject(result, "forkExcluded");
	cli_result(c, result);
}

/* A log's folder, or the station's that it is in. */
static void
log_folder(const char *path, char dir[static STATION_PATH])
{
	char checkpoint_file[STATION_PATH + 16];

	snprintf(dir, STATION_PATH, "%s/log", path);
	snprintf(
	    checkpoint_file, sizeof(checkpoint_file), "%s/checkpoint", dir);
	if (access(checkpoint_file, F_OK) != 0)
		snprintf(dir, STATION_PATH, "%s", path);
}

static int
verify(struct cli *c, const struct options *o)
{
	char dir[STATION_PATH], *vkey = NULL;
	struct audit_result r;
	struct fault fault;
	enum err e = ERR_OK;

	if (c->argc > 1)
		log_folder(c->argv[1], dir);
	else
		e = open_log(c, dir, NULL, &fault);
	if (e == ERR_OK && o->vkey != NULL)
		e = proof_file_vkey(o->vkey, &vkey, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	fault_clear(&fault);
	e = audit_log(dir, vkey, &r, &fault);
	free(vkey);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	cli_say(c,
	    "every entry, tile and checkpoint agrees; each approved "
	    "root is that of its leaves");
	print_audit(c, o, &r);
	if (o->vkey == NULL)
		cli_say(c,
		    "key: the one beside the log; give --vkey from "
		    "elsewhere to exclude a replaced log");
	cli_say(c, "fork not excluded: no witness has cosigned");
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct cli *c, const struct options *o);
	int least, most; /* words, with its own */
} parts[] = {
    {"checkpoint", checkpoint, 1, 1},
    {"show", show, 1, 3},
    {"prove", prove, 2, 2},
    {"find", find, 2, 2},
    {"verify", verify, 1, 2},
};

int
verb_log(struct cli *c)
{
	struct options o = {0};
	const struct cli_option options[] = {
	    {"vkey", CLI_TEXT, &o.vkey, "FILE",
		"verify: the log's key, from where you trust it"},
	    {"output", CLI_TEXT, &o.output, "FILE",
		"prove: write there (also -o)"},
	    CLI_END};
	size_t i;
	int code;

	code = cli_parse(c, options,
	    "checkpoint\nshow [FROM [TO]]\nprove FILE [-o FILE]\n"
	    "find FILE|LEAF|INDEX\nverify [--vkey FILE] [DIR]",
	    "Reads a station's seal log from its files; no daemon is needed.");
	if (code != 0)
		return cli_exit(code);
	code = cli_count(c, 1, -1);
	for (i = 0; code == 0 && i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(c->argv[0], parts[i].name) != 0)
			continue;
		code = cli_count(c, parts[i].least, parts[i].most);
		return code != 0 ? code : parts[i].run(c, &o);
	}
	return code != 0
	    ? code
	    : cli_fail_text(c, ERR_USAGE,
		  "there is no 'zegel log %s': see 'zegel log --help'",
		  c->argv[0]);
}
