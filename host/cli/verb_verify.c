/* zegel verify: every check of a sealed file on its own line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/utc.h"
#include "host/base/file.h"
#include "host/cli/cli.h"
#include "host/cli/proof_file.h"
#include "host/seal/verify.h"

#define FILE_MAX (64u << 20)
#define ANCHORS 64

static const char about[] =
    "Checks sealed files: format, header, thumbprint, signature, chain to a\n"
    "trust anchor at a time, issuer against the certificate, and the proof\n"
    "beside the file against the log. No network, no daemon.";

struct verify {
	struct cli *cli;
	struct cert anchor[ANCHORS];
	size_t anchors;
	int64_t time;
	char *vkey; /* NULL: no log to check against */
	uint64_t passed, failed, unknown;
};

static const char *
verdict_name(enum verify_verdict v)
{
	switch (v) {
	case VERIFY_PASSED:
		return "PASSED";
	case VERIFY_FAILED:
		return "FAILED";
	case VERIFY_UNKNOWN:
		return "UNKNOWN";
	case VERIFY_NOT_CHECKED:
		return "not checked";
	case VERIFY_REMARK:
		return "remark";
	}
	return "?";
}

static void
print_finding(struct verify *v, cJSON *list, const struct verify_finding *x)
{
	cJSON *one;

	if (!v->cli->json) {
		printf("  %-12s %-18s %s\n", verdict_name(x->verdict), x->check,
		    x->text);
		return;
	}
	one = cJSON_CreateObject();
	cJSON_AddItemToArray(list, one);
	if (x->seal != UINT32_MAX)
		cJSON_AddNumberToObject(one, "seal", x->seal);
	cJSON_AddStringToObject(one, "check", x->check);
	cJSON_AddStringToObject(one, "verdict", verdict_name(x->verdict));
	cJSON_AddStringToObject(one, "text", x->text);
}

/* The proof beside the file: missing fails nothing, being wrong does. */
static enum err
check_log(struct verify *v, cJSON *list, const char *path, const uint8_t *file,
    size_t len)
{
	struct verify_finding x = {.seal = UINT32_MAX, .check = "log"};
	char text[PROOF_FILE_TEXT] = "";
	struct fault fault;
	enum err e;

	if (v->vkey == NULL) {
		x.verdict = VERIFY_NOT_CHECKED;
		snprintf(x.text, sizeof(x.text),
		    "no log given (--log, or --station)");
		print_finding(v, list, &x);
		return ERR_OK;
	}
	e = proof_file_check(path, file, len, v->vkey, text, &fault);
	if (e == ERR_OK) {
		x.verdict = VERIFY_PASSED;
		snprintf(x.text, sizeof(x.text), "%s", text);
	} else if (e == ERR_NOT_FOUND) {
		x.verdict = VERIFY_NOT_CHECKED;
		snprintf(x.text, sizeof(x.text),
		    "there is no " PROOF_FILE_EXTENSION " beside the file");
		e = ERR_OK;
	} else {
		x.verdict = VERIFY_FAILED;
		snprintf(x.text, sizeof(x.text), "%s: %.180s", err_text(e),
		    fault.detail);
		e = ERR_VERIFY_INVALID;
	}
	print_finding(v, list, &x);
	return e;
}

static const char *
result_name(enum err e)
{
	return e == ERR_OK		    ? "valid"
	    : e == ERR_VERIFY_INVALID	    ? "NOT VALID"
	    : e == ERR_VERIFY_INDETERMINATE ? "indeterminate"
					    : "not a sealed credential";
}

static enum err
verify_one(struct verify *v, const char *path)
{
	const struct verify_options options = {v->anchor, v->anchors, v->time};
	struct verify_result r = {0};
	cJSON *result, *list;
	struct fault fault;
	uint8_t *file;
	size_t len, i;
	enum err e, logged;

	e = file_read(path, FILE_MAX, &file, &len, &fault);
	if (e != ERR_OK) {
		(void)cli_fail(v->cli, &fault, NULL);
		return e;
	}
	fault_clear(&fault);
	e = verify_file(&r, file, len, &options, &fault);
	if (r.count == 0 && e != ERR_OK) {
		(void)cli_fail(v->cli, &fault, path);
		goto out;
	}
	result = cJSON_CreateObject();
	cJSON_AddStringToObject(result, "file", path);
	list = cJSON_AddArrayToObject(result, "findings");
	if (!v->cli->json)
		printf("%s\n", path);
	for (i = 0; i < r.count; i++)
		print_finding(v, list, &r.findings[i]);
	logged = check_log(v, list, path, file, len);
	if (logged != ERR_OK)
		e = logged;
	if (!v->cli->json)
		printf("  => %s\n", result_name(e));
	cJSON_AddNumberToObject(result, "seals", r.seals);
	cJSON_AddStringToObject(result, "verdict", result_name(e));
	cli_result(v->cli, result);
out:
	verify_result_free(&r);
	free(file);
	return e;
}

