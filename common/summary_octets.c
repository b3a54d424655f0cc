#include "common/summary_octets.h"

#include <string.h>

#include "common/be.h"

static const char label[16] = "zegel-summary-v1";

static void
put_text(struct sink *out, const struct summary_text *t)
{
	uint8_t head[3];

	be16_put(head, t->len);
	head[2] = t->cut;
	out->put(out, head, sizeof(head));
	out->put(out, (const uint8_t *)t->text, t->len);
	if (t->cut)
		out->put(out, t->whole, SHA256_SIZE);
}

void
summary_put(const struct summary *s, struct sink *out)
{
	uint8_t counts[9];

	out->put(out, (const uint8_t *)label, sizeof(label));
	put_text(out, &s->issuer);
	put_text(out, &s->issuer_id);
	put_text(out, &s->learner);
	put_text(out, &s->title);
	put_text(out, &s->id);
	put_text(out, &s->issued);
	put_text(out, &s->valid_from);
	put_text(out, &s->valid_until);
	be32_put(counts, s->claims);
	be32_put(counts + 4, s->languages);
	counts[8] = s->understood;
	out->put(out, counts, sizeof(counts));
}

struct hash_sink {
	struct sink sink;
	struct sha256 hash;
};

static void
hash_octets(struct sink *sink, const uint8_t *buf, size_t len)
{
	sha256_push(&((struct hash_sink *)sink)->hash, buf, len);
}

void
summary_digest(const struct summary *s, uint8_t out[static SHA256_SIZE])
{
	struct hash_sink h = {.sink = {hash_octets}};

	sha256_init(&h.hash);
	summary_put(s, &h.sink);
	sha256_finish(&h.hash, out);
}

enum err
summary_read(struct summary_view *v, const uint8_t *octets, size_t len)
{
	size_t at = sizeof(label), i, n;

	if (len > SUMMARY_OCTETS || len < sizeof(label) ||
	    memcmp(octets, label, sizeof(label)) != 0)
		return ERR_SUMMARY_SYNTAX;
	for (i = 0; i < SUMMARY_PARTS; i++) {
		if (len - at < 3)
			return ERR_SUMMARY_SYNTAX;
		n = be16_get(octets + at);
		v->part[i].len = (uint16_t)n;
		v->part[i].cut = octets[at + 2] == 1;
		v->part[i].text = octets + at + 3;
		if (n > SUMMARY_TEXT || octets[at + 2] > 1)
			return ERR_SUMMARY_SYNTAX;
		n += v->part[i].cut ? SHA256_SIZE : 0;
		if (len - at - 3 < n)
			return ERR_SUMMARY_SYNTAX;
		at += 3 + n;
	}
	if (len - at != 9 || octets[at + 8] > 1)
		return ERR_SUMMARY_SYNTAX;
	v->claims = be32_get(octets + at);
	v->languages = be32_get(octets + at + 4);
	v->understood = octets[at + 8] == 1;
	return ERR_OK;
}
