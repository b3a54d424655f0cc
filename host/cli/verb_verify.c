/* zegel verify: every check of a sealed file on its own line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/utc.h"
#include "host/base/file.h"
#include "host/cli/finding.h"
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

/* The proof beside the file. Its absence fails nothing, a wrong one does. */
static enum err
check_log(struct verify *v, struct finding_list *f, const char *path,
    const uint8_t *file, size_t len)
{
	char text[PROOF_FILE_TEXT] = "", name[1024];
	struct fault fault;
	enum err e;

	snprintf(name, sizeof(name), "%s" PROOF_FILE_EXTENSION, path);
	if (access(name, F_OK) != 0) {
		finding_add(f, FINDING_ABOUT_FILE, VERIFY_NOT_CHECKED, "log",
		    "there is no " PROOF_FILE_EXTENSION " beside the file");
		return ERR_OK;
	}
	if (v->vkey == NULL) {
		finding_add(f, FINDING_ABOUT_FILE, VERIFY_NOT_CHECKED, "log",
		    "there is a proof, but no log's key to check it with: "
		    "give --log");
		return ERR_OK;
	}
	e = proof_file_check(path, file, len, v->vkey, text, &fault);
	if (e == ERR_OK) {
		finding_add(
		    f, FINDING_ABOUT_FILE, VERIFY_PASSED, "log", "%s", text);
		return ERR_OK;
	}
	finding_add(f, FINDING_ABOUT_FILE, VERIFY_FAILED, "log", "%s: %.180s",
	    err_text(e), fault.detail);
	return ERR_VERIFY_INVALID;
}

static const char *
result_name(enum err e, bool people)
{
	switch (e) {
	case ERR_OK:
		return "valid";
	case ERR_VERIFY_INVALID:
		return people ? "NOT VALID" : "not-valid";
	case ERR_VERIFY_INDETERMINATE:
		return "indeterminate";
	default:
		return people ? "not a sealed credential" : "not-sealed";
	}
}

static enum err
verify_one(struct verify *v, const char *path)
{
	const struct verify_options options = {v->anchor, v->anchors, v->time};
	struct finding_list f = {v->cli, NULL};
	struct verify_result r = {0};
	struct fault fault;
	uint8_t *file;
	cJSON *result;
	size_t len, i;
	enum err e, logged;

	e = file_read(path, FILE_MAX, &file, &len, &fault);
	if (e != ERR_OK) {
		(void)cli_fail(v->cli, &fault, v->cli->json ? path : NULL);
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
	f.list = cJSON_AddArrayToObject(result, "findings");
	cli_say(v->cli, "%s", path);
	for (i = 0; i < r.count; i++)
		finding_add(&f, r.findings[i].seal, r.findings[i].verdict,
		    r.findings[i].check, "%s", r.findings[i].text);
	if (r.seals > 0) {
		logged = check_log(v, &f, path, file, len);
		if (logged != ERR_OK)
			e = logged;
	}
	cli_say(v->cli, "  => %s", result_name(e, true));
	cJSON_AddNumberToObject(result, "seals", r.seals);
	cJSON_AddStringToObject(result, "verdict", result_name(e, false));
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
	cli_note(v->cli,
	    "trusting this station's TEST CA: its seals are worth nothing "
	    "elsewhere");
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

static enum err
check_options(
    const char *log, const char *html, bool online, struct fault *fault)
{
	if (html != NULL)
		return fault_set(fault, ERR_UNSUPPORTED, FAULT_NO_OFFSET,
		    "--html is not built yet");
	if (online)
		return fault_set(fault, ERR_UNSUPPORTED, FAULT_NO_OFFSET,
		    "--online is not built yet: revocation is not checked");
	if (log != NULL && strstr(log, "://") != NULL)
		return fault_set(fault, ERR_UNSUPPORTED, FAULT_NO_OFFSET,
		    "--log from a URL is not built yet: give a folder, or a "
		    "file with the log's vkey");
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
		if (!isatty(STDOUT_FILENO))
			cli_progress(v->cli, "verified", (uint64_t)i + 1,
			    (uint64_t)v->cli->argc);
	}
	cli_progress_end(v->cli);
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
	const char *trust = NULL, *at = NULL, *log = NULL, *html = NULL;
	bool online = false;
	struct verify v = {.cli = c, .time = (int64_t)time(NULL)};
	const struct cli_option options[] = {
	    {"trust", CLI_TEXT, &trust, "PEM",
		"trust anchors (default: a test station's own CA)"},
	    {"at", CLI_TEXT, &at, "TIME",
		"YYYY-MM-DD[Thh:mm:ssZ]: when the chain must hold"},
	    {"log", CLI_TEXT, &log, "DIR",
		"the log's folder, or a file with its vkey"},
	    {"online", CLI_FLAG, &online, NULL, "revocation (not built yet)"},
	    {"html", CLI_TEXT, &html, "FILE",
		"a report for people (not built yet)"},
	    CLI_END};
	struct fault fault;
	enum err e;
	size_t i;
	int code;

	code = cli_parse(
	    c, options, "[--trust PEM] [--at TIME] [--log DIR] FILE...", about);
	if (code == 0)
		code = cli_count(c, 1, -1);
	if (code != 0)
		return cli_exit(code);
	e = check_options(log, html, online, &fault);
	if (e == ERR_OK && at != NULL)
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