/* Trust anchors of --trust, or those of the test station at hand. */
static enum err
load_trust(struct verify *v, const char *trust, struct fault *fault)
{
	char dir[STATION_PATH], path[STATION_PATH + 16];
	struct station station;

	if (trust != NULL)
		return cert_load(trust, v->anchor, ANCHORS, &v->anchors, fault);
	if (cli_station(v->cli, &station, fault) != ERR_OK)
		return ERR_OK;
	station_path(&station, STATION_KEYS, dir);
	snprintf(path, sizeof(path), "%s/test-ca.pem", dir);
	if (cert_load(path, v->anchor, ANCHORS, &v->anchors, fault) != ERR_OK)
		return ERR_OK;
	cli_say(v->cli,
	    "trusting this station's TEST CA: its seals are "
	    "worth nothing elsewhere");
	return ERR_OK;
}

static enum err
load_log(struct verify *v, const char *log, struct fault *fault)
{
	char dir[STATION_PATH];
	struct station station;

	if (log != NULL)
		return proof_file_vkey(log, &v->vkey, fault);
	if (cli_station(v->cli, &station, fault) != ERR_OK)
		return ERR_OK;
	station_path(&station, STATION_LOG, dir);
	(void)!proof_file_vkey(dir, &v->vkey, fault);
	return ERR_OK;
}

/* "2025-03-01" or a whole time. */
static enum err
parse_time(const char *text, int64_t *time_, struct fault *fault)
{
	char whole[UTC_SIZE];
	enum err e;

	snprintf(whole, sizeof(whole), "%s%s", text,
	    strlen(text) == 10 ? "T00:00:00Z" : "");
	e = utc_parse(whole, strlen(whole), time_);
	if (e != ERR_OK)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--at: YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ was expected");
	return ERR_OK;
}

static int
verify_all(struct verify *v)
{
	int code = 0, i;
	enum err e;

	for (i = 0; i < v->cli->argc; i++) {
		e = verify_one(v, v->cli->argv[i]);
		if (e == ERR_OK)
			v->passed++;
		else if (e == ERR_VERIFY_INDETERMINATE)
			v->unknown++;
		else
			v->failed++;
		if (e != ERR_OK && (code == 0 || err_exit(e) > code))
			code = err_exit(e);
		cli_progress(v->cli, "verified", (uint64_t)i + 1,
		    (uint64_t)v->cli->argc);
	}
	if (v->cli->argc > 1)
		cli_say(v->cli,
		    "%llu valid, %llu not valid, %llu indeterminate",
		    (unsigned long long)v->passed,
		    (unsigned long long)v->failed,
		    (unsigned long long)v->unknown);
	return code;
}

int
verb_verify(struct cli *c)
{
	const char *trust = NULL, *at = NULL, *log = NULL;
	struct verify v = {.cli = c, .time = (int64_t)time(NULL)};
	const struct cli_option options[] = {
	    {"trust", CLI_TEXT, &trust, "PEM",
		"trust anchors (default: a test station's own CA)"},
	    {"at", CLI_TEXT, &at, "TIME",
		"when the chain must hold (default: now)"},
	    {"log", CLI_TEXT, &log, "DIR",
		"the log's folder, or a file with its vkey"},
	    CLI_END};
	struct fault fault;
	enum err e = ERR_OK;
	size_t i;
	int code;

	code = cli_parse(
	    c, options, "[--trust PEM] [--at TIME] [--log DIR] FILE...", about);
	if (code != 0)
		return cli_exit(code);
	if (c->argc == 0)
		return cli_fail_text(
		    c, ERR_USAGE, "name at least one sealed file");
	if (at != NULL)
		e = parse_time(at, &v.time, &fault);
	if (e == ERR_OK)
		e = load_trust(&v, trust, &fault);
	if (e == ERR_OK)
		e = load_log(&v, log, &fault);
	code = e == ERR_OK ? verify_all(&v) : cli_fail(c, &fault, NULL);
	for (i = 0; i < v.anchors; i++)
		cert_free(&v.anchor[i]);
	free(v.vkey);
	return code;
}
