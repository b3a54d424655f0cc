/*
 * jades_inside.h: the parts of a header, for jades.c, which has all of it at
 * hand, and jades_stream.c, which gets it piece by piece. Nobody else includes
 * it. In the order of the calls:
 *
 *	jades_put_start(json, profile, alg, &signer);
 *	... values of x5c, each in quotation marks, commas between them ...
 *	jades_put_time(json, profile, signing_time, time);
 *	... JADES_TOKEN_BEFORE, base64 of the token, JADES_TOKEN_AFTER ...
 *	jades_put_end(json, profile, signing_time, has_token, crit);
 *
 * Memory    none of its own
 * Chunks    each call puts one part
 * Errors    none: values were checked before
 * Trust     as jades.h
 * Limits    as jades.h
 */
#ifndef COMMON_JADES_INSIDE_H
#define COMMON_JADES_INSIDE_H

#include "common/der.h"
#include "common/jades.h"
#include "common/profile.h"

#define JADES_TOKEN_BEFORE ",\"adoTst\":{\"tstTokens\":[{\"val\":\""
#define JADES_TOKEN_AFTER "\"}]}"

/* What a header says of the signing certificate. */
struct jades_signer {
	struct der_reader issuer, serial;
	uint8_t digest[SHA256_SIZE];
};

/* CERT_SYNTAX */
MUST_USE enum err jades_read_signer(
    struct jades_signer *s, const uint8_t *der, size_t len);

/* Is there a form for it? */
bool jades_is_time(enum signing_time form, int64_t time);

void jades_put_text(struct sink *json, const char *text);
void jades_put_start(struct sink *json, const struct profile *profile,
    const struct alg *alg, const struct jades_signer *signer);
void jades_put_time(struct sink *json, const struct profile *profile,
    enum signing_time form, int64_t time);
void jades_put_end(struct sink *json, const struct profile *profile,
    enum signing_time form, bool has_token, bool crit);

/* jades_tbs.c: hashes of nothing yet; octets of the header, and the dot. */
void jades_tbs_open(
    struct jades_tbs *t, const struct profile *profile, const struct alg *alg);
void jades_tbs_header(struct jades_tbs *t, const void *buf, size_t len);

#endif
