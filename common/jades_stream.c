#include "common/jades_stream.h"

#include <string.h>

#include "common/jades_inside.h"

static void
hash_header(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct jades_stream *s = (struct jades_stream *)((uint8_t *)sink -
	    offsetof(struct jades_stream, hash));

	jades_tbs_header(&s->tbs, buf, len);
}

/* The sinks of a copy are its own. */
static struct sink *
json(struct jades_stream *s)
{
	s->json.next = &s->hash;
	s->value.next = &s->json.sink;
	return &s->json.sink;
}

static void
open_value(struct jades_stream *s, const char *before)
{
	jades_put_text(json(s), before);
	base64_sink_init(&s->value, &s->json.sink);
	s->is_open = true;
}

static void
close_value(struct jades_stream *s, const char *after)
{
	if (!s->is_open)
		return;
	json(s);
	base64_sink_finish(&s->value);
	jades_put_text(&s->json.sink, after);
	s->is_open = false;
}

enum err
jades_stream_begin(struct jades_stream *s, enum item_profile profile,
    enum alg_number number, const uint8_t *certificate, size_t len)
{
	const struct alg *alg = alg_get(number);
	struct jades_signer signer;
	enum err e;

	memset(s, 0, sizeof(*s));
	s->profile = profile_get(profile);
	if (s->profile == NULL)
		return ERR_PROFILE;
	if (alg == NULL)
		return ERR_ALGORITHM;
	e = jades_read_signer(&signer, certificate, len);
	if (e != ERR_OK)
		return e;
	jades_tbs_open(&s->tbs, s->profile, alg);
	s->hash.put = hash_header;
	base64url_sink_init(&s->json, &s->hash);
	jades_put_start(&s->json.sink, s->profile, alg, &signer);
	open_value(s, "\"");
	jades_stream_value(s, certificate, len);
	return ERR_OK;
}

void
jades_stream_certificate(struct jades_stream *s)
{
	close_value(s, "\"");
	open_value(s, ",\"");
}

void
jades_stream_token(struct jades_stream *s)
{
	s->has_token = true;
	open_value(s, JADES_TOKEN_BEFORE);
}

void
jades_stream_value(struct jades_stream *s, const uint8_t *buf, size_t len)
{
	json(s);
	s->value.sink.put(&s->value.sink, buf, len);
}

enum err
jades_stream_time(struct jades_stream *s, enum signing_time form, int64_t time)
{
	if (!jades_is_time(form, time))
		return ERR_HEADER_COMPOSE;
	close_value(s, "\"");
	jades_put_time(json(s), s->profile, form, time);
	s->signing_time = form;
	return ERR_OK;
}

void
jades_stream_end(struct jades_stream *s, bool crit_content_timestamp)
{
	close_value(s, JADES_TOKEN_AFTER);
	jades_put_end(json(s), s->profile, s->signing_time, s->has_token,
	    crit_content_timestamp);
	base64_sink_finish(&s->json);
	jades_tbs_header(&s->tbs, (const uint8_t *)".", 1);
}

size_t
jades_token_head(size_t len, uint8_t out[static DER_HEAD_MAX])
{
	size_t n;

	for (n = 2; n <= DER_HEAD_MAX && n <= len; n++) {
		if (der_head(DER_SEQUENCE, len - n, out) == n)
			return n;
	}
	return 0;
}
