#include "host/cli/finding.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	const char *people, *programs;
} names[] = {
    [VERIFY_PASSED] = {"PASSED", "passed"},
    [VERIFY_FAILED] = {"FAILED", "failed"},
    [VERIFY_UNKNOWN] = {"UNKNOWN", "unknown"},
    [VERIFY_NOT_CHECKED] = {"not checked", "not-checked"},
    [VERIFY_REMARK] = {"remark", "remark"},
};

void
finding_add(struct finding_list *f, unsigned seal, enum verify_verdict verdict,
    const char *check, const char *format, ...)
{
	char text[1024], clean[1024];
	cJSON *one;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (!f->cli->json) {
		cli_say(f->cli, "  %-12s %-18s %s", names[verdict].people,
		    check, cli_clean(text, clean, sizeof(clean)));
		return;
	}
	one = cJSON_CreateObject();
	cJSON_AddItemToArray(f->list, one);
	if (seal != FINDING_ABOUT_FILE)
		cJSON_AddNumberToObject(one, "seal", seal);
	cJSON_AddStringToObject(one, "check", check);
	cJSON_AddStringToObject(one, "verdict", names[verdict].programs);
	cJSON_AddStringToObject(one, "text", text);
}
