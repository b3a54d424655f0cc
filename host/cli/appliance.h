/*
 * appliance.h: what signer says of an appliance, for people.
 *
 *	appliance_print(c, reply);
 *
 * Memory    nothing kept
 * Chunks    none
 * Errors    none
 * Trust     what signer says, which believes only what is signed
 * Limits    none
 */
#ifndef HOST_CLI_APPLIANCE_H
#define HOST_CLI_APPLIANCE_H

#include "host/cli/cli.h"

/* a: signer's answer to "appliance"; NULL, or none configured: nothing. */
void appliance_print(const struct cli *c, const cJSON *a);

#endif
