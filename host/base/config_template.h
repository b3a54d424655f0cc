/*
 * config_template.h: the configuration files that 'zegel init' writes, with a
 * comment on every key.
 *
 *	struct config_template t = {.name = "Registry", .mode = MODE_TEST, ...};
 *	enum err e = config_write_template(path, &t, &fault);
 *	e = config_write_approval(path, uids, count, &fault);
 *
 * Memory    the text, for the time of the call
 * Chunks    none
 * Errors    EXISTS; CONFIG_* as config_load finds them in the finished text:
 *           nothing is left then
 * Trust     mode 0644; approval.conf 0600, for its owner and signer to read
 * Limits    those of config.h
 */
#ifndef HOST_BASE_CONFIG_TEMPLATE_H
#define HOST_BASE_CONFIG_TEMPLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "host/base/config.h"
#include "host/base/fault.h"

struct config_template {
	const char *name;
	enum station_mode mode;
	const char *origin;
	bool softhsm;
	/* One [key NAME]; NULL: none yet. The others may be NULL: left out. */
	const char *key;
	const char *uri, *module, *certificate, *algorithm, *pin;
};

MUST_USE enum err config_write_template(
    const char *path, const struct config_template *t, struct fault *fault);

MUST_USE enum err config_write_approval(const char *path, const uint32_t *uids,
    unsigned count, struct fault *fault);

#endif
