/*
 * zegel seal: one shot. Files go in as a fresh batch, a person sees what it is
 * and says yes, sealed files come out. What was not sealed is taken back, so
 * that nothing of an interrupted or refused run stays in the queue.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/base/file.h"
#include "host/base/hex.h"
#include "host/base/secret.h"
#include "host/cli/batch.h"
#include "host/cli/daemon.h"
#include "host/cli/seal_deliver.h"
#include "host/cli/submit.h"
#include "host/daemon/reply.h"
#include "host/seal/sealed.h"

struct seal {
	struct cli *cli;
	struct key_verb key;
	struct daemon d;
	struct submit in;
	const char *level, *output;
	bool dry_run, yes;
	char name[48]; /* of the batch */
	char id[24];
	int code;
};

static const char about[] =
    "Seals drafts in one go: submits them as a batch of their own, shows what\n"
    "would be sealed, asks once, seals, verifies, and says where the files\n"
    "are. Uses the running daemon, or starts one for that time. Asks for the\n"
    "PIN if the key needs it; it is forgotten at the end.";

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* Until the consent an interrupt means no, and the batch is taken back. */
static void
catch_interrupts(bool on)
{
	struct sigaction a = {.sa_handler = on ? on_interrupt : SIG_DFL};

	sigemptyset(&a.sa_mask);
	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
}

static enum err
check_options(const struct seal *s, struct fault *fault)
{
	enum err e = submit_check(&s->in, fault);

	if (e != ERR_OK)
		return e;
	if (s->level != NULL && strcmp(s->level, "T") != 0 &&
	    strcmp(s->level, "LT") != 0 && strcmp(s->level, "LTA") != 0 &&
	    strcmp(s->level, "B") != 0)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--level is B, T, LT or LTA");
	if (s->dry_run && s->output != NULL)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--dry-run writes nothing: no --output");
	if (!s->dry_run && !s->yes)
		return s->cli->json ? batch_ask(s->cli, false, "", fault)
				    : ERR_OK;
	return ERR_OK;
}

/* The station's processes know one level: nothing is made of another. */
static enum err
check_level(const struct seal *s, struct fault *fault)
{
	static const char *const names[] = {"", "B", "T", "LT", "LTA"};
	const struct config_key *key = s->key.section;
	const struct config *config = s->key.config;
	const char *own =
	    names[key != NULL ? config_level(config, key) : config->level];

	if (s->level == NULL || strcmp(s->level, own) == 0)
		return ERR_OK;
	return fault_set(fault, ERR_UNSUPPORTED, FAULT_NO_OFFSET,
	    "--level %.3s: this key seals at %s, see level in "
	    "zegel.conf(5)",
	    s->level, own);
}

/* Found out now rather than after the seals are made. */
static enum err
check_output(const struct seal *s, struct fault *fault)
{
	enum err e;

	if (s->output == NULL)
		return ERR_OK;
	e = file_make_folder(s->output, 0755, fault);
	if (e == ERR_OK && access(s->output, W_OK | X_OK) != 0)
		e = fault_errno(fault, errno, "cannot write to %s", s->output);
	return e;
}

static enum err
check_names(const struct seal *s, const cJSON *batch, struct fault *fault)
{
	const struct profile *profile = profile_find(
	    reply_text(batch, "profile"));
	cJSON *request, *reply, *one;
	char path[1024];
	int64_t after = 0;
	int n = 1;
	enum err e = ERR_OK;

	while (e == ERR_OK && s->output != NULL && n > 0) {
		request = client_request("batch-items");
		cJSON_AddStringToObject(request, "batch", s->id);
		cJSON_AddNumberToObject(request, "after", (double)after);
		e = client_call(s->d.front, request, &reply, fault);
		n = 0;
		cJSON_ArrayForEach(
		    one, cJSON_GetObjectItemCaseSensitive(reply, "items"))
		{
			n++;
			after = reply_number(one, "id", after);
			snprintf(path, sizeof(path), "%s/%s%s", s->output,
			    reply_text(one, "name"),
			    profile == NULL ? SEALED_JSON
					    : sealed_extension(profile));
			if (e == ERR_OK && access(path, F_OK) == 0)
				e = fault_set(fault, ERR_EXISTS,
				    FAULT_NO_OFFSET,
				    "%s is there already and is not replaced",
				    path);
		}
		cJSON_Delete(reply);
	}
	return e;
}

