/* zegel verify: every check of a sealed file on its own line. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/utc.h"
#include "host/base/file.h"
#include "host/base/pool.h"
#include "host/cli/finding.h"
#include "host/cli/proof_file.h"
#include "host/cli/report.h"
#include "host/cli/trust.h"
#include "host/seal/verify.h"

#define DAY 86400
#define FILE_MAX (64u << 20)
#define WINDOW 64 /* files that are looked at before they are told */

static const char about[] =
    "Checks sealed files: format, header, signature, timestamps, chain to a\n"
    "trust anchor and revocation at the time that is proven, level, issuer\n"
    "against the certificate, and the proof beside the file against the log.\n"
    "No daemon; no network without --online.";

struct verify {
	struct cli *cli;
	struct trust *trust;
	bool online;
	int64_t time;
	char *vkey; /* NULL: no log to check against */
	bool own_log; /* the station's: nobody named it */
	uint8_t *detached; /* NULL: none given */
	size_t detached_len;
	struct report_page *page; /* NULL: none asked for */
	uint64_t passed, failed, unknown;
};

struct log_finding {
	enum verify_verdict verdict;
	char text[PROOF_FILE_TEXT + 60];
};

/* What a proof that does not hold means. Of a file from elsewhere it says
 * nothing about a log that nobody named. */
static void
judge_wrong_proof(const struct verify *v, const char *path,
    const struct fault *fault, struct log_finding *f)
{
	char origin[NOTE_NAME + 1];

	if (v->own_log && proof_file_is_foreign(path, v->vkey, origin)) {
		snprintf(f->text, sizeof(f->text),
		    "the proof is of another log (%s): give --log", origin);
		return;
	}
	f->verdict = VERIFY_FAILED;
	snprintf(f->text, sizeof(f->text), "%s: %.180s", err_text(fault->err),
	    fault->detail);
}

