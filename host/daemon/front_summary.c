#include "host/daemon/front_summary.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void
add(cJSON *to, const char *name, const struct summary_text *t, size_t max)
{
	char text[SUMMARY_TEXT + 4];
	size_t n = t->len < max ? t->len : max;

	if (t->len == 0)
		return;
	/* Never in the middle of a character. */
	while (n < t->len && n > 0 && ((uint8_t)t->text[n] & 0xc0) == 0x80)
		n--;
	snprintf(text, sizeof(text), "%.*s%s", (int)n, t->text,
	    t->cut || n < t->len ? "\xe2\x80\xa6" : "");
	cJSON_AddStringToObject(to, name, text);
}

size_t
front_summary_json(const struct summary *s, char *buf, size_t cap)
{
	size_t max = SUMMARY_TEXT, len = 0;
	cJSON *o;

	for (; len == 0 && max >= 32; max /= 2) {
		o = cJSON_CreateObject();
		add(o, "issuer", &s->issuer, max);
		add(o, "issuerId", &s->issuer_id, max);
		add(o, "learner", &s->learner, max);
		add(o, "title", &s->title, max);
		add(o, "id", &s->id, max);
		add(o, "issued", &s->issued, max);
		add(o, "validFrom", &s->valid_from, max);
		add(o, "validUntil", &s->valid_until, max);
		cJSON_AddNumberToObject(o, "claims", s->claims);
		cJSON_AddNumberToObject(o, "languages", s->languages);
		cJSON_AddBoolToObject(o, "understood", s->understood);
		if (cJSON_PrintPreallocated(o, buf, (int)cap, false))
			len = strlen(buf);
		cJSON_Delete(o);
	}
	return len;
}
