/*
 * jades_stream.h: the to-be-signed octets of jades.h for who cannot keep the
 * certificates or a timestamp: they are hashed as they come, and a batch starts
 * each item from a copy of what was hashed up to the signing time.
 *
 *	e = jades_stream_begin(&s, profile, alg, signing_certificate, len);
 *	jades_stream_certificate(&s);		each further one
 *	jades_stream_value(&s, buf, len);
 *	e = jades_stream_time(&s, SIGNING_TIME_IAT, time);
 *	item = s;
 *	jades_stream_token(&item);		if there is one
 *	jades_stream_value(&item, buf, len);
 *	jades_stream_end(&item, crit);
 *	jades_tbs_push(&item.tbs, payload, payload_len);
 *
 * Memory    the caller's; may be copied
 * Chunks    splitting values changes nothing; the calls come in that order
 * Errors    begin: PROFILE, ALGORITHM, CERT_SYNTAX; time: HEADER_COMPOSE
 * Trust     lengths of what is hashed, and that a token is one DER value, are
 *           the caller's to check (jades_token_head)
 * Limits    as jades.h
 */
#ifndef COMMON_JADES_STREAM_H
#define COMMON_JADES_STREAM_H

#include "common/base64.h"
#include "common/der.h"
#include "common/jades.h"
#include "common/profile.h"

struct jades_stream {
	struct jades_tbs tbs;

	/* Private from here. */
	const struct profile *profile;
	enum signing_time signing_time;
	bool is_open; /* a value of value */
	bool has_token;
	struct sink hash; /* into tbs */
	struct base64_sink json; /* into hash: what is left of the header */
	struct base64_sink value; /* into json: what is left of x5c, val */
};

/* Up to the signing certificate in x5c. */
MUST_USE enum err jades_stream_begin(struct jades_stream *s,
    enum item_profile profile, enum alg_number alg, const uint8_t *certificate,
    size_t len);

/* A further certificate, or the timestamp token, whose octets come now. */
void jades_stream_certificate(struct jades_stream *s);
void jades_stream_token(struct jades_stream *s);
void jades_stream_value(struct jades_stream *s, const uint8_t *buf, size_t len);

MUST_USE enum err jades_stream_time(
    struct jades_stream *s, enum signing_time form, int64_t time);

/* The payload is next. */
void jades_stream_end(struct jades_stream *s, bool crit_content_timestamp);

/* The octets that a token of len octets begins with: its outer tag and length;
 * 0 if there is none of that length. */
size_t jades_token_head(size_t len, uint8_t out[static DER_HEAD_MAX]);

#endif