static void
make_name(struct seal *s)
{
	time_t now = time(NULL);
	uint8_t random[4];
	char stamp[24], hex[9];
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
	secret_random(random, sizeof(random));
	hex_encode(random, sizeof(random), hex);
	snprintf(s->name, sizeof(s->name), "seal-%s-%s", stamp, hex);
}

/* From files to a closed batch. */
static enum err
prepare(struct seal *s, cJSON **batch, struct fault *fault)
{
	enum err e;

	*batch = NULL;
	make_name(s);
	s->in.cli = s->cli;
	s->in.client = s->d.front;
	s->in.batch = s->name;
	s->code = submit_paths(&s->in, s->cli->argv, s->cli->argc);
	submit_summary(&s->in);
	if (s->in.accepted == 0)
		return fault_set(fault,
		    s->in.refused > 0 ? ERR_EDC_RULES : ERR_QUEUE_DUPLICATE,
		    FAULT_NO_OFFSET, "there is nothing to seal%s",
		    s->in.refused > 0 ? "" : " (--again seals once more)");
	e = batch_get(s->d.front, s->name, batch, fault);
	if (e != ERR_OK)
		return e;
	snprintf(s->id, sizeof(s->id), "%lld",
	    (long long)reply_number(*batch, "id", 0));
	cJSON_Delete(*batch);
	*batch = NULL;
	e = batch_close(s->cli, s->d.front, s->id, s->key.name, true,
	    &interrupted, batch, fault);
	if (e == ERR_OK)
		e = batch_print(s->cli, s->d.front, *batch, fault);
	if (e == ERR_OK && strcmp(reply_text(*batch, "state"), "closed") != 0)
		e = fault_set(fault, ERR_EDC_RULES, FAULT_NO_OFFSET,
		    "no draft could be prepared: see the reasons above");
	return e == ERR_OK ? check_names(s, *batch, fault) : e;
}

static enum err
consent(struct seal *s, const cJSON *batch, struct fault *fault)
{
	const struct batch_approving how = {.cli = s->cli,
	    .station = &s->d.station,
	    .means = "",
	    .yes = s->yes,
	    .otherwise = "nothing was sealed",
	    .interrupted = &interrupted};
	cJSON *reply = NULL;
	enum err e;

	e = batch_approve(&how, batch, &reply, fault);
	cJSON_Delete(reply);
	return e;
}

static enum err
deliver(struct seal *s, struct fault *fault)
{
	struct seal_deliver out = {s->cli, &s->key, NULL, s->output, 0, 0};
	char spool[STATION_PATH], folder[STATION_PATH + sizeof(s->name)];
	int64_t released;
	cJSON *batch;
	enum err e;

	e = batch_await_end(s->cli, s->d.front, s->id, &batch, fault);
	if (e == ERR_DAEMON_ABSENT)
		return fault_set(fault, e, FAULT_NO_OFFSET,
		    "it ended; batch %s goes on when zegeld runs again, and "
		    "its files will be in spool/out",
		    s->name);
	if (e != ERR_OK)
		return e;
	released = reply_number(
	    cJSON_GetObjectItemCaseSensitive(batch, "items"), "released", 0);
	if (strcmp(reply_text(batch, "state"), "done") != 0)
		e = fault_set(fault, ERR_APPROVAL_EXPIRED, FAULT_NO_OFFSET,
		    "batch %s is %s: not everything was sealed", s->name,
		    reply_text(batch, "state"));
	else if (released < reply_number(batch, "count", 0))
		e = fault_set(fault, ERR_REFUSED, FAULT_NO_OFFSET,
		    "only %lld of %lld were sealed: see 'zegel batch show %s'",
		    (long long)released,
		    (long long)reply_number(batch, "count", 0), s->id);
	cJSON_Delete(batch);
	station_path(&s->d.station, STATION_SPOOL_OUT, spool);
	snprintf(folder, sizeof(folder), "%s/%s", spool, s->name);
	out.from = folder;
	if (released > 0) {
		struct fault first;
		enum err x = seal_deliver_all(&out, &first);

		if (e == ERR_OK && x != ERR_OK) {
			e = x;
			*fault = first;
			snprintf(fault->detail, sizeof(fault->detail),
			    "%llu of %lld files; all are in %.150s",
			    (unsigned long long)out.delivered,
			    (long long)released, folder);
		}
	}
	return e;
}

