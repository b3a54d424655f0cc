/*
 * summary_fuzz: the summary of a document does not depend on how it was split,
 * and its texts are UTF-8 within their bounds, however the document tries.
 */
#include <stdlib.h>
#include <string.h>

#include "common/json.h"
#include "common/summary.h"
#include "common/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

/* false: not a document */
static bool
summarise(struct summary *s, const char *language, const uint8_t *buf,
    size_t len, size_t piece)
{
	size_t at, n;
	struct json j;

	summary_init(s, language);
	json_init(&j, &s->sink);
	for (at = 0; at < len; at += n) {
		n = len - at < piece ? len - at : piece;
		json_push(&j, buf + at, n);
	}
	if (json_finish(&j) != ERR_OK)
		return false;
	summary_finish(s);
	return true;
}

static void
check(const struct summary_text *t, size_t bound)
{
	size_t i;

	if (t->len > bound || !utf8_is_valid(t->text, t->len))
		abort();
	for (i = 0; !t->cut && i < SHA256_SIZE; i++) {
		if (t->whole[i] != 0)
			abort();
	}
}

static void
check_all(const struct summary *s)
{
	check(&s->issuer, SUMMARY_TEXT);
	check(&s->issuer_id, SUMMARY_ID);
	check(&s->learner, SUMMARY_TEXT);
	check(&s->title, SUMMARY_TEXT);
	check(&s->id, SUMMARY_ID);
	check(&s->issued, SUMMARY_DATE);
	check(&s->valid_from, SUMMARY_DATE);
	check(&s->valid_until, SUMMARY_DATE);
	if (s->depth != 0 || s->skip != 0 || s->inside)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	static const char *const language[] = {NULL, "de"};
	static const size_t piece[] = {1, 7, 64};
	uint8_t first[SHA256_SIZE], digest[SHA256_SIZE];
	struct summary s;
	size_t i, k;

	for (i = 0; i < 2; i++) {
		if (!summarise(&s, language[i], buf, len, len + 1))
			return 0;
		check_all(&s);
		summary_digest(&s, first);
		for (k = 0; k < 3; k++) {
			if (!summarise(&s, language[i], buf, len, piece[k]))
				abort();
			summary_digest(&s, digest);
			if (memcmp(first, digest, sizeof(first)) != 0)
				abort();
		}
	}
	return 0;
}
