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

/* A digest's 64 digits in groups of four, as the device shows it. */
#define APPLIANCE_GROUPS 96
const char *appliance_groups(
    const char *hex, char out[static APPLIANCE_GROUPS]);

/* a: signer's answer to "appliance"; NULL, or none configured: nothing. */
void appliance_print(const struct cli *c, const cJSON *a);

/* zegel appliance status: exit code. */
int appliance_status(struct cli *c, struct client *signer);

#endif
