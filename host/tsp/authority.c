#include "host/tsp/authority.h"

#include <stdio.h>
#include <string.h>

static enum err
load_anchors(struct tsp_authority *a, const struct config *config,
    const struct station *station, struct fault *fault)
{
	const char *name = a->config->anchor;
	char path[STATION_PATH + CONFIG_TEXT];
	size_t i;
	enum err e;

	if (name[0] == '/')
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), "%s/%s", station->dir, name);
	e = cert_load(path, a->anchor, TSP_ANCHORS, &a->anchor_count, fault);
	for (i = 0; e == ERR_OK && i < a->anchor_count; i++) {
		if (config->mode == MODE_PRODUCTION &&
		    cert_says_test(&a->anchor[i]))
			e = fault_set(fault, ERR_STATION_MODE, FAULT_NO_OFFSET,
			    "%s: a production station trusts no TEST authority",
			    path);
	}
	return e;
}

enum err
tsp_authority_open(struct tsp_authority *a, const struct config *config,
    size_t number, const struct station *station, struct fault *fault)
{
	const struct config_timestamp *c = &config->timestamps[number];
	enum err e = ERR_OK;

	memset(a, 0, sizeof(*a));
	a->config = c;
	if (c->policy[0] != '\0')
		e = oid_from_text(
		    c->policy, a->policy, sizeof(a->policy), &a->policy_len);
	/* config_load has seen to that */
	if (e != ERR_OK)
		return fault_set(
		    fault, e, FAULT_NO_OFFSET, "policy %.90s", c->policy);
	e = load_anchors(a, config, station, fault);
	if (e != ERR_OK)
		tsp_authority_close(a);
	return e;
}

void
tsp_authority_close(struct tsp_authority *a)
{
	while (a->anchor_count > 0)
		cert_free(&a->anchor[--a->anchor_count]);
}

void
tsp_authority_expect(const struct tsp_authority *a, struct tsp_expect *expect)
{
	expect->policy = der_reader(a->policy, a->policy_len);
	expect->anchors = a->anchor;
	expect->anchor_count = a->anchor_count;
}
