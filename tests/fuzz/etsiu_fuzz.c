/* etsiu_fuzz: what is read of etsiU is an object of one member each, all of
 * them in clear or none, and decodes from the text that stands there. */
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "host/seal/etsiu.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static void
check(const struct etsiu *u, const struct etsiu_element *e)
{
	char text[BASE64URL_LEN(48)];

	if (e->value == 0 || e->doc == NULL || (e->text == NULL) != u->clear)
		abort();
	if (doc_next(e->doc, e->value) != 0 ||
	    strnlen(e->name, ETSIU_NAME) == ETSIU_NAME)
		abort();
	/* the text is the one and only encoding of what was read */
	if (u->clear || e->len < sizeof(text))
		return;
	(void)base64url_encode(e->json, 48, text);
	if (memcmp(text, e->text, sizeof(text)) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	struct etsiu u;
	struct doc *d;
	struct fault fault;
	size_t i;
	enum err e;

	fault_clear(&fault);
	if (jws_parse(&d, buf, len, &fault) != ERR_OK)
		return 0;
	e = etsiu_read(&u, d, doc_root(d), &fault);
	if (e != ERR_OK && e != ERR_VERIFY_FORMAT)
		abort();
	if ((e == ERR_OK) != (fault.err == ERR_OK))
		abort();
	if (e == ERR_OK) {
		for (i = 0; i < u.count; i++)
			check(&u, &u.element[i]);
	}
	etsiu_free(&u);
	doc_free(d);
	return 0;
}
