#include "common/jcs.h"

#include <string.h>

_Static_assert(sizeof(struct jcs) <= 4096, "the device's share of its RAM");

/* What is hashed behind the machine should still be in the first cache. */
#define BLOCK 16384

void
jcs_init(struct jcs *c, struct sink *bytes, struct json_sink *events)
{
	json_init(&c->json, events);
	jcs_rules_init(&c->rules);
	c->json.rules = &c->rules;
	c->bytes = bytes;
}

void
jcs_push(struct jcs *c, const uint8_t *buf, size_t len)
{
	struct json *j = &c->json;
	uint64_t before;
	size_t n;

	while (len != 0 && j->err == ERR_OK) {
		n = len < BLOCK ? len : BLOCK;
		before = j->offset;
		json_push(j, buf, n);
		n = (size_t)(j->offset + j->back - before);
		if (c->bytes != NULL)
			c->bytes->put(c->bytes, buf, n);
		buf += n;
		len -= n;
	}
}

enum err
jcs_finish(struct jcs *c)
{
	return json_finish(&c->json);
}

enum err
jcs_error(const struct jcs *c)
{
	return json_error(&c->json);
}

uint64_t
jcs_offset(const struct jcs *c)
{
	return json_offset(&c->json);
}
