/*
 * softhsm.h: the embedded SoftHSM2 of a test station.
 *
 *	const char *module = softhsm_module();
 *	enum err e = softhsm_configure(&station, &fault);
 *
 * Memory    none
 * Chunks    none
 * Errors    TOKEN_MODULE when SoftHSM2 is not installed
 * Trust     its keys are files: test stations only
 * Limits    one SoftHSM2 configuration a process
 */
#ifndef HOST_CLI_SOFTHSM_H
#define HOST_CLI_SOFTHSM_H

#include "host/base/station.h"

/* Where Debian and others put the module; NULL if it is not there. */
const char *softhsm_module(void);

/* Writes softhsm2.conf if it is not there, and points this process to it. */
MUST_USE enum err softhsm_configure(
    const struct station *station, struct fault *fault);

#endif