/* The proof beside the file. Its absence fails nothing, a wrong one does. */
static void
check_log(const struct verify *v, const char *path, const uint8_t *file,
    size_t len, struct log_finding *f)
{
	char text[PROOF_FILE_TEXT] = "", name[1024];
	struct fault fault;

	f->verdict = VERIFY_NOT_CHECKED;
	snprintf(name, sizeof(name), "%s" PROOF_FILE_EXTENSION, path);
	if (access(name, F_OK) != 0) {
		snprintf(f->text, sizeof(f->text),
		    "there is no " PROOF_FILE_EXTENSION " beside the file");
		return;
	}
	if (v->vkey == NULL) {
		snprintf(f->text, sizeof(f->text),
		    "there is a proof, but no log's key to check it with: "
		    "give --log");
		return;
	}
	if (proof_file_check(path, file, len, v->vkey, text, &fault) !=
	    ERR_OK) {
		judge_wrong_proof(v, path, &fault, f);
		return;
	}
	f->verdict = VERIFY_PASSED;
	snprintf(f->text, sizeof(f->text), "%s", text);
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

/* What a file with one seal is called, with its level; of several each has
 * its own line before. */
static void
say_verdict(
    const struct verify *v, const struct verify_result *r, enum err verdict)
{
	char text[REPORT_TEXT];
	unsigned i;

	if (r->seals == 1) {
		cli_say(v->cli, "  => %s: %s", result_name(verdict, true),
		    report_text(&r->reports[0], text));
		return;
	}
	for (i = 0; i < r->seals; i++)
		cli_say(v->cli, "  seal %u: %s", i + 1,
		    report_text(&r->reports[i], text));
	cli_say(v->cli, "  => %s", result_name(verdict, true));
}

static void
show(const struct verify *v, const char *path, const struct verify_result *r,
    const struct log_finding *log, enum err verdict)
{
	const struct report_log of_log = {log->verdict, log->text};
	cJSON *result = cJSON_CreateObject(), *reports;
	struct finding_list f = {v->cli, NULL};
	unsigned i;
	size_t k;

	cJSON_AddStringToObject(result, "file", path);
	f.list = cJSON_AddArrayToObject(result, "findings");
	cli_say(v->cli, "%s", path);
	for (k = 0; k < r->count; k++)
		finding_add(&f, r->findings[k].seal, r->findings[k].verdict,
		    r->findings[k].check, "%s", r->findings[k].text);
	if (r->seals > 0)
		finding_add(&f, FINDING_ABOUT_FILE, log->verdict, "log", "%s",
		    log->text);
	say_verdict(v, r, verdict);
	cJSON_AddNumberToObject(result, "seals", r->seals);
	reports = cJSON_AddArrayToObject(result, "reports");
	for (i = 0; i < r->seals; i++)
		cJSON_AddItemToArray(reports, report_json(&r->reports[i]));
	cJSON_AddStringToObject(result, "verdict", result_name(verdict, false));
	cli_result(v->cli, result);
	if (v->page != NULL)
		report_page_add(v->page, path, r, r->seals > 0 ? &of_log : NULL,
		    result_name(verdict, true));
}

/* One file, looked at in any thread. */
struct checked {
	const char *path;
	struct verify_result result;
	struct log_finding log;
	struct fault fault;
	enum err err;
	bool shown; /* there is something to show; else only the fault */
};

static void
check(const struct verify *v, struct checked *c)
{
	const struct verify_options options = {.anchors = v->trust->anchor,
	    .anchor_count = v->trust->count,
	    .time = v->time,
	    .detached = v->detached,
	    .detached_len = v->detached_len,
	    .source = v->online ? &v->trust->source : NULL};
	uint8_t *file;
	size_t len;

	c->err = file_read(c->path, FILE_MAX, &file, &len, &c->fault);
	if (c->err != ERR_OK)
		return;
	fault_clear(&c->fault);
	c->err = verify_file(&c->result, file, len, &options, &c->fault);
	c->shown = c->result.count > 0 || c->err == ERR_OK;
	if (c->result.seals > 0)
		check_log(v, c->path, file, len, &c->log);
	if (c->log.verdict == VERIFY_FAILED)
		c->err = ERR_VERIFY_INVALID;
	free(file);
}

struct window {
	const struct verify *v;
	struct checked checked[WINDOW];
	size_t count;
	atomic_size_t next;
};

static void
check_some(void *arg, size_t thread)
{
	struct window *w = arg;
	size_t i;

	(void)thread;
	while ((i = atomic_fetch_add(&w->next, 1)) < w->count)
		check(w->v, &w->checked[i]);
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
	v->own_log = proof_file_vkey(dir, &v->vkey, fault) == ERR_OK;
	return ERR_OK;
}

/* A whole time; or "2025-03-01", a day up to its end: of today no more than
 * the now that stands in time_, since nobody knows yet what is still to come
 * of it. */
static enum err
parse_time(const char *text, int64_t *time_, struct fault *fault)
{
	bool is_day = strlen(text) == 10;
	char whole[2 * UTC_SIZE];
	int64_t at;

	snprintf(
	    whole, sizeof(whole), "%s%s", text, is_day ? "T23:59:59Z" : "");
	if (utc_parse(whole, strlen(whole), &at) != ERR_OK)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--at: YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ was expected");
	if (!is_day || at / DAY != *time_ / DAY)
		*time_ = at;
	return ERR_OK;
}

static enum err
check_options(const char *log, struct fault *fault)
{
	if (log != NULL && strstr(log, "://") != NULL)
		return fault_set(fault, ERR_UNSUPPORTED, FAULT_NO_OFFSET,
		    "--log from a URL is not built yet: give a folder, or a "
		    "file with the log's vkey");
	return ERR_OK;
}

static int
show_one(struct verify *v, struct checked *c)
{
	if (c->shown)
		show(v, c->path, &c->result, &c->log, c->err);
	else
		(void)cli_fail(v->cli, &c->fault,
		    v->cli->json || c->result.count > 0 ? c->path : NULL);
	if (!c->shown && v->page != NULL)
		report_page_add_fault(v->page, c->path, &c->fault);
	verify_result_free(&c->result);
	if (c->err == ERR_OK)
		v->passed++;
	else if (c->err == ERR_VERIFY_INDETERMINATE)
		v->unknown++;
	else
		v->failed++;
	return c->err == ERR_OK ? 0 : err_exit(c->err);
}

/* Files are looked at side by side and told in their order. */
static int
verify_all(struct verify *v)
{
	long cores = v->online || v->cli->argc == 1
	    ? 1 /* who fetches is for one thread */
	    : sysconf(_SC_NPROCESSORS_ONLN);
	struct pool *pool = cores > 1 ? pool_open((unsigned)cores - 1) : NULL;
	struct window *w = malloc(sizeof(*w));
	int code = 0, one, done;
	size_t i;

	for (done = 0; w != NULL && done < v->cli->argc;) {
		memset(w, 0, sizeof(*w));
		w->v = v;
		while (
		    w->count < WINDOW && done + (int)w->count < v->cli->argc) {
			w->checked[w->count].path =
			    v->cli->argv[done + (int)w->count];
			w->count++;
		}
		if (pool != NULL)
			pool_run(pool, check_some, w, (size_t)cores);
		else
			check_some(w, 0);
		for (i = 0; i < w->count; i++) {
			one = show_one(v, &w->checked[i]);
			code = one > code ? one : code;
			done++;
			if (!isatty(STDOUT_FILENO))
				cli_progress(v->cli, "verified", (uint64_t)done,
				    (uint64_t)v->cli->argc);
		}
	}
	pool_close(pool);
	if (w == NULL)
		code = cli_fail_text(v->cli, ERR_NO_MEMORY, "verify");
	free(w);
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
	const char *payload = NULL;
	struct verify v = {.cli = c, .time = (int64_t)time(NULL)};
	const struct cli_option options[] = {
	    {"trust", CLI_TEXT, &trust, "PEM",
		"trust anchors (default: a test station's own CA)"},
	    {"at", CLI_TEXT, &at, "TIME",
		"YYYY-MM-DD[Thh:mm:ssZ]: when the chain must hold; of a "
		"day its end"},
	    {"log", CLI_TEXT, &log, "DIR",
		"the log's folder, or a file with its vkey"},
	    {"online", CLI_FLAG, &v.online, NULL,
		"ask who answers for certificates about revocation"},
	    {"payload", CLI_TEXT, &payload, "FILE",
		"what is sealed, where it is not in the file"},
	    {"html", CLI_TEXT, &html, "FILE",
		"also write a page for people there"},
	    CLI_END};
	struct fault fault;
	enum err e;
	int code;

	code = cli_parse(c, options,
	    "[--trust PEM] [--at TIME] [--log DIR] [--payload FILE] "
	    "[--html FILE] [--online] FILE...",
	    about);
	if (code == 0)
		code = cli_count(c, 1, -1);
	if (code != 0)
		return cli_exit(code);
	e = check_options(log, &fault);
	if (e == ERR_OK && at != NULL)
		e = parse_time(at, &v.time, &fault);
	if (e == ERR_OK)
		e = trust_load(&v.trust, c, trust, &fault);
	if (e == ERR_OK && v.online)
		e = trust_online(v.trust, c, &fault);
	if (e == ERR_OK)
		e = load_log(&v, log, &fault);
	if (e == ERR_OK && payload != NULL)
		e = file_read(
		    payload, FILE_MAX, &v.detached, &v.detached_len, &fault);
	if (e == ERR_OK && html != NULL)
		e = report_page_open(&v.page, html, v.time, &fault);
	code = e == ERR_OK ? verify_all(&v) : cli_fail(c, &fault, NULL);
	if (report_page_close(v.page, &fault) != ERR_OK)
		code = cli_fail(c, &fault, NULL);
	trust_free(v.trust);
	free(v.detached);
	free(v.vkey);
	return code;
}
