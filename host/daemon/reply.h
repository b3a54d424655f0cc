/*
 * reply.h: answers of front and signer to the command line: one JSON object a
 * line, {"result":...} or {"error":{number,name,text,detail,file,offset}}.
 *
 *	cJSON *r = reply_error(ERR_BATCH_UNKNOWN, "batch 7");
 *	char *line = reply_line(r);      with its newline; r is freed
 *	free(line);
 *
 * Memory    objects are cJSON's, lines malloc's
 * Chunks    one object a line
 * Errors    NULL when out of memory
 * Trust     requests are checked by the getters: absent or of another type
 *           gives the default
 * Limits    REPLY_LINE octets a request
 */
#ifndef HOST_DAEMON_REPLY_H
#define HOST_DAEMON_REPLY_H

#include <cjson/cJSON.h>
#include <stdint.h>

#include "common/err.h"
#include "host/base/fault.h"

#define REPLY_LINE 16384

cJSON *reply_error(enum err e, const char *detail);
cJSON *reply_fault(const struct fault *f);
/* The members of an error object, those that are known; file may be NULL. */
void reply_add_fault(cJSON *error, const struct fault *f, const char *file);
char *reply_line(cJSON *object);

/* Members of a request. text: "" if absent. */
const char *reply_text(const cJSON *request, const char *name);
int64_t reply_number(const cJSON *request, const char *name, int64_t otherwise);
MUST_USE enum err reply_hex(
    const cJSON *request, const char *name, uint8_t *out, size_t len);

void reply_add_hex(
    cJSON *object, const char *name, const uint8_t *octets, size_t len);

#endif
