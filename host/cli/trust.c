#include "host/cli/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "host/base/config.h"
#include "host/net/fetch.h"

static enum err
add(struct trust *t, const char *path, struct fault *fault)
{
	size_t n = 0;
	enum err e;

	e = cert_load(
	    path, &t->anchor[t->count], TRUST_ANCHORS - t->count, &n, fault);
	t->count += n;
	return e;
}

static enum err
add_configured(struct trust *t, const struct station *station, const char *name,
    struct fault *fault)
{
	char path[STATION_PATH + CONFIG_TEXT];

	if (name[0] == '\0')
		return ERR_OK;
	if (name[0] == '/')
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), "%s/%s", station->dir, name);
	return add(t, path, fault);
}

/* *config is NULL if it may not be read: another station may be no business of
 * whoever verifies. An empty one makes a station of a log's copy (AUDIT.md),
 * and says nothing. One with a mistake must not take the anchors away. */
static enum err
load_config(
    const struct station *station, struct config **config, struct fault *fault)
{
	char path[STATION_PATH];
	struct stat st;
	enum err e;

	*config = NULL;
	station_path(station, STATION_CONFIG, path);
	if (stat(path, &st) == 0 && st.st_size == 0)
		return ERR_OK;
	e = config_load(config, path, fault);
	return e == ERR_NOT_FOUND || e == ERR_DENIED ? ERR_OK : e;
}

static enum err
load_station(struct trust *t, const struct cli *c, struct fault *fault)
{
	char dir[STATION_PATH], path[STATION_PATH + 16];
	struct station station;
	struct config *config;
	unsigned i;
	enum err e;

	if (cli_station(c, &station, fault) != ERR_OK)
		return ERR_OK;
	station_path(&station, STATION_KEYS, dir);
	snprintf(path, sizeof(path), "%s/test-ca.pem", dir);
	(void)!add(t, path, fault); /* if it has one */
	e = load_config(&station, &config, fault);
	if (e != ERR_OK || config == NULL)
		return e;
	e = add_configured(t, &station, config->anchor, fault);
	for (i = 0; i < config->timestamp_count && e == ERR_OK; i++)
		e = add_configured(
		    t, &station, config->timestamps[i].anchor, fault);
	config_free(config);
	return e;
}

static void
say_test(const struct trust *t, const struct cli *c)
{
	size_t i;

	for (i = 0; i < t->count && !cert_says_test(&t->anchor[i]); i++)
		;
	if (i < t->count)
		cli_note(c,
		    "trusting TEST authorities: what they vouch for is worth "
		    "nothing");
}

enum err
trust_load(struct trust **out, const struct cli *c, const char *path,
    struct fault *fault)
{
	struct trust *t = calloc(1, sizeof(*t));
	enum err e;

	*out = t;
	if (t == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "anchors");
	e = path != NULL ? add(t, path, fault) : load_station(t, c, fault);
	say_test(t, c);
	return e;
}

static enum err
issuer(void *arg, const struct cert *c, uint8_t **der, size_t *len,
    struct fault *fault)
{
	return fetch_issuer(arg, c, der, len, fault);
}

static enum err
revocation(void *arg, const struct cert *c, const struct cert *by,
    int64_t since, enum revocation_kind *kind, uint8_t **der, size_t *len,
    struct fault *fault)
{
	return fetch_revocation(arg, c, by, since, kind, der, len, fault);
}

enum err
trust_online(struct trust *t, const struct cli *c, struct fault *fault)
{
	struct config *config = NULL;
	struct station station;
	enum err e = ERR_OK;

	if (cli_station(c, &station, fault) == ERR_OK)
		e = load_config(&station, &config, fault);
	if (e != ERR_OK)
		return e;
	e = fetch_open(&t->fetch, config == NULL ? "" : config->proxy,
	    config == NULL ? 0 : config->net_timeout, fault);
	config_free(config);
	t->source = (struct verify_source){t->fetch, issuer, revocation};
	return e;
}

void
trust_free(struct trust *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->count; i++)
		cert_free(&t->anchor[i]);
	fetch_close(t->fetch);
	free(t);
}
