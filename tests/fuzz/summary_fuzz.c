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

#define WAYS 3

/* false: not a document */
static bool
summarise(struct summary *s, unsigned way, const uint8_t *buf, size_t len,
    size_t piece)
{
	static const struct {
		enum item_profile profile;
		const char *language;
	} ways[WAYS] = {
	    {PROFILE_EDC, NULL}, {PROFILE_EDC, "de"}, {PROFILE_JSON, NULL}};
	size_t at, n;
	struct json j;

	summary_init(s, ways[way].profile, ways[way].language);
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
	static const size_t piece[] = {1, 7, 64};
	uint8_t first[SHA256_SIZE], digest[SHA256_SIZE];
	struct summary s;
	unsigned i, k;

	for (i = 0; i < WAYS; i++) {
		if (!summarise(&s, i, buf, len, len + 1))
			return 0;
		check_all(&s);
		summary_digest(&s, first);
		for (k = 0; k < 3; k++) {
			if (!summarise(&s, i, buf, len, piece[k]))
				abort();
			summary_digest(&s, digest);
			if (memcmp(first, digest, sizeof(first)) != 0)
				abort();
		}
	}
	return 0;
}