static enum err
seal_files(struct seal *s, struct fault *fault)
{
	cJSON *batch = NULL, *gone = NULL;
	struct fault second;
	bool approved = false;
	enum err e;

	e = daemon_join(&s->d, s->cli, fault);
	if (e == ERR_OK && !s->dry_run)
		e = daemon_unlock(
		    &s->d, s->cli, s->key.name, s->key.pin_fd, fault);
	if (e != ERR_OK)
		return e;
	catch_interrupts(true);
	e = prepare(s, &batch, fault);
	if (e == ERR_OK && s->dry_run)
		cli_say(s->cli, "dry run: nothing was sealed");
	else if (e == ERR_OK) {
		e = consent(s, batch, fault);
		approved = e == ERR_OK;
	}
	catch_interrupts(false);
	cJSON_Delete(batch);
	if (!approved && s->id[0] != '\0' &&
	    batch_discard(s->d.front, s->id, &gone, &second) != ERR_OK)
		(void)cli_fail(s->cli, &second, NULL);
	cJSON_Delete(gone);
	return approved ? deliver(s, fault) : e;
}

int
verb_seal(struct cli *c)
{
	struct seal s = {.cli = c, .key = {.cli = c, .pin_fd = -1}};
	const struct cli_option options[] = {
	    {"key", CLI_TEXT, &s.key.name, "NAME",
		"which [key NAME] (default: the station's)"},
	    {"profile", CLI_TEXT, &s.in.profile, "NAME",
		SUBMIT_PROFILES " (default: the station's)"},
	    {"level", CLI_TEXT, &s.level, "LEVEL",
		"must be the station's: B, T, LT or LTA"},
	    {"dry-run", CLI_FLAG, &s.dry_run, NULL,
		"show what would be sealed, and take it back"},
	    {"output", CLI_TEXT, &s.output, "DIR",
		"copy sealed files there; replaces nothing (also -o)"},
	    {"yes", CLI_FLAG, &s.yes, NULL, "consent without being asked"},
	    {"again", CLI_FLAG, &s.in.again, NULL,
		"also what was sealed before: seal it once more"},
	    {"pin-fd", CLI_NUMBER, &s.key.pin_fd, "N",
		"read the PIN from this descriptor, not the terminal"},
	    CLI_END};
	struct fault fault;
	enum err e;
	int code;

	s.d.lifetime = -1;
	code = cli_parse(c, options,
	    "[--dry-run | --yes] [--key NAME] [--profile NAME] [-o DIR] "
	    "FILE|DIR...",
	    about);
	if (code == 0)
		code = cli_count(c, 1, -1);
	if (code != 0)
		return cli_exit(code);
	e = check_options(&s, &fault);
	if (e == ERR_OK)
		e = key_load(&s.key, &fault);
	if (e == ERR_OK)
		e = key_section(&s.key, &fault);
	if (e == ERR_OK)
		e = check_level(&s, &fault);
	if (e == ERR_OK)
		e = check_output(&s, &fault);
	if (e == ERR_OK)
		e = seal_files(&s, &fault);
	daemon_leave(&s.d);
	config_free(s.key.config);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	/* Some were refused: the gravest is the answer. Some were known
	 * already: no file for them either. */
	if (s.code == 0 && s.in.duplicates > 0)
		return err_exit(ERR_QUEUE_DUPLICATE);
	return s.code;
}
