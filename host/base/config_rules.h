/*
 * config_rules.h: private to host/base: the table of zegel.conf's keys.
 *
 *	for (i = 0; i < CONFIG_RULES; i++)
 *		config_rules[i].section ...
 *
 * Memory    a constant table
 * Chunks    none
 * Errors    none
 * Trust     none
 * Limits    CONFIG_RULES keys
 */
#ifndef HOST_BASE_CONFIG_RULES_H
#define HOST_BASE_CONFIG_RULES_H

#include "host/base/config_value.h"

#define CONFIG_RULES 32

extern const struct config_rule config_rules[CONFIG_RULES];

#endif
