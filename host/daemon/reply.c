#include "host/daemon/reply.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/hex.h"

cJSON *
reply_error(enum err e, const char *detail)
{
	struct fault f;

	return reply_fault(
	    (fault_set(&f, e, FAULT_NO_OFFSET, "%s", detail), &f));
}

void
reply_add_fault(cJSON *error, const struct fault *f, const char *file)
{
	cJSON_AddNumberToObject(error, "number", f->err);
	cJSON_AddStringToObject(error, "name", err_name(f->err));
	cJSON_AddStringToObject(error, "text", err_text(f->err));
	if (f->detail[0] != '\0')
		cJSON_AddStringToObject(error, "detail", f->detail);
	if (f->path[0] != '\0')
		cJSON_AddStringToObject(error, "path", f->path);
	if (f->file[0] != '\0')
		file = f->file;
	if (file != NULL)
		cJSON_AddStringToObject(error, "file", file);
	if (f->offset != FAULT_NO_OFFSET)
		cJSON_AddNumberToObject(error, "offset", (double)f->offset);
}

cJSON *
reply_fault(const struct fault *f)
{
	cJSON *reply = cJSON_CreateObject();

	reply_add_fault(cJSON_AddObjectToObject(reply, "error"), f, NULL);
	return reply;
}

char *
reply_line(cJSON *object)
{
	char *text, *line = NULL;
	size_t n;

	text = cJSON_PrintUnformatted(object);
	cJSON_Delete(object);
	if (text == NULL)
		return NULL;
	n = strlen(text);
	line = malloc(n + 2);
	if (line != NULL) {
		memcpy(line, text, n);
		memcpy(line + n, "\n", 2);
	}
	cJSON_free(text);
	return line;
}

const char *
reply_text(const cJSON *request, const char *name)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(request, name);

	return cJSON_IsString(v) ? v->valuestring : "";
}

int64_t
reply_number(const cJSON *request, const char *name, int64_t otherwise)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(request, name);

	if (!cJSON_IsNumber(v) || floor(v->valuedouble) != v->valuedouble ||
	    fabs(v->valuedouble) > 9007199254740991.0)
		return otherwise;
	return (int64_t)v->valuedouble;
}

enum err
reply_hex(const cJSON *request, const char *name, uint8_t *out, size_t len)
{
	const char *text = reply_text(request, name);

	return hex_decode(text, strlen(text), out, len);
}

void
reply_add_hex(
    cJSON *object, const char *name, const uint8_t *octets, size_t len)
{
	char text[129];

	if (2 * len < sizeof(text)) {
		hex_encode(octets, len, text);
		cJSON_AddStringToObject(object, name, text);
	}
}
