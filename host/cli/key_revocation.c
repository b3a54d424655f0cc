#include "host/cli/key_revocation.h"

#include <time.h>

#include "common/utc.h"
#include "host/cli/trust.h"
#include "host/net/fetch.h"
#include "host/x509/revocation.h"

#define ABOUT FINDING_ABOUT_FILE

static void
say(struct finding_list *f, const struct revocation *r)
{
	const char *name = r->cert->common_name;
	char when[UTC_SIZE];

	switch (r->state) {
	case REVOCATION_GOOD:
		utc_format(r->status.this_update, when);
		finding_add(f, ABOUT, VERIFY_PASSED, "revocation",
		    "\"%.60s\": not revoked, says %.100s (as of %s)", name,
		    r->url, when);
		break;
	case REVOCATION_REVOKED:
		utc_format(r->status.revoked, when);
		finding_add(f, ABOUT, VERIFY_FAILED, "revocation",
		    "\"%.60s\": revoked since %s (%s), says %.100s", name, when,
		    revocation_reason(r->status.reason), r->url);
		break;
	case REVOCATION_UNKNOWN:
		finding_add(f, ABOUT, VERIFY_UNKNOWN, "revocation",
		    "\"%.60s\": %s: %.160s", name, err_text(r->why.err),
		    r->why.detail);
		break;
	case REVOCATION_NOT_PUBLISHED:
		finding_add(f, ABOUT, VERIFY_NOT_CHECKED, "revocation",
		    "\"%.60s\": names no place where that would be published",
		    name);
		break;
	case REVOCATION_ANCHOR:
		break;
	}
}

static enum err
ask(const struct chain_path *path, struct fetch *fetch, int64_t now,
    struct finding_list *f)
{
	const struct revocation_fetcher fetcher = fetch_fetcher(fetch);
	const struct revocation_sources sources = {.fetcher = &fetcher};
	struct revocation found[CHAIN_LEN];
	struct fault fault;
	enum err e;
	size_t i;

	e = revocation_collect(path, &sources, now, now, found, &fault);
	for (i = 0; i < path->count; i++) {
		if (found[i].cert != NULL)
			say(f, &found[i]);
		revocation_free(&found[i]);
	}
	return e;
}

enum err
key_revocation(const struct key_verb *k, const struct cert *chain, size_t count,
    struct finding_list *f)
{
	const int64_t now = (int64_t)time(NULL);
	struct chain_path path;
	struct trust *trust;
	struct fault fault;
	enum err e;

	fault_clear(&fault);
	e = trust_load(&trust, k->cli, NULL, &fault);
	if (e == ERR_OK)
		e = trust_online(trust, k->cli, &fault);
	if (e == ERR_OK)
		e = chain_find(&chain[0], chain + 1, count - 1, trust->anchor,
		    trust->count, now, &path, &fault);
	if (e != ERR_OK)
		finding_add(f, ABOUT, VERIFY_UNKNOWN, "revocation",
		    "nobody can be asked: %s: %.160s", err_text(e),
		    fault.detail);
	else
		e = ask(&path, trust->fetch, now, f);
	trust_free(trust);
	return e;
}
